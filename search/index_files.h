#pragma once

// The folders that indexes lie in: made, synced, exchanged, removed. Private to search.

#include <xapian.h>

#include <cstdint>
#include <string>

#include "dms/base/result.h"

namespace dms::search {

// For the operator, after a call that set errno: `storage_full` or `internal`.
Error file_error(const std::string& what);

// All files in a folder, and the folder.
Result<void> sync_folder(const std::string& folder);
// With everything in it; what is not there is gone already.
Result<void> remove_folder(const std::string& folder);
// 0700, and not there before.
Result<void> make_folder(const std::string& folder);

// `storage_full` where its disk lacks room for the files of `folder` once more and
// `bytes_kept_free`.
Result<void> require_room_for_copy(const std::string& folder, std::uint64_t bytes_kept_free);

// Opens the index in a folder, or creates it there (0700) with its format and `analysis`, which is
// analysis_identity(). Throws Xapian's errors.
Xapian::WritableDatabase open_database(const std::string& folder, const std::string& analysis);

}  // namespace dms::search
