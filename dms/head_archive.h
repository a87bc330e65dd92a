#pragma once

// Files of signed heads: one a tenant, beside the tenants' folders, and copies. Heads are added and
// set aside, never removed. One process at a time writes a file: who has the tenant's store open.

#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/signed_head.h"
#include "storage/store.h"

namespace dms {

// heads/<tenant>.jsonl in the data folder.
std::string heads_folder(const std::string& data_folder);
std::string heads_file(const std::string& data_folder, const std::string& tenant_id);

// As bytes; "" where there is no file. `too_large` above head_file_bytes_max.
Result<std::string> read_head_file(const std::string& path);

// Puts `head` at the end, durably. Torn bytes there go: nobody was told of them.
Result<void> append_head(const std::string& path, const SignedHead& head);

// The lines of those heads of `text` that are not in `present`. Pure.
std::string missing_heads(std::string_view present, std::string_view text);
// Adds them to the file.
Result<void> add_heads(const std::string& path, std::string_view text);

struct SetAside {
  std::uint64_t heads = 0;  // lines, those that are no heads included
  std::string file;         // "" where there were none
};
// Moves what `store` does not agree with, because an older state of it was put in place on purpose,
// to a file beside `path` whose name tells `now`.
Result<SetAside> set_aside_heads(const std::string& path, const storage::Store& store, Instant now);

}  // namespace dms
