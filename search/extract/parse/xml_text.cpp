#include "search/extract/parse/xml_text.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/invoice.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/presentation.h"
#include "search/extract/parse/spreadsheet.h"
#include "search/extract/parse/word.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view white = " \t\r\n\f";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(white) == std::string_view::npos;
}

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

// Files within the file, as base64: long words, nothing to read.
bool is_base64(std::string_view text) {
  constexpr std::size_t length_min = 256;
  constexpr std::size_t word_length_min = 40;
  if (text.size() < length_min) return false;
  std::size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
    if (!letter && white.find(c) == std::string_view::npos) return false;
    if (letter && !in_word) ++words;
    in_word = letter;
  }
  return words * word_length_min <= text.size();
}

// What a parser would have to make at most. Markup within comments counts too: that is on the safe
// side.
std::size_t count_nodes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool opens = text[i] == '<' && i + 1 < text.size() && text[i + 1] != '/';
    if (opens || text[i] == '=') ++count;
  }
  return count;
}

// Whether a DOCTYPE before the root declares entities. Their names would stand for text that no
// one reads here, and expanding them is how a small file becomes a huge one.
bool declares_entities(const pugi::xml_document& document) {
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype &&
        std::string_view(node.value()).find("<!ENTITY") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

struct StringWriter final : pugi::xml_writer {
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
  std::string text;
};

// An office document saved as one XML file ("Flat OPC"): its parts as elements. Nothing where it is
// no such file.
std::optional<Parsed> parse_flat_package(const pugi::xml_node& package, TextSink& sink) {
  ZipParts parts;
  for (const pugi::xml_node& part : package.children()) {
    std::string_view name = attribute(part, "name");
    const pugi::xml_node content = child(part, "xmlData").first_child();
    if (local_name(part.name()) != "part" || !content) continue;
    while (name.starts_with('/')) name.remove_prefix(1);
    if (!is_office_part(name)) continue;
    StringWriter writer;
    content.print(writer, "", pugi::format_raw);
    parts.parts.emplace(name, std::move(writer.text));
  }
  const auto holds = [&](std::string_view folder) {
    const auto first = parts.parts.lower_bound(folder);
    return first != parts.parts.end() && first->first.starts_with(folder);
  };
  if (holds("word/")) return parse_word(std::move(parts), sink);
  if (holds("xl/")) return parse_spreadsheet(std::move(parts), sink);
  if (holds("ppt/")) return parse_presentation(std::move(parts), sink);
  return std::nullopt;
}

class XmlText {
 public:
  explicit XmlText(TextSink& sink) : sink_(sink) {}

  // An element that holds text itself is a line, with all within it; one that holds elements alone
  // divides them into lines.
  void append(const pugi::xml_node& element, int depth) {
    if (sink_.full()) return;
    if (depth > xml_depth_max) {
      too_deep_ = true;
      return;
    }
    const bool mixed = std::any_of(element.begin(), element.end(), [](const pugi::xml_node& child) {
      return is_text(child) && !is_blank(child.value());
    });
    if (mixed) {
      append_line(element, depth);
      sink_.line_break();
      return;
    }
    for (const pugi::xml_node& child : element.children()) {
      if (child.type() == pugi::node_element) append(child, depth + 1);
    }
  }

  bool too_deep() const { return too_deep_; }

 private:
  void append_line(const pugi::xml_node& element, int depth) {
    if (sink_.full()) return;
    if (depth > xml_depth_max) {
      too_deep_ = true;
      return;
    }
    for (const pugi::xml_node& child : element.children()) {
      if (is_text(child)) append_words(child.value());
      if (child.type() == pugi::node_element) append_line(child, depth + 1);
    }
  }

  void append_words(std::string_view text) {
    if (is_base64(text)) return;
    while (!text.empty()) {
      const std::size_t word = std::min(text.find_first_not_of(white), text.size());
      if (word > 0) sink_.space();
      text.remove_prefix(word);
      const std::size_t end = std::min(text.find_first_of(white), text.size());
      sink_.append(text.substr(0, end));
      text.remove_prefix(end);
    }
  }

  TextSink& sink_;
  bool too_deep_ = false;
};

}  // namespace

Parsed parse_xml(std::string_view bytes, TextSink& sink, const XmlLimits& limits) {
  std::string text = to_utf8(bytes, declared_xml_charset(bytes), limits.bytes);
  if (text.size() > limits.bytes) {
    return not_parsed(TextState::limit_exceeded, Cause::input_too_large);
  }
  if (count_nodes(text) > limits.nodes) {
    return not_parsed(TextState::limit_exceeded, Cause::too_many_parts);
  }
  // The parser takes NUL for the end.
  std::replace(text.begin(), text.end(), '\0', ' ');
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer_inplace(
      text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_doctype,
      pugi::encoding_utf8);
  if (result.status == pugi::status_out_of_memory) throw std::bad_alloc();
  if (result.status != pugi::status_ok) {
    return not_parsed(TextState::damaged, Cause::broken_markup);
  }
  if (declares_entities(document)) {
    return not_parsed(TextState::unsupported, Cause::own_entities);
  }
  if (local_name(document.document_element().name()) == "package") {
    if (auto office = parse_flat_package(document.document_element(), sink)) {
      return std::move(*office);
    }
  }
  XmlText walk(sink);
  walk.append(document.document_element(), 1);
  Parsed parsed;
  if (walk.too_deep()) parsed.cause = Cause::nested_too_deep;
  parsed.invoice = read_invoice(document.document_element());
  return parsed;
}

}  // namespace dms::search::extract
