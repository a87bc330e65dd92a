// Keys are made once, kept, and refused where others could have read them.

#include "dms/secret_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "dms/key_file.h"
#include "support/temp_dir.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SecretKeysTest : public ::testing::Test {
 protected:
  Result<TenantKeys> load() const { return load_or_create_keys(folder_.string()); }
  void expect_refused() const {
    const auto keys = load();
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(keys.error().hint.empty());
  }

  TempDir temp_;
  fs::path folder_ = temp_ / "musterbach";
  fs::path key_file_ = folder_ / "cursor.key";
};

TEST_F(SecretKeysTest, AreMadeOnceAndForTheOwnerAlone) {
  const auto made = load();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->cursor.expose().size(), 32U);
  EXPECT_EQ(made->signing.expose().size(), 32U);
  EXPECT_NE(made->signing.expose(), made->cursor.expose());
  EXPECT_EQ(mode_of(folder_), 0700U);
  EXPECT_EQ(mode_of(key_file_), 0600U);
  const auto again = load();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->cursor.expose(), made->cursor.expose());
  EXPECT_EQ(again->signing.expose(), made->signing.expose());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2)
      << "a draft was left behind";
}

TEST_F(SecretKeysTest, DifferFromTenantToTenant) {
  const auto other = load_or_create_keys((temp_ / "nebenbach").string());
  ASSERT_TRUE(other);
  EXPECT_NE(load()->cursor.expose(), other->cursor.expose());
}

TEST_F(SecretKeysTest, AreRefusedWhereOthersCanReadThem) {
  ASSERT_TRUE(load());
  fs::permissions(key_file_, fs::perms(0640));
  expect_refused();
  fs::permissions(key_file_, fs::perms(0600));
  EXPECT_TRUE(load());
  fs::permissions(folder_, fs::perms(0755));
  expect_refused();
}

TEST_F(SecretKeysTest, ATornOrForeignFileIsNoKey) {
  ASSERT_TRUE(load());
  for (const std::uintmax_t size : {63U, 65U, 33U, 31U, 0U}) {
    fs::resize_file(key_file_, size);
    expect_refused();
  }
  fs::remove(key_file_);
  std::ofstream(temp_ / "elsewhere") << std::string(32, 'x');
  fs::permissions(temp_ / "elsewhere", fs::perms(0600));
  fs::create_symlink(temp_ / "elsewhere", key_file_);
  expect_refused();
}

TEST_F(SecretKeysTest, EveryFlippedByteIsTold) {
  ASSERT_TRUE(load());
  const std::string whole = read_file(key_file_);
  ASSERT_EQ(whole.size(), 64U);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    std::ofstream(key_file_, std::ios::binary) << flipped;
    const auto keys = load();
    ASSERT_FALSE(keys) << at;
    EXPECT_EQ(keys.error().code, ErrorCode::corrupt);
    EXPECT_NE(keys.error().hint.find("cursor.key"), std::string::npos) << keys.error().hint;
  }
}

TEST_F(SecretKeysTest, AnOperatorsKeyIsMadeOnceAndReadAgain) {
  const std::string path = (temp_ / "backup.key").string();
  EXPECT_EQ(require_key_file(path).error().code, ErrorCode::not_found);
  ASSERT_TRUE(create_key_file(path));
  EXPECT_EQ(mode_of(path), 0600U);
  const auto key = require_key_file(path);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->expose().size(), 32U);
  EXPECT_EQ(create_key_file(path).error().code, ErrorCode::conflict);
  EXPECT_EQ(require_key_file(path)->expose(), key->expose()) << "nothing has taken its place";
  fs::permissions(path, fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(require_key_file(path).error().code, ErrorCode::unavailable);
}

TEST_F(SecretKeysTest, AKeyOfAnEarlyVersionStaysAndGetsItsChecksum) {
  ASSERT_TRUE(load());
  const std::string key(32, 'k');
  std::ofstream(key_file_, std::ios::binary) << key;
  const auto keys = load();
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->cursor.expose(), key);
  EXPECT_EQ(read_file(key_file_).size(), 64U);
  EXPECT_EQ(mode_of(key_file_), 0600U);
  EXPECT_EQ(load()->cursor.expose(), key);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2)
      << "cursor and signing key";
}

}  // namespace
}  // namespace dms::test
