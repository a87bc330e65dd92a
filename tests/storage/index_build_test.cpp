// Indexes with a version: built in stores that were written without them or in another version,
// whatever is committed or killed meanwhile, and never read half built. And the walk that mends
// entries.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "dms/base/json_codec.h"
#include "storage/changes.h"
#include "storage/index_builder.h"
#include "storage/index_check.h"
#include "storage/key_codec.h"
#include "storage/record_json.h"
#include "storage/recording_view.h"
#include "storage/tenant_folder.h"
#include "storage/walk.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

std::string present_version = "1";

// In version 1 by the title, in version 2 by the title read backwards.
std::vector<std::string> sorted_keys(const NoteRecord& record) {
  std::string text = record.title;
  if (present_version == "2") std::reverse(text.begin(), text.end());
  return {KeyBuilder().text(text).take()};
}

const Table<NoteRecord> sorted_notes = [] {
  Table<NoteRecord> table = notes;
  table.indexes.push_back(
      {"sorted", IndexKind::multiple, sorted_keys, [] { return present_version; }});
  return table;
}();

class IndexBuildTest : public StoreTest {
 protected:
  void SetUp() override { present_version = "1"; }

  StoreOptions sorting() const {
    StoreOptions chosen = options();
    chosen.tables = {indexes_of(sorted_notes)};
    return chosen;
  }
  void open_sorting() {
    store_.reset();
    store_ = value_of(Store::open(environment_, sorting()));
  }
  // As an older program did, which knew nothing of the index.
  void fill_without_index(int count) {
    open();
    for (int first = 0; first < count; first += 2000) {
      value_of(store_->commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        for (int i = first; i < std::min(count, first + 2000); ++i) {
          DMS_TRY(commit.put(notes, numbered(i)));
        }
        return commit;
      }));
    }
    store_.reset();
  }
  static NoteRecord numbered(int i) {
    NoteRecord record = note(fmt::format("key {:06}", i), fmt::format("{:06}", (i * 7919) % 99991));
    if (i % 3 == 0) record.topic = "three";
    return record;
  }
  Result<std::vector<std::string>> titles(std::size_t limit = 10000) {
    return store_->read<std::vector<std::string>>(
        [&](const View& view) -> Result<std::vector<std::string>> {
          std::vector<std::string> found;
          ScanOptions all;
          all.limit = limit;
          for (const NoteRecord& each :
               DMS_TRY(view.scan_index(sorted_notes, "sorted", all)).items) {
            found.push_back(each.title);
          }
          return found;
        });
  }
  void open_database() {
    store_.reset();
    folder_ = value_of(TenantFolder::open(folder(), TenantFolder::Ownership::exclusive));
    Database::Options database_options;
    database_options.folder = folder_->database_path();
    database_options.disk_reserve_bytes = 1;
    database_options.log = &log_;
    database_ = value_of(Database::open(database_options));
  }
  void close_database() {
    database_.reset();
    folder_.reset();
  }
  // One step as the committer takes it. True where nothing is left.
  bool build_step() {
    PendingBatch batch(*database_);
    const bool is_done = value_of(build_on(batch, indexes_of(sorted_notes)));
    value_of(database_->write(batch.batch(), Durability::wal));
    return is_done;
  }
  void erase_raw(Family family, const std::string& key) {
    rocksdb::WriteBatch batch;
    batch.Delete(database_->handle(family), key);
    value_of(database_->write(batch, Durability::wal));
  }
  std::vector<std::string> index_problems() {
    const VerifyControl control;
    VerifyReport report;
    Walk walk(control, report);
    value_of(check_indexes(*database_, {indexes_of(sorted_notes)}, walk, report));
    return report.problems;
  }
  static std::string sorted_entry(const NoteRecord& record) {
    return index_prefix("note", "sorted") + sorted_keys(record).front() + record.key;
  }

  std::unique_ptr<TenantFolder> folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(IndexBuildTest, ANewStoreIsBuiltAtOnce) {
  open_sorting();
  value_of(put(note("a", "Alpha")));  // by the older table: has no entry
  EXPECT_EQ(value_of(titles()), std::vector<std::string>());
  EXPECT_EQ(value_of(store_->verify()).problems,
            std::vector<std::string>{"note 61: missing in index sorted"});
}

