#pragma once

// The field Upload-Metadata of tus 1.0: "name base64,name base64,name" with values that may be
// absent. Strangers send it: parsed strictly, and fuzzed. Pure.

#include <map>
#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms::web {

inline constexpr std::size_t upload_metadata_pairs_max = 32;

// The decoded values by name. `invalid` for what is no such list: empty names, characters outside
// printable ASCII, a name given twice, base64 with wrong padding or left-over bits, too many pairs.
Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(
    std::string_view field);

}  // namespace dms::web
