// The indexer's mind by itself: the lane is the test's, which takes what it has room for, and so is
// the time. Contents are called by their numbers, in the order in which they came.

#include "dms/index_feed.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "inbox_fixture.h"

namespace dms {
namespace {

using test::value_of;

class IndexFeedTest : public test::InboxTest {
 protected:
  using Batch = std::vector<storage::ContentId>;
  using Numbers = std::vector<std::size_t>;
  using Outcome = IndexFeed::Outcome;

  // In place of the fixture's indexer.
  IndexFeedTest() {
    wait();
    run_ = std::make_unique<ErasureRun>(
        ErasureParts{*store_, clock_, &belongings_, nullptr, nullptr, nullptr});
    stop();
    begin();
  }

  void begin() {
    search_.reset();
    feed_.reset();
    index_.reset();
    index_ = value_of(open_search_index(*store_, index_folder(), log_));
    feed_ = std::make_unique<IndexFeed>(*store_, *index_, log_,
                                        IndexFeed::Options{"musterbach", Refused::keep, 8, 64},
                                        [this](const Batch& batch) { return take(batch); });
    EXPECT_FALSE(value_of(feed_->begin())) << "the index is to be filled";
    search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_);
  }

  // What is late is shown, and committed.
  void go_on_for_a_while() {
    for (int i = 0; i < 3; ++i) {
      go();
      now_ += std::chrono::seconds{10};
    }
  }
  // What a clerk is told without any hit.
  std::uint64_t counted(const std::string& text) {
    search::SearchRequest request;
    request.query = text;
    const auto found = index_->search(request, [](const Uuid&) { return true; });
    EXPECT_TRUE(found);
    return found ? found->total_estimate : 0;
  }

  static std::string bytes_of(std::size_t number) { return "Blatt " + std::to_string(number); }
  Document came(const Document& document) {
    contents_.push_back(document.current.content);
    return document;
  }
  // The next number's.
  Document file_next() { return came(file(dossier_.id, "Import", bytes_of(contents_.size()))); }
  void file_some(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) file_next();
  }

  // All that is due at this moment.
  void go() {
    while (value_of(feed_->step(now_))) {
    }
  }
  // What the lane takes next; empty where nothing is offered. It refuses twice before, and is
  // offered the same.
  Numbers next() {
    room_ = 0;
    go();
    offered_.clear();
    go();
    const Numbers refused = offered_;
    const std::size_t before = taken_.size();
    room_ = 1;
    go();
    const Numbers taken = taken_.size() > before ? numbers_of(taken_.back()) : Numbers();
    EXPECT_EQ(taken, refused);
    return taken;
  }
  void end(const Batch& batch, Outcome outcome) {
    std::vector<IndexFeed::Ended> ended;
    for (const storage::ContentId& content : batch) ended.push_back({content, outcome});
    feed_->extractions_ended(ended, now_);
  }
  void end_last(Outcome outcome) { end(taken_.back(), outcome); }
  // All that is still offered, one after the other; nothing of it can be had.
  std::vector<Numbers> go_on() {
    std::vector<Numbers> all;
    for (Numbers batch = next(); !batch.empty(); batch = next()) {
      end_last(Outcome::unobtainable);
      all.push_back(std::move(batch));
    }
    EXPECT_EQ(feed_->waiting(), 0U);
    return all;
  }
  // Each of `count` is in one batch, and rows of four in turn are never in one together.
  static void expect_apart(const std::vector<Numbers>& batches, std::size_t count) {
    std::multiset<std::size_t> seen;
    std::size_t most = 0;
    for (const Numbers& batch : batches) {
      for (const std::size_t number : batch) {
        EXPECT_EQ(is_in_even_row(number), is_in_even_row(batch.front()));
      }
      seen.insert(batch.begin(), batch.end());
      most = std::max(most, batch.size());
    }
    EXPECT_EQ(most, 4U) << "read together, where they may be";
    std::multiset<std::size_t> all;
    for (std::size_t i = 0; i < count; ++i) all.insert(i);
    EXPECT_EQ(seen, all);
  }
  static bool is_in_even_row(std::size_t number) { return number / 4 % 2 == 0; }

