// What was erased leaves the disk: no file of the database holds the bytes of a large value any
// more. Files that are no longer needed go in the background, so the test waits for it.

#include <rocksdb/env.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "content_harness.h"
#include "dms/base/bytes.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

// Half as much is left of it when it is compressed.
const std::string& large_text() {
  static const std::string text = to_hex(make_bytes(100'000, 1));
  return text;
}
constexpr std::uint64_t little = 50'000;

// An Env whose clock the test moves.
class MovedEnv final : public rocksdb::EnvWrapper {
 public:
  MovedEnv() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}
  const char* Name() const override { return "MovedEnv"; }
  rocksdb::Status GetCurrentTime(std::int64_t* seconds) override {
    const rocksdb::Status status = rocksdb::EnvWrapper::GetCurrentTime(seconds);
    *seconds += std::chrono::seconds(moved.load()).count();
    return status;
  }
  std::atomic<std::chrono::hours> moved{};
};

class ErasedTest : public StoreTest {
 protected:
  ErasedTest() { environment_.state().env = &env_; }
  ~ErasedTest() override { store_.reset(); }

  Result<Committed> erase_detail(std::uint64_t sequence) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.erase_event_detail(sequence);
      Event erased = event("note.details_erased");
      erased.object = value_of(store_->read_journal(sequence - 1, 1)).front().object;
      commit.append(erased);
      return commit;
    });
  }
  Result<Committed> erase_note(const std::string& key) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(commit.erase(notes, key));
      return commit;
    });
  }
  // Of tables and WAL.
  std::uint64_t bytes_on_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(folder()) / "db")) {
      const fs::path kind = entry.path().extension();
      if (kind != ".sst" && kind != ".log") continue;
      std::error_code removed_meanwhile;
      const std::uintmax_t size = fs::file_size(entry.path(), removed_meanwhile);
      if (!removed_meanwhile) bytes += size;
    }
    return bytes;
  }
  std::vector<std::string> tables() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(folder()) / "db")) {
      if (entry.path().extension() == ".sst") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  // Whether the bytes leave the disk after a sweep.
  bool leaves_the_disk() {
    EXPECT_GT(bytes_on_disk(), 2 * little);
    value_of(store_->sweep_content());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (bytes_on_disk() > little) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  MovedEnv env_;
};

TEST_F(ErasedTest, AnErasedDetailLeavesTheTables) {
  open();
  const Committed made = value_of(append(event("note.made", '"' + large_text() + '"')));
  value_of(append(event("note.made")));
  reopen();  // it is in a table now
  value_of(erase_detail(made.first_sequence));
  EXPECT_TRUE(leaves_the_disk());
  const auto entries = value_of(store_->read_journal(0, 2));
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_FALSE(entries[0].detail);
  EXPECT_EQ(entries[1].detail, "{}");
  expect_clean();
}

TEST_F(ErasedTest, AnErasedDetailLeavesTheWal) {
  open();
  const Committed made = value_of(append(event("note.made", '"' + large_text() + '"')));
  value_of(erase_detail(made.first_sequence));
  EXPECT_TRUE(leaves_the_disk());
  expect_clean();
}

TEST_F(ErasedTest, ErasedRecordsLeaveTheDiskAfterAMonth) {
  open();
  value_of(put(note("a", large_text())));
  value_of(put(note("b", "Beta")));
  reopen();
  value_of(erase_note("a"));
  reopen();
  env_.moved = std::chrono::days(29);
  const std::vector<std::string> before = tables();
  value_of(store_->sweep_content());
  EXPECT_EQ(tables(), before);
  env_.moved = std::chrono::days(31);
  EXPECT_TRUE(leaves_the_disk());
  EXPECT_FALSE(find("a"));
  EXPECT_TRUE(find("b"));
  expect_clean();
}

TEST_F(ErasedTest, ReplacedRecordsLeaveTheDiskAfterAMonth) {
  open();
  value_of(put(note("a", large_text())));
  reopen();
  value_of(put(note("a", "Alpha")));
  reopen();
  env_.moved = std::chrono::days(31);
  EXPECT_TRUE(leaves_the_disk());
  EXPECT_EQ(find("a")->title, "Alpha");
  expect_clean();
}

TEST_F(ErasedTest, WhereNothingWasErasedNothingIsRewritten) {
  open();
  value_of(put(note("a", "Alpha")));
  value_of(append(event("note.made")));
  reopen();
  env_.moved = std::chrono::days(300);
  const std::vector<std::string> before = tables();
  ASSERT_FALSE(before.empty());
  value_of(store_->sweep_content());
  EXPECT_EQ(tables(), before);
}

}  // namespace
}  // namespace dms::storage::test
