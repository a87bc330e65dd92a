// Encrypted backups. What was written to the folder is looked at as bytes; what is to be told is
// planted.

#include <rocksdb/file_system.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "storage/backup.h"
#include "storage/backup_store.h"
#include "storage/sealed_files.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

namespace fs = std::filesystem;

std::string random_text(std::size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator() & 0xFFU);
  return bytes;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class SealedBackupTest : public StoreTest {
 protected:
  SealedBackupTest() { open(); }

  BackupPlace place() const { return {(temp_ / "backup").string(), key_}; }
  BackupPlace with_key(std::optional<Secret> key) const { return {place().folder, std::move(key)}; }
  BackupOptions backup_options() const {
    BackupOptions options;
    options.folder = place().folder;
    options.key = key_;
    options.bytes_per_s_max = 0;
    return options;
  }
  BackupGeneration back_up() { return value_of(store_->back_up(backup_options())); }

  ContentId name_content(const std::string& bytes) {
    const auto writer = value_of(store_->write_content(KeyDomain{}));
    value_of(writer->append(bytes));
    const StagedContent staged = value_of(writer->finish());
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.name_content(staged, Uuid{{1}});
      commit.append(event("content.named", "{\"said\":\"Geheimnis\"}"));
      return commit;
    }));
    return staged.id();
  }
  std::string content(const Store& store, const ContentId& id) {
    const auto reader = value_of(store.read_content(id));
    std::string bytes;
    while (bytes.size() < id.size) bytes += value_of(reader->read(bytes.size(), 1U << 20U));
    return bytes;
  }
  // Files of which every byte is sealed.
  std::vector<fs::path> sealed_files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(place().folder)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "lock" || name == "proven") continue;
      files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
  }
  std::uint64_t bytes_in_folder() const {
    std::uint64_t bytes = 0;
    for (const fs::path& file : sealed_files()) bytes += fs::file_size(file);
    return bytes;
  }
  // Changes a bit of `part` wherever it lies in the closed store. Returns how often.
  int flip(const std::string& part) const {
    int hits = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder() + "/db")) {
      if (!entry.is_regular_file()) continue;
      std::string bytes = read_file(entry.path());
      const std::size_t at = bytes.find(part);
      if (at == std::string::npos) continue;
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      write_file(entry.path(), bytes);
      ++hits;
    }
    return hits;
  }
  // From the first generation.
  bool repair(const ContentId& id) {
    const auto backup = value_of(open_backup(environment_, place(), 1, options()));
    return value_of(store_->repair_content(*value_of(backup->read_content(id))));
  }
  // Neither proven nor restored, and nothing comes to its place.
  void expect_told(std::uint32_t number, const std::string& what) {
    EXPECT_FALSE(check_backup(place(), number)) << what;
    if (what.find("/files/") != std::string::npos) return;  // the store itself is whole
    const std::string target = (temp_ / "damaged").string();
    EXPECT_FALSE(restore_backup(place(), number, target)) << what;
    EXPECT_FALSE(fs::exists(target)) << what;
  }
  std::unique_ptr<Store> restored(std::uint32_t number) {
    StoreOptions chosen = options();
    chosen.folder = (temp_ / ("restored-" + std::to_string(number))).string();
    const BackupGeneration generation = value_of(restore_backup(place(), number, chosen.folder));
    std::unique_ptr<Store> store = value_of(Store::open(environment_, chosen));
    value_of(prove_restored(*store, generation));
    EXPECT_EQ(value_of(store->verify()).problems, std::vector<std::string>());
    return store;
  }

  const Secret key_{std::string(32, 'k')};
};

TEST_F(SealedBackupTest, RestoresWhatWasAndShowsNothing) {
  value_of(put(note("a", "Geheimnis")));
  name_content("Geheimnis " + random_text(3U << 20U, 1));
  name_content("Geheimnis im Kleinen");
  BackupOptions chosen = backup_options();
  chosen.files = {{"aktenwerk.toml", Secret("# Geheimnis\n")}};
  chosen.present_files = [] {
    return Result<BackupFiles>(BackupFiles{{"content.keys", Secret("Geheimnis")}});
  };
  value_of(store_->back_up(chosen));
  EXPECT_GE(sealed_files().size(), 7U);
  for (const fs::path& file : sealed_files()) {
    EXPECT_EQ(read_file(file).substr(0, 4), "AWSF") << file;
    EXPECT_EQ(read_file(file).find("Geheimnis"), std::string::npos) << file;
  }
  value_of(check_backup(place(), 1));
  const auto store = restored(1);
  EXPECT_TRUE(value_of(store->read<std::optional<NoteRecord>>(
      [&](const View& view) { return view.find(notes, "a"); })));
}

