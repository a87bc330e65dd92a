#include "search/extract/parse/dispatch.h"

#include "search/extract/parse/html.h"
#include "search/extract/parse/mail.h"
#include "search/extract/parse/ole/compound_document.h"
#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/opendocument.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/plain.h"
#include "search/extract/parse/presentation.h"
#include "search/extract/parse/rtf.h"
#include "search/extract/parse/spreadsheet.h"
#include "search/extract/parse/word.h"
#include "search/extract/parse/xml_text.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {
namespace {

// Calendars, cards, tables and what else is meant to be read as it stands.
bool is_read_as_it_stands(std::string_view mime_type) {
  return mime_type.starts_with("text/") || mime_type == "application/json" ||
         mime_type == "message/news";
}

Parsed parse_office(std::string_view kind, std::string_view bytes, TextSink& sink) {
  if (kind == "wordprocessingml.document") return parse_word(bytes, sink);
  if (kind == "spreadsheetml.sheet") return parse_spreadsheet(bytes, sink);
  if (kind == "presentationml.presentation") return parse_presentation(bytes, sink);
  return not_parsed(TextState::unsupported, Cause::no_parser);
}

// What is no document that we know: damaged where the container itself cannot be read, as of an
// office file that was cut.
Parsed judge_container(std::string_view mime_type, std::string_view bytes) {
  const bool broken = mime_type == "application/zip"
                          ? read_zip(bytes, [](std::string_view) { return false; }).trouble ==
                                Cause::broken_container
                          : !CompoundFile::open(bytes).has_value();
  return broken ? not_parsed(TextState::damaged, Cause::broken_container)
                : not_parsed(TextState::unsupported, Cause::no_parser);
}

}  // namespace

Parsed parse_as(std::string_view mime_type, std::string_view bytes, TextSink& sink, int nesting) {
  constexpr std::string_view open_document = "application/vnd.oasis.opendocument.";
  constexpr std::string_view office = "application/vnd.openxmlformats-officedocument.";
  if (nesting > nesting_max) {
    return not_parsed(TextState::limit_exceeded, Cause::nested_too_deep);
  }
  if (mime_type == "text/html" || mime_type == "application/xhtml+xml") {
    return parse_html(bytes, {}, sink);
  }
  if (mime_type == "message/rfc822") return parse_mail(bytes, sink, nesting);
  if (mime_type == "application/msword" || mime_type == "application/vnd.ms-excel" ||
      mime_type == "application/vnd.ms-powerpoint" || mime_type == "application/vnd.ms-outlook") {
    return parse_compound_document(mime_type, bytes, sink, nesting);
  }
  if (mime_type == "text/rtf" || mime_type == "application/rtf") return parse_rtf(bytes, sink);
  if (mime_type.starts_with(office)) {
    return parse_office(mime_type.substr(office.size()), bytes, sink);
  }
  if (mime_type.starts_with(open_document)) {
    const std::string_view kind = mime_type.substr(open_document.size());
    for (const std::string_view known : {"text", "spreadsheet", "presentation", "graphics"}) {
      if (kind.starts_with(known)) return parse_open_document(bytes, sink);
    }
  }
  if (mime_type == "text/xml" || mime_type == "application/xml" || mime_type.ends_with("+xml")) {
    return parse_xml(bytes, sink);
  }
  if (is_read_as_it_stands(mime_type)) return parse_plain(bytes, {}, sink);
  if (mime_type == "application/encrypted") {
    return not_parsed(TextState::encrypted, Cause::password);
  }
  if (mime_type == "application/zip" || mime_type == "application/x-ole-storage") {
    return judge_container(mime_type, bytes);
  }
  if (is_page_picture(mime_type)) {
    Parsed parsed = not_parsed(TextState::empty, Cause::no_text);
    parsed.page_count = count_picture_pages(mime_type, bytes);
    if (parsed.page_count != 0) return parsed;
    return not_parsed(TextState::damaged, Cause::broken_picture);
  }
  if (mime_type == "application/x-empty" || mime_type == "inode/x-empty") return {};
  return not_parsed(TextState::unsupported, Cause::no_parser);
}

}  // namespace dms::search::extract
