// The file that says what was acknowledged.

#include "storage/acknowledged.h"

#include <fcntl.h>
#include <unistd.h>

#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class AcknowledgedTest : public ::testing::Test {
 protected:
  AcknowledgedTest() : folder_(::open(temp_.path().c_str(), O_RDONLY | O_DIRECTORY)) {}
  ~AcknowledgedTest() override { ::close(folder_); }

  static Acknowledged acknowledged(std::uint64_t group) {
    return {{group, {group * 2, sha256("head")}}, {20000, group, sha256("read")}};
  }
  std::optional<Acknowledged> read() { return value_of(AcknowledgedFile::read(folder_)); }

  dms::test::TempDir temp_;
  const int folder_;
};

TEST_F(AcknowledgedTest, SaysWhatWasWrittenLast) {
  EXPECT_FALSE(read());
  for (std::uint64_t opened = 0; opened < 3; ++opened) {
    const auto file = value_of(AcknowledgedFile::open(folder_));
    for (std::uint64_t i = 1; i <= 3; ++i) {
      value_of(file->write(acknowledged(opened * 10 + i)));
      ASSERT_TRUE(read());
      EXPECT_EQ(read()->group, acknowledged(opened * 10 + i).group);
      EXPECT_EQ(read()->reads, acknowledged(opened * 10 + i).reads);
    }
  }
}

// A descriptor opened with O_PATH can be gone through and not be fsynced.
TEST_F(AcknowledgedTest, IsNotUsedWhereItsNameMightNotSurviveAPowerCut) {
  const int path_only = ::open(temp_.path().c_str(), O_PATH | O_DIRECTORY);
  ASSERT_GE(path_only, 0);
  EXPECT_EQ(code_of(AcknowledgedFile::open(path_only)), ErrorCode::unavailable);
  EXPECT_EQ(code_of(AcknowledgedFile::open(path_only)), ErrorCode::unavailable);  // it exists now
  ::close(path_only);
  EXPECT_TRUE(AcknowledgedFile::open(folder_).has_value());
}

}  // namespace
}  // namespace dms::storage::test
