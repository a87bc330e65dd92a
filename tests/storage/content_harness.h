#pragma once

// A content store on a real database, with a stand-in for the committer that runs each piece of
// serial work at once, and with looks at what lies on the disk.

#include <gtest/gtest.h>
#include <rocksdb/metadata.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/content_core.h"
#include "storage/content_store.h"
#include "storage/database.h"
#include "storage/store.h"
#include "storage/walk.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::storage {

class DirectSerialWriter final : public SerialWriter {
 public:
  Database* database = nullptr;
  // Runs between the work and its write. An error stands for a failed group.
  std::function<Result<void>()> before_write = [] { return Result<void>(); };
  // Runs after the write; an error stands for a kill at this moment.
  std::function<Result<void>()> after_write = [] { return Result<void>(); };

  Result<void> run_serial(std::function<Result<void>(PendingBatch&)> work) override {
    const std::lock_guard lock(mutex_);
    PendingBatch batch(*database);
    DMS_TRY(work(batch));
    DMS_TRY(before_write());
    if (!batch.empty()) DMS_TRY(database->write(batch.batch(), Durability::synced));
    return after_write();
  }

 private:
  std::mutex mutex_;
};

// Bytes that look like no other seed's and do not compress.
inline std::string make_bytes(std::size_t size, std::uint64_t seed) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL + 1;
  for (char& byte : bytes) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    byte = static_cast<char>(state);
  }
  return bytes;
}

inline Uuid make_owner(std::uint8_t number) {
  Uuid owner;
  owner.bytes.back() = number;
  return owner;
}

inline constexpr KeyDomain tenant_domain{};

struct ContentHarness {
  explicit ContentHarness(std::filesystem::path folder, std::shared_ptr<ContentKeys> keys = nullptr)
      : path(std::move(folder)) {
    options.keys = std::move(keys);
    options.staging_folder = (path / "staging").string();
    options.run_chunks = 4;
    open();
  }

  void open() {
    std::filesystem::create_directories(path);
    Database::Options settings;
    settings.folder = (path / "db").string();
    settings.name = "test";
    settings.access = access;
    settings.disk_reserve_bytes = disk_reserve_bytes;
    settings.log = &log;
    auto opened = Database::open(settings);
    ASSERT_TRUE(opened) << opened.error().hint;
    database = std::move(*opened);
    serial_writer.database = database.get();
    auto store = ContentStore::open(*database, serial_writer, clock, log, metrics, options);
    ASSERT_TRUE(store) << store.error().hint;
    content = std::move(*store);
  }
  void close() {
    content.reset();
    database.reset();
  }
  void reopen() {
    close();
    open();
  }

  Result<StagedContent> stage(std::string_view bytes, KeyDomain domain = tenant_domain,
                              std::size_t piece = 64U << 10U) {
    auto writer = DMS_TRY(content->write(domain));
    while (!bytes.empty()) {
      DMS_TRY(writer->append(bytes.substr(0, piece)));
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return writer->finish();
  }
  Result<StagedContent> stage_for_commit(std::string_view bytes, KeyDomain domain = tenant_domain) {
    auto writer = DMS_TRY(content->write(domain));
    DMS_TRY(writer->append(bytes));
    return writer->finish_for_commit();
  }
  template <class Content>
  Result<void> name(const Content& named, const Uuid& owner) {
    return serial_writer.run_serial(
        [&](PendingBatch& batch) { return content->apply_named(batch, named, owner); });
  }
  Result<void> release(const ContentId& id, const Uuid& owner) {
    return serial_writer.run_serial(
        [&](PendingBatch& batch) { return content->apply_released(batch, id, owner); });
  }
  // Stages and names in one; nobody holds a lease afterwards.
  ContentId file(std::string_view bytes, const Uuid& owner, KeyDomain domain = tenant_domain) {
    const auto staged = stage(bytes, domain);
    EXPECT_TRUE(staged);
    EXPECT_TRUE(name(*staged, owner));
    return staged->id();
  }
  Result<std::string> read_all(const ContentId& id) const {
    const auto reader = DMS_TRY(content->read(id));
    std::string out;
    while (out.size() < id.size) {
      const std::string piece = DMS_TRY(reader->read(out.size(), 1U << 20U));
      if (piece.empty()) break;
      out += piece;
    }
    return out;
  }
  std::uint64_t sweep() {
    const auto freed = content->sweep();
    EXPECT_TRUE(freed) << freed.error().hint;
    return freed.value_or(0);
  }
  void a_day_passes() { clock.advance(std::chrono::hours{25}); }

  VerifyReport verify() const {
    const VerifyControl control;
    VerifyReport report;
    Walk walk(control, report);
    const auto verified = content->verify(walk, report);
    EXPECT_TRUE(verified) << verified.error().hint;
    return report;
  }
  std::vector<std::string> problems() const { return verify().problems; }

  Manifest manifest(const ContentId& id) const {
    const auto found = find_manifest(*database, content_key(id));
    EXPECT_TRUE(found && *found);
    return **found;
  }
  std::size_t count_records(char tag) const {
    std::size_t count = 0;
    const auto position = database->iterate(Family::content_meta);
    for (position->Seek(std::string(1, tag)); position->Valid() && position->key()[0] == tag;
         position->Next()) {
      ++count;
    }
    return count;
  }
  // The chunks in memory and files, deleted ones included.
  std::size_t count_chunks(Family family) const {
    rocksdb::ReadOptions everything;
    everything.ignore_range_deletions = true;
    std::size_t count = 0;
    const auto position = database->iterate(family, everything);
    for (position->SeekToFirst(); position->Valid(); position->Next()) ++count;
    return count;
  }
  std::size_t count_large_files() const {
    std::vector<rocksdb::LiveFileMetaData> files;
    database->raw().GetLiveFilesMetaData(&files);
    return static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [](const auto& file) {
      return file.column_family_name == "content_large";
    }));
  }
  std::size_t count_staging_files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path / "staging"), {}));
  }

  std::filesystem::path path;
  Database::Access access = Database::Access::read_write;
  std::uint64_t disk_reserve_bytes = 1;
  ContentStore::Options options;
  test::FakeClock clock;
  NullLog log;
  MetricsRegistry metrics;
  DirectSerialWriter serial_writer;
  std::unique_ptr<Database> database;
  std::unique_ptr<ContentStore> content;
};

class ContentTest : public ::testing::Test {
 protected:
  test::TempDir folder_;
  ContentHarness harness_{folder_.path()};
};

inline constexpr std::size_t mebibyte = 1U << 20U;

}  // namespace dms::storage
