// Damage is told from a torn tail. The images are copies of an open store's folder: what a kill
// would leave. Each is damaged, opened, and must be refused with its WAL untouched or be whole.

#include "storage/recovery.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The WAL files of a tenant's folder, oldest first.
std::vector<fs::path> wal_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "db")) {
    if (entry.path().extension() == ".log") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class RecoveryTest : public StoreTest {
 protected:
  static constexpr int notes_count = 12;

  // Commits with and without events, content through the WAL and reads; the last is a commit, so
  // that all of it has been acknowledged.
  void fill() {
    open();
    for (int i = 0; i < notes_count; ++i) {
      if (i == 3) name_content(std::string(100000, 'x'));
      if (i == 6) value_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt}));
      value_of(store_->commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        DMS_TRY(commit.put(notes, note(std::to_string(i), std::to_string(i))));
        if (i % 3 != 2) commit.append(event("note.made"));
        return commit;
      }));
    }
    head_ = store_->journal_head();
  }
  void name_content(const std::string& bytes) {
    const auto writer = value_of(store_->write_content(KeyDomain{}));
    value_of(writer->append(bytes));
    const StagedContent staged = value_of(writer->finish());
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.name_content(staged, Uuid{{1}});
      return commit;
    }));
  }
  // A copy of the open store's folder.
  fs::path image(const std::string& name) {
    fs::copy(folder(), temp_ / name, fs::copy_options::recursive);
    return temp_ / name;
  }
  Result<std::unique_ptr<Store>> open_at(const fs::path& at) {
    StoreOptions chosen = options();
    chosen.folder = at.string();
    return Store::open(environment_, chosen);
  }
  // Everything that was acknowledged is there and nothing else.
  void expect_whole(std::unique_ptr<Store> store) {
    store_ = std::move(store);
    for (int i = 0; i < notes_count; ++i) EXPECT_TRUE(find(std::to_string(i))) << i;
    EXPECT_EQ(store_->journal_head(), head_);
    expect_clean();
    store_.reset();
  }

  JournalPosition head_;
};

TEST_F(RecoveryTest, ReopensWhatAKillLeaves) {
  fill();
  const fs::path killed = image("killed");
  store_.reset();
  expect_whole(value_of(open_at(killed)));
}

TEST_F(RecoveryTest, AFlippedByteAnywhereInTheWalIsToldOrChangesNothing) {
  fill();
  const fs::path killed = image("killed");
  store_.reset();
  const std::vector<fs::path> wals = wal_files(killed);
  ASSERT_EQ(wals.size(), 1U);
  const std::string bytes = read_file(wals.front());
  ASSERT_GT(bytes.size(), 100000U);  // the content went through it
  int told = 0;
  std::vector<std::size_t> offsets{0, 4, 6, 7, bytes.size() - 1, bytes.size() - 40};
  for (std::size_t i = 1; i < 60; ++i) offsets.push_back(i * bytes.size() / 60);
  for (const std::size_t offset : offsets) {
    SCOPED_TRACE("offset " + std::to_string(offset));
    std::string flipped = bytes;
    flipped[offset] = static_cast<char>(flipped[offset] ^ 0x20);
    const fs::path damaged = temp_ / "damaged";
    fs::copy(killed, damaged, fs::copy_options::recursive);
    const fs::path wal = wal_files(damaged).front();
    write_file(wal, flipped);
    Result<std::unique_ptr<Store>> opened = open_at(damaged);
    if (opened) {
      expect_whole(std::move(*opened));  // padding
    } else {
      EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
      EXPECT_EQ(read_file(wal), flipped);
      // The image was only looked at: with the WAL mended it opens whole.
      if (++told == 1) {
        write_file(wal, bytes);
        expect_whole(value_of(open_at(damaged)));
      }
    }
    fs::remove_all(damaged);
  }
  EXPECT_GT(told, static_cast<int>(offsets.size()) / 2);
}

TEST_F(RecoveryTest, AFlipInAnEarlierGroupIsToldAlsoWithoutTheAcknowledgedFile) {
  fill();
  const fs::path killed = image("killed");
  store_.reset();
  fs::remove(killed / "acknowledged");
  const fs::path wal = wal_files(killed).front();
  std::string bytes = read_file(wal);
  bytes[bytes.size() / 20] = static_cast<char>(bytes[bytes.size() / 20] ^ 1);
  write_file(wal, bytes);
  EXPECT_EQ(code_of(open_at(killed)), ErrorCode::corrupt);
}

TEST_F(RecoveryTest, AMissingWalIsTold) {
  fill();
  const fs::path killed = image("killed");
  fs::remove(wal_files(killed).front());
  EXPECT_EQ(code_of(open_at(killed)), ErrorCode::corrupt);
}

