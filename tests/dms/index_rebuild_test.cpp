// A lost index is built in parts by several threads, gone on with after a stop, and taken over
// while people file and search.

#include "dms/index_rebuild.h"

#include <filesystem>
#include <fstream>

#include "dms/index_verify.h"
#include "indexing_fixture.h"
#include "search/index_build.h"

namespace dms {
namespace {

namespace fs = std::filesystem;
using test::IndexedTest;
using test::value_of;

// Enough for parts: they are cut at every sixty-fourth document.
constexpr int many = 200;

class IndexRebuildTest : public IndexedTest {
 protected:
  IndexRebuildTest() {
    for (int i = 0; i < many; ++i) {
      documents_filed_.push_back(file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt"));
    }
    binned_ = documents_->put_in_bin(clerk_, documents_filed_.front().id, 1).has_value();
    wait();
  }

  std::string folder() const { return (temp_ / "build").string(); }
  // Abandoned when it has been asked so often; 0: never.
  Result<std::string> rebuild(int asked_max = 0, std::size_t threads = 3) {
    std::atomic<int> asked{0};
    return rebuild_index(*store_, log_, {"musterbach", folder(), threads, Refused::try_again, 20},
                         [&] { return asked_max > 0 && ++asked > asked_max; }, {});
  }
  // How many parts have something and not all, after a stop.
  std::size_t half_done_parts() const {
    const auto build = value_of(search::IndexBuild::resume(folder()));
    std::size_t parts = 0;
    for (std::size_t part = 0; part < build->parts(); ++part) {
      const std::string reached = build->reached(part);
      if (reached.find("\"is_whole\":false") != std::string::npos) ++parts;
    }
    return parts;
  }
  std::size_t parts() const {
    std::size_t parts = 0;
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (entry.path().filename().string().starts_with("part-")) ++parts;
    }
    return parts;
  }
  // What a check of the index against the records has to say.
  std::vector<std::string> problems_of(const std::string& index) {
    return value_of(verify_index(*store_, index, {})).problems;
  }
  void lose_index() {
    stop();
    fs::remove_all(index_folder());
  }
  void build_on_start() { build_folder_ = folder(); }

  std::vector<Document> documents_filed_;
  bool binned_ = false;
};

TEST_F(IndexRebuildTest, PartsMakeTheIndexThatTheRecordsSay) {
  ASSERT_TRUE(binned_);
  const std::uint64_t head = store_->journal_head().sequence;
  const std::string joined = value_of(rebuild());
  EXPECT_EQ(parts(), 3U);
  EXPECT_EQ(problems_of(joined), std::vector<std::string>());
  const auto index = value_of(search::SearchIndex::open({joined}));
  EXPECT_EQ(index->document_count(), std::uint64_t{many - 1});
  EXPECT_EQ(value_of(index->position())->sequence, head);
  EXPECT_EQ(value_of(index->position())->source_version, index_source_version);
}

TEST_F(IndexRebuildTest, AFewDocumentsMakeOnePart) {
  EXPECT_EQ(problems_of(value_of(rebuild(0, 8))), std::vector<std::string>());
  EXPECT_EQ(parts(), 1U);
}

TEST_F(IndexRebuildTest, GoesOnAfterAStopFromWhereTheJournalWasThen) {
  const std::uint64_t head = store_->journal_head().sequence;
  const auto stopped = rebuild(2);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::busy);
  const auto time = fs::last_write_time(fs::path(folder()) / "plan");
  file(dossier_.id, "Nachtrag", "Inhalt");
  wait();
  const std::string joined = value_of(rebuild());
  EXPECT_EQ(fs::last_write_time(fs::path(folder()) / "plan"), time) << "begun anew";
  const auto index = value_of(search::SearchIndex::open({joined}));
  EXPECT_EQ(value_of(index->position())->sequence, head);
  EXPECT_EQ(index->document_count(), std::uint64_t{many});
}

TEST_F(IndexRebuildTest, GoesOnInTheMiddleOfItsParts) {
  std::size_t half_done = 0;
  for (const int asked : {10, 40, 70, 100, 130, 160, 190}) {
    fs::remove_all(folder());
    const auto stopped = rebuild(asked);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::busy);
    half_done += half_done_parts();
    const std::string joined = value_of(rebuild());
    EXPECT_EQ(problems_of(joined), std::vector<std::string>());
    EXPECT_EQ(value_of(search::SearchIndex::open({joined}))->document_count(),
              std::uint64_t{many - 1});
  }
  EXPECT_GT(half_done, 3U) << "stopped before the first commit or after the last";
}