TEST_F(IndexBuildTest, AStoreWrittenBeforeIsBuiltWhenItOpens) {
  fill_without_index(3000);
  open_sorting();
  const std::vector<std::string> found = value_of(titles());
  EXPECT_EQ(found.size(), 3000U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  expect_clean();
}

TEST_F(IndexBuildTest, ALargeOneIsBuiltBesideCommits) {
  fill_without_index(16'000);
  open_sorting();
  Result<std::vector<std::string>> found = titles();
  int i = 0;
  for (; !found; ++i) {
    ASSERT_EQ(found.error().code, ErrorCode::busy);
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      NoteRecord changed = numbered(i);
      changed.title = fmt::format("changed {}", i);
      DMS_TRY(commit.put(sorted_notes, changed));
      return commit;
    }));
    found = titles();
  }
  EXPECT_GT(i, 0) << "it was built before anybody asked";
  EXPECT_EQ(found->size(), 10'000U);
  expect_clean();
}

TEST_F(IndexBuildTest, AnotherVersionReplacesEveryEntry) {
  fill_without_index(1200);
  open_sorting();
  present_version = "2";
  open_sorting();
  const std::vector<std::string> found = value_of(titles());
  EXPECT_EQ(found.size(), 1200U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](std::string a, std::string b) {
    std::reverse(a.begin(), a.end());
    std::reverse(b.begin(), b.end());
    return a < b;
  }));
  expect_clean();  // so none of version 1 is left
}

TEST_F(IndexBuildTest, WhatIsNotBuiltIsNotRead) {
  fill_without_index(10);
  StoreOptions reading = sorting();
  reading.access = StoreOptions::Access::read_only;
  store_ = value_of(Store::open(environment_, reading));
  EXPECT_EQ(code_of(titles()), ErrorCode::busy);
  open_sorting();
  present_version = "2";
  store_.reset();
  reading.tables = {indexes_of(sorted_notes)};
  store_ = value_of(Store::open(environment_, reading));
  EXPECT_EQ(code_of(titles()), ErrorCode::busy);
  expect_clean();  // an index that is not built has no wrong entries
}

TEST_F(IndexBuildTest, HalfAVersionIsTakenForNeither) {
  fill_without_index(1200);
  open_sorting();
  present_version = "2";
  open_database();
  EXPECT_FALSE(build_step());
  close_database();
  present_version = "1";
  open_sorting();
  const std::vector<std::string> found = value_of(titles());
  EXPECT_EQ(found.size(), 1200U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  expect_clean();
}

TEST_F(IndexBuildTest, AKilledBuildGoesOnWhereItWas) {
  fill_without_index(2000);
  open_database();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(build_step());
  // Behind the place where it goes on: only one that begins anew would see it.
  erase_raw(Family::indexes, sorted_entry(numbered(0)));
  close_database();
  open_sorting();
  EXPECT_EQ(value_of(titles()).size(), 1999U);
}

TEST_F(IndexBuildTest, LostStatesMeanBuildingAgain) {
  fill_without_index(20);
  open_sorting();
  open_database();
  value_of(database_->put(Family::meta, states_key("note"), "{", Durability::wal));
  erase_raw(Family::indexes, sorted_entry(numbered(3)));
  close_database();
  open_sorting();
  EXPECT_EQ(value_of(titles()).size(), 20U);
  expect_clean();
}

// Commits of every kind between the steps of a change of version.
TEST_F(IndexBuildTest, CommitsBetweenStepsLeaveItRight) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same run every time
  fill_without_index(1500);
  open_sorting();
  present_version = "2";
  open_database();
  for (bool is_done = false; !is_done;) {
    is_done = build_step();
    PendingBatch batch(*database_);
    const PendingState state(batch);
    const RecordingView view(state, nullptr);
    Commit commit(view);
    for (int i = 0; i < 40; ++i) {
      const int number = static_cast<int>(random() % 2000);
      NoteRecord record = numbered(number);
      record.title += fmt::format(" {}", random());
      if (random() % 4 == 0) {
        value_of(commit.erase(sorted_notes, record.key));
      } else {
        value_of(commit.put(sorted_notes, record));
      }
    }
    for (const auto& [key, value] : commit.changes().records) {
      value ? batch.put(Family::records, key, *value) : batch.erase(Family::records, key);
    }
    for (const auto& [key, value] : commit.changes().indexes) {
      value ? batch.put(Family::indexes, key, *value) : batch.erase(Family::indexes, key);
    }
    value_of(database_->write(batch.batch(), Durability::wal));
  }
  EXPECT_EQ(index_problems(), std::vector<std::string>());
}

