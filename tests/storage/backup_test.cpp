// A backup is what it restores: every test ends with a restored store that is looked at.

#include "storage/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator() & 0xFFU);
  return bytes;
}

class BackupTest : public StoreTest {
 protected:
  std::string place() const { return (temp_ / "backup").string(); }
  BackupOptions backup_options() const { return {.folder = place(), .bytes_per_s_max = 0}; }
  BackupGeneration back_up() { return value_of(store_->back_up(backup_options())); }

  ContentId name_content(const std::string& bytes) {
    const auto writer = value_of(store_->write_content(KeyDomain{}));
    value_of(writer->append(bytes));
    const StagedContent staged = value_of(writer->finish());
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.name_content(staged, Uuid{{1}});
      commit.append(event("content.named"));
      return commit;
    }));
    return staged.id();
  }
  // The generation opened, proven and walked.
  std::unique_ptr<Store> restored(std::uint32_t number) {
    StoreOptions chosen = options();
    chosen.folder = (temp_ / ("restored-" + std::to_string(number))).string();
    const BackupGeneration generation = value_of(restore_backup({place()}, number, chosen.folder));
    std::unique_ptr<Store> store = value_of(Store::open(environment_, chosen));
    value_of(prove_restored(*store, generation));
    EXPECT_EQ(value_of(store->verify()).problems, std::vector<std::string>());
    return store;
  }
  static bool has(Store& store, const std::string& key) {
    return value_of(store.read<std::optional<NoteRecord>>(
                        [&](const View& view) { return view.find(notes, key); }))
        .has_value();
  }
};

TEST_F(BackupTest, EachGenerationRestoresTheStoreOfItsTime) {
  open();
  value_of(put(note("a", "A")));
  value_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt}));
  const std::string small = random_bytes(5000, 1);
  const std::string large = random_bytes(20U << 20U, 2);
  const ContentId small_id = name_content(small);
  const ContentId large_id = name_content(large);
  const BackupGeneration first = back_up();
  EXPECT_EQ(first.number, 1U);
  EXPECT_EQ(first.time, clock_.now());
  EXPECT_EQ(first.journal_sequence, store_->journal_head().sequence);
  EXPECT_GT(first.bytes, large.size());
  value_of(put(note("b", "B")));
  const BackupGeneration second = back_up();
  EXPECT_EQ(value_of(list_backups({place()})).size(), 2U);

  std::unique_ptr<Store> old = restored(first.number);
  EXPECT_TRUE(has(*old, "a"));
  EXPECT_FALSE(has(*old, "b"));
  EXPECT_EQ(old->id(), store_->id());
  const auto reader = value_of(old->read_content(large_id));
  EXPECT_EQ(value_of(reader->read(0, 1U << 20U)), large.substr(0, 1U << 20U));
  EXPECT_EQ(value_of(value_of(old->read_content(small_id))->read(0, 1U << 20U)), small);
  std::unique_ptr<Store> present = restored(second.number);
  EXPECT_TRUE(has(*present, "b"));
}

