#include "search/columns.h"

#include <gtest/gtest.h>

#include "search/index_fixture.h"

namespace dms::search {
namespace {

using test::uuid_of;

TEST(BlockArray, KeepsWhatWasSharedWhileItGoesOn) {
  BlockArray<int> array;
  for (int i = 0; i < 10'000; ++i) array.set(static_cast<std::size_t>(i), i);
  const BlockArray<int> shared = array.share();
  array.set(5000, -1);
  array.set(20'000, 7);
  EXPECT_EQ(shared.at(5000), 5000);
  EXPECT_EQ(shared.size(), 10'000U);
  EXPECT_EQ(array.at(5000), -1);
  EXPECT_EQ(array.at(4999), 4999);
  EXPECT_EQ(array.at(15'000), 0);
  EXPECT_EQ(array.at(20'000), 7);
}

TEST(Columns, RoundTripDays) {
  for (const std::int32_t day : {INT32_MIN, -719528, -1, 0, 1, 20'000, INT32_MAX}) {
    EXPECT_EQ(decode_day(encode_day(day)), day);
  }
  EXPECT_LT(encode_day(-1), encode_day(0)) << "the bytes sort as the days";
  EXPECT_EQ(decode_day("abc"), std::nullopt);
}

TEST(VisibleGroups, AsksOnceAGroup) {
  const dms::test::TempDir folder;
  Xapian::WritableDatabase database((folder / "x").string(), Xapian::DB_CREATE);
  ColumnsBuilder builder(database);
  builder.put(1, uuid_of(10), 0);
  builder.put(2, uuid_of(11), 0);
  builder.put(3, uuid_of(10), 0);
  builder.remove(2);
  const auto columns = builder.snapshot();
  EXPECT_EQ(columns->document_count, 2U);
  int asked = 0;
  const GroupVisible ask = [&](const Uuid& group) {
    ++asked;
    return group == uuid_of(10);
  };
  VisibleGroups visible(ask);
  EXPECT_TRUE(visible.contains(*columns, columns->documents.at(1).group - 1));
  EXPECT_TRUE(visible.contains(*columns, columns->documents.at(3).group - 1));
  EXPECT_FALSE(visible.contains(*columns, 1));
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace dms::search
