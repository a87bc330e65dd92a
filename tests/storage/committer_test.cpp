// Deciding again, serial order and shared fsyncs. Where the moment matters, the committer's thread
// is held in the commit listener until everybody has queued.

#include "storage/committer.h"

#include <fmt/format.h>

#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "storage/recording_view.h"
#include "storage/tenant_folder.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

using CommitterTest = StoreTest;

TEST_F(CommitterTest, DecidesOnceWhereNothingReadHasChanged) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  int calls = 0;
  ASSERT_TRUE(store_->commit([&](const View& view) -> Result<Commit> {
    ++calls;
    DMS_TRY(view.get(notes, "a"));
    Commit commit(view);
    DMS_TRY(commit.put(notes, note("b", "Beta")));
    if (calls == 1) value_of(put(note("c", "Gamma")));  // somebody else's, elsewhere
    return commit;
  }));
  EXPECT_EQ(calls, 1);
}

TEST_F(CommitterTest, DecidesAgainOnTheNewStateWhereARecordReadHasChanged) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha", 1)));
  int calls = 0;
  ASSERT_TRUE(store_->commit([&](const View& view) -> Result<Commit> {
    ++calls;
    NoteRecord record = DMS_TRY(view.get(notes, "a"));
    if (calls == 1) value_of(put(note("a", "Alpha", 10)));
    record.number += 1;
    Commit commit(view);
    DMS_TRY(commit.put(notes, record));
    return commit;
  }));
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(find("a")->number, 11U);
}

TEST_F(CommitterTest, DecidesAgainWhereAnAbsentRecordHasAppeared) {
  open();
  int calls = 0;
  EXPECT_EQ(code_of(store_->commit([&](const View& view) -> Result<Commit> {
              ++calls;
              Commit commit(view);
              DMS_TRY(commit.insert(notes, note("a", "Mine")));
              if (calls == 1) value_of(put(note("a", "Theirs")));
              return commit;
            })),
            ErrorCode::conflict);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(find("a")->title, "Theirs");
}

// Reads the first page of a topic, then somebody puts `other`; returns how often it was decided.
class ScanningTest : public StoreTest {
 protected:
  int calls_where_other_puts(const std::string& other) {
    open();
    for (const char* key : {"b", "d", "f"}) value_of(put(of_topic(key)));
    int calls = 0;
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      ++calls;
      ScanOptions options;
      options.prefix = KeyBuilder().text("blue").take();
      options.limit = 1;  // looks at b, and one further: d
      DMS_TRY(view.scan_index(notes, "topic", options));
      Commit commit(view);
      commit.set_counter("pages", 1);
      if (calls == 1) value_of(put(of_topic(other)));
      return commit;
    }));
    return calls;
  }
  NoteRecord of_topic(const std::string& key) {
    NoteRecord record = note(key, key);
    record.topic = "blue";
    return record;
  }
};

TEST_F(ScanningTest, DecidesAgainWhereSomethingAppearsInTheRangeRead) {
  EXPECT_EQ(calls_where_other_puts("a"), 2);
}
TEST_F(ScanningTest, DecidesAgainWhereSomethingAppearsBeforeTheEntryLookedAhead) {
  EXPECT_EQ(calls_where_other_puts("c"), 2);
}
TEST_F(ScanningTest, DecidesOnceWhereSomethingAppearsBehindTheRangeRead) {
  EXPECT_EQ(calls_where_other_puts("e"), 1);
}