TEST_F(IndexRebuildTest, WhatIsNotOfThisStoreOrIsDamagedIsBegunAnew) {
  ASSERT_FALSE(rebuild(2));
  std::string plan;
  {
    std::ifstream file(fs::path(folder()) / "plan");
    plan.assign(std::istreambuf_iterator<char>(file), {});
  }
  const std::string own = to_string(store_->id());
  ASSERT_NE(plan.find(own), std::string::npos);
  plan.replace(plan.find(own), own.size(), to_string(make_uuid_v7(clock_.now())));
  std::ofstream(fs::path(folder()) / "plan") << plan;
  EXPECT_EQ(problems_of(value_of(rebuild())), std::vector<std::string>());
  for (const auto& entry : fs::directory_iterator(fs::path(folder()) / "part-1")) {
    fs::resize_file(entry.path(), 1);
  }
  EXPECT_EQ(problems_of(value_of(rebuild())), std::vector<std::string>());
}

TEST_F(IndexRebuildTest, ATextThatIsMissingHoldsThePosition) {
  const int calls = extractor_.calls();
  extractor_.hold();
  const Document late = file(dossier_.id, "Spät", "Zisterne");
  extractor_.wait_for_calls(calls + 1);
  const std::uint64_t entry = store_->journal_head().sequence;
  file(dossier_.id, "Inhalt ist da", "Inhalt");
  const auto index = value_of(search::SearchIndex::open({value_of(rebuild())}));
  EXPECT_EQ(value_of(index->position())->sequence, entry - 1);
}

TEST_F(IndexRebuildTest, TheServerTakesItOverAndFindsWhatCameMeanwhile) {
  lose_index();
  build_on_start();
  extractor_.hold();
  const Document without_text = file(dossier_.id, "Vorher", "Zisterne");
  start();
  file(dossier_.id, "Währenddessen", "Zisterne");
  value_of(documents_->put_in_bin(clerk_, documents_filed_[1].id, 1));
  extractor_.release();
  wait();
  EXPECT_FALSE(indexer_->state().rebuilding);
  EXPECT_FALSE(indexer_->state().lacks_documents);
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, std::uint64_t{many - 2});
  EXPECT_EQ(found(clerk_, "zisterne"), (Subjects{"Vorher", "Währenddessen"}));
  EXPECT_FALSE(fs::exists(folder()));
  EXPECT_LT(indexer_->state().documents, std::uint64_t{many}) << "swept, not built";
  stop();
  EXPECT_EQ(problems_of(index_folder()), std::vector<std::string>());
}

TEST_F(IndexRebuildTest, AServerThatIsStoppedMeanwhileGoesOn) {
  lose_index();
  build_on_start();
  start();
  stop();  // at some moment of it
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, std::uint64_t{many - 1});
  EXPECT_FALSE(fs::exists(folder()));
  stop();
  EXPECT_EQ(problems_of(index_folder()), std::vector<std::string>());
}

TEST_F(IndexRebuildTest, WithoutAFolderForItTheIndexIsFilledAllTheSame) {
  lose_index();
  build_folder_ = "/dev/null/build";
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, std::uint64_t{many - 1});
}

}  // namespace
}  // namespace dms
