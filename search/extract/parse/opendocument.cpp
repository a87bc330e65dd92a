#include "search/extract/parse/opendocument.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "search/extract/parse/office_package.h"
#include "search/extract/parse/properties.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

template <std::size_t count>
bool is_one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Full names here: OpenDocument's prefixes are fixed in practice, and local names repeat.
constexpr std::array<std::string_view, 9> skipped{
    "text:tracked-changes", "text:note-citation",        "text:ruby-text",
    "office:forms",         "text:index-title-template", "office:automatic-styles",
    "text:sequence-decls",  "text:variable-decls",       "office:settings"};
constexpr std::array<std::string_view, 2> set_aside{"text:note", "office:annotation"};

class OpenDocumentText {
 public:
  explicit OpenDocumentText(TextSink& sink) : sink_(sink) {}

  void append(const pugi::xml_node& part) { walk(part, 0); }

  // What was set aside: notes and comments, in their order.
  void append_notes() {
    while (!notes_.empty()) {  // a comment may stand within a note
      const std::vector<pugi::xml_node> notes = std::exchange(notes_, {});
      for (const pugi::xml_node& note : notes) walk_children(note, 0);
    }
  }

  void append_addresses() {
    for (std::string_view address : addresses_) {
      sink_.line_break();
      sink_.append(address);
    }
  }

  bool too_deep() const { return too_deep_; }

 private:
  void walk_children(const pugi::xml_node& node, int depth) {
    for (const pugi::xml_node& each : node.children()) {
      if (sink_.full()) return;
      if (each.type() == pugi::node_element) {
        walk(each, depth + 1);
      } else if (in_paragraph_ &&
                 (each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata)) {
        characters(each.value());
      }
    }
  }

  // White space within a paragraph counts as one space (ODF 1.2 part 1, 6.1.2).
  void characters(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    while (!text.empty()) {
      const std::size_t word = std::min(text.find_first_not_of(white), text.size());
      if (word > 0) sink_.space();
      text.remove_prefix(word);
      const std::size_t end = std::min(text.find_first_of(white), text.size());
      sink_.append(text.substr(0, end));
      text.remove_prefix(end);
    }
  }

  void walk(const pugi::xml_node& node, int depth) {
    if (depth > xml_depth_max) {
      too_deep_ = true;
      return;
    }
    const std::string_view name = node.name();
    if (is_one_of(name, skipped)) return;
    if (is_one_of(name, set_aside)) {
      notes_.push_back(node);
    } else if (name == "text:p" || name == "text:h" || name == "svg:title" || name == "svg:desc") {
      paragraph(node, depth);
    } else if (name == "text:s") {
      spaces(node);
    } else if (name == "text:tab") {
      sink_.append("\t");
    } else if (name == "text:line-break") {
      sink_.append("\n");
    } else if (name == "text:soft-page-break") {
      sink_.page_break();
    } else {
      if (name == "draw:page") sink_.page_break();
      if (name == "text:a") take_address(attribute(node, "href"));
      walk_children(node, depth);
    }
  }

  void paragraph(const pugi::xml_node& node, int depth) {
    // Within a paragraph stand frames with paragraphs of their own: those begin a line.
    const bool nested = in_paragraph_;
    if (nested) sink_.line_break();
    in_paragraph_ = true;
    walk_children(node, depth);
    in_paragraph_ = nested;
    sink_.paragraph_end();
  }

  void spaces(const pugi::xml_node& node) {
    constexpr std::size_t spaces_max = 200;
    const std::string_view given = attribute(node, "c");
    std::size_t count = 1;
    std::from_chars(given.data(), given.data() + given.size(), count);
    sink_.append(std::string(std::clamp<std::size_t>(count, 1, spaces_max), ' '));
  }

  void take_address(std::string_view address) {
    constexpr std::size_t addresses_max = 1000;
    if (is_address(address) && addresses_.size() < addresses_max) addresses_.insert(address);
  }

  TextSink& sink_;
  std::vector<pugi::xml_node> notes_;
  std::set<std::string_view> addresses_;  // in the document
  bool in_paragraph_ = false;
  bool too_deep_ = false;
};

// "Object 1/content.xml": a chart, formula or document within this one.
bool is_embedded_content(std::string_view name) {
  return name.starts_with("Object ") && name.ends_with("/content.xml") &&
         std::count(name.begin(), name.end(), '/') == 1;
}

bool is_wanted(std::string_view name) {
  return name == "content.xml" || name == "styles.xml" || name == "meta.xml" ||
         name == "META-INF/manifest.xml" || is_embedded_content(name);
}

class OpenDocumentReading {
 public:
  OpenDocumentReading(ZipParts parts, TextSink& sink) : parts_(std::move(parts)), sink_(sink) {}

  Parsed run() {
    // ODF 1.2 part 3, 4.8: encrypted entries are named in the manifest.
    if (parts_.find("META-INF/manifest.xml").find("encryption-data") != std::string_view::npos) {
      return not_parsed(TextState::encrypted, Cause::password);
    }
    pugi::xml_document content;
    auto found = parts_.parts.find("content.xml");
    if (found == parts_.parts.end()) return not_parsed(TextState::damaged, Cause::missing_part);
    if (!load_xml(content, found->second)) {
      return not_parsed(TextState::damaged, Cause::broken_markup);
    }
    OpenDocumentText text(sink_);
    text.append(child(content.document_element(), "body"));
    text.append_notes();
    pugi::xml_document styles;
    if (load("styles.xml", styles)) text.append(child(styles.document_element(), "master-styles"));
    std::list<pugi::xml_document> embedded;
    append_embedded(text, embedded);
    text.append_addresses();
    Parsed parsed;
    if (text.too_deep()) parsed.cause = Cause::nested_too_deep;
    take_properties(read_properties(), parsed, sink_);
    return parsed;
  }

 private:
  bool load(const char* part, pugi::xml_document& document) {
    auto found = parts_.parts.find(part);
    return found != parts_.parts.end() && load_xml(document, found->second);
  }

  void append_embedded(OpenDocumentText& text, std::list<pugi::xml_document>& documents) {
    for (auto& [name, content] : parts_.parts) {
      if (!is_embedded_content(name) || !load_xml(documents.emplace_back(), content)) continue;
      sink_.line_break();
      text.append(child(documents.back().document_element(), "body"));
    }
    text.append_notes();
  }

  Properties read_properties() {
    Properties properties;
    pugi::xml_document document;
    if (!load("meta.xml", document)) return properties;
    const pugi::xml_node meta = child(document.document_element(), "meta");
    properties.title = child(meta, "title").text().get();
    properties.author = child(meta, "creator").text().get();
    if (properties.author.empty()) properties.author = child(meta, "initial-creator").text().get();
    properties.subject = child(meta, "subject").text().get();
    properties.comments = child(meta, "description").text().get();
    for (const pugi::xml_node& each : meta.children()) {
      if (local_name(each.name()) != "keyword") continue;
      if (!properties.keywords.empty()) properties.keywords += ", ";
      properties.keywords += each.text().get();
    }
    return properties;
  }

  ZipParts parts_;
  TextSink& sink_;
};

}  // namespace

Parsed parse_open_document(std::string_view bytes, TextSink& sink) {
  return parse_open_document(read_zip(bytes, is_wanted), sink);
}

Parsed parse_open_document(ZipParts parts, TextSink& sink) {
  return parse_parts(std::move(parts), [&](ZipParts whole) {
    return OpenDocumentReading(std::move(whole), sink).run();
  });
}

}  // namespace dms::search::extract