  Batch contents_;
  std::size_t room_ = 0;  // how many batches more the lane takes
  Numbers offered_;       // what it was offered the last time
  std::vector<Batch> taken_;
  IndexFeed::Time now_{std::chrono::hours{1}};
  std::unique_ptr<IndexFeed> feed_;

 private:
  bool take(const Batch& batch) {
    offered_ = numbers_of(batch);
    if (room_ == 0) return false;
    --room_;
    taken_.push_back(batch);
    return true;
  }
  Numbers numbers_of(const Batch& batch) const {
    Numbers numbers;
    for (const storage::ContentId& content : batch) {
      const auto at = std::find(contents_.begin(), contents_.end(), content);
      numbers.push_back(static_cast<std::size_t>(at - contents_.begin()));
    }
    return numbers;
  }
};

TEST_F(IndexFeedTest, WhatTheLaneRefusesKeepsItsPlace) {
  file_some(12);
  EXPECT_EQ(next(), (Numbers{0, 1, 2}));
  end_last(Outcome::alone);
  const std::vector<Numbers> rest{{11, 10}, {0}, {3}, {9}, {1}, {4}, {8}, {2}, {5}, {7}, {6}};
  EXPECT_EQ(go_on(), rest);
}

TEST_F(IndexFeedTest, TheOldestAndTheNewestHaveTheirTurnsAmongManyThatAreReadAlone) {
  file_some(12);
  EXPECT_EQ(next(), (Numbers{0, 1, 2}));
  EXPECT_EQ(next(), (Numbers{11, 10}));
  EXPECT_EQ(next(), (Numbers{3}));
  EXPECT_EQ(next(), (Numbers{9}));
  EXPECT_EQ(next(), Numbers()) << "enough at once";
  for (const Batch& batch : taken_) end(batch, Outcome::alone);
  const std::vector<Numbers> rest{{0}, {4}, {8}, {1}, {5}, {7}, {2}, {6}, {11}, {10}, {3}, {9}};
  EXPECT_EQ(go_on(), rest);
}

TEST_F(IndexFeedTest, WhatFailedTogetherIsTriedAgainAfterAWhile) {
  file_some(8);
  EXPECT_EQ(next(), (Numbers{0, 1}));
  const Batch failed = taken_.back();
  const std::vector<Numbers> others{{7}, {2}, {6}, {3}, {5}, {4}};
  for (const Numbers& other : others) {
    EXPECT_EQ(next(), other);
    end_last(Outcome::unobtainable);
  }
  end(failed, Outcome::try_again);
  EXPECT_EQ(next(), Numbers());
  EXPECT_EQ(feed_->waiting(), 2U);
  now_ += std::chrono::milliseconds{1999};
  EXPECT_EQ(next(), Numbers());
  now_ += std::chrono::milliseconds{1};
  const std::vector<Numbers> again = go_on();
  EXPECT_EQ(std::set(again.begin(), again.end()), (std::set<Numbers>{{0}, {1}}));
}

TEST_F(IndexFeedTest, ContentsOfTwoKeyDomainsAreNotReadTogether) {
  Documents sealed(*store_, *permissions_, clock_, nullptr, ContentEncryption::dossier);
  const Dossier other = open_dossier("Bebauungsplan Süd");
  for (std::size_t i = 0; i < 48; ++i) {
    const DossierId into = is_in_even_row(i) ? dossier_.id : other.id;
    came(value_of(sealed.file_document(clerk_, new_document(into, "Import"), stage(bytes_of(i)))));
  }
  ASSERT_NE(contents_[0].domain, contents_[4].domain);
  expect_apart(go_on(), 48);
}

