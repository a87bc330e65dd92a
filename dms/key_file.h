#pragma once

// Key files: 32 bytes that prove whole. Mode 0600, in a folder with mode 0700, never reached
// through a symbolic link, fsynced with their folder. Thread-safe for different files.
//
// FOR EVER: a file is the key's 32 bytes and their SHA-256, 64 bytes in all. A file of 32 bytes is
// a key of an early version; it gets its checksum when load_or_create_key_file() reads it.

#include <optional>
#include <string>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

inline constexpr std::size_t key_file_key_bytes = 32;

// Makes `folder` where absent. `unavailable` where it is no folder or is open to others.
Result<void> prepare_key_folder(const std::string& folder);

// nullopt where there is no such file. `unavailable` where it cannot be read, is open to others or
// of another length, `corrupt` where the checksum does not fit (the hint says which file). A
// systemd credential may be readable by a group, for it is by an access list.
Result<std::optional<Secret>> read_key_file(const std::string& path);

// The same for one that must be there: `not_found` where it is not.
Result<Secret> require_key_file(const std::string& path);

// `conflict` where it is there already.
Result<void> create_key_file(const std::string& path, const Secret& key);

// The same with a random key.
Result<void> create_key_file(const std::string& path);

// Reads the key, or makes a random one where there is none; of two processes one wins.
Result<Secret> load_or_create_key_file(const std::string& path);

}  // namespace dms
