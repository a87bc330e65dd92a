#pragma once

// Small files outside the store that must outlive a power cut: mode 0600, never reached through a
// symbolic link, fsynced with their folder. What fails is `unavailable`; the hint names the file.
// Thread-safe for different files.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms {

// nullopt where there is none; `too_large` above `bytes_max`.
Result<std::optional<std::string>> read_small_file(const std::string& path, std::size_t bytes_max);

// `conflict` where it is there already.
Result<void> create_small_file(const std::string& path, std::string_view text);

// Creates it, or puts `text` in the place of what it holds: whole or not at all.
Result<void> replace_small_file(const std::string& path, std::string_view text);

// Puts `text` behind the first `size` bytes; what follows them goes. Creates the file.
Result<void> append_to_small_file(const std::string& path, std::size_t size, std::string_view text);

}  // namespace dms
