// The walk that finds an index which says something else than its documents do.

#include "dms/index_sample.h"

#include <set>
#include <thread>

#include "erasure_fixture.h"

namespace dms {
namespace {

using test::value_of;

class IndexSampleTest : public test::ErasureTest {
 protected:
  IndexSample::Report look() { return value_of(sample_.look(*store_, *index_, put_again_, {4})); }
  // Looks until one has come round twice; what it says of a difference.
  std::optional<DocumentId> come_round() {
    for (int rounds = 0; rounds < 3;) {
      const IndexSample::Report report = look();
      looked_at_ += report.documents;
      if (report.differs) return report.differs;
      if (report.came_round) ++rounds;
    }
    return std::nullopt;
  }
  // Behind the indexer's back, as a flipped bit would.
  void index_says(const Document& document, const std::string& body) {
    indexer_->stop();
    search::IndexDocument made;
    made.id = document.id.value;
    made.group = document.dossier.value;
    made.body = body;
    ASSERT_TRUE(index_->put(made));
    ASSERT_TRUE(index_->commit(*value_of(index_->position())));
  }

  IndexSample sample_;
  // Says that it was done.
  IndexSample::PutAgain put_again_ = [this](DocumentId document) {
    named_.insert(document);
    return true;
  };
  std::set<DocumentId> named_;
  std::uint64_t looked_at_ = 0;
};

TEST_F(IndexSampleTest, FindsTheIndexAsTheDocumentsAre) {
  for (int i = 0; i < 10; ++i) file(dossier_.id, "Blatt", "Inhalt " + std::to_string(i));
  wait();
  EXPECT_FALSE(come_round());
  EXPECT_GE(looked_at_, 10U) << "all of them in a whole round";
  EXPECT_FALSE(index_->is_damaged());
}

TEST_F(IndexSampleTest, TellsWhereItSaysSomethingElseAndItIsBegunAnew) {
  std::vector<Document> documents;
  for (int i = 0; i < 10; ++i) {
    documents.push_back(file(dossier_.id, "Blatt", "Inhalt " + std::to_string(i)));
  }
  wait();
  index_says(documents[6], "Inhelt 6");
  EXPECT_EQ(come_round(), documents[6].id);
  EXPECT_EQ(named_, std::set<DocumentId>{documents[6].id});
  EXPECT_TRUE(value_of(index_->check()).empty()) << "it is sound by itself";
  index_->condemn();
  EXPECT_TRUE(index_->is_damaged());
  ASSERT_TRUE(index_->recover());
  EXPECT_FALSE(index_->is_damaged());
  EXPECT_EQ(index_->document_count(), 0U);
  stop();
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").hits.size(), 10U);
  EXPECT_FALSE(come_round());
}

TEST_F(IndexSampleTest, WhatNoEventToldOfIsPutAgainAndTheIndexGoesOn) {
  const Document document = file(dossier_.id, "Blatt", "Inhalt");
  wait();
  index_says(document, "veraltet");
  stop();
  start();
  wait();
  ASSERT_EQ(search(clerk_, "inhalt").hits.size(), 0U);
  put_again_ = [this](DocumentId named) {
    named_.insert(named);
    EXPECT_EQ(named, *named_.begin());
    return indexer_->put_again(named);
  };
  while (named_.empty()) EXPECT_FALSE(look().differs);
  while (search(clerk_, "inhalt").hits.empty()) std::this_thread::yield();
  EXPECT_FALSE(come_round());
  EXPECT_EQ(named_.size(), 1U);
}

TEST_F(IndexSampleTest, WhatIsNotPutAgainYetCondemnsNothing) {
  const Document document = file(dossier_.id, "Blatt", "Inhalt");
  wait();
  index_says(document, "veraltet");
  put_again_ = [this](DocumentId named) {
    named_.insert(named);
    return false;
  };
  EXPECT_FALSE(come_round());
  EXPECT_EQ(named_.size(), 1U);
}

TEST_F(IndexSampleTest, WhatTheIndexDoesNotKnowYetIsNoDifference) {
  const Document document = file(dossier_.id, "Blatt", "Inhalt");
  file(dossier_.id, "Noch eins", "Inhalt");
  wait();
  indexer_->stop();
  put_in_bin(document);
  file(dossier_.id, "Zu neu", "Inhalt");
  EXPECT_FALSE(come_round());
}

}  // namespace
}  // namespace dms
