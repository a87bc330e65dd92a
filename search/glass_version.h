#pragma once

// The version file of a glass index (iamglass), as far as a byte in it that changed would have
// Xapian 1.4 read and write beside its own memory: a table's level goes unchecked into an array of
// ten. All else that is wrong with an index Xapian tells by an exception, or finds less.

#include <string>
#include <string_view>

namespace dms::search {

// Whether no table claims more levels than Xapian has room for. What is no version file, or of
// another format, is left to Xapian.
bool has_sound_levels(std::string_view version_file);

// Throws Xapian::DatabaseCorruptError where the index in `folder` must not be opened.
void check_version_file(const std::string& folder);

}  // namespace dms::search
