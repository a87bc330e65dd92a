#include "search/extract/parse/office_package.h"

#include <algorithm>
#include <array>

namespace dms::search::extract {
namespace {

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

}  // namespace

bool is_office_part(std::string_view name) {
  constexpr std::array<std::string_view, 5> unwanted{"customXml/", "/theme/", "/glossary/",
                                                     "/embeddings/", "/fontTable"};
  if (!name.ends_with(".xml") && !name.ends_with(".rels")) return false;
  return std::none_of(unwanted.begin(), unwanted.end(), [&](std::string_view each) {
    return name.find(each) != std::string_view::npos;
  });
}

bool is_address(std::string_view target) {
  return (target.find("://") != std::string_view::npos || target.starts_with("mailto:")) &&
         !target.starts_with("file:");
}

std::string OfficePackage::find_main_part(std::string usual) {
  for (const Relationship& each : relationships_of("")) {
    if (each.kind == "officeDocument" && has(each.target)) return each.target;
  }
  return usual;
}

std::vector<Relationship> OfficePackage::relationships_of(std::string_view part) {
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
    each.id = attribute(node, "Id");
    each.kind = type.substr(type.rfind('/') + 1);
    each.external = attribute(node, "TargetMode") == "External";
    const std::string_view target = attribute(node, "Target");
    each.target = each.external ? std::string(target) : resolve(folder, target);
    result.push_back(std::move(each));
  }
  return result;
}

bool OfficePackage::load(const std::string& part, pugi::xml_document& document) {
  auto found = parts_.parts.find(part);
  return found != parts_.parts.end() && load_xml(document, found->second);
}

Properties OfficePackage::read_properties() {
  Properties properties;
  pugi::xml_document document;
  if (!load("docProps/core.xml", document)) return properties;
  const pugi::xml_node root = document.document_element();
  properties.title = child(root, "title").text().get();
  properties.author = child(root, "creator").text().get();
  properties.subject = child(root, "subject").text().get();
  properties.keywords = child(root, "keywords").text().get();
  properties.comments = child(root, "description").text().get();
  return properties;
}

Parsed parse_parts(ZipParts parts, const std::function<Parsed(ZipParts)>& read) {
  if (parts.trouble == Cause::password) return not_parsed(TextState::encrypted, Cause::password);
  if (parts.trouble == Cause::expands_too_much || parts.trouble == Cause::too_many_parts) {
    return not_parsed(TextState::limit_exceeded, parts.trouble);
  }
  const bool broken = parts.trouble != Cause::none;
  Parsed parsed = read(std::move(parts));
  if (broken && parsed.state == TextState::damaged) parsed.cause = Cause::broken_container;
  return parsed;
}

}  // namespace dms::search::extract