TEST_F(BackupTest, AFurtherGenerationWritesWhatIsNew) {
  open();
  for (unsigned i = 0; i < 8; ++i) name_content(random_bytes(4U << 20U, i));
  back_up();
  const std::uint64_t before = bytes_below(place());
  value_of(put(note("a", "A")));
  name_content(random_bytes(100'000, 99));
  back_up();
  const std::uint64_t written = bytes_below(place()) - before;
  EXPECT_GT(written, 100'000U);
  EXPECT_LT(written, 100'000 + before / 20);
  restored(2);
}

TEST_F(BackupTest, WhatIsMadeBesideCommitsIsWhole) {
  open();
  std::atomic<bool> goes_on{true};
  std::atomic<int> committed{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; goes_on; ++i) {
        const std::string key = std::to_string(writer) + "-" + std::to_string(i);
        value_of(store_->commit([&](const View& view) -> Result<Commit> {
          Commit commit(view);
          DMS_TRY(commit.put(notes, note(key, key)));
          commit.append({"note.made", Uuid{{1}}, std::nullopt, Uuid{{2}}, std::nullopt, "{}"});
          return commit;
        }));
        ++committed;
      }
    });
  }
  std::vector<BackupGeneration> made;
  for (int i = 0; i < 5; ++i) {
    const int before = committed;
    while (committed < before + 20) std::this_thread::yield();
    made.push_back(back_up());
  }
  goes_on = false;
  for (std::thread& writer : writers) writer.join();
  for (const BackupGeneration& generation : made) {
    const auto store = restored(generation.number);
    EXPECT_GE(store->journal_head().sequence, generation.journal_sequence);
  }
  EXPECT_LT(made.front().journal_sequence, made.back().journal_sequence);
}

TEST_F(BackupTest, OneDamagedByteIsFoundInEveryFile) {
  open();
  value_of(put(note("a", "A")));
  name_content(random_bytes(2U << 20U, 7));
  const BackupGeneration generation = back_up();
  value_of(check_backup({place()}, generation.number));
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(place())) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    if (entry.path().filename() == "proven") continue;  // says nothing of what is in a generation
    ++files;
    const fs::path& path = entry.path();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(entry.file_size() / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get());
    const auto write = [&](char value) {
      file.seekp(middle);
      file.put(value);
      file.flush();
    };
    write(static_cast<char>(byte ^ 0x10));
    const auto checked = check_backup({place()}, generation.number);
    EXPECT_FALSE(checked) << path;
    const std::string target = (temp_ / "damaged").string();
    EXPECT_FALSE(restore_backup({place()}, generation.number, target)) << path;
    EXPECT_FALSE(fs::exists(target)) << path;
    write(byte);
  }
  EXPECT_GE(files, 4);
  value_of(check_backup({place()}, generation.number));
  restored(generation.number);
}

TEST_F(BackupTest, KeepsAsManyGenerationsAsAskedFor) {
  open();
  BackupOptions chosen = backup_options();
  chosen.generations_kept = 2;
  const auto numbers = [&] {
    std::vector<std::uint32_t> kept;
    for (const auto& generation : value_of(list_backups({place()})))
      kept.push_back(generation.number);
    return kept;
  };
  const auto make = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string key = std::to_string(clock_.now().time_since_epoch().count() + i);
      value_of(put(note(key, key)));
      value_of(store_->back_up(chosen));
    }
  };
  using Numbers = std::vector<std::uint32_t>;
  make(3);
  EXPECT_EQ(numbers(), (Numbers{2, 3})) << "two of the newest day";
  clock_.advance(std::chrono::hours(24));
  make(1);
  EXPECT_EQ(numbers(), (Numbers{3, 4})) << "the last of the day before";
  make(3);
  EXPECT_EQ(numbers(), (Numbers{3, 6, 7})) << "however many are asked for in a day";
  clock_.advance(std::chrono::hours(24));
  make(1);
  EXPECT_EQ(numbers(), (Numbers{7, 8}));
  EXPECT_EQ(code_of(check_backup({place()}, 1)), ErrorCode::not_found);
  restored(7);
  restored(8);
}

TEST_F(BackupTest, NeverMixesHistories) {
  open();
  value_of(put(note("a", "A")));
  value_of(append(event("note.made")));
  const BackupGeneration first = back_up();
  value_of(append(event("note.made")));
  back_up();
  // Another store, as one that is made anew where a folder was lost.
  store_.reset();
  fs::rename(folder(), temp_ / "lost");
  open();
  EXPECT_EQ(code_of(store_->back_up(backup_options())), ErrorCode::conflict);
  // The same store, but of the time before the newest generation.
  store_.reset();
  fs::remove_all(folder());
  value_of(restore_backup({place()}, first.number, folder()));
  open();
  EXPECT_EQ(code_of(store_->back_up(backup_options())), ErrorCode::conflict);
  EXPECT_EQ(value_of(list_backups({place()})).size(), 2U);
  restored(2);
}

