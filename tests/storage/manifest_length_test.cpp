// A manifest that lost its last entries is not opened as an older list of tables.

#include "storage/manifest_length.h"

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

// Where the entries of a manifest begin, and its end.
std::vector<std::size_t> boundaries(const std::string& manifest) {
  std::vector<std::size_t> all{0};
  for (std::size_t size = 1; size <= manifest.size(); ++size) {
    const std::uint64_t end = whole_entries_end(manifest.substr(0, size));
    if (end != all.back()) all.push_back(end);
  }
  return all;
}

class ManifestLengthTest : public StoreTest {
 protected:
  void SetUp() override {
    open();
    for (int i = 0; i < 3; ++i) value_of(put(note(std::to_string(i), std::to_string(i))));
    store_.reset();
    const fs::path db = fs::path(folder()) / "db";
    manifest_ = db / read_file(db / "CURRENT").substr(0, 15);
    whole_ = read_file(manifest_);
  }
  void expect_refused() {
    const auto opened = Store::open(environment_, options());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    EXPECT_NE(opened.error().hint.find("MANIFEST-"), std::string::npos) << opened.error().hint;
  }

  fs::path manifest_;
  std::string whole_;
};

TEST_F(ManifestLengthTest, ACutIsToldWhereverItIs) {
  const std::vector<std::size_t> ends = boundaries(whole_);
  ASSERT_GE(ends.size(), 5U);
  ASSERT_EQ(ends.back(), whole_.size());
  for (std::size_t i = ends.size() - 5; i + 1 < ends.size(); ++i) {
    for (const std::size_t size : {ends[i], ends[i] + 1, ends[i + 1] - 1}) {
      SCOPED_TRACE(size);
      write_file(manifest_, whole_.substr(0, size));
      expect_refused();
    }
  }
  write_file(manifest_, whole_);
  open();
  EXPECT_TRUE(find("2"));
  expect_clean();
}

TEST_F(ManifestLengthTest, AnEntryWhoseLengthHasChangedIsTold) {
  for (const std::size_t at : boundaries(whole_)) {
    if (at == whole_.size()) break;
    SCOPED_TRACE(at);
    std::string changed = whole_;
    changed[at + 5] = '\x40';  // 16 KiB more than there is
    write_file(manifest_, changed);
    expect_refused();
  }
}

// What is not noted may be the beginning of an entry whose writer died.
TEST_F(ManifestLengthTest, ATornEntryBehindWhatWasNotedIsNoDamage) {
  write_file(manifest_, whole_ + whole_.substr(0, 20));
  open();
  EXPECT_TRUE(find("2"));
  expect_clean();
}

TEST_F(ManifestLengthTest, StoresOfEarlyVersionsHaveNoneAndOpen) {
  fs::remove(manifest_.parent_path() / "manifest_length");
  open();
  expect_clean();
  EXPECT_TRUE(fs::exists(manifest_.parent_path() / "manifest_length"));
}

TEST_F(ManifestLengthTest, OfTwoNotesTheWholeOneCounts) {
  const fs::path noted = manifest_.parent_path() / "manifest_length";
  const std::string bytes = read_file(noted);
  for (const std::size_t slot : {0U, 4096U}) {
    std::string torn = bytes;
    torn[slot + 20] = static_cast<char>(torn[slot + 20] ^ 1);
    write_file(noted, torn);
    EXPECT_TRUE(check_manifest_length(manifest_.parent_path().string()));
  }
}

// RocksDB gives a number again where a kill left a manifest that CURRENT never named.
TEST_F(ManifestLengthTest, AnotherManifestOfTheSameNumberIsNotMeasuredByTheFirst) {
  const std::string db = manifest_.parent_path().string();
  const std::uint64_t number = std::stoull(manifest_.filename().string().substr(9));
  const ManifestLength longer{number, whole_.size() + 1000};
  value_of(note_manifest_length(db, longer, LengthNote::first));
  value_of(note_manifest_length(db, longer, LengthNote::further));
  EXPECT_FALSE(check_manifest_length(db));
  value_of(note_manifest_length(db, {number, whole_.size()}, LengthNote::first));
  EXPECT_TRUE(check_manifest_length(db));
  // Nor where the newer note is torn.
  for (const std::size_t slot : {0U, 4096U}) {
    std::string torn = read_file(manifest_.parent_path() / "manifest_length");
    torn[slot + 20] = static_cast<char>(torn[slot + 20] ^ 1);
    write_file(manifest_.parent_path() / "manifest_length", torn);
    EXPECT_TRUE(check_manifest_length(db));
  }
}

TEST_F(ManifestLengthTest, EntriesEndWhereTheirLengthsSay) {
  const auto entry = [](std::size_t length, char type) {
    std::string bytes(7, '\0');
    bytes[4] = static_cast<char>(length & 0xffU);
    bytes[5] = static_cast<char>(length >> 8U);
    bytes[6] = type;
    return bytes + std::string(length, 'x');
  };
  EXPECT_EQ(whole_entries_end(""), 0U);
  EXPECT_EQ(whole_entries_end(entry(10, 1)), 17U);
  EXPECT_EQ(whole_entries_end(entry(10, 1) + entry(5, 2)), 17U) << "its end is not there";
  EXPECT_EQ(whole_entries_end(entry(10, 1) + entry(5, 2) + entry(1, 4)), 37U);
  EXPECT_EQ(whole_entries_end(entry(10, 1).substr(0, 16)), 0U);
  EXPECT_EQ(whole_entries_end(entry(10, 1) + std::string(100, '\0')), 17U) << "never written";
  // Six bytes are left in the first block: no entry begins there.
  EXPECT_EQ(whole_entries_end(entry(32755, 1) + std::string(6, '\0') + entry(3, 1)), 32778U);
}

}  // namespace
}  // namespace dms::storage::test
