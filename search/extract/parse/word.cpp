#include "search/extract/parse/word.h"

#include <set>

#include "search/extract/parse/office_package.h"
#include "search/extract/parse/properties.h"
#include "search/extract/parse/word_numbering.h"
#include "search/extract/parse/word_text.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

class WordReading {
 public:
  WordReading(OfficePackage package, TextSink& sink) : package_(std::move(package)), sink_(sink) {}

  Parsed run() {
    const std::string main_part = package_.find_main_part("word/document.xml");
    pugi::xml_document body;
    if (!package_.has(main_part)) return not_parsed(TextState::damaged, Cause::missing_part);
    if (!package_.load(main_part, body)) {
      return not_parsed(TextState::damaged, Cause::broken_markup);
    }
    relationships_ = package_.relationships_of(main_part);
    pugi::xml_document numbering_part;
    pugi::xml_document styles_part;
    load_first("numbering", numbering_part);
    load_first("styles", styles_part);
    WordNumbering numbering(numbering_part.document_element(), styles_part.document_element());
    WordText text(sink_, numbering);
    append_all("header", text);
    text.append(body);
    sink_.line_break();
    for (std::string_view kind : {"footnotes", "endnotes", "comments", "footer", "chart"}) {
      append_all(kind, text);
    }
    append_addresses(text.field_targets());
    Parsed parsed;
    if (text.too_deep()) parsed.cause = Cause::nested_too_deep;
    take_properties(package_.read_properties(), parsed, sink_);
    return parsed;
  }

 private:
  void load_first(std::string_view kind, pugi::xml_document& document) {
    for (const Relationship& each : relationships_) {
      if (each.kind == kind && !each.external && package_.load(each.target, document)) return;
    }
  }

  void append_all(std::string_view kind, WordText& text) {
    for (const Relationship& each : relationships_) {
      if (each.kind != kind || each.external || !done_.insert(each.target).second) continue;
      pugi::xml_document part;
      if (!package_.load(each.target, part)) continue;
      text.append(part);
      sink_.line_break();
    }
  }

  // Addresses of links, linked pictures and documents: what the file points to can be searched for.
  void append_addresses(const std::vector<std::string>& field_targets) {
    std::set<std::string_view> seen;
    auto append = [&](std::string_view target) {
      if (!is_address(target) || !seen.insert(target).second) return;
      sink_.line_break();
      sink_.append(target);
    };
    for (const Relationship& each : relationships_) {
      if (each.external) append(each.target);
    }
    for (const std::string& each : field_targets) append(each);
  }

  OfficePackage package_;
  TextSink& sink_;
  std::vector<Relationship> relationships_;
  std::set<std::string> done_;
};

}  // namespace

Parsed parse_word(std::string_view bytes, TextSink& sink) {
  return parse_word(read_zip(bytes, is_office_part), sink);
}

Parsed parse_word(ZipParts parts, TextSink& sink) {
  return parse_parts(std::move(parts), [&](ZipParts whole) {
    return WordReading(OfficePackage(std::move(whole)), sink).run();
  });
}

}  // namespace dms::search::extract
