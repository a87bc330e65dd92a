#pragma once

// INTERNAL to storage/: the small files of a backup folder, sealed where it is.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/backup.h"

namespace dms::storage {

// Puts a file of `bytes`, as they are, in its place: durably, whole or not at all.
Result<void> replace_whole(const std::string& path, std::string_view bytes);

// A generation's small files, and what says which there are: sha256sum's format.
std::string list_of_files(const BackupFiles& files);
Result<void> write_generation_files(const BackupPlace& place, std::uint32_t number,
                                    const BackupFiles& files);
// `list`: the digest of list_of_files(), from the generation's label.
Result<BackupFiles> read_listed_files(const BackupPlace& place, std::uint32_t number,
                                      const Sha256Digest& list);
// Removes those of generations that are not in `kept`.
Result<void> remove_other_files(const std::string& folder, const std::vector<std::uint32_t>& kept);

// Those that are there unchanged are not written again.
Result<void> write_present_files(const BackupPlace& place, const BackupFiles& files);

}  // namespace dms::storage
