// A damaged table is told by every way that leads to it, and is in nobody's way besides. The tables
// of DamagedTableTest are ingested, so that each lies beside the others on the bottom level, where
// a scan goes from one to the next.

#include <rocksdb/sst_file_writer.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "dms/base/log.h"
#include "dms/base/mutex.h"
#include "storage/database.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

void flip_in_first_block(const fs::path& table) {
  std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(10);
  file.put('\x7f');
}

// Keeps the names of events, and tells of the next.
class EventLog final : public Log {
 public:
  bool keeps(LogLevel) const override { return true; }
  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override {
    const MutexLock lock(mutex_);
    events_.emplace(event);
    written_.notify_all();
  }
  // False where it does not come in half a minute.
  bool await(std::string_view event) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const MutexLock lock(mutex_);
    while (!events_.contains(event) && std::chrono::steady_clock::now() < end) {
      written_.wait_until(mutex_, end);
    }
    return events_.contains(event);
  }

 private:
  Mutex mutex_;
  Condition written_;
  std::set<std::string, std::less<>> events_ DMS_GUARDED_BY(mutex_);
};

class DamagedTableTest : public testing::Test {
 protected:
  static constexpr int tables = 3;

  void SetUp() override {
    open();
    for (const Family family : {Family::records, Family::content}) {
      for (int i = 0; i < tables; ++i) ingest(family, std::string(1, static_cast<char>('a' + i)));
    }
  }
  void open() {
    Database::Options options;
    options.folder = (temp_ / "db").string();
    options.name = "tenant";
    options.log = &log_;
    database_ = value_of(Database::open(options));
  }
  // A table of two keys.
  void ingest(Family family, const std::string& key) {
    const std::string file = (temp_ / "new.sst").string();
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), database_->sst_options(family));
    ASSERT_TRUE(writer.Open(file).ok());
    ASSERT_TRUE(writer.Put(key + "1", std::string(5000, 'v')).ok());
    ASSERT_TRUE(writer.Put(key + "2", std::string(5000, 'w')).ok());
    ASSERT_TRUE(writer.Finish().ok());
    value_of(database_->ingest(family, {file}));
  }
  rocksdb::ColumnFamilyMetaData tables_of(Family family) const {
    rocksdb::ColumnFamilyMetaData all;
    database_->raw().GetColumnFamilyMetaData(database_->handle(family), &all);
    return all;
  }
  // Flips a byte of the first block of the family's second table.
  void damage(Family family) { damage(tables_of(family).levels.back().files.at(1)); }
  void damage(const rocksdb::SstFileMetaData& table) {
    const fs::path path = temp_ / "db" / table.relative_filename;
    database_.reset();
    flip_in_first_block(path);
    open();
  }
  struct Seen {
    int keys = 0;
    rocksdb::Status status;
  };
  template <class Source>
  static Seen scan(const Source& source, Family family, const rocksdb::ReadOptions& options = {}) {
    Seen seen;
    const auto at = source.iterate(family, options);
    for (at->SeekToFirst(); at->Valid(); at->Next()) ++seen.keys;
    seen.status = at->status();
    return seen;
  }

  dms::test::TempDir temp_;
  EventLog log_;
  std::unique_ptr<Database> database_;
};

// With RocksDB 7.8.3 it does without scan_options().
TEST_F(DamagedTableTest, AScanDoesNotEndBeforeIt) {
  EXPECT_EQ(scan(*database_, Family::records).keys, 2 * tables);
  damage(Family::records);
  const Seen seen = scan(*database_, Family::records);
  EXPECT_EQ(seen.keys, 2);
  EXPECT_TRUE(seen.status.IsCorruption()) << seen.status.ToString();
  PendingBatch pending(*database_);
  pending.put(Family::records, "z", "above it");
  EXPECT_TRUE(scan(pending, Family::records).status.IsCorruption());
}

TEST_F(DamagedTableTest, ASeekAndTheWayBackTellOfIt) {
  damage(Family::content);
  const auto at = database_->iterate(Family::content);
  at->Seek("b1");
  EXPECT_TRUE(at->status().IsCorruption());
  for (at->SeekToLast(); at->Valid();) at->Prev();
  EXPECT_TRUE(at->status().IsCorruption());
}