TEST_F(BackupTest, OneThatFailsItsProofDoesNotCount) {
  open();
  value_of(put(note("a", "A")));
  name_content(random_bytes(2U << 20U, 7));
  back_up();
  // A table that the next one shares.
  for (const auto& entry : fs::directory_iterator(temp_ / "backup" / "shared_checksum")) {
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('\x55');
  }
  value_of(put(note("b", "B")));
  EXPECT_EQ(code_of(store_->back_up(backup_options())), ErrorCode::corrupt);
  const auto left = value_of(list_backups({place()}));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].number, 1U);
}

TEST_F(BackupTest, OneThatWasNotProvenBeforeTheProcessEndedCountsWithTheNext) {
  open();
  value_of(put(note("a", "A")));
  back_up();
  value_of(put(note("b", "B")));
  back_up();
  // As a kill between making and proving the second would have left it.
  std::ofstream(temp_ / "backup" / "proven") << 1;
  EXPECT_EQ(value_of(list_backups({place()})).size(), 1U);
  const std::uint32_t number = back_up().number;
  EXPECT_EQ(value_of(list_backups({place()})).size(), 3U);
  EXPECT_TRUE(has(*restored(2), "b"));
  restored(number);
  fs::remove(temp_ / "backup" / "proven");
  EXPECT_EQ(value_of(list_backups({place()})).size(), 3U) << "a copy without that file";
}

TEST_F(BackupTest, IsOfOneProcessAtATimeAndOfNobodyElse) {
  open();
  value_of(put(note("a", "A")));
  back_up();
  {
    const int lock = ::open((place() + "/lock").c_str(), O_RDWR);
    ASSERT_GE(lock, 0);
    ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
    EXPECT_EQ(code_of(store_->back_up(backup_options())), ErrorCode::busy);
    ::close(lock);
  }
  const auto mode = fs::status(place()).permissions();
  EXPECT_EQ(mode, fs::perms::owner_all);
  fs::rename(place(), temp_ / "real");
  fs::create_directory_symlink(temp_ / "real", place());
  EXPECT_EQ(code_of(store_->back_up(backup_options())), ErrorCode::unavailable);
}

TEST_F(BackupTest, RefusesToRestoreOverWhatIsThere) {
  open();
  value_of(put(note("a", "A")));
  const BackupGeneration generation = back_up();
  EXPECT_EQ(code_of(restore_backup({place()}, generation.number, folder())), ErrorCode::conflict);
  EXPECT_EQ(code_of(restore_backup({place()}, 9, (temp_ / "new").string())), ErrorCode::not_found);
  EXPECT_EQ(code_of(list_backups({(temp_ / "nothing").string()})), ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(temp_ / "new"));
  // Another store's generation is told from what it says.
  BackupGeneration other = generation;
  other.journal_hash = sha256("something else");
  EXPECT_EQ(code_of(prove_restored(*store_, other)), ErrorCode::corrupt);
}

TEST_F(BackupTest, OneThatIsBrokenOffLeavesTheOthers) {
  open();
  for (unsigned i = 0; i < 4; ++i) name_content(random_bytes(8U << 20U, i));
  back_up();
  name_content(random_bytes(16U << 20U, 9));
  const std::atomic<bool> is_cancelled{true};
  BackupOptions chosen = backup_options();
  chosen.is_cancelled = &is_cancelled;
  EXPECT_EQ(code_of(store_->back_up(chosen)), ErrorCode::unavailable);
  EXPECT_EQ(value_of(list_backups({place()})).size(), 1U);
  restored(1);
  restored(back_up().number);
}

