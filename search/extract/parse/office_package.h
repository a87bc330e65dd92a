#pragma once

// OOXML packages (ECMA-376 part 2): parts and what they refer to. Shared by DOCX, XLSX and PPTX.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/properties.h"
#include "search/extract/parse/xml.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {

struct Relationship {
  std::string id;      // "rId7"
  std::string kind;    // the last word of its type: "header", "footnotes"
  std::string target;  // a part's name, or an address where it is external
  bool external = false;
};

// Whether an entry of the archive is a part that holds text or leads to it.
bool is_office_part(std::string_view name);

// An address outside that is worth searching for; a path on somebody's disk is not.
bool is_address(std::string_view target);

// A file whose parts are read once each, in place.
class OfficePackage {
 public:
  explicit OfficePackage(ZipParts parts) : parts_(std::move(parts)) {}

  // The part that the package says is the document; `usual` where it says none.
  std::string find_main_part(std::string usual);
  // Of a part, or, where it is empty, of the package.
  std::vector<Relationship> relationships_of(std::string_view part);
  // False where the part is absent or no XML. A part is loaded once only.
  bool load(const std::string& part, pugi::xml_document& document);
  bool has(std::string_view part) const { return parts_.parts.find(part) != parts_.parts.end(); }
  Properties read_properties();

 private:
  ZipParts parts_;
};

// Runs `read` unless the archive's trouble forbids it. A damaged archive whose document could
// still be read is worth its text.
Parsed parse_parts(ZipParts parts, const std::function<Parsed(ZipParts)>& read);

}  // namespace dms::search::extract
