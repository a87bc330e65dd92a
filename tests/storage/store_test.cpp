// Opening, committing, reading and reopening, on a real database.

#include "storage/store.h"

#include <sys/stat.h>

#include <filesystem>

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

TEST_F(StoreTest, KeepsWhatWasCommittedAcrossReopening) {
  open();
  const Uuid id = store_->id();
  EXPECT_TRUE(put(note("a", "Alpha", 7)).has_value());
  reopen();
  EXPECT_EQ(store_->id(), id);
  const std::optional<NoteRecord> found = find("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->title, "Alpha");
  EXPECT_EQ(found->number, 7U);
  EXPECT_FALSE(find("b"));
  expect_clean();
}

TEST_F(StoreTest, FindsByUniqueIndexAndFollowsChanges) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  ASSERT_TRUE(put(note("a", "Beta")));
  const auto by = [&](const std::string& title) {
    return value_of(store_->read<std::optional<NoteRecord>>([&](const View& view) {
      return view.find_by(notes, "title", KeyBuilder().text(title).take());
    }));
  };
  EXPECT_FALSE(by("Alpha"));
  ASSERT_TRUE(by("Beta"));
  EXPECT_EQ(by("Beta")->key, "a");
  EXPECT_EQ(code_of(put(note("b", "Beta"))), ErrorCode::conflict);
  EXPECT_FALSE(find("b"));
  expect_clean();
}

TEST_F(StoreTest, CreatesItsFolderForItselfAlone) {
  open();
  struct stat status {};
  ASSERT_EQ(::stat(folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(StoreTest, IsOpenedByOneAlone) {
  open();
  EXPECT_EQ(code_of(Store::open(environment_, options())), ErrorCode::conflict);
}

TEST_F(StoreTest, RefusesAFolderThatIsASymbolicLink) {
  std::filesystem::create_directory(temp_ / "elsewhere");
  std::filesystem::create_directory_symlink(temp_ / "elsewhere", folder());
  EXPECT_EQ(code_of(Store::open(environment_, options())), ErrorCode::invalid);
  EXPECT_TRUE(std::filesystem::is_empty(temp_ / "elsewhere"));
}

TEST_F(StoreTest, RefusesALinkedDatabaseFolder) {
  std::filesystem::create_directory(temp_ / "elsewhere");
  std::filesystem::create_directory(folder());
  std::filesystem::create_directory_symlink(temp_ / "elsewhere", folder() + "/db");
  EXPECT_EQ(code_of(Store::open(environment_, options())), ErrorCode::invalid);
}

TEST_F(StoreTest, ReadOnlyAccessReadsAndRefusesCommits) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  store_.reset();
  StoreOptions reading = options();
  reading.access = StoreOptions::Access::read_only;
  store_ = value_of(Store::open(environment_, reading));
  EXPECT_TRUE(find("a"));
  EXPECT_EQ(code_of(put(note("b", "Beta"))), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::unavailable);
  expect_clean();
}

TEST_F(StoreTest, RefusesCommitsBelowTheDiskReserve) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  store_.reset();
  StoreOptions full = options();
  full.disk_reserve_bytes = ~std::uint64_t{0} / 2;
  store_ = value_of(Store::open(environment_, full));
  EXPECT_EQ(code_of(put(note("b", "Beta"))), ErrorCode::storage_full);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::storage_full);
  EXPECT_EQ(code_of(store_->try_disk()), ErrorCode::storage_full);
  EXPECT_TRUE(find("a"));
  reopen();
  EXPECT_FALSE(find("b"));
  EXPECT_TRUE(put(note("b", "Beta")).has_value());
}

TEST_F(StoreTest, TriesItsDiskAndLeavesNothingThere) {
  open();
  const std::filesystem::path file = folder() + "/try";
  EXPECT_TRUE(store_->try_disk());
  EXPECT_FALSE(std::filesystem::exists(file));
  std::filesystem::create_directory(file);
  EXPECT_EQ(code_of(store_->try_disk()), ErrorCode::unavailable);
  EXPECT_TRUE(store_->writable());
}

TEST_F(StoreTest, AppendsEventsInOneChain) {
  open();
  const Committed first = value_of(append(event("note.made", R"({"a":1})")));
  const Committed second = value_of(append(event("note.made", R"({"a":2})")));
  EXPECT_EQ(first.first_sequence, 1U);
  EXPECT_EQ(second.last_sequence, 2U);
  reopen();
  EXPECT_EQ(store_->journal_head().sequence, 2U);
  const std::vector<JournalEntry> entries = value_of(store_->read_journal(0, 10));
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].detail, R"({"a":2})");
  EXPECT_EQ(entries[1].time, second.time);
  EXPECT_EQ(value_of(store_->journal_hash(1)), entries[0].hash);
  EXPECT_EQ(store_->journal_head().hash, entries[1].hash);
  EXPECT_EQ(value_of(store_->journal_hash(3)), std::nullopt);
  expect_clean();
}

}  // namespace
}  // namespace dms::storage::test
