// Failing writes: nothing is acknowledged that is not there after reopening, and nothing is
// accepted until then.

#include <atomic>
#include <chrono>
#include <thread>

#include "faulty_file_system.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class ManifestFaultTest : public StoreTest {
 protected:
  ManifestFaultTest() : env_(rocksdb::NewCompositeEnv(files_)) {
    environment_.state().env = env_.get();
  }
  ~ManifestFaultTest() override { store_.reset(); }

  std::shared_ptr<FaultyFileSystem> files_ = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env_;
};

class FaultTest : public ManifestFaultTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(FaultTest, MakesTheStoreReadOnlyUntilItIsReopened) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  value_of(append(event("note.made")));
  const JournalPosition head = store_->journal_head();
  files_->set(GetParam());
  EXPECT_EQ(code_of(put(note("b", "Beta"))), ErrorCode::unavailable);
  EXPECT_GT(files_->struck(), 0);
  files_->set(Fault::none);
  // The disk is well again; the store trusts it only after a reopening.
  EXPECT_EQ(code_of(put(note("c", "Gamma"))), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt})),
            ErrorCode::unavailable);
  EXPECT_EQ(store_->journal_head(), head);
  EXPECT_TRUE(find("a"));
  reopen();
  EXPECT_TRUE(find("a"));
  EXPECT_FALSE(find("c"));
  EXPECT_EQ(value_of(store_->journal_hash(head.sequence)), head.hash);
  EXPECT_TRUE(put(note("c", "Gamma")).has_value());
  expect_clean();
}

// Whoever walks holds the store, which cannot be closed and opened again before.
TEST_P(FaultTest, EndsWhoeverWalks) {
  open();
  constexpr int records = 2000;
  value_of(store_->commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    for (int i = 0; i < records; ++i) {
      const std::string name = std::to_string(i);
      DMS_TRY(commit.put(notes, note(name, name)));
    }
    return commit;
  }));
  files_->set(GetParam());
  EXPECT_FALSE(put(note("b", "Beta")));
  files_->set(Fault::none);
  for (const auto& report : {store_->verify({}), store_->verify_records({})}) {
    ASSERT_FALSE(report) << report->records;
    EXPECT_EQ(report.error().code, ErrorCode::unavailable);
    EXPECT_NE(report.error().hint.find("read-only since"), std::string::npos);
  }
  reopen();
  expect_clean();
}

TEST_P(FaultTest, LosesNothingThatEightWritersWereTold) {
  open();
  std::atomic<int> acknowledged_total = 0;
  std::vector<std::vector<std::string>> acknowledged(8);
  std::vector<std::thread> writers;
  for (std::size_t t = 0; t < acknowledged.size(); ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const std::string key = std::to_string(t) + "-" + std::to_string(i);
        if (!put(note(key, key))) return;
        acknowledged[t].push_back(key);
        if (++acknowledged_total == 40) files_->set(GetParam());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(files_->struck(), 0);
  files_->set(Fault::none);
  reopen();
  for (const std::vector<std::string>& keys : acknowledged) {
    for (const std::string& key : keys) EXPECT_TRUE(find(key)) << key;
  }
  expect_clean();
}

// The bytes of the entry are there, though nobody synced them: what it names must be there, too. An
// ingestion syncs the manifest twice: its file's number, then its file.
class ManifestSyncTest : public ManifestFaultTest, public ::testing::WithParamInterface<int> {};

TEST_P(ManifestSyncTest, AFileThatTheManifestMayNameIsNotTakenBack) {
  open();
  ASSERT_TRUE(put(note("a", "Alpha")));
  const auto writer = value_of(store_->write_content({}));
  const std::string bytes(3U << 20U, 'x');
  ASSERT_TRUE(writer->append(bytes));
  files_->set(Fault::manifest_sync, GetParam());
  EXPECT_EQ(code_of(writer->finish()), ErrorCode::unavailable);
  EXPECT_GT(files_->struck(), 0);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::unavailable);
  files_->set(Fault::none);
  reopen();
  EXPECT_TRUE(find("a"));
  EXPECT_TRUE(put(note("b", "Beta")).has_value());
  expect_clean();
}

// RocksDB looks every five seconds whether a disk that was full has room, and goes on by itself.
TEST_F(ManifestFaultTest, AFullDiskIsNotGoneOnWithBehindOurBack) {
  open();
  const auto writer = value_of(store_->write_content({}));
  ASSERT_TRUE(writer->append(std::string(3U << 20U, 'x')));
  files_->set(Fault::manifest_append, 1);
  EXPECT_EQ(code_of(writer->finish()), ErrorCode::unavailable);
  EXPECT_GT(files_->struck(), 0);
  files_->set(Fault::none);
  EXPECT_FALSE(files_->begins_manifest(std::chrono::seconds(6)));
  EXPECT_EQ(code_of(put(note("a", "Alpha"))), ErrorCode::unavailable);
  reopen();
  EXPECT_TRUE(put(note("a", "Alpha")).has_value());
  expect_clean();
}

INSTANTIATE_TEST_SUITE_P(Passing, ManifestSyncTest, ::testing::Values(0, 1));

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest, ::testing::Values(Fault::sync, Fault::append),
                         [](const auto& each) {
                           return std::string(each.param == Fault::sync ? "Sync" : "Append");
                         });

}  // namespace
}  // namespace dms::storage::test
