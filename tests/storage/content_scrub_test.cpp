// The scrub goes through all content in pieces, over any number of openings, and tells what rotted.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "content_harness.h"

namespace dms::storage {
namespace {

class ContentScrubTest : public ContentTest {
 protected:
  void SetUp() override {
    for (std::uint8_t number = 0; number < contents; ++number) {
      const std::size_t size = number == 0 ? 5 * mebibyte : 1000;
      files_.push_back(harness_.file(make_bytes(size, number), make_owner(1)));
    }
  }

  ScrubReport scrub(std::uint64_t bytes_max) {
    const auto report = harness_.content->scrub(bytes_max, {});
    EXPECT_TRUE(report) << report.error().hint;
    return report.value_or(ScrubReport{});
  }
  void damage(const ContentId& id) {
    const Manifest manifest = harness_.manifest(id);
    ASSERT_TRUE(harness_.database->put(chunk_family(manifest.placement),
                                       chunk_key(chunk_number(manifest.runs, 0)), "rot",
                                       Durability::wal));
  }
  // By key, so in the order of their digests.
  std::vector<ContentId> in_order() const {
    std::vector<ContentId> sorted = files_;
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.sha256 < b.sha256; });
    return sorted;
  }

  static constexpr std::uint8_t contents = 8;
  static constexpr std::uint64_t all_bytes = 5 * mebibyte + 7000;
  std::vector<ContentId> files_;
};

TEST_F(ContentScrubTest, HasNoStateBeforeTheFirst) {
  const auto state = harness_.content->scrub_state();
  ASSERT_TRUE(state);
  EXPECT_FALSE(*state);
}

TEST_F(ContentScrubTest, ReadsAllInOneCallWhereItMay) {
  const ScrubReport report = scrub(all_bytes + 1);
  EXPECT_EQ(report.state.contents, contents);
  EXPECT_EQ(report.state.content_bytes, all_bytes);
  EXPECT_EQ(report.state.damaged, 0U);
  EXPECT_EQ(report.state.begun, harness_.clock.now());
  EXPECT_EQ(report.state.ended, harness_.clock.now());
  EXPECT_TRUE(report.problems.empty());
}

TEST_F(ContentScrubTest, GoesOnWhereItStoppedOverAReopening) {
  std::uint64_t contents_before = 0;
  int calls = 0;
  for (ScrubReport report = scrub(1); !report.state.ended; report = scrub(1)) {
    ASSERT_EQ(report.state.contents, contents_before + 1) << "one content a call, each once";
    contents_before = report.state.contents;
    ++calls;
    harness_.reopen();
  }
  EXPECT_EQ(calls, contents);
  const auto state = harness_.content->scrub_state();
  ASSERT_TRUE(state && *state);
  EXPECT_EQ((*state)->content_bytes, all_bytes);
}

TEST_F(ContentScrubTest, TellsWhatRottedOnceAPass) {
  const ContentId rotten = files_[3];
  damage(rotten);
  const ScrubReport first = scrub(all_bytes + 1);
  ASSERT_EQ(first.problems.size(), 1U);
  EXPECT_NE(first.problems.front().find(rotten.sha256.hex()), std::string::npos);
  EXPECT_EQ(first.state.damaged, 1U);
  EXPECT_TRUE(first.state.ended) << "what is behind it is read, too";
  const ScrubReport next = scrub(all_bytes + 1);
  EXPECT_EQ(next.problems.size(), 1U) << "another pass";
  EXPECT_EQ(next.state.damaged, 1U);
}

TEST_F(ContentScrubTest, FindsWhatIsStoredBehindItsPlaceAndNotWhatLiesBefore) {
  scrub(1);
  damage(in_order().front());
  ScrubReport report = scrub(all_bytes + 1);
  EXPECT_TRUE(report.problems.empty()) << "read already";
  ASSERT_TRUE(report.state.ended);
  report = scrub(all_bytes + 1);
  EXPECT_EQ(report.problems.size(), 1U);
}

TEST_F(ContentScrubTest, ADamagedManifestStopsNothing) {
  ASSERT_TRUE(harness_.database->put(Family::content_meta, manifest_key(content_key(files_[2])),
                                     "damaged", Durability::wal));
  const ScrubReport report = scrub(all_bytes + 1);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_NE(report.problems.front().find(files_[2].sha256.hex()), std::string::npos);
  EXPECT_TRUE(report.state.ended);
  EXPECT_EQ(report.state.contents, contents - 1U);
}

TEST_F(ContentScrubTest, APlaceThatCannotBeReadBeginsAnew) {
  scrub(1);
  for (const std::string_view bytes : {"", "\x01", "\x02 of a later version",
                                       "\x01\x03"
                                       "abc"}) {
    ASSERT_TRUE(harness_.database->put(Family::meta, "scrub", bytes, Durability::wal));
    const auto state = harness_.content->scrub_state();
    ASSERT_TRUE(state);
    EXPECT_FALSE(*state);
  }
  EXPECT_EQ(scrub(all_bytes + 1).state.contents, contents);
}

TEST_F(ContentScrubTest, EndsWhenCancelledAndReadsThatAgain) {
  const std::atomic<bool> is_cancelled{true};
  VerifyControl control;
  control.is_cancelled = &is_cancelled;
  const auto report = harness_.content->scrub(all_bytes + 1, control);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::unavailable);
  EXPECT_EQ(scrub(all_bytes + 1).state.contents, contents);
}

TEST_F(ContentScrubTest, EndsWhereTheStoreHasFailed) {
  harness_.database->fail_all("planted");
  const auto report = harness_.content->scrub(all_bytes + 1, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::unavailable);
  EXPECT_NE(report.error().hint.find("the walk ended"), std::string::npos) << report.error().hint;
}

TEST_F(ContentScrubTest, KeepsToItsRate) {
  VerifyControl control;
  control.content_bytes_per_s_max = 50 * mebibyte;
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(harness_.content->scrub(all_bytes + 1, control));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(100));
}

}  // namespace
}  // namespace dms::storage
