#include "search/extract/parse/pdf_parts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/pdf/pdf_objects.h"
#include "search/extract/parse/xml.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t texts_max = 2'000;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class XfaTexts {
 public:
  void walk(const pugi::xml_node& node, int depth) {
    if (depth > xml_depth_max || texts.size() >= texts_max) return;
    const std::string_view name = local_name(node.name());
    // What a form does, and what it offers for choice.
    constexpr std::array<std::string_view, 9> unread{"script", "calculate", "validate",
                                                     "event",  "assist",    "items",
                                                     "config", "localeSet", "bind"};
    if (std::find(unread.begin(), unread.end(), name) != unread.end()) return;
    in_data_ = in_data_ || name == "datasets";
    const bool shown = in_data_ || name == "text" || name == "exData" || in_html_;
    const bool was_html = std::exchange(in_html_, in_html_ || name == "exData");
    for (const pugi::xml_node& each : node.children()) {
      if (each.type() == pugi::node_element) walk(each, depth + 1);
      const bool text = each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata;
      if (text && shown && !is_blank(each.value())) texts.emplace_back(each.value());
    }
    in_html_ = was_html;
    if (name == "datasets") in_data_ = false;
  }

  std::vector<std::string> texts;

 private:
  bool in_data_ = false;
  bool in_html_ = false;
};

}  // namespace

std::vector<std::string> xfa_texts(std::string xml) {
  pugi::xml_document document;
  std::replace(xml.begin(), xml.end(), '\0', ' ');
  if (!load_xml(document, xml)) return {};
  XfaTexts walk;
  walk.walk(document.document_element(), 0);
  return std::move(walk.texts);
}

Parsed parse_pdf_parts(std::string_view bytes, TextSink& sink, int nesting) {
  Parsed parsed;
  PdfObjects objects = read_pdf_objects(bytes);
  const auto append_line = [&](const std::string& text) {
    sink.append(text);
    sink.line_break();
  };
  for (std::string& form : objects.xfa) {
    for (const std::string& each : xfa_texts(std::move(form))) append_line(each);
  }
  for (const std::string& each : objects.field_values) {
    if (!is_blank(each)) append_line(each);
  }
  bool begun = false;
  for (PdfObjects::File& file : objects.files) {
    Attachment listed;
    listed.name = clean_metadata(file.name, attachment_name_bytes_max);
    listed.mime_type = detect_type(file.content);
    TextSink text(sink.room());
    Parsed inner = parse_as(listed.mime_type, file.content, text, nesting + 1);
    // An invoice's data are the PDF itself in another form: no text of their own.
    if (inner.invoice && !parsed.invoice) {
      parsed.invoice = std::move(inner.invoice);
    } else if (inner.state == TextState::extracted && text.has_text()) {
      if (!std::exchange(begun, true)) sink.hard_page_break();
      sink.append(listed.name + "\n" + text.finish().text);
      sink.line_break();
    }
    listed.size = file.content.size();
    parsed.attachments.push_back(std::move(listed));
    parsed.contents.push_back(std::move(file.content));
  }
  return parsed;
}

}  // namespace dms::search::extract
