#include "search/extract/parse/presentation.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "search/extract/parse/drawing_text.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

class PresentationReading {
 public:
  PresentationReading(OfficePackage package, TextSink& sink)
      : package_(std::move(package)), sink_(sink) {}

  Parsed run() {
    const std::string main_part = package_.find_main_part("ppt/presentation.xml");
    if (!package_.has(main_part)) return not_parsed(TextState::damaged, Cause::missing_part);
    pugi::xml_document presentation;
    if (!package_.load(main_part, presentation)) {
      return not_parsed(TextState::damaged, Cause::broken_markup);
    }
    const std::vector<Relationship> parts = package_.relationships_of(main_part);
    bool first = true;
    for (const pugi::xml_node& each :
         child(presentation.document_element(), "sldIdLst").children()) {
      const std::string slide = target_of(parts, each);
      if (slide.empty() || !done_.insert(slide).second) continue;
      if (!first) sink_.hard_page_break();
      first = false;
      append_slide(slide);
    }
    append_backgrounds(parts);
    for (const std::string& each : addresses_) {
      sink_.line_break();
      sink_.append(each);
    }
    Parsed parsed;
    if (too_deep_) parsed.cause = Cause::nested_too_deep;
    take_properties(package_.read_properties(), parsed, sink_);
    return parsed;
  }

 private:
  // A slide is named by its relationship (r:id); "id" alone is a number of its own.
  static std::string target_of(const std::vector<Relationship>& parts, const pugi::xml_node& node) {
    for (const pugi::xml_attribute& each : node.attributes()) {
      const std::string_view name = each.name();
      if (local_name(name) != "id" || name.find(':') == std::string_view::npos) continue;
      const auto found = std::find_if(parts.begin(), parts.end(), [&](const Relationship& part) {
        return part.id == each.value() && !part.external;
      });
      if (found != parts.end()) return found->target;
    }
    return {};
  }

  bool append_part(const std::string& part, Placeholders placeholders) {
    pugi::xml_document document;
    if (!package_.load(part, document)) return false;
    DrawingText text(sink_, placeholders);
    text.append(document);
    too_deep_ = too_deep_ || text.too_deep();
    sink_.line_break();
    return true;
  }

  void append_slide(const std::string& slide) {
    append_part(slide, Placeholders::read);
    const std::vector<Relationship> parts = package_.relationships_of(slide);
    for (const std::string_view kind : {"chart", "diagramData", "comments", "notesSlide"}) {
      for (const Relationship& each : parts) {
        if (each.kind != kind || each.external || !done_.insert(each.target).second) continue;
        append_part(each.target, Placeholders::read);
      }
    }
    take_addresses(parts);
    for (const Relationship& each : parts) {
      if (each.kind == "slideLayout" && !each.external) layouts_.insert(each.target);
    }
  }

  void take_addresses(const std::vector<Relationship>& parts) {
    for (const Relationship& each : parts) {
      if (each.external && is_address(each.target)) addresses_.insert(each.target);
    }
  }

  // Layouts that slides have, and masters: a town's name beside its arms, a footer.
  void append_backgrounds(const std::vector<Relationship>& parts) {
    for (const std::string& each : layouts_) append_part(each, Placeholders::left_out);
    for (const Relationship& each : parts) {
      if (each.kind == "slideMaster" && !each.external) {
        append_part(each.target, Placeholders::left_out);
      }
    }
  }

  OfficePackage package_;
  TextSink& sink_;
  std::set<std::string> done_;
  std::set<std::string> layouts_;
  std::set<std::string> addresses_;
  bool too_deep_ = false;
};

}  // namespace

Parsed parse_presentation(std::string_view bytes, TextSink& sink) {
  return parse_presentation(read_zip(bytes, is_office_part), sink);
}

Parsed parse_presentation(ZipParts parts, TextSink& sink) {
  return parse_parts(std::move(parts), [&](ZipParts whole) {
    return PresentationReading(OfficePackage(std::move(whole)), sink).run();
  });
}

}  // namespace dms::search::extract