TEST_F(RecoveryTest, AMissingDatabaseIsTold) {
  fill();
  const fs::path killed = image("killed");
  fs::remove_all(killed / "db");
  EXPECT_EQ(code_of(open_at(killed)), ErrorCode::corrupt);
}

TEST_F(RecoveryTest, ATailTornBehindTheLastAcknowledgedGroupOpens) {
  fill();
  const fs::path before = image("before");
  const std::string acknowledged = read_file(wal_files(before).front());
  value_of(put(note("late", "Late")));
  const std::string whole = read_file(wal_files(folder()).front());
  store_.reset();
  ASSERT_EQ(whole.substr(0, acknowledged.size()), acknowledged);
  // All inside the group of that one commit; on a slow machine a group that only syncs may follow.
  constexpr std::size_t kept_max = 160;
  ASSERT_GT(whole.size(), acknowledged.size() + kept_max);
  for (const std::size_t kept : std::initializer_list<std::size_t>{1, 6, 20, 80, kept_max}) {
    SCOPED_TRACE("bytes of the torn group: " + std::to_string(kept));
    const fs::path torn = temp_ / "torn";
    fs::copy(before, torn, fs::copy_options::recursive);
    write_file(wal_files(torn).front(), whole.substr(0, acknowledged.size() + kept));
    store_ = value_of(open_at(torn));
    EXPECT_FALSE(find("late"));
    expect_whole(std::move(store_));
    fs::remove_all(torn);
  }
}

TEST_F(RecoveryTest, AnAcknowledgedFileOlderThanTheLastGroupOpens) {
  fill();
  const std::string older = read_file(fs::path(folder()) / "acknowledged");
  value_of(put(note("late", "Late")));
  const fs::path killed = image("killed");
  store_.reset();
  write_file(killed / "acknowledged", older);
  store_ = value_of(open_at(killed));
  EXPECT_TRUE(find("late"));
  expect_whole(std::move(store_));
}

TEST_F(RecoveryTest, ADamagedAcknowledgedFileIsTold) {
  fill();
  const fs::path killed = image("killed");
  write_file(killed / "acknowledged", std::string(8192, 'x'));
  EXPECT_EQ(code_of(open_at(killed)), ErrorCode::corrupt);
}

TEST_F(RecoveryTest, AnotherHistoryOfTheSameLengthIsTold) {
  fill();
  const fs::path killed = image("killed");
  store_.reset();
  fs::remove_all(folder());
  fill();  // other ids, other salts
  fs::copy(fs::path(folder()) / "acknowledged", killed / "acknowledged",
           fs::copy_options::overwrite_existing);
  EXPECT_EQ(code_of(open_at(killed)), ErrorCode::corrupt);
}

TEST_F(RecoveryTest, AnOrderlyCloseLeavesAMarkerAndNoWalToReplay) {
  fill();
  store_.reset();
  EXPECT_TRUE(fs::exists(fs::path(folder()) / "clean"));
  for (const fs::path& wal : wal_files(folder())) EXPECT_LT(fs::file_size(wal), 1000U);
  store_ = value_of(open_at(folder()));
  EXPECT_FALSE(fs::exists(fs::path(folder()) / "clean"));
  expect_whole(std::move(store_));
}

// The rule itself, as a table.
TEST(CompareHistory, TellsDamageFromATornTail) {
  const auto replayed = [](std::uint64_t group, std::uint64_t reads = 0) {
    return Replayed{{group, {group, {}}}, {1, reads, {}}};
  };
  const auto said = [](std::uint64_t group, std::uint64_t reads = 0) {
    return std::optional<Acknowledged>({{group, {group, {}}}, {1, reads, {}}});
  };
  EXPECT_TRUE(compare_history(replayed(5), replayed(5), said(5)));
  EXPECT_TRUE(compare_history(replayed(5), replayed(5), said(4)));
  EXPECT_TRUE(compare_history(replayed(5), replayed(6), said(5)));
  EXPECT_TRUE(compare_history(replayed(5), replayed(5), std::nullopt));
  EXPECT_FALSE(compare_history(replayed(5), replayed(5), said(6)));
  EXPECT_FALSE(compare_history(replayed(5), replayed(7), said(5)));
  EXPECT_FALSE(compare_history(replayed(5), replayed(7), std::nullopt));
  EXPECT_TRUE(compare_history(replayed(5, 3), replayed(5), said(5, 3)));
  EXPECT_FALSE(compare_history(replayed(5, 2), replayed(5), said(5, 3)));
}

}  // namespace
}  // namespace dms::storage::test