// Proving reads everything once more, in a large store for hours.
TEST_F(BackupTest, OneWhoseProofIsBrokenOffIsProvenWithTheNext) {
  open();
  name_content(random_bytes(1U << 20U, 1));
  std::atomic<bool> is_cancelled{false};
  int asked = 0;
  BackupOptions chosen = backup_options();
  chosen.is_cancelled = &is_cancelled;
  chosen.present_files = [&]() -> Result<BackupFiles> {
    is_cancelled = ++asked == 2;  // all is copied
    return BackupFiles();
  };
  EXPECT_EQ(code_of(store_->back_up(chosen)), ErrorCode::unavailable);
  EXPECT_TRUE(value_of(list_backups({place()})).empty()) << "not proven";
  value_of(put(note("b", "B")));
  EXPECT_EQ(back_up().number, 2U);
  EXPECT_EQ(value_of(list_backups({place()})).size(), 2U);
  EXPECT_FALSE(has(*restored(1), "b"));
  EXPECT_TRUE(has(*restored(2), "b"));
}

TEST_F(BackupTest, OneThatWasNotProvenAndDoesNotHoldGoes) {
  open();
  name_content(random_bytes(1U << 20U, 1));
  std::atomic<bool> is_cancelled{false};
  int asked = 0;
  BackupOptions chosen = backup_options();
  chosen.is_cancelled = &is_cancelled;
  chosen.present_files = [&]() -> Result<BackupFiles> {
    is_cancelled = ++asked == 2;
    return BackupFiles();
  };
  EXPECT_EQ(code_of(store_->back_up(chosen)), ErrorCode::unavailable);
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(place()) / "private")) {
    if (entry.path().filename().string().starts_with("MANIFEST")) fs::resize_file(entry.path(), 1);
  }
  EXPECT_EQ(back_up().number, 2U);
  EXPECT_EQ(value_of(list_backups({place()})).size(), 1U);
  restored(2);
}

// What is copied is not deleted meanwhile: a disk that the store has to itself fills, too.
TEST_F(BackupTest, EndsBeforeTheStoresDiskIsFullWhereverItLies) {
  std::string shared_memory = "/dev/shm/aktenwerk-XXXXXX";
  ASSERT_NE(::mkdtemp(shared_memory.data()), nullptr);
  const auto free_bytes = [&] { return fs::space(shared_memory).available; };
  StoreOptions chosen = options();
  chosen.folder = shared_memory + "/tenant";
  store_ = value_of(Store::open(environment_, chosen));
  for (unsigned i = 0; i < 4; ++i) name_content(random_bytes(4U << 20U, i));
  store_.reset();
  store_ = value_of(Store::open(environment_, chosen));
  chosen.disk_reserve_bytes = free_bytes() - (8U << 20U);
  store_.reset();
  store_ = value_of(Store::open(environment_, chosen));
  value_of(store_->writable());
  BackupOptions elsewhere = backup_options();
  elsewhere.present_files = [&]() -> Result<BackupFiles> {
    std::ofstream(shared_memory + "/growth") << std::string(16U << 20U, 'x');
    return BackupFiles();
  };
  EXPECT_EQ(code_of(store_->back_up(elsewhere)), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::storage_full);
  EXPECT_TRUE(value_of(list_backups({place()})).empty());
  // Nothing more comes into one that is full already.
  elsewhere.present_files = nullptr;
  EXPECT_EQ(value_of(store_->back_up(elsewhere)).number, 1U);
  store_.reset();
  fs::remove_all(shared_memory);
}

TEST_F(BackupTest, TroubleOfTheBackupsDiskIsTheBackupsAlone) {
  open();
  value_of(put(note("a", "A")));
  BackupOptions chosen = backup_options();
  std::ofstream(temp_ / "file") << "no folder";
  chosen.folder = (temp_ / "file").string();
  EXPECT_FALSE(store_->back_up(chosen));
  value_of(put(note("b", "B")));
  const auto store = restored(back_up().number);
  EXPECT_TRUE(has(*store, "b"));
}

}  // namespace
}  // namespace dms::storage::test
