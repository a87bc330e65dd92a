#include "store_image.h"

#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/acknowledged.h"
#include "storage/database.h"
#include "storage/store.h"

namespace dms::test {

namespace {

using storage::Database;
using storage::Family;

Result<std::unique_ptr<Database>> open_database(const std::filesystem::path& store,
                                                Database::Access access) {
  static NullLog log;
  Database::Options options;
  options.folder = (store / "db").string();
  options.name = "image";
  options.access = access;
  options.log = &log;
  return Database::open(std::move(options));
}

void add(Sha256& hash, const rocksdb::Slice& bytes) {
  hash.update(std::to_string(bytes.size()) + ":");
  hash.update(bytes.ToStringView());
}

// Of every version that the archive files (archive.cpp); no index and no other record holds it.
constexpr std::string_view file_name = "\"a.txt\"";

}  // namespace

Result<StoreImage> read_image(const std::filesystem::path& store) {
  const auto database = DMS_TRY(open_database(store, Database::Access::read_only));
  StoreImage image;
  for (std::size_t i = 0; i < storage::family_count; ++i) {
    const auto family = static_cast<Family>(i);
    Sha256 hash;
    const auto at = database->iterate(family);
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      add(hash, at->key());
      add(hash, at->value());
      if (family != Family::journal) continue;
      image.journal.push_back(sha256(at->value().ToStringView()).hex());
    }
    if (!at->status().ok()) return fail(storage::read_error(at->status(), "image"));
    image.families[std::string(storage::family_names[i])] = hash.finish().hex();
  }
  return image;
}

Result<std::map<std::string, std::string>> table_families(const std::filesystem::path& store) {
  const auto database = DMS_TRY(open_database(store, Database::Access::read_only));
  std::vector<rocksdb::LiveFileMetaData> files;
  database->raw().GetLiveFilesMetaData(&files);
  std::map<std::string, std::string> families;
  for (const rocksdb::LiveFileMetaData& file : files) {
    families[file.relative_filename] = file.column_family_name;
  }
  return families;
}

std::uint64_t acknowledged_sequence(const std::filesystem::path& store) {
  const int folder = ::open(store.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  const auto read = storage::AcknowledgedFile::read(folder);
  ::close(folder);
  return read && *read ? (*read)->group.head.sequence : 0;
}

Result<void> erase_details(const std::filesystem::path& store) {
  const SystemClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment environment({}, clock, log, metrics);
  storage::StoreOptions options;
  options.folder = store.string();
  options.name = "image";
  const auto opened = DMS_TRY(storage::Store::open(environment, std::move(options)));
  DMS_TRY(opened->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    for (const std::uint64_t sequence : {3U, 5U, 8U}) {
      commit.erase_event_detail(sequence);
      storage::Event told;
      told.kind = "image.details_erased";
      told.object = DMS_TRY(opened->read_journal(sequence - 1, 1)).at(0).object;
      told.detail = "{}";
      commit.append(told);
    }
    return commit;
  }));
  return {};
}

Result<void> falsify_record(const std::filesystem::path& store, std::mt19937_64& random) {
  const auto database = DMS_TRY(open_database(store, Database::Access::read_write));
  std::vector<std::pair<std::string, std::string>> records;
  {
    const auto at = database->iterate(Family::records);
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      if (at->value().ToStringView().find(file_name) == std::string_view::npos) continue;
      records.emplace_back(at->key().ToString(), at->value().ToString());
    }
  }
  auto& [key, value] = records.at(random() % records.size());
  value[value.find(file_name) + 1] = 'e';
  DMS_TRY(database->put(Family::records, key, value, storage::Durability::synced));
  return database->flush();
}

}  // namespace dms::test