TEST_F(SealedBackupTest, GenerationsShareWhatHasNotChanged) {
  for (unsigned i = 0; i < 8; ++i) name_content(random_text(4U << 20U, i));
  back_up();
  const std::uint64_t before = bytes_in_folder();
  EXPECT_LT(before, (32U << 20U) + (1U << 20U)) << "sealing adds next to nothing";
  value_of(put(note("a", "A")));
  name_content(random_text(100'000, 99));
  back_up();
  const std::uint64_t written = bytes_in_folder() - before;
  EXPECT_GT(written, 100'000U);
  EXPECT_LT(written, 100'000 + before / 20);
  restored(1);
  restored(2);
}

TEST_F(SealedBackupTest, EveryDamagedFileIsTold) {
  value_of(put(note("a", "A")));
  name_content(random_text(2U << 20U, 7));
  BackupOptions chosen = backup_options();
  chosen.files = {{"aktenwerk.toml", Secret("data_dir = \"/x\"\n")}};
  value_of(store_->back_up(chosen));
  std::mt19937 generator(11);
  for (const fs::path& path : sealed_files()) {
    const std::string bytes = read_file(path);
    // Header, key, salt, the first segment, the last tag, and two places anywhere.
    std::vector<std::size_t> places = {0, 5, 9, 30, 60, bytes.size() - 1};
    for (int i = 0; i < 2; ++i) places.push_back(generator() % bytes.size());
    for (const std::size_t at : places) {
      std::string damaged = bytes;
      const auto before = static_cast<unsigned char>(damaged[at]);
      damaged[at] = static_cast<char>(before ^ (1U << (generator() % 8)));
      write_file(path, damaged);
      expect_told(1, path.string() + " at " + std::to_string(at));
    }
    for (const std::size_t cut :
         {bytes.size() - 1, bytes.size() / 2, std::size_t{56}, std::size_t{3}, std::size_t{0}}) {
      write_file(path, bytes.substr(0, cut));
      expect_told(1, path.string() + " cut to " + std::to_string(cut));
    }
    write_file(path, bytes);
  }
  value_of(check_backup(place(), 1));
  restored(1);
}

TEST_F(SealedBackupTest, AFileInAnothersPlaceIsTold) {
  value_of(put(note("a", "A")));
  back_up();
  value_of(put(note("b", "B")));
  back_up();
  const auto swap = [](const fs::path& left, const fs::path& right) {
    const std::string kept = read_file(left);
    write_file(left, read_file(right));
    write_file(right, kept);
  };
  const fs::path meta = fs::path(place().folder) / "meta";
  swap(meta / "1", meta / "2");
  expect_told(1, "each is whole in itself");
  EXPECT_TRUE(value_of(list_backups(place())).empty());
  swap(meta / "1", meta / "2");
  std::vector<fs::path> tables;
  for (const fs::path& file : sealed_files()) {
    if (file.extension() == ".sst") tables.push_back(file);
  }
  ASSERT_GE(tables.size(), 2U);
  swap(tables[0], tables[1]);
  expect_told(2, "tables");
  swap(tables[0], tables[1]);
  restored(2);
}

TEST_F(SealedBackupTest, NeedsItsKeyAndNeverMixes) {
  value_of(put(note("a", "A")));
  back_up();
  for (const auto& other : {std::optional<Secret>(), std::optional(Secret(std::string(32, 'x')))}) {
    const BackupPlace wrong = with_key(other);
    EXPECT_EQ(code_of(list_backups(wrong)), ErrorCode::conflict);
    EXPECT_EQ(code_of(check_backup(wrong, 1)), ErrorCode::conflict);
    EXPECT_EQ(code_of(restore_backup(wrong, 1, (temp_ / "x").string())), ErrorCode::conflict);
    EXPECT_EQ(code_of(read_present_files(wrong)), ErrorCode::conflict);
    BackupOptions chosen = backup_options();
    chosen.key = other;
    EXPECT_EQ(code_of(store_->back_up(chosen)), ErrorCode::conflict);
  }
  EXPECT_EQ(value_of(list_backups(place())).size(), 1U);
  BackupOptions clear = backup_options();
  clear.key.reset();
  clear.folder = (temp_ / "clear").string();
  value_of(store_->back_up(clear));
  clear.key = key_;
  EXPECT_EQ(code_of(store_->back_up(clear)), ErrorCode::conflict);
  EXPECT_EQ(code_of(list_backups({clear.folder, key_})), ErrorCode::conflict);
  value_of(check_backup({clear.folder}, 1));
}

TEST_F(SealedBackupTest, KeepsAsManyGenerationsAsAskedForWithTheirFiles) {
  BackupOptions chosen = backup_options();
  chosen.generations_kept = 2;
  for (int i = 1; i <= 4; ++i) {
    value_of(put(note(std::to_string(i), std::to_string(i))));
    chosen.files = {{"aktenwerk.toml", Secret("# " + std::to_string(i))}};
    value_of(store_->back_up(chosen));
  }
  const auto left = value_of(list_backups(place()));
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(value_of(read_generation_files(place(), 3)).at(0).bytes.expose(), "# 3");
  EXPECT_EQ(value_of(read_generation_files(place(), 4)).at(0).bytes.expose(), "# 4");
  const fs::path files = fs::path(place().folder) / "files";
  EXPECT_EQ(std::distance(fs::directory_iterator(files), fs::directory_iterator()), 2);
  EXPECT_EQ(code_of(read_generation_files(place(), 1)), ErrorCode::not_found);
  restored(4);
}

TEST_F(SealedBackupTest, WhatBreaksOffIsBegunAgain) {
  for (unsigned i = 0; i < 4; ++i) name_content(random_text(8U << 20U, i));
  const std::atomic<bool> is_cancelled{true};
  BackupOptions chosen = backup_options();
  chosen.is_cancelled = &is_cancelled;
  EXPECT_EQ(code_of(store_->back_up(chosen)), ErrorCode::unavailable);
  restored(back_up().number);
}

TEST_F(SealedBackupTest, AGenerationIsReadWhereItLies) {
  value_of(put(note("a", "A")));
  const std::string large = random_text(5U << 20U, 1);
  const ContentId id = name_content(large);
  BackupOptions clear = backup_options();
  clear.key.reset();
  clear.folder = (temp_ / "clear").string();
  value_of(store_->back_up(clear));
  back_up();
  value_of(put(note("b", "B")));
  back_up();
  for (const BackupPlace& from : {place(), BackupPlace{clear.folder}}) {
    const std::uint64_t before = bytes_in_folder();
    const auto old = value_of(open_backup(environment_, from, 1, options()));
    const auto has = [&](const std::string& key) {
      return value_of(old->read<std::optional<NoteRecord>>(
                          [&](const View& view) { return view.find(notes, key); }))
          .has_value();
    };
    EXPECT_TRUE(has("a"));
    EXPECT_FALSE(has("b"));
    EXPECT_EQ(content(*old, id), large);
    EXPECT_EQ(value_of(old->verify()).problems, std::vector<std::string>());
    EXPECT_FALSE(old->commit([](const View& view) -> Result<Commit> { return Commit(view); }));
    EXPECT_EQ(bytes_in_folder(), before) << "nothing is written there";
  }
  EXPECT_EQ(code_of(open_backup(environment_, place(), 9, options())), ErrorCode::not_found);
  EXPECT_EQ(code_of(open_backup(environment_, with_key(std::nullopt), 1, options())),
            ErrorCode::conflict);
}

TEST_F(SealedBackupTest, DamagedContentGetsTheBackupsBytes) {
  const std::string large = random_text(3U << 20U, 1);
  const ContentId damaged = name_content(large);
  const ContentId whole = name_content(random_text(2U << 20U, 3));
  back_up();
  store_.reset();
  ASSERT_EQ(flip(large.substr(1'500'000, 50)), 1);
  open();
  EXPECT_FALSE(value_of(store_->verify()).problems.empty());
  EXPECT_TRUE(repair(damaged));
  EXPECT_FALSE(repair(whole)) << "nothing was wrong";
  EXPECT_FALSE(repair(damaged)) << "any more";
  EXPECT_EQ(content(*store_, damaged), large);
  value_of(store_->sweep_content());
  expect_clean();
  reopen();
  expect_clean();
  EXPECT_EQ(content(*store_, damaged), large);
}

// Its table, which others share, stays damaged.
TEST_F(SealedBackupTest, ASmallDamagedContentIsThereAgainAndItsTableIsLeftAlone) {
  const std::string small = random_text(3000, 2);
  const ContentId damaged = name_content(small);
  back_up();
  store_.reset();
  ASSERT_EQ(flip(small.substr(1000, 50)), 1);
  open();
  EXPECT_TRUE(repair(damaged));
  value_of(store_->sweep_content());
  value_of(put(note("a", "A")));
  reopen();
  EXPECT_EQ(content(*store_, damaged), small);
  expect_clean();
}

// Others lie in its table, which cannot be dropped as a whole: what is erased meanwhile goes all
// the same, and the store goes on.
TEST_F(SealedBackupTest, ARottenChunkAmongOthersHoldsNoErasureUp) {
  const std::string before = random_text(3000, 4);
  const ContentId kept = name_content(before);
  const std::string small = random_text(3000, 5);
  const ContentId damaged = name_content(small);
  const ContentId behind = name_content(random_text(3000, 6));
  back_up();
  store_.reset();
  ASSERT_EQ(flip(small.substr(1000, 50)), 1);
  open();
  EXPECT_TRUE(repair(damaged));
  const ContentId large = name_content(random_text(3U << 20U, 7));
  value_of(store_->commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    commit.release_content(large, Uuid{{1}});
    commit.append(event("content.released"));
    return commit;
  }));
  EXPECT_GE(value_of(store_->sweep_content()), 3U << 20U);
  value_of(put(note("a", "A")));
  EXPECT_TRUE(store_->writable());
  EXPECT_EQ(content(*store_, damaged), small);
  EXPECT_EQ(content(*store_, kept), before);
  EXPECT_TRUE(store_->read_content(behind));
}

// The rules of the file system under it, as RocksDB could ask for them.
TEST_F(SealedBackupTest, AFileIsWrittenOnceAndKeepsItsName) {
  const std::string folder = temp_.path().string();
  const auto env = make_sealed_env(rocksdb::Env::Default(), folder, key_);
  const auto& files = env->GetFileSystem();
  const rocksdb::FileOptions none;
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(files->NewWritableFile(folder + "/.a.tmp", none, &file, nullptr).ok());
  EXPECT_TRUE(file->Append("Anfang", io, nullptr).ok());
  EXPECT_EQ(file->GetFileSize(io, nullptr), 6U);
  EXPECT_TRUE(file->Sync(io, nullptr).ok());
  EXPECT_TRUE(file->Append("mehr", io, nullptr).IsNotSupported());
  EXPECT_TRUE(file->Close(io, nullptr).ok());
  EXPECT_TRUE(files->ReopenWritableFile(folder + "/.a.tmp", none, &file, nullptr).IsNotSupported());
  EXPECT_TRUE(files->Truncate(folder + "/.a.tmp", 3, io, nullptr).IsNotSupported());
  EXPECT_TRUE(files->RenameFile(folder + "/.a.tmp", folder + "/b", io, nullptr).IsNotSupported());
  EXPECT_TRUE(files->RenameFile(folder + "/.a.tmp", folder + "/a", io, nullptr).ok());
  EXPECT_TRUE(files->LinkFile(folder + "/a", folder + "/b", io, nullptr).IsNotSupported());
  std::uint64_t size = 0;
  EXPECT_TRUE(files->GetFileSize(folder + "/a", io, &size, nullptr).ok());
  EXPECT_EQ(size, 6U);
  std::unique_ptr<rocksdb::FSRandomAccessFile> reader;
  ASSERT_TRUE(files->NewRandomAccessFile(folder + "/a", none, &reader, nullptr).ok());
  std::string scratch(10, '\0');
  rocksdb::Slice read;
  EXPECT_TRUE(reader->Read(2, 10, io, &read, scratch.data(), nullptr).ok());
  EXPECT_EQ(read.ToString(), "fang");
  EXPECT_TRUE(reader->Read(9, 10, io, &read, scratch.data(), nullptr).ok());
  EXPECT_TRUE(read.empty());
  EXPECT_FALSE(files->NewWritableFile("/elsewhere", none, &file, nullptr).ok());
  // One that was never ended, as a process that was killed leaves it.
  ASSERT_TRUE(files->NewWritableFile(folder + "/c", none, &file, nullptr).ok());
  EXPECT_TRUE(file->Append(random_text(100'000, 3), io, nullptr).ok());
  file.reset();
  ASSERT_TRUE(files->NewRandomAccessFile(folder + "/c", none, &reader, nullptr).ok());
  EXPECT_FALSE(reader->Read(0, 10, io, &read, scratch.data(), nullptr).ok());
}

}  // namespace
}  // namespace dms::storage::test
