// Which writes meet which reads.

#include "storage/read_set.h"

#include <gtest/gtest.h>

namespace dms::storage {
namespace {

ReadSet keys(std::vector<std::string> read) {
  return {std::move(read), {}};
}
ReadSet range(std::string first, std::string last) {
  return {{}, {{std::move(first), std::move(last)}}};
}

TEST(ReadSet, IsTouchedByItsKeysAndRangesOnly) {
  EXPECT_TRUE(touches({"a", "b"}, keys({"b"})));
  EXPECT_FALSE(touches({"a", "b"}, keys({"c"})));
  EXPECT_TRUE(touches({"b"}, range("b", "c")));
  EXPECT_FALSE(touches({"c"}, range("b", "c")));
  EXPECT_FALSE(touches({"a"}, range("b", "c")));
  EXPECT_FALSE(touches({}, range("", "z")));
}

TEST(ReadSet, KeysOfTwoFamiliesAreDifferent) {
  EXPECT_NE(tagged_key(Family::records, "a"), tagged_key(Family::indexes, "a"));
}

TEST(RecentWrites, OnlyWritesAfterTheSnapshotCount) {
  RecentWrites recent;
  recent.add(10, {"a"});
  recent.add(20, {"b"});
  EXPECT_TRUE(recent.changed_since(9, keys({"a"})));
  EXPECT_FALSE(recent.changed_since(10, keys({"a"})));
  EXPECT_TRUE(recent.changed_since(10, keys({"b"})));
  EXPECT_FALSE(recent.changed_since(20, keys({"b"})));
}

TEST(RecentWrites, ASnapshotOlderThanWhatIsRememberedHasChanged) {
  RecentWrites recent;
  for (std::uint64_t state = 1; state <= 1000; ++state) recent.add(state, {"a"});
  EXPECT_TRUE(recent.changed_since(1, keys({"z"})));
  EXPECT_FALSE(recent.changed_since(999, keys({"z"})));
}

}  // namespace
}  // namespace dms::storage
