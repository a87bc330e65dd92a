#pragma once

// INTERNAL to storage/: what version of the formats a store is written in, and how an older one
// becomes a newer one.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "dms/base/id.h"
#include "dms/base/time.h"
#include "storage/database.h"

namespace dms::storage {

inline constexpr std::uint32_t schema_version = 2;

// Keys in family meta. FOR EVER.
inline constexpr std::string_view schema_version_key = "schema_version";
inline constexpr std::string_view store_id_key = "store_id";

// One step from version `from` to `from + 1`. It fills the batch that also writes the new version,
// so that a step happens wholly or not at all.
struct Migration {
  std::uint32_t from = 0;
  std::function<Result<void>(const Database&, rocksdb::WriteBatch&)> step;
};

// Every step since version 1, ascending.
std::span<const Migration> migrations();

// Makes a database that holds nothing yet the store `id` in the present version.
Result<void> begin_schema(Database& database, const Uuid& id);

// Gives a new store its id and version, brings an older one to `target`. `unsupported` where a
// newer program wrote it, `corrupt` where history is there and no version is. Returns the store's
// id.
Result<Uuid> prepare_schema(Database& database, const Clock& clock,
                            std::span<const Migration> steps, std::uint32_t target);

}  // namespace dms::storage
