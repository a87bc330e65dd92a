// A damaged table is told by every way that leads to it. The tables are ingested, so that each
// lies beside the others on the bottom level, where a scan goes from one to the next.

#include <rocksdb/sst_file_writer.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

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

// Until it holds; false where it does not in ten seconds.
template <class Condition>
bool await(const Condition& holds) {
  for (int look = 0; look < 1000 && !holds(); ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return holds();
}

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
  NullLog log_;
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
  ASSERT_TRUE(await([this] { return database_->must_rest(); }));
  EXPECT_TRUE(database_->damage());
  value_of(database_->rest());
  EXPECT_FALSE(database_->must_rest());
  for (std::size_t i = 0; i < too_many; ++i) write_out("f" + std::to_string(i));
  EXPECT_GT(tables_of(Family::records).levels.front().files.size(), too_many);
  EXPECT_TRUE(database_->get(Family::records, "f1").value());
  EXPECT_EQ(code_of(database_->get(Family::records, "d")), ErrorCode::corrupt);
  // What is asked for is told of, and no more.
  EXPECT_EQ(code_of(database_->compact(Family::records)), ErrorCode::corrupt);
  EXPECT_TRUE(database_->writable());
}

class DamagedStoreTest : public StoreTest {
 protected:
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
  // RocksDB's own file says that it does not try again and again.
  bool rests() const {
    for (const auto& entry : fs::directory_iterator(folder() + "/db")) {
      if (!entry.path().filename().string().starts_with("OPTIONS-")) continue;
      std::ifstream file(entry.path());
      const std::string text((std::istreambuf_iterator<char>(file)), {});
      if (text.find("disable_auto_compactions=true") != std::string::npos) return true;
    }
    return false;
  }
};

TEST_F(DamagedStoreTest, WhatACompactionMeetsIsToldAndTheStoreStaysAtWork) {
  open();
  value_of(put(note("a", "A")));
  value_of(put(note("y", "Y")));
  store_.reset();
  damage_first_table_of_records();
  open();
  EXPECT_FALSE(store_->damage());
  // Each closing writes a table out, and the fourth is one too many.
  for (int i = 0; i < 4; ++i) {
    value_of(put(note("b", "B" + std::to_string(i))));
    value_of(put(note("z", "Z" + std::to_string(i))));
    reopen();
  }
  ASSERT_TRUE(await([this] { return store_->damage().has_value(); }));
  EXPECT_NE(store_->damage()->find("records: Corruption"), std::string::npos) << *store_->damage();
  EXPECT_TRUE(await([this] { return rests(); }));
  EXPECT_TRUE(store_->writable());
  value_of(put(note("c", "C")));
  EXPECT_EQ(find("b")->title, "B3");
  EXPECT_EQ(code_of(store_->read<std::optional<NoteRecord>>(
                [](const View& view) { return view.find(notes, "a"); })),
            ErrorCode::corrupt);
  EXPECT_EQ(code_of(store_->verify()), ErrorCode::corrupt);
}

}  // namespace
}  // namespace dms::storage::test
