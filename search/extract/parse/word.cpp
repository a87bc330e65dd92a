#include "search/extract/parse/word.h"

#include <algorithm>
#include <array>
#include <set>

#include "search/extract/parse/word_numbering.h"
#include "search/extract/parse/word_text.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

struct Relationship {
  std::string kind;    // the last word of its type: "header", "footnotes"
  std::string target;  // a part's name, or an address where it is external
  bool external = false;
};

// "word" and "../media/x.xml" → "media/x.xml".
std::string resolve(std::string_view folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::string base(folder);
  while (target.starts_with("../") || target.starts_with("./")) {
    if (target.starts_with("../")) {
      const std::size_t slash = base.rfind('/');
      base.resize(slash == std::string::npos ? 0 : slash);
      target.remove_prefix(3);
    } else {
      target.remove_prefix(2);
    }
  }
  return base.empty() ? std::string(target) : base + "/" + std::string(target);
}

std::string folder_of(std::string_view part) {
  const std::size_t slash = part.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(part.substr(0, slash));
}

// A file whose parts are read once each, in place.
class WordPackage {
 public:
  explicit WordPackage(ZipParts parts) : parts_(std::move(parts)) {}

  std::vector<Relationship> relationships_of(std::string_view part) {
    const std::string folder = folder_of(part);
    const std::string_view name = part.substr(folder.empty() ? 0 : folder.size() + 1);
    std::string path = folder + (folder.empty() ? "" : "/") + "_rels/";
    path.append(name).append(".rels");
    std::vector<Relationship> result;
    pugi::xml_document document;
    if (!load(path, document)) return result;
    for (const pugi::xml_node& node : document.document_element().children()) {
      const std::string_view type = attribute(node, "Type");
      Relationship each;
      each.kind = type.substr(type.rfind('/') + 1);
      each.external = attribute(node, "TargetMode") == "External";
      const std::string_view target = attribute(node, "Target");
      each.target = each.external ? std::string(target) : resolve(folder, target);
      result.push_back(std::move(each));
    }
    return result;
  }

  // False where the part is absent or no XML. A part is loaded once only.
  bool load(const std::string& part, pugi::xml_document& document) {
    auto found = parts_.parts.find(part);
    return found != parts_.parts.end() && load_xml(document, found->second);
  }

  bool has(std::string_view part) const { return parts_.parts.find(part) != parts_.parts.end(); }

 private:
  ZipParts parts_;
};

bool is_wanted(std::string_view name) {
  constexpr std::array<std::string_view, 5> unwanted{"customXml/", "/theme/", "/glossary/",
                                                     "/embeddings/", "/fontTable"};
  if (!name.ends_with(".xml") && !name.ends_with(".rels")) return false;
  return std::none_of(unwanted.begin(), unwanted.end(), [&](std::string_view each) {
    return name.find(each) != std::string_view::npos;
  });
}

class WordReading {
 public:
  WordReading(WordPackage package, TextSink& sink) : package_(std::move(package)), sink_(sink) {}

  Parsed run() {
    const std::string main_part = find_main_part();
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
    read_properties(parsed);
    return parsed;
  }

 private:
  std::string find_main_part() {
    for (const Relationship& each : package_.relationships_of("")) {
      if (each.kind == "officeDocument" && package_.has(each.target)) return each.target;
    }
    return "word/document.xml";
  }

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
      const bool address =
          target.find("://") != std::string_view::npos || target.starts_with("mailto:");
      if (!address || target.starts_with("file:") || !seen.insert(target).second) return;
      sink_.line_break();
      sink_.append(target);
    };
    for (const Relationship& each : relationships_) {
      if (each.external) append(each.target);
    }
    for (const std::string& each : field_targets) append(each);
  }

  void read_properties(Parsed& parsed) {
    pugi::xml_document properties;
    if (!package_.load("docProps/core.xml", properties)) return;
    const pugi::xml_node root = properties.document_element();
    parsed.title = child(root, "title").text().get();
    parsed.author = child(root, "creator").text().get();
  }

  WordPackage package_;
  TextSink& sink_;
  std::vector<Relationship> relationships_;
  std::set<std::string> done_;
};

}  // namespace

Parsed parse_word(std::string_view bytes, TextSink& sink) {
  return parse_word(read_zip(bytes, is_wanted), sink);
}

Parsed parse_word(ZipParts parts, TextSink& sink) {
  if (parts.trouble == Cause::password) return not_parsed(TextState::encrypted, Cause::password);
  if (parts.trouble == Cause::expands_too_much || parts.trouble == Cause::too_many_parts) {
    return not_parsed(TextState::limit_exceeded, parts.trouble);
  }
  const bool broken = parts.trouble != Cause::none;
  Parsed parsed = WordReading(WordPackage(std::move(parts)), sink).run();
  // A damaged archive whose document could still be read is worth its text.
  if (broken && parsed.state == TextState::damaged) parsed.cause = Cause::broken_container;
  return parsed;
}

}  // namespace dms::search::extract