// A letter that took the process over could show what is filed as its own text.
TEST_F(IndexFeedTest, WhatLiesInAnInboxIsNotReadWithWhatIsFiled) {
  for (std::size_t i = 0; i < 48; ++i) {
    if (is_in_even_row(i)) {
      file_next();
    } else {
      contents_.push_back(receive("Post", bytes_of(i)).content);
    }
  }
  ASSERT_EQ(contents_[0].domain, contents_[4].domain);
  expect_apart(go_on(), 48);
}

TEST_F(IndexFeedTest, WhatIsFiledAndLiesInAnInboxTooCountsAsThat) {
  file_some(8);
  receive("Post", bytes_of(1));
  EXPECT_EQ(next(), (Numbers{0})) << "the next is the same as an item";
  end_last(Outcome::unobtainable);
  EXPECT_EQ(go_on(), (std::vector<Numbers>{{7}, {1}, {6}, {2}, {5}, {3}, {4}}));
}

TEST_F(IndexFeedTest, WhatWasErasedAndIsFiledAnewIsAskedForAgain) {
  const Document gone = file_next();
  EXPECT_EQ(next(), Numbers{0});
  EXPECT_EQ(erase(of(gone)).state, ErasureState::done);
  end_last(Outcome::unobtainable);
  EXPECT_EQ(go_on(), std::vector<Numbers>()) << "nobody names it";
  file(dossier_.id, "Noch einmal", bytes_of(0));
  EXPECT_EQ(go_on(), std::vector<Numbers>{{0}}) << "once";
}

TEST_F(IndexFeedTest, WhatIsFiledAnewWhileItIsAskedForInVainIsAskedForAgain) {
  file_next();
  EXPECT_EQ(next(), Numbers{0});
  file(dossier_.id, "Noch einmal", bytes_of(0));
  EXPECT_EQ(next(), Numbers()) << "under way";
  end_last(Outcome::unobtainable);
  EXPECT_EQ(go_on(), std::vector<Numbers>{{0}}) << "once";
}

TEST_F(IndexFeedTest, ManyThatWaitForTheirTextsDoNotHoldUpWhatComesAfterThem) {
  file_some(40);
  go_on_for_a_while();
  EXPECT_EQ(feed_->waiting(), 40U);
  const Document moved = file(dossier_.id, "Wanderdüne", "Sand");
  file(dossier_.id, "Salzwiese", "Salz");
  go_on_for_a_while();
  EXPECT_EQ(found(clerk_, "Salzwiese"), Subjects{"Salzwiese"});
  put_in_bin(moved);
  go_on_for_a_while();
  EXPECT_EQ(counted("Wanderdüne"), 0U);
  EXPECT_EQ(feed_->waiting(), 41U);
  file_some(60);
  go_on_for_a_while();
  file(dossier_.id, "Spätling", "Schlick");
  go_on_for_a_while();
  EXPECT_EQ(feed_->waiting(), 101U) << "memory has an end";
  go_on();
  go_on_for_a_while();
  EXPECT_EQ(counted("Spätling"), 1U);
}

TEST_F(IndexFeedTest, ARetitledDossierIsFollowedWhileManyWaitForTheirTexts) {
  file_some(20);
  go_on_for_a_while();
  DossierFields fields = dossier_.fields;
  fields.title = "Umbenannte Straßensache";
  value_of(dossiers_->update(clerk_, dossier_.id, fields, dossier_.change.revision));
  go_on_for_a_while();
  EXPECT_EQ(counted("Umbenannte"), 20U);
}

