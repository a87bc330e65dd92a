// purge_erased: what was erased leaves tables and WAL at once, and only then is it said to have.

#include <chrono>
#include <thread>

#include "content_harness.h"
#include "store_fixture.h"
#include "support/raw_scan.h"

namespace dms::storage::test {
namespace {

using dms::test::files_with;
using dms::test::holds_bytes;

constexpr const char* secret = "Quastenflosser-Personalsache";

class ErasedPurgeTest : public StoreTest {
 protected:
  void make_secrets() {
    value_of(put(note("a", secret)));
    value_of(put(note("b", "Beta")));
    detail_ = value_of(append(event("note.made", std::string("\"") + secret + "\""))).last_sequence;
  }
  Committed erase_secrets() {
    return value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(commit.erase(notes, "a"));
      commit.erase_event_detail(detail_);
      Event erased = event("note.details_erased");
      erased.object = value_of(store_->read_journal(detail_ - 1, 1)).front().object;
      commit.append(erased);
      return commit;
    }));
  }
  // Asks until files that are no longer needed are deleted, which happens in the background.
  bool purged(std::uint64_t mark) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!value_of(store_->purge_erased(mark))) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  // But for the manifest, which keeps the ends of tables' key ranges until the next opening.
  void expect_left_the_files() {
    for (const std::string& path : files_with(folder(), secret)) {
      EXPECT_NE(path.find("/MANIFEST-"), std::string::npos) << path;
    }
    reopen();
    EXPECT_EQ(files_with(folder(), secret), std::vector<std::string>{});
  }

  std::uint64_t detail_ = 0;
};

TEST_F(ErasedPurgeTest, RecordsIndexEntriesAndDetailsLeaveTheFilesAtOnce) {
  open();
  make_secrets();
  reopen();  // they are in tables now
  erase_secrets();
  ASSERT_TRUE(holds_bytes(folder(), secret));
  ASSERT_TRUE(purged(store_->erasure_mark()));
  expect_left_the_files();
  EXPECT_TRUE(find("b"));
  expect_clean();
}

TEST_F(ErasedPurgeTest, WhatIsInTheWalOnlyGoesToo) {
  open();
  make_secrets();
  erase_secrets();
  ASSERT_TRUE(holds_bytes(folder(), secret));
  ASSERT_TRUE(purged(store_->erasure_mark()));
  expect_left_the_files();
}

TEST_F(ErasedPurgeTest, ASnapshotThatStillShowsItHoldsItUp) {
  open();
  make_secrets();
  reopen();
  std::uint64_t mark = 0;
  value_of(store_->read<bool>([&](const View&) -> Result<bool> {
    erase_secrets();
    mark = store_->erasure_mark();
    EXPECT_FALSE(value_of(store_->purge_erased(mark)));
    return true;
  }));
  ASSERT_TRUE(holds_bytes(folder(), secret));
  EXPECT_TRUE(purged(mark));
  expect_left_the_files();
}

TEST_F(ErasedPurgeTest, ALaterSnapshotDoesNot) {
  open();
  make_secrets();
  erase_secrets();
  const std::uint64_t mark = store_->erasure_mark();
  value_of(put(note("c", "Gamma")));
  value_of(store_->read<bool>([&](const View&) -> Result<bool> {
    EXPECT_TRUE(purged(mark));
    return true;
  }));
  expect_left_the_files();
}

TEST_F(ErasedPurgeTest, PurgedOnceAMarkIsNotCompactedAgain) {
  open();
  make_secrets();
  erase_secrets();
  const std::uint64_t mark = store_->erasure_mark();
  ASSERT_TRUE(purged(mark));
  const auto before = files_with(folder(), "Beta");
  ASSERT_FALSE(before.empty());
  EXPECT_TRUE(value_of(store_->purge_erased(mark)));
  EXPECT_EQ(files_with(folder(), "Beta"), before);
}

TEST_F(ErasedPurgeTest, AContentIsGoneOnceNothingOfItIsOnTheDisk) {
  open();
  const Uuid owner = make_uuid_v7(clock_.now());
  const ContentId content = [&] {
    const auto writer = value_of(store_->write_content({}));
    value_of(writer->append(secret));
    const StagedContent staged = value_of(writer->finish());
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.name_content(staged, owner);
      return commit;
    }));
    return staged.id();
  }();
  EXPECT_EQ(value_of(store_->content_state(content)), ContentState::stored);
  value_of(store_->commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    commit.release_content(content, owner);
    return commit;
  }));
  EXPECT_EQ(value_of(store_->content_state(content)), ContentState::leaving);
  {
    const auto reader = value_of(store_->read_content(content));
    value_of(store_->sweep_content());
    EXPECT_EQ(value_of(store_->content_state(content)), ContentState::leaving);
  }
  value_of(store_->sweep_content());
  EXPECT_EQ(value_of(store_->content_state(content)), ContentState::gone);
  ASSERT_TRUE(purged(store_->erasure_mark()));
  EXPECT_EQ(files_with(folder(), secret), std::vector<std::string>{});
}

}  // namespace
}  // namespace dms::storage::test
