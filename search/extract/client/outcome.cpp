#include "search/extract/client/outcome.h"

#include <utility>

namespace dms::search::extract {
namespace {

constexpr std::string_view unknown_type = "application/octet-stream";

}  // namespace

Extraction without_text(std::string_view mime_type, TextState state, Cause cause) {
  Extraction extraction;
  extraction.mime_type = mime_type;
  extraction.state = state;
  extraction.cause = to_string(cause);
  return extraction;
}

RecognisedPage unread(TextState state, std::string cause) {
  RecognisedPage page;
  page.state = state;
  page.cause = std::move(cause);
  return page;
}

Extraction failure_of(const Exchange& exchange) {
  const std::string_view mime_type =
      exchange.mime_type.empty() ? unknown_type : std::string_view(exchange.mime_type);
  switch (exchange.verdict) {
    case Verdict::timed_out:
    case Verdict::used_up:
      return without_text(mime_type, TextState::limit_exceeded, Cause::out_of_time);
    case Verdict::crashed:
      return without_text(mime_type, TextState::damaged, Cause::parser_crashed);
    case Verdict::forbidden_call:
      return without_text(mime_type, TextState::damaged, Cause::forbidden_call);
    case Verdict::refused:
      return without_text(mime_type, TextState::refused, Cause::no_sandbox);
    case Verdict::finished:
    case Verdict::not_started:
      break;
  }
  return without_text(mime_type, TextState::damaged, Cause::bad_answer);
}

}  // namespace dms::search::extract
