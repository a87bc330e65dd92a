#pragma once

// Small tools over pugixml, which reads no DTD and expands no entity of the document's own. Names
// are compared without their prefix: documents choose prefixes freely, and the two editions of
// OOXML differ in nothing else here.

#include <pugixml.hpp>

#include <string>
#include <string_view>

namespace dms::search::extract {

// Deeper elements are left out: real documents stay below 100.
inline constexpr int xml_depth_max = 300;

// The name after the colon.
std::string_view local_name(std::string_view name);
// The value of the attribute with that local name; empty where there is none. Valid as long as the
// document.
std::string_view attribute(const pugi::xml_node& node, std::string_view local);
// The first child with that local name, or an empty node.
pugi::xml_node child(const pugi::xml_node& node, std::string_view local);

// Parses in place: `text` must outlive the document. White space between elements is kept. False
// where it is no XML; throws std::bad_alloc where memory is exhausted.
bool load_xml(pugi::xml_document& document, std::string& text);

}  // namespace dms::search::extract
