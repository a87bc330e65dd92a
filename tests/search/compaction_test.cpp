// Words of removed documents stand in free blocks of the index; compact() takes them away, and the
// index goes on as it was.

#include <thread>

#include "index_fixture.h"
#include "support/raw_scan.h"

namespace dms::search {
namespace {

using namespace test;
using dms::test::holds_bytes;

constexpr const char* secret = "quastenflosser";

class CompactionTest : public IndexTest {
 protected:
  // A document that is gone from the index, whose word is not gone from its files.
  void remove_one_of_three() {
    put(document(1, "Kehrwoche im Treppenhaus"));
    put(document(2, std::string("Personalsache ") + secret));
    put(document(3, "Winterdienst"));
    commit();
    ASSERT_TRUE(index_->remove(uuid_of(2)));
    commit();
    ASSERT_EQ(found(secret), std::vector<std::uint32_t>{});
    ASSERT_TRUE(holds_bytes(folder(), secret)) << "nothing that could go";
  }
};

TEST_F(CompactionTest, WordsOfRemovedDocumentsLeaveTheFiles) {
  remove_one_of_three();
  ASSERT_TRUE(index_->compact(0));
  EXPECT_FALSE(holds_bytes(temporary_.path().string(), secret));
  EXPECT_EQ(found("Kehrwoche"), std::vector<std::uint32_t>{1});
  EXPECT_EQ(index_->document_count(), 2U);
  EXPECT_EQ(index_->check().value(), std::vector<std::string>{});
}

TEST_F(CompactionTest, WritingAndPositionGoOn) {
  remove_one_of_three();
  put(document(4, "Feuerwehr"));  // not committed yet
  ASSERT_TRUE(index_->compact(0));
  EXPECT_EQ(index_->position().value()->sequence, sequence_);
  put(document(5, "Friedhof"));
  commit();
  EXPECT_EQ(found("Feuerwehr"), std::vector<std::uint32_t>{4});
  EXPECT_EQ(found("Friedhof"), std::vector<std::uint32_t>{5});
  open();
  EXPECT_EQ(index_->position().value()->sequence, sequence_);
  EXPECT_EQ(found("Winterdienst"), std::vector<std::uint32_t>{3});
}

TEST_F(CompactionTest, WhatWasFoundWrongIsNotCopied) {
  remove_one_of_three();
  index_->condemn();
  const auto packed = index_->compact(0);
  ASSERT_FALSE(packed);
  EXPECT_EQ(packed.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(index_->is_damaged());
  ASSERT_TRUE(index_->recover());
  EXPECT_TRUE(index_->compact(0));
}

TEST_F(CompactionTest, TellsHowMuchWasWrittenSince) {
  remove_one_of_three();
  EXPECT_EQ(index_->unpacked(), 4U);
  open();
  EXPECT_EQ(index_->unpacked(), 4U);
  ASSERT_TRUE(index_->compact(0));
  EXPECT_EQ(index_->unpacked(), 0U);
  open();
  EXPECT_EQ(index_->unpacked(), 0U);
  put(document(4, "Feuerwehr"));
  commit();
  EXPECT_EQ(index_->unpacked(), 1U);
}

TEST_F(CompactionTest, WhatAKilledOneLeftIsNoObstacleAndGoes) {
  remove_one_of_three();
  std::filesystem::copy(folder(), folder() + ".compacted");
  ASSERT_TRUE(index_->compact(0));
  EXPECT_FALSE(std::filesystem::exists(folder() + ".compacted"));
  EXPECT_FALSE(holds_bytes(temporary_.path().string(), secret));
}

TEST_F(CompactionTest, IsRefusedWithoutRoomForASecondOne) {
  remove_one_of_three();
  const auto refused = index_->compact(1ULL << 60U);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage_full);
  EXPECT_FALSE(std::filesystem::exists(folder() + ".compacted"));
  put(document(4, "Feuerwehr"));
  commit();
  EXPECT_EQ(found("Feuerwehr"), std::vector<std::uint32_t>{4});
}

TEST_F(CompactionTest, AnEmptyIndexIsCompactedToo) {
  ASSERT_TRUE(index_->compact(0));
  put(document(1, "Kehrwoche"));
  commit();
  EXPECT_EQ(found("Kehrwoche"), std::vector<std::uint32_t>{1});
}

TEST_F(CompactionTest, SearchingGoesOnMeanwhile) {
  for (std::uint32_t n = 1; n <= 50; ++n) put(document(n, "Kehrwoche"));
  commit();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::atomic<int> searches{0};
  std::thread searching([&] {
    SearchRequest request;
    request.query = "Kehrwoche";
    request.limit = 100;
    while (!done) {
      const auto results = index_->search(request, everything);
      if (!results || results->hits.size() != 50) ++wrong;
      ++searches;
    }
  });
  while (searches < 10) std::this_thread::yield();
  for (int round = 0; round < 10; ++round) ASSERT_TRUE(index_->compact(0));
  done = true;
  searching.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dms::search
