// An index that is written in parts side by side, gone on with after a stop, and joined.

#include "search/index_build.h"

#include <fstream>
#include <thread>

#include "index_fixture.h"

namespace dms::search {
namespace {

using namespace test;

class IndexBuildTest : public IndexTest {
 protected:
  std::string build_folder() const { return (temporary_ / "build").string(); }
  void begin(std::size_t parts) {
    build_.reset();
    auto begun = IndexBuild::begin(build_folder(), "Plan A\nzweite Zeile", parts);
    ASSERT_TRUE(begun) << begun.error().hint;
    build_ = std::move(*begun);
  }
  ErrorCode resume() {
    build_.reset();
    auto resumed = IndexBuild::resume(build_folder());
    if (!resumed) return resumed.error().code;
    build_ = std::move(*resumed);
    return ErrorCode{};
  }
  void put_part(std::size_t part, std::uint32_t number, const std::string& body) {
    ASSERT_TRUE(build_->put(part, document(number, body)));
  }
  void take_over() {
    const auto joined = build_->join({uuid_of(99), 7, {}, 0, 3});
    ASSERT_TRUE(joined) << joined.error().hint;
    const auto adopted = index_->adopt(*joined);
    ASSERT_TRUE(adopted) << adopted.error().hint;
  }

  std::unique_ptr<IndexBuild> build_;
};

TEST_F(IndexBuildTest, PartsOfSeveralThreadsBecomeOneIndex) {
  put(document(50, "Kehrwoche alt"));
  commit();
  begin(3);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t part = 0; part < 3; ++part) {
      threads.emplace_back([this, part] {
        for (std::uint32_t i = 0; i < 40; ++i) put_part(part, part * 100 + i, "Kehrwoche");
        ASSERT_TRUE(build_->commit(part, "bis hier"));
      });
    }
  }
  take_over();
  EXPECT_EQ(index_->document_count(), 120U);
  EXPECT_EQ(found("Kehrwoche").size(), 100U);
  EXPECT_EQ(found("alt"), std::vector<std::uint32_t>());
  EXPECT_EQ(index_->position().value()->sequence, 7U);
  EXPECT_EQ(index_->position().value()->source_version, 3U);
  EXPECT_EQ(index_->check().value(), std::vector<std::string>());
  put(document(1000, "Feuerwehr"));
  put(document(5, "Feuerwehr"));  // instead of what it was
  commit();
  open();
  EXPECT_EQ(found("Feuerwehr"), (std::vector<std::uint32_t>{5, 1000}));
  EXPECT_EQ(index_->document_count(), 121U);
}

TEST_F(IndexBuildTest, GoesOnWithWhatWasCommitted) {
  EXPECT_EQ(resume(), ErrorCode::not_found);
  begin(2);
  EXPECT_EQ(build_->reached(0), "");
  put_part(0, 1, "Kehrwoche");
  ASSERT_TRUE(build_->commit(0, "eins"));
  put_part(0, 2, "Friedhof");  // lost with the stop
  put_part(1, 3, "Feuerwehr");
  ASSERT_TRUE(build_->commit(1, "drei"));
  ASSERT_EQ(resume(), ErrorCode{});
  EXPECT_EQ(build_->plan(), "Plan A\nzweite Zeile");
  EXPECT_EQ(build_->parts(), 2U);
  EXPECT_EQ(build_->reached(0), "eins");
  EXPECT_EQ(build_->reached(1), "drei");
  put_part(0, 2, "Friedhof");
  ASSERT_TRUE(build_->commit(0, "zwei"));
  ASSERT_TRUE(build_->join({uuid_of(99), 7, {}, 0}));  // and stopped again
  ASSERT_EQ(resume(), ErrorCode{});
  EXPECT_EQ(build_->reached(0), "zwei");
  take_over();
  EXPECT_EQ(index_->document_count(), 3U);
  EXPECT_EQ(found("Friedhof"), std::vector<std::uint32_t>{2});
}

TEST_F(IndexBuildTest, WhatIsDamagedIsNotGoneOnWith) {
  begin(2);
  build_.reset();
  std::filesystem::remove_all(build_folder() + "/part-1");
  EXPECT_EQ(resume(), ErrorCode::corrupt);
  begin(2);
  build_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(build_folder() + "/part-0")) {
    std::filesystem::resize_file(entry.path(), 1);
  }
  EXPECT_EQ(resume(), ErrorCode::corrupt);
  begin(2);
  build_.reset();
  std::ofstream(build_folder() + "/plan") << "17\nPlan A";
  EXPECT_EQ(resume(), ErrorCode::corrupt);
  std::filesystem::remove(build_folder() + "/plan");
  EXPECT_EQ(resume(), ErrorCode::not_found) << "was killed while it was begun";
  begin(2);
  EXPECT_EQ(build_->reached(0), "");
}

TEST_F(IndexBuildTest, ASearchThatRunsGoesOnWithTheOldFiles) {
  for (std::uint32_t i = 0; i < 50; ++i) put(document(i, "Kehrwoche"));
  commit();
  std::atomic<bool> over{false};
  std::atomic<std::size_t> answered{0};
  std::atomic<std::size_t> refused{0};
  std::jthread searching([&] {
    SearchRequest request;
    request.query = "Kehrwoche";
    while (!over) {
      const auto results = index_->search(request, everything);
      if (results) {
        EXPECT_EQ(results->total_estimate % 50, 0U);
      } else {
        EXPECT_EQ(results.error().code, ErrorCode::busy) << results.error().hint;
      }
      ++(results ? answered : refused);
    }
  });
  for (int round = 0; round < 5; ++round) {
    begin(2);
    for (std::uint32_t i = 0; i < 100; ++i) put_part(i % 2, i, "Kehrwoche");
    ASSERT_TRUE(build_->commit(0, "alles"));
    ASSERT_TRUE(build_->commit(1, "alles"));
    take_over();
  }
  over = true;
  searching.join();
  EXPECT_GT(answered, 10 * refused) << refused;
  EXPECT_EQ(found("Kehrwoche").size(), 100U);
}

}  // namespace
}  // namespace dms::search
