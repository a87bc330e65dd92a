#pragma once

// INTERNAL to storage/: what a Commit gathers, as the committer applies it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/commit.h"

namespace dms::storage {

struct Commit::Changes {
  struct ContentChange {
    enum class Kind : std::uint8_t { name, release } kind = Kind::name;
    std::variant<StagedContent, ContentId> content;
    Uuid owner;
  };

  std::map<std::string, std::optional<std::string>> records;  // by record_key; nullopt: erased
  std::map<std::string, std::optional<std::string>> indexes;  // entry key → record key
  std::map<std::string, std::uint64_t> counters;              // by name
  std::vector<Event> events;
  std::vector<ContentChange> contents;
  std::vector<std::uint64_t> erased_details;  // event sequences

  bool empty() const;
  // `too_large` above commit_bytes_max or commit_objects_max.
  Result<void> check_limits() const;
};

}  // namespace dms::storage
