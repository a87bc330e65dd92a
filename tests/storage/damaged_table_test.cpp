// A damaged table is told by every way that leads to it. The tables are ingested, so that each
// lies beside the others on the bottom level, where a scan goes from one to the next.

#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <fstream>

#include "storage/database.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

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
  // Flips a byte of the first block of the family's second table.
  void damage(Family family) {
    rocksdb::ColumnFamilyMetaData all;
    database_->raw().GetColumnFamilyMetaData(database_->handle(family), &all);
    const rocksdb::SstFileMetaData& table = all.levels.back().files.at(1);
    const fs::path path = temp_ / "db" / table.relative_filename;
    database_.reset();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(10);
    file.put('\x7f');
    file.close();
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

}  // namespace
}  // namespace dms::storage::test
