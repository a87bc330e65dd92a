// The WAL of a store in which nothing is committed becomes short. The test moves the clock and
// ticks itself; it waits only for RocksDB's flush, which runs in the background.

#include "storage/idle_wal.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::uint64_t limit = 200'000;

TEST(IdleWal, ALookIsDueEachMinuteWithoutACommitThatWroteSomethingElse) {
  dms::test::FakeClock clock;
  IdleWal idle(clock);
  EXPECT_FALSE(idle.look_is_due(1, 10));
  clock.advance(seconds(59));
  EXPECT_FALSE(idle.look_is_due(1, 10));
  clock.advance(seconds(1));
  EXPECT_TRUE(idle.look_is_due(1, 10));
  EXPECT_FALSE(idle.look_is_due(1, 11));  // not yet again
  clock.advance(seconds(60));
  EXPECT_TRUE(idle.look_is_due(1, 12));  // reads were written meanwhile
  clock.advance(seconds(60));
  EXPECT_FALSE(idle.look_is_due(1, 12));  // nothing was
  clock.advance(seconds(30));
  EXPECT_FALSE(idle.look_is_due(2, 13));  // a commit
  clock.advance(seconds(59));
  EXPECT_FALSE(idle.look_is_due(2, 13));
  clock.advance(seconds(1));
  EXPECT_TRUE(idle.look_is_due(2, 13));
}

TEST(IdleWal, AClockThatGoesBackDelaysTheLookByAMinuteAtMost) {
  dms::test::FakeClock clock;
  IdleWal idle(clock);
  EXPECT_FALSE(idle.look_is_due(1, 10));
  clock.advance(-std::chrono::hours(5));
  EXPECT_FALSE(idle.look_is_due(1, 10));
  clock.advance(seconds(60));
  EXPECT_TRUE(idle.look_is_due(1, 10));
}

class IdleStoreTest : public StoreTest {
 protected:
  IdleStoreTest() { environment_.state().idle_wal_bytes_max = limit; }

  // Commits about this many bytes.
  void write(std::uint64_t bytes) {
    for (std::uint64_t i = 0; i * 10'000 < bytes; ++i) {
      value_of(append(event("note.made", "\"" + std::string(10'000, 'x') + "\"")));
    }
  }
  void pass(seconds time) {
    clock_.advance(time);
    environment_.state().ticker.call_all();
  }
  // A commit, behind everything that waits for the committer.
  void commit_something() { value_of(put(note("something", std::to_string(++somethings_)))); }
  std::vector<std::string> wals() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(folder()) / "db")) {
      if (entry.path().extension() == ".log") names.push_back(entry.path().filename().string());
    }
    return names;
  }
  std::uint64_t wal_bytes() const {
    std::uint64_t bytes = 0;
    for (const std::string& name : wals()) {
      std::error_code removed_meanwhile;
      const std::uintmax_t size =
          fs::file_size(fs::path(folder()) / "db" / name, removed_meanwhile);
      if (!removed_meanwhile) bytes += size;
    }
    return bytes;
  }

 private:
  int somethings_ = 0;
};

TEST_F(IdleStoreTest, AnIdleStoreKeepsLittleWal) {
  open();
  write(2 * limit);
  ASSERT_GT(wal_bytes(), limit);
  pass(seconds(1));
  pass(IdleWal::idle_after);
  const auto end = std::chrono::steady_clock::now() + seconds(20);
  while (wal_bytes() > limit && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_LT(wal_bytes(), limit);
  const JournalPosition head = store_->journal_head();
  reopen();
  EXPECT_EQ(store_->journal_head(), head);
  expect_clean();
}

// What starts a flush also starts a new WAL, at once.
TEST_F(IdleStoreTest, AStoreAtWorkKeepsItsWal) {
  open();
  write(2 * limit);
  const std::vector<std::string> before = wals();
  for (int i = 0; i < 4; ++i) {
    pass(seconds(IdleWal::idle_after) / 2);
    commit_something();
    pass(seconds(1));
  }
  commit_something();
  EXPECT_EQ(wals(), before);
}

TEST_F(IdleStoreTest, AnIdleStoreWithLittleWalKeepsIt) {
  open();
  write(limit / 2);
  const std::vector<std::string> before = wals();
  pass(seconds(1));
  pass(IdleWal::idle_after);
  commit_something();
  EXPECT_EQ(wals(), before);
}

}  // namespace
}  // namespace dms::storage::test