TEST_F(IndexFeedTest, WhatIsMovedIsNobodysFromTheFirstStepUntilItIsPutAgain) {
  const Document document = file(dossier_.id, "Wanderdüne", "Sand");
  go_on_for_a_while();
  go_on();
  go_on_for_a_while();
  ASSERT_EQ(counted("Wanderdüne"), 1U);
  const Dossier other = open_dossier("Bebauungsplan Süd");
  file_some(40);  // all of them before it in the journal
  value_of(documents_->move(clerk_, document.id, other.id, document.change.revision));
  value_of(feed_->step(now_));
  EXPECT_EQ(counted("Wanderdüne"), 0U) << "hidden";
  go_on_for_a_while();
  EXPECT_EQ(counted("Wanderdüne"), 1U) << "put again";
}

TEST_F(IndexFeedTest, WhatWasMovedBeforeAStartIsHiddenBeforeAnybodyAsks) {
  const Document document = file(dossier_.id, "Wanderdüne", "Sand");
  go_on_for_a_while();
  go_on();
  go_on_for_a_while();
  ASSERT_EQ(counted("Wanderdüne"), 1U);
  put_in_bin(document);
  begin();
  EXPECT_EQ(counted("Wanderdüne"), 0U);
  go_on_for_a_while();
  EXPECT_EQ(counted("Wanderdüne"), 0U);
  value_of(documents_->restore(clerk_, document.id, document.change.revision + 1));
  go_on_for_a_while();
  EXPECT_EQ(counted("Wanderdüne"), 1U);
}

// Its folder is out of the way for a while: what is open can be read, and nothing be committed.
TEST_F(IndexFeedTest, WhatIsMovedIsHiddenThoughTheIndexTakesNothing) {
  const Document document = file(dossier_.id, "Wanderdüne", "Sand");
  go_on_for_a_while();
  go_on();
  go_on_for_a_while();
  ASSERT_EQ(counted("Wanderdüne"), 1U);
  const std::string away = index_folder() + ".away";
  std::filesystem::rename(index_folder(), away);
  file_next();
  for (int i = 0; i < 10 && feed_->step(now_); ++i) now_ += std::chrono::seconds{10};
  ASSERT_TRUE(feed_->broken());
  EXPECT_EQ(counted("Wanderdüne"), 1U) << "it is searched all the same";
  put_in_bin(document);
  EXPECT_TRUE(value_of(feed_->hide_moved()));
  EXPECT_EQ(counted("Wanderdüne"), 0U);
  std::filesystem::rename(away, index_folder());
  ASSERT_TRUE(index_->recover());
  EXPECT_FALSE(value_of(feed_->restart()));
  EXPECT_EQ(counted("Wanderdüne"), 0U);
  go_on_for_a_while();
  EXPECT_EQ(counted("Wanderdüne"), 0U);
}

TEST_F(IndexFeedTest, WhatIsNamedIsPutAgainAndToldOfOnceItIsCommitted) {
  const Document document = file(dossier_.id, "Wanderdüne", "Sand");
  go_on_for_a_while();
  go_on();
  go_on_for_a_while();
  search::IndexDocument wrong;
  wrong.id = document.id.value;
  wrong.group = document.dossier.value;
  ASSERT_TRUE(index_->put(wrong));
  ASSERT_TRUE(index_->commit(*value_of(index_->position())));
  ASSERT_EQ(counted("Wanderdüne"), 0U);
  const std::uint64_t complete = feed_->indexed_sequence();
  feed_->put_again(document.id);
  EXPECT_EQ(feed_->indexed_sequence(), complete);
  value_of(feed_->step(now_));
  EXPECT_TRUE(feed_->take_put_again().empty()) << "not committed";
  EXPECT_FALSE(value_of(feed_->restart()));
  EXPECT_TRUE(feed_->take_put_again().empty()) << "whatever comes between";
  go_on();
  go_on_for_a_while();
  EXPECT_EQ(feed_->take_put_again(), std::vector<DocumentId>{document.id});
  EXPECT_TRUE(feed_->take_put_again().empty());
  EXPECT_EQ(counted("Wanderdüne"), 1U);
  EXPECT_EQ(feed_->indexed_sequence(), complete);
}

}  // namespace
}  // namespace dms
