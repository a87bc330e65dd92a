#pragma once

// Files as a child gets them.

#include <string_view>

#include "dms/base/result.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {

// A descriptor of its own for the child: read only, at offset 0, whatever the caller's allows.
// `unavailable` where there is none to be had.
Result<UniqueFd> reopen_read_only(int descriptor);

// The same of a file in memory with these bytes.
Result<UniqueFd> make_input_file(std::string_view bytes);

}  // namespace dms::search::extract
