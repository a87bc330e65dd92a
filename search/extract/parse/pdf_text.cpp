#include "search/extract/parse/pdf_text.h"

#include <algorithm>
#include <array>

#include "search/extract/parse/tool_output.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view text_begin = "<pre>\n";
constexpr std::string_view text_end = "</pre>\n</body>\n</html>\n";
constexpr std::size_t head_bytes_max = 64U << 10U;
constexpr std::size_t messages_bytes_max = 16U << 10U;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The five entities that pdftotext writes.
std::string unescape(std::string_view text) {
  struct Entity {
    std::string_view name;
    char character;
  };
  constexpr std::array<Entity, 6> entities{{{"&amp;", '&'},
                                            {"&lt;", '<'},
                                            {"&gt;", '>'},
                                            {"&quot;", '"'},
                                            {"&apos;", '\''},
                                            {"&#39;", '\''}}};
  std::string result;
  while (!text.empty()) {
    auto entity = std::find_if(entities.begin(), entities.end(),
                               [&](const Entity& each) { return text.starts_with(each.name); });
    result += entity == entities.end() ? text.front() : entity->character;
    text.remove_prefix(entity == entities.end() ? 1 : entity->name.size());
  }
  return result;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  const std::size_t end = text.find(after);
  return end == std::string_view::npos ? std::string() : unescape(text.substr(0, end));
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Of a letter in UTF-8 its last or only byte: "ß" ends a syllable as well.
bool may_end_syllable(char c) {
  return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80U;
}

// "Vor- und Nachname" keeps its hyphen wherever the line ends.
bool begins_with_conjunction(std::string_view text) {
  constexpr std::array<std::string_view, 8> words{"und", "oder", "bzw", "sowie", "beziehungsweise",
                                                  "and", "or",   "bis"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.starts_with(word) &&
           (text.size() == word.size() || !may_end_syllable(text[word.size()]));
  });
}

Parsed without_output(std::string_view messages) {
  if (contains(messages, "Incorrect password")) {
    return not_parsed(TextState::encrypted, Cause::password);
  }
  if (contains(messages, "ut of memory") || contains(messages, "bad_alloc")) {
    return not_parsed(TextState::limit_exceeded, Cause::out_of_memory);
  }
  if (contains(messages, tool_not_started)) {
    return not_parsed(TextState::unsupported, Cause::tool_unavailable);
  }
  return not_parsed(TextState::damaged, Cause::broken_markup);
}

}  // namespace

bool is_divided_word(std::string_view first, std::string_view second) {
  // A capital after the break is a compound written with a hyphen ("Haupt-\nAusschuss").
  return first.size() > 1 && first.ends_with('-') && may_end_syllable(first[first.size() - 2]) &&
         !second.empty() && second.front() >= 'a' && second.front() <= 'z' &&
         !begins_with_conjunction(second);
}

std::string join_hyphenated(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool at_line_end = text[i] == '-' && i + 2 < text.size() && text[i + 1] == '\n';
    if (at_line_end && is_divided_word(text.substr(0, i + 1), text.substr(i + 2))) {
      ++i;  // the hyphen and the line's end go
    } else {
      result += text[i];
    }
  }
  return result;
}

ToolCommand pdf_tool() {
  // The file comes on standard input ("-"), so that the tool needs to open none of ours. Character
  // maps for Asian PDFs lie in poppler-data.
  // -raw: in the order of the page's content, which keeps rotated text, table cells and columns
  // together; the default order broke up 4 of 36 known strings that this keeps.
  return {"/usr/bin/pdftotext",
          {"-raw", "-htmlmeta", "-enc", "UTF-8", "-eol", "unix", "-", "-"},
          {"/usr/share/poppler"}};
}

Parsed parse_pdf_text(std::string_view output, std::string_view messages, TextSink& sink) {
  const std::size_t begin = output.substr(0, head_bytes_max).find(text_begin);
  if (begin == std::string_view::npos) return without_output(messages);
  const std::string_view head = output.substr(0, begin);
  Parsed parsed;
  parsed.title = between(head, "<title>", "</title>");
  parsed.author = between(head, "<meta name=\"Author\" content=\"", "\"/>");
  std::string_view text = output.substr(begin + text_begin.size());
  const bool complete = text.ends_with(text_end);
  if (complete) text.remove_suffix(text_end.size());
  // Each page ends with one.
  parsed.page_count = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\f'));
  if (text.ends_with('\f')) text.remove_suffix(1);
  sink.append(join_hyphenated(text));
  // A tool that died on a later page leaves the earlier ones, which are worth having.
  if (!complete && !sink.full()) {
    if (!sink.has_text()) return without_output(messages);
    parsed.cause = Cause::parser_crashed;
  }
  return parsed;
}

Parsed read_pdf_text(int output, int messages, TextSink& sink) {
  const ToolOutput said =
      read_tool_output(output, messages, sink.room() + head_bytes_max, messages_bytes_max);
  return parse_pdf_text(said.output, said.messages, sink);
}

}  // namespace dms::search::extract