TEST_F(CommitterTest, EightThreadsCountWithoutALostOrDoubleNumber) {
  open();
  constexpr std::uint64_t threads = 8;
  constexpr std::uint64_t each = 25;
  std::vector<std::thread> running;
  for (std::uint64_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < each; ++i) {
        const Result<Committed> committed = store_->commit([&](const View& view) -> Result<Commit> {
          const std::uint64_t next = DMS_TRY(view.counter("number")) + 1;
          Commit commit(view);
          commit.set_counter("number", next);
          DMS_TRY(commit.insert(
              notes, note("n" + std::to_string(next), fmt::format("{}/{}", t, i), next)));
          commit.append(event("note.made"));
          return commit;
        });
        EXPECT_TRUE(committed.has_value());
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(value_of(store_->read<std::uint64_t>(
                [](const View& view) { return view.counter("number"); })),
            threads * each);
  EXPECT_EQ(store_->journal_head().sequence, threads * each);
  for (std::uint64_t i = 1; i <= threads * each; ++i)
    EXPECT_TRUE(find("n" + std::to_string(i))) << i;
  expect_clean();
}

TEST_F(CommitterTest, OfManyWhoWantOneUniqueKeyOneGetsIt) {
  open();
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::latch start(8);
  std::vector<std::thread> running;
  for (int t = 0; t < 8; ++t) {
    running.emplace_back([&, t] {
      start.arrive_and_wait();
      const Result<Committed> committed = put(note("k" + std::to_string(t), "The one title"));
      if (committed) ++won;
      if (code_of(committed) == ErrorCode::conflict) ++lost;
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 7);
  expect_clean();
}

// A committer without a store around it, whose thread the test can hold.
class HeldCommitterTest : public StoreTest {
 protected:
  void SetUp() override {
    folder_ = value_of(TenantFolder::open(folder(), TenantFolder::Ownership::exclusive));
    Database::Options database_options;
    database_options.folder = folder_->database_path();
    database_options.disk_reserve_bytes = 1;
    database_options.log = &log_;
    database_ = value_of(Database::open(database_options));
    acknowledged_ = value_of(AcknowledgedFile::open(folder_->descriptor()));
    reads_ = std::make_unique<ReadsChain>(*database_, clock_, Uuid{});
    committer_ = std::make_unique<Committer>(*database_, environment_.state(), *reads_,
                                             acknowledged_.get(), LastGroup{});
  }

  // Commits all of `decides` as one group: they queue while the thread is held in the one before.
  std::vector<Result<Committed>> commit_together(const std::vector<Decide>& decides) {
    std::latch held(1);
    std::latch release(1);
    std::once_flag once;
    const std::uint64_t listener = committer_->add_listener([&](std::uint64_t) {
      std::call_once(once, [&] { held.count_down(); });
      release.wait();
    });
    std::vector<std::future<Result<Committed>>> answers;
    const auto start = [&](const Decide& decide) {
      answers.push_back(std::async(std::launch::async, [&] { return committer_->commit(decide); }));
    };
    const Decide first = [&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.append(event("test.held"));
      return commit;
    };
    start(first);
    held.wait();
    for (const Decide& decide : decides) start(decide);
    while (committer_->queued() < decides.size()) std::this_thread::yield();
    groups_before_ = count("aktenwerk_store_groups_total");
    release.count_down();
    std::vector<Result<Committed>> results;
    for (auto& answer : answers) results.push_back(answer.get());
    committer_->remove_listener(listener);
    results.erase(results.begin());
    return results;
  }
  std::uint64_t groups_since() { return count("aktenwerk_store_groups_total") - groups_before_; }

  std::unique_ptr<TenantFolder> folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<AcknowledgedFile> acknowledged_;
  std::unique_ptr<ReadsChain> reads_;
  std::unique_ptr<Committer> committer_;
  std::uint64_t groups_before_ = 0;
};

TEST_F(HeldCommitterTest, AllThatWaitShareOneFsync) {
  std::vector<Decide> decides;
  for (std::uint64_t i = 0; i < 12; ++i) {
    decides.push_back([this, i](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(commit.put(notes, note(std::to_string(i), std::to_string(i))));
      commit.append(event("test.made"));
      return commit;
    });
  }
  for (const Result<Committed>& result : commit_together(decides)) EXPECT_TRUE(result.has_value());
  EXPECT_EQ(groups_since(), 1U);
  EXPECT_EQ(count("aktenwerk_store_redecided_total"), 0U);
  EXPECT_EQ(committer_->last().head.sequence, 13U);
}

TEST_F(HeldCommitterTest, WithinAGroupOnlyWhatAnEarlierOneChangedIsDecidedAgain) {
  std::vector<std::atomic<int>> calls(4);
  std::vector<Decide> decides;
  for (std::size_t i = 0; i < 4; ++i) {
    decides.push_back([&calls, i](const View& view) -> Result<Commit> {
      ++calls[i];
      // Two count on one counter, two on one each.
      const std::string counter = i < 2 ? "shared" : fmt::format("own{}", i);
      const std::uint64_t value = DMS_TRY(view.counter(counter));
      Commit commit(view);
      commit.set_counter(counter, value + 1);
      return commit;
    });
  }
  for (const Result<Committed>& result : commit_together(decides)) EXPECT_TRUE(result.has_value());
  EXPECT_EQ(groups_since(), 1U);
  EXPECT_EQ(calls[0] + calls[1], 3);  // whoever came second decided on the pending batch
  EXPECT_EQ(calls[2], 1);
  EXPECT_EQ(calls[3], 1);
  EXPECT_EQ(count("aktenwerk_store_redecided_total"), 1U);
}

TEST_F(HeldCommitterTest, OneThatIsRefusedLeavesNothingInTheGroup) {
  std::vector<Decide> decides;
  for (const bool refused : {false, true, false}) {
    decides.push_back([this, refused](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.set_counter(refused ? "refused" : "kept", 1);
      commit.append(event(refused ? "Not A Kind" : "test.made"));
      return commit;
    });
  }
  const std::vector<Result<Committed>> results = commit_together(decides);
  EXPECT_TRUE(results[0].has_value());
  EXPECT_EQ(code_of(results[1]), ErrorCode::internal);
  EXPECT_TRUE(results[2].has_value());
  EXPECT_EQ(committer_->last().head.sequence, 3U);
  const SnapshotState state(*database_);
  EXPECT_EQ(value_of(RecordingView(state, nullptr).counter("refused")), 0U);
  EXPECT_EQ(value_of(RecordingView(state, nullptr).counter("kept")), 1U);
}

TEST_F(HeldCommitterTest, AnExceptionWhileDecidingAgainEndsItsRequestAlone) {
  std::vector<std::atomic<int>> calls(3);
  std::vector<Decide> decides;
  for (std::size_t i = 0; i < 3; ++i) {
    decides.push_back([&calls, i](const View& view) -> Result<Commit> {
      if (++calls[i] == 2) throw std::out_of_range("planted");  // on the committer's thread
      const std::string counter = i < 2 ? "shared" : "own";
      const std::uint64_t value = DMS_TRY(view.counter(counter));
      Commit commit(view);
      commit.set_counter(counter, value + 1);
      return commit;
    });
  }
  const std::vector<Result<Committed>> results = commit_together(decides);
  EXPECT_EQ(calls[0] + calls[1], 3);
  EXPECT_NE(results[0].has_value(), results[1].has_value());
  EXPECT_EQ(code_of(results[0].has_value() ? results[1] : results[0]), ErrorCode::internal);
  EXPECT_TRUE(results[2].has_value());
  const SnapshotState state(*database_);
  EXPECT_EQ(value_of(RecordingView(state, nullptr).counter("shared")), 1U);
  EXPECT_EQ(value_of(RecordingView(state, nullptr).counter("own")), 1U);
}

TEST_F(HeldCommitterTest, AnExceptionInSerialWorkLeavesNothingOfIt) {
  EXPECT_EQ(code_of(committer_->run_serial([](PendingBatch& batch) -> Result<void> {
              batch.put(Family::meta, "half", "done");
              throw std::out_of_range("planted");
            })),
            ErrorCode::internal);
  EXPECT_TRUE(committer_->run_serial([](PendingBatch&) { return Result<void>(); }).has_value());
  EXPECT_FALSE(value_of(database_->get(Family::meta, "half")));
}

TEST_F(CommitterTest, EachListenerHearsTheNewHeadUntilItIsRemoved) {
  open();
  std::atomic<std::uint64_t> first = 0;
  std::atomic<std::uint64_t> second = 0;
  const auto first_id = store_->add_commit_listener([&](std::uint64_t head) { first = head; });
  const auto second_id = store_->add_commit_listener([&](std::uint64_t head) { second = head; });
  value_of(append(event("note.made")));
  store_->remove_commit_listener(first_id);
  value_of(append(event("note.made")));
  store_->remove_commit_listener(second_id);
  value_of(append(event("note.made")));
  EXPECT_EQ(first, 1U);
  EXPECT_EQ(second, 2U);
}

}  // namespace
}  // namespace dms::storage::test