TEST_F(IndexBuildTest, VerificationTellsWhatIsMissingAndWhatIsTooMuch) {
  fill_without_index(5);
  open_sorting();
  open_database();
  EXPECT_EQ(index_problems(), std::vector<std::string>());
  const NoteRecord record = numbered(1);
  NoteRecord other = record;
  other.title = "another";
  erase_raw(Family::indexes, sorted_entry(record));
  value_of(database_->put(Family::indexes, sorted_entry(other), record.key, Durability::wal));
  const std::string id = "note 6b657920303030303031: ";  // "key 000001"
  const std::string missing = id + "missing in index sorted";
  const std::string superfluous = id + "wrong entry in index sorted";
  EXPECT_EQ(index_problems(), (std::vector<std::string>{missing, superfluous}));
  value_of(database_->put(Family::indexes, sorted_entry(record), record.key, Durability::wal));
  EXPECT_EQ(index_problems(), std::vector<std::string>{superfluous});
}

TEST_F(IndexBuildTest, RebuildingMendsEveryIndexOfATable) {
  fill_without_index(600);
  open_sorting();
  open_database();
  erase_raw(Family::indexes, sorted_entry(numbered(10)));
  erase_raw(Family::indexes,
            index_prefix("note", "title") + KeyBuilder().text(numbered(20).title).take());
  value_of(database_->put(
      Family::indexes,
      index_prefix("note", "topic") + KeyBuilder().text("two").take() + numbered(30).key,
      numbered(30).key, Durability::wal));
  erase_raw(Family::records, record_key("note", numbered(40).key));
  close_database();
  open_sorting();
  EXPECT_FALSE(value_of(store_->verify()).problems.empty());
  const IndexRebuild mended = value_of(store_->rebuild_index_entries("note"));
  EXPECT_EQ(mended.records, 599U);
  EXPECT_EQ(mended.added, 2U);
  EXPECT_EQ(mended.removed, 3U) << "the planted one, and the absent record's title and order";
  EXPECT_EQ(mended.problems, std::vector<std::string>());
  expect_clean();
  EXPECT_EQ(value_of(store_->rebuild_index_entries("note")).added, 0U);
  EXPECT_EQ(code_of(store_->rebuild_index_entries("nothing")), ErrorCode::internal);
}

TEST_F(IndexBuildTest, RebuildingTellsWhatItCannotMend) {
  fill_without_index(3);
  open_database();
  NoteRecord twin = numbered(1);
  twin.key = "twin";
  value_of(database_->put(Family::records, record_key("note", "twin"), encode_json(twin),
                          Durability::wal));
  value_of(database_->put(Family::records, record_key("note", "torn"), "{", Durability::wal));
  close_database();
  open_sorting();
  const IndexRebuild mended = value_of(store_->rebuild_index_entries("note"));
  ASSERT_EQ(mended.problems.size(), 2U);
  EXPECT_EQ(mended.problems.front(), "note 746f726e: unreadable");
  EXPECT_NE(mended.problems.back().find("its key in index title"), std::string::npos);
}

}  // namespace
}  // namespace dms::storage::test
