// What a Commit derives: index entries, uniqueness, limits; and what a View finds of them.

#include "storage/commit.h"

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class CommitTest : public StoreTest {
 protected:
  void SetUp() override { open(); }

  Result<Committed> commit(const std::function<Result<void>(Commit&)>& fill) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(fill(commit));
      return commit;
    });
  }
  // The keys of the notes under a topic, in the index's order.
  Scanned<NoteRecord> scan_topic(const std::string& topic, ScanOptions options = {}) {
    options.prefix = KeyBuilder().text(topic).take();
    return value_of(store_->read<Scanned<NoteRecord>>(
        [&](const View& view) { return view.scan_index(notes, "topic", options); }));
  }
  std::vector<std::string> keys(const Scanned<NoteRecord>& page) {
    std::vector<std::string> found;
    for (const NoteRecord& record : page.items) found.push_back(record.key);
    return found;
  }
  void put_topic(const std::string& key, const std::string& topic) {
    NoteRecord record = note(key, "title of " + key);
    record.topic = topic;
    ASSERT_TRUE(put(record));
  }
};

using Keys = std::vector<std::string>;

TEST_F(CommitTest, PuttingTwiceKeepsTheLastRecordAndItsEntriesOnly) {
  ASSERT_TRUE(commit([](Commit& commit) -> Result<void> {
    NoteRecord record = note("a", "First");
    record.topic = "blue";
    DMS_TRY(commit.put(notes, record));
    record.title = "Second";
    record.topic = "green";
    return commit.put(notes, record);
  }));
  EXPECT_EQ(find("a")->title, "Second");
  EXPECT_EQ(keys(scan_topic("blue")), Keys());
  EXPECT_EQ(keys(scan_topic("green")), Keys({"a"}));
  EXPECT_TRUE(put(note("b", "First")).has_value());
  expect_clean();
}

TEST_F(CommitTest, InsertRefusesATakenKeyAlsoWithinTheCommit) {
  ASSERT_TRUE(put(note("a", "Alpha")));
  EXPECT_EQ(code_of(commit([](Commit& commit) { return commit.insert(notes, note("a", "Beta")); })),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(commit([](Commit& commit) -> Result<void> {
              DMS_TRY(commit.insert(notes, note("b", "Beta")));
              return commit.insert(notes, note("b", "Gamma"));
            })),
            ErrorCode::conflict);
  EXPECT_FALSE(find("b"));
}

TEST_F(CommitTest, ErasingRemovesRecordAndEntries) {
  put_topic("a", "blue");
  ASSERT_TRUE(commit([](Commit& commit) { return commit.erase(notes, "a"); }));
  EXPECT_FALSE(find("a"));
  EXPECT_EQ(keys(scan_topic("blue")), Keys());
  EXPECT_TRUE(put(note("b", "title of a")).has_value());
  EXPECT_TRUE(commit([](Commit& commit) { return commit.erase(notes, "absent"); }).has_value());
  expect_clean();
}

TEST_F(CommitTest, AUniqueKeyPassesFromOneRecordToAnotherInOneCommit) {
  ASSERT_TRUE(put(note("a", "Alpha")));
  ASSERT_TRUE(commit([](Commit& commit) -> Result<void> {
    DMS_TRY(commit.put(notes, note("a", "Beta")));
    return commit.put(notes, note("b", "Alpha"));
  }));
  EXPECT_EQ(find("b")->title, "Alpha");
  expect_clean();
  ASSERT_TRUE(commit([](Commit& commit) -> Result<void> {
    DMS_TRY(commit.erase(notes, "b"));
    return commit.put(notes, note("c", "Alpha"));
  }));
  expect_clean();
}

TEST_F(CommitTest, TwoRecordsOfOneCommitCannotShareAUniqueKey) {
  EXPECT_EQ(code_of(commit([](Commit& commit) -> Result<void> {
              DMS_TRY(commit.put(notes, note("a", "Alpha")));
              return commit.put(notes, note("b", "Alpha"));
            })),
            ErrorCode::conflict);
}

TEST_F(CommitTest, PuttingWhatIsThereWritesNothing) {
  ASSERT_TRUE(put(note("a", "Alpha")));
  const std::uint64_t groups = count("aktenwerk_store_groups_total");
  ASSERT_TRUE(put(note("a", "Alpha")));
  EXPECT_EQ(count("aktenwerk_store_groups_total"), groups);
}

