#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "";
    case Cause::no_text:
      return "no_text";
    case Cause::no_parser:
      return "no_parser";
    case Cause::password:
      return "password";
    case Cause::broken_container:
      return "broken_container";
    case Cause::broken_markup:
      return "broken_markup";
    case Cause::missing_part:
      return "missing_part";
    case Cause::input_too_large:
      return "input_too_large";
    case Cause::expands_too_much:
      return "expands_too_much";
    case Cause::too_many_parts:
      return "too_many_parts";
    case Cause::nested_too_deep:
      return "nested_too_deep";
    case Cause::text_cut:
      return "text_cut";
    case Cause::out_of_memory:
      return "out_of_memory";
    case Cause::out_of_time:
      return "out_of_time";
    case Cause::parser_crashed:
      return "parser_crashed";
    case Cause::forbidden_call:
      return "forbidden_call";
    case Cause::bad_answer:
      return "bad_answer";
    case Cause::no_sandbox:
      return "no_sandbox";
    case Cause::tool_unavailable:
      return "tool_unavailable";
    case Cause::own_entities:
      return "own_entities";
    case Cause::picture_too_large:
      return "picture_too_large";
    case Cause::broken_picture:
      return "broken_picture";
  }
  return "";
}

std::optional<Cause> cause_from_number(std::uint8_t number) {
  if (number > static_cast<std::uint8_t>(last_cause)) return std::nullopt;
  return static_cast<Cause>(number);
}

}  // namespace dms::search::extract