// So many young tables would hold up writes, for those that should put them together cannot.
TEST_F(DamagedTableTest, WhereACompactionMeetsItWritingGoesOn) {
  constexpr std::size_t too_many = 40;
  const auto write_out = [&](const std::string& key) {
    for (const std::string& each : {std::string("c"), key, std::string("z")}) {
      value_of(database_->put(Family::records, each, "v", Durability::wal));
    }
    value_of(database_->flush());
  };
  write_out("d");
  damage(tables_of(Family::records).levels.front().files.front());
  EXPECT_FALSE(database_->damage());
  for (int i = 0; i < 4; ++i) write_out("e" + std::to_string(i));
  ASSERT_TRUE(log_.await("store_damaged"));
  EXPECT_TRUE(database_->damage());
  EXPECT_TRUE(database_->must_rest());
  value_of(database_->rest());
  EXPECT_FALSE(database_->must_rest());
  for (std::size_t i = 0; i < too_many; ++i) write_out("f" + std::to_string(i));
  EXPECT_GT(tables_of(Family::records).levels.front().files.size(), too_many);
  EXPECT_TRUE(database_->get(Family::records, "f1").value());
  EXPECT_EQ(code_of(database_->get(Family::records, "d")), ErrorCode::corrupt);
  // What is asked for is told of, and no more.
  EXPECT_EQ(code_of(database_->compact(Family::records)), ErrorCode::corrupt);
  EXPECT_TRUE(database_->writable());
  // Opened anew nothing rests, and nobody waits for it: neither who writes nor who writes out.
  database_.reset();
  open();
  for (int i = 0; i < 3; ++i) write_out("g" + std::to_string(i));
  EXPECT_TRUE(database_->writable());
}

class DamagedStoreTest : public StoreTest {
 protected:
  ~DamagedStoreTest() override { store_.reset(); }  // before what it tells

  // Of the closed store.
  void damage_first_table_of_records() {
    Database::Options options;
    options.folder = folder() + "/db";
    options.name = "tenant";
    options.access = Database::Access::read_only;
    options.log = &log_;
    const auto database = value_of(Database::open(options));
    rocksdb::ColumnFamilyMetaData all;
    database->raw().GetColumnFamilyMetaData(database->handle(Family::records), &all);
    ASSERT_EQ(all.file_count, 1U);
    for (const auto& level : all.levels) {
      for (const auto& table : level.files) {
        flip_in_first_block(fs::path(options.folder) / table.relative_filename);
      }
    }
  }
  EventLog told_;
  StorageEnvironment telling_{StorageEnvironment::Options(), clock_, told_, metrics_};
};

TEST_F(DamagedStoreTest, WhatACompactionMeetsIsToldAndTheStoreStaysAtWork) {
  open();
  value_of(put(note("a", "A")));
  value_of(put(note("y", "Y")));
  store_.reset();
  damage_first_table_of_records();
  // Each closing writes a table out, and the fourth with the first is one too many.
  for (int i = 0; i < 3; ++i) {
    open();
    EXPECT_FALSE(store_->damage());
    value_of(put(note("b", "B" + std::to_string(i))));
    value_of(put(note("z", "Z" + std::to_string(i))));
    store_.reset();
  }
  store_ = value_of(Store::open(telling_, options()));
  ASSERT_TRUE(told_.await("store_damaged"));
  ASSERT_TRUE(store_->damage());
  EXPECT_NE(store_->damage()->find("records: Corruption"), std::string::npos) << *store_->damage();
  EXPECT_TRUE(told_.await("store_compactions_rest"));
  EXPECT_TRUE(store_->writable());
  value_of(put(note("c", "C")));
  EXPECT_EQ(find("b")->title, "B2");
  EXPECT_EQ(code_of(store_->read<std::optional<NoteRecord>>(
                [](const View& view) { return view.find(notes, "a"); })),
            ErrorCode::corrupt);
  EXPECT_EQ(code_of(store_->verify()), ErrorCode::corrupt);
}

}  // namespace
}  // namespace dms::storage::test
