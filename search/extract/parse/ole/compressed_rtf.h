#pragma once

// RTF as Outlook keeps it in a message ([MS-OXRTFCP]).

#include <string>
#include <string_view>

namespace dms::search::extract {

// The RTF, at most bytes_max; empty where the bytes are none.
std::string decompress_rtf(std::string_view bytes, std::size_t bytes_max);

}  // namespace dms::search::extract