TEST_F(CommitTest, ScansAnIndexByPagesInBothDirections) {
  for (const char* key : {"a", "b", "c", "d", "e"}) put_topic(key, "blue");
  put_topic("f", "bluer");
  put_topic("g", "green");
  ScanOptions options;
  options.limit = 2;
  Scanned<NoteRecord> page = scan_topic("blue", options);
  EXPECT_EQ(keys(page), Keys({"a", "b"}));
  options.after = page.cursor;
  page = scan_topic("blue", options);
  EXPECT_EQ(keys(page), Keys({"c", "d"}));
  options.after = page.cursor;
  page = scan_topic("blue", options);
  EXPECT_EQ(keys(page), Keys({"e"}));
  EXPECT_EQ(page.cursor, "");

  options = {};
  options.limit = 3;
  options.direction = ScanOptions::Direction::descending;
  page = scan_topic("blue", options);
  EXPECT_EQ(keys(page), Keys({"e", "d", "c"}));
  options.after = page.cursor;
  page = scan_topic("blue", options);
  EXPECT_EQ(keys(page), Keys({"b", "a"}));
  EXPECT_EQ(page.cursor, "");
}

TEST_F(CommitTest, ScansRecordsByKey) {
  for (const char* key : {"a1", "a2", "a3", "b1"}) ASSERT_TRUE(put(note(key, key)));
  ScanOptions options;
  options.prefix = "a";
  options.limit = 2;
  const auto scan = [&] {
    return value_of(store_->read<Scanned<NoteRecord>>(
        [&](const View& view) { return view.scan(notes, options); }));
  };
  Scanned<NoteRecord> page = scan();
  EXPECT_EQ(keys(page), Keys({"a1", "a2"}));
  options.after = page.cursor;
  page = scan();
  EXPECT_EQ(keys(page), Keys({"a3"}));
  EXPECT_EQ(page.cursor, "");
}

TEST_F(CommitTest, AnUndeclaredIndexIsABugAndNotAnEmptyAnswer) {
  EXPECT_EQ(code_of(store_->read<Scanned<NoteRecord>>(
                [&](const View& view) { return view.scan_index(notes, "titel", {}); })),
            ErrorCode::internal);
  EXPECT_EQ(code_of(store_->read<std::optional<NoteRecord>>(
                [&](const View& view) { return view.find_by(notes, "topic", "x"); })),
            ErrorCode::internal);
}

TEST_F(CommitTest, RefusesMoreThanItsLimitsAndStoresNothing) {
  const auto put_many = [&](std::size_t records, std::size_t bytes) {
    return commit([&](Commit& commit) -> Result<void> {
      for (std::size_t i = 0; i < records; ++i) {
        DMS_TRY(commit.put(notes,
                           note(std::to_string(i), std::to_string(i) + std::string(bytes, 'x'))));
      }
      return {};
    });
  };
  EXPECT_EQ(code_of(put_many(commit_objects_max + 1, 0)), ErrorCode::too_large);
  EXPECT_EQ(code_of(put_many(17, 1U << 20U)), ErrorCode::too_large);
  EXPECT_FALSE(find("0"));
  EXPECT_TRUE(put_many(commit_objects_max, 0).has_value());
  EXPECT_TRUE(find("0"));
}

TEST_F(CommitTest, CountersOnlyGrow) {
  const auto set = [&](std::uint64_t value) {
    return commit([&](Commit& commit) -> Result<void> {
      commit.set_counter("file_reference", value);
      return {};
    });
  };
  EXPECT_TRUE(set(5).has_value());
  EXPECT_EQ(code_of(set(4)), ErrorCode::internal);
  reopen();
  EXPECT_EQ(value_of(store_->read<std::uint64_t>(
                [](const View& view) { return view.counter("file_reference"); })),
            5U);
}

TEST_F(CommitTest, RefusesAnIllFormedEventKindAndTheWholeCommit) {
  EXPECT_EQ(code_of(commit([&](Commit& commit) -> Result<void> {
              commit.append(event("Note Made"));
              commit.set_counter("never", 1);
              return commit.put(notes, note("a", "Alpha"));
            })),
            ErrorCode::internal);
  EXPECT_FALSE(find("a"));
  EXPECT_EQ(store_->journal_head().sequence, 0U);
}

TEST_F(CommitTest, ADecidesErrorIsItsAnswerAndNothingIsStored) {
  EXPECT_EQ(code_of(commit([](Commit& commit) -> Result<void> {
              DMS_TRY(commit.put(notes, note("a", "Alpha")));
              return fail(ErrorCode::forbidden, "Nein.", "No.");
            })),
            ErrorCode::forbidden);
  EXPECT_FALSE(find("a"));
}

}  // namespace
}  // namespace dms::storage::test
