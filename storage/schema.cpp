#include "storage/schema.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "dms/base/bytes.h"
#include "storage/journal.h"
#include "storage/slice.h"

namespace dms::storage {

namespace {

void put_version(const Database& database, rocksdb::WriteBatch& batch, std::uint32_t version) {
  std::string bytes;
  append_big_endian(bytes, version);
  batch.Put(database.handle(Family::meta), slice(schema_version_key), bytes);
}

Result<void> put_identity(Database& database, const Uuid& id, std::uint32_t version) {
  rocksdb::WriteBatch batch;
  batch.Put(database.handle(Family::meta), slice(store_id_key), slice(raw_bytes(id)));
  put_version(database, batch, version);
  return database.write(batch, Durability::synced);
}

Result<Uuid> create(Database& database, const Clock& clock, std::uint32_t version) {
  const JournalPosition head = DMS_TRY(read_journal_head(database));
  if (head.sequence != 0) {
    return fail(operator_error(
        ErrorCode::corrupt,
        fmt::format("store {}: has a journal and no schema version", database.name())));
  }
  const Uuid id = make_uuid_v7(clock.now());
  DMS_TRY(put_identity(database, id, version));
  return id;
}

Result<void> migrate(Database& database, std::span<const Migration> steps, std::uint32_t version,
                     std::uint32_t target) {
  for (const Migration& migration : steps) {
    if (migration.from < version || migration.from >= target) continue;
    rocksdb::WriteBatch batch;
    DMS_TRY(migration.step(database, batch));
    put_version(database, batch, migration.from + 1);
    DMS_TRY(database.write(batch, Durability::synced));
    version = migration.from + 1;
    database.log().info("store_migrated",
                        {{"store", database.name()}, {"version", std::uint64_t{version}}});
  }
  if (version == target) return {};
  return fail(operator_error(
      ErrorCode::unsupported,
      fmt::format("store {}: no way from schema {} to {}", database.name(), version, target)));
}

}  // namespace

std::span<const Migration> migrations() {
  // 1 → 2: indexes with versions, and nothing to change: they are built when the store has opened
  // (index_builder.h). A program of version 1 would leave them behind the records.
  static const std::array<Migration, 1> steps = {
      {{1, [](const Database&, rocksdb::WriteBatch&) { return Result<void>(); }}}};
  return steps;
}

Result<void> begin_schema(Database& database, const Uuid& id) {
  return put_identity(database, id, schema_version);
}

Result<Uuid> prepare_schema(Database& database, const Clock& clock,
                            std::span<const Migration> steps, std::uint32_t target) {
  const std::optional<std::string> stored = DMS_TRY(database.get(Family::meta, schema_version_key));
  if (!stored) return create(database, clock, target);
  const std::optional<std::uint32_t> version = read_big_endian_32(*stored);
  const std::optional<std::string> id_bytes = DMS_TRY(database.get(Family::meta, store_id_key));
  const std::optional<Uuid> id = uuid_from_raw(id_bytes.value_or(""));
  if (!version || !id) {
    return fail(operator_error(ErrorCode::corrupt,
                               fmt::format("store {}: unreadable schema", database.name())));
  }
  if (*version > target) {
    return fail(operator_error(ErrorCode::unsupported,
                               fmt::format("store {}: written by a newer program (schema {}, "
                                           "this program knows {})",
                                           database.name(), *version, target)));
  }
  if (*version < target) DMS_TRY(migrate(database, steps, *version, target));
  return *id;
}

}  // namespace dms::storage
