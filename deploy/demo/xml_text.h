#pragma once

// XML as text: enough for the files that the demo writes.

#include <string>
#include <string_view>

namespace dms::demo {

inline constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// &, < and > as entities. For text, not for attributes.
std::string escape_xml(std::string_view text);

}  // namespace dms::demo
