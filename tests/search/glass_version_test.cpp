// A version file that would have Xapian leave its own memory is refused before Xapian sees it.

#include "search/glass_version.h"

#include <gtest/gtest.h>
#include <xapian.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "search/index.h"
#include "support/temp_dir.h"

namespace dms::search::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class GlassVersionTest : public testing::Test {
 protected:
  GlassVersionTest() {
    options_.folder = (temp_ / "index").string();
    EXPECT_TRUE(SearchIndex::open(options_));
    version_file_ = fs::path(options_.folder) / "iamglass";
    whole_ = read_file(version_file_);
  }

  dms::test::TempDir temp_;
  IndexOptions options_;
  fs::path version_file_;
  std::string whole_;
};

TEST_F(GlassVersionTest, AWholeFileIsSound) {
  EXPECT_TRUE(has_sound_levels(whole_));
  EXPECT_TRUE(has_sound_levels("")) << "left to Xapian";
}

TEST_F(GlassVersionTest, NoByteThatChangesEndsTheProcess) {
  std::size_t refused = 0;
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    for (const unsigned mask : {0x01U, 0x32U, 0x80U}) {
      std::string changed = whole_;
      changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(mask));
      std::ofstream(version_file_, std::ios::binary | std::ios::trunc) << changed;
      if (!has_sound_levels(changed)) ++refused;
      SearchIndex::open(options_);  // that it returns is the point
    }
  }
  EXPECT_GE(refused, 6U) << "each table's level, by the second mask";
}

}  // namespace
}  // namespace dms::search::test
