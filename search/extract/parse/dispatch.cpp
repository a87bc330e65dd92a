#include "search/extract/parse/dispatch.h"

#include "search/extract/parse/html.h"
#include "search/extract/parse/mail.h"
#include "search/extract/parse/opendocument.h"
#include "search/extract/parse/plain.h"
#include "search/extract/parse/word.h"
#include "search/extract/parse/xml_text.h"

namespace dms::search::extract {

Parsed parse_as(std::string_view mime_type, std::string_view bytes, TextSink& sink, int nesting) {
  constexpr std::string_view open_document = "application/vnd.oasis.opendocument.";
  constexpr std::string_view word =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  if (nesting > nesting_max) {
    return not_parsed(TextState::limit_exceeded, Cause::nested_too_deep);
  }
  if (mime_type == "text/html" || mime_type == "application/xhtml+xml") {
    return parse_html(bytes, {}, sink);
  }
  if (mime_type == "message/rfc822") return parse_mail(bytes, sink, nesting);
  if (mime_type == word) return parse_word(bytes, sink);
  if (mime_type.starts_with(open_document)) {
    const std::string_view kind = mime_type.substr(open_document.size());
    if (kind.starts_with("text") || kind == "spreadsheet" || kind == "presentation") {
      return parse_open_document(bytes, sink);
    }
  }
  if (mime_type == "text/xml" || mime_type == "application/xml" || mime_type.ends_with("+xml")) {
    return parse_xml(bytes, sink);
  }
  // Calendars, cards, tables and what else is meant to be read as it stands.
  const bool markup = mime_type == "text/rtf";
  if ((mime_type.starts_with("text/") && !markup) || mime_type == "application/json" ||
      mime_type == "message/news") {
    return parse_plain(bytes, {}, sink);
  }
  if (mime_type == "application/encrypted") {
    return not_parsed(TextState::encrypted, Cause::password);
  }
  if (mime_type == "application/x-empty" || mime_type == "inode/x-empty") return {};
  return not_parsed(TextState::unsupported, Cause::no_parser);
}

}  // namespace dms::search::extract
