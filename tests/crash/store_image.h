#pragma once

// A store looked at from within, while nobody has it open: what must not change, and what a
// harness changes on purpose.

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dms/base/result.h"

namespace dms::test {

// All that a store holds.
struct StoreImage {
  std::map<std::string, std::string> families;  // SHA-256 over every key and value, by name
  std::vector<std::string> journal;             // SHA-256 of each envelope; the last is the head
  friend bool operator==(const StoreImage&, const StoreImage&) = default;
};

// Reads every byte of every family, read-only: the folder stays as it is. `store` is a tenant's.
Result<StoreImage> read_image(const std::filesystem::path& store);
// The family of each table file, by the file's name.
Result<std::map<std::string, std::string>> table_families(const std::filesystem::path& store);
// Up to where the file `acknowledged` says the journal was acknowledged; 0 where it does not.
std::uint64_t acknowledged_sequence(const std::filesystem::path& store);

// Erases a few entries' details, as the law may ask for. The store is closed in order afterwards.
Result<void> erase_details(const std::filesystem::path& store);
// Makes one letter of a file's name another one, with all checksums right: what no checksum can
// see. Throws where the archive has filed nothing.
Result<void> falsify_record(const std::filesystem::path& store, std::mt19937_64& random);

}  // namespace dms::test
