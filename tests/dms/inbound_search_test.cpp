// What waits in inboxes is found by its words, by who may read it and by nobody else.

#include "dms/inbound_search.h"

#include <atomic>
#include <filesystem>

#include "dms/index_rebuild.h"
#include "dms/index_verify.h"
#include "inbox_fixture.h"
#include "search/index_build.h"

namespace dms {
namespace {

using test::code_of;
using test::InboxTest;
using test::value_of;

class InboundSearchTest : public InboxTest {
 protected:
  Result<InboundAnswer> ask(const Actor& actor, const InboundQuery& query) {
    return InboundSearch(*store_, *index_, *permissions_).search(actor, query);
  }
  InboundAnswer answer(const Actor& actor, const InboundQuery& query) {
    return value_of(ask(actor, query));
  }
  std::vector<std::string> subjects(const Actor& actor, const InboundQuery& query) {
    std::vector<std::string> subjects;
    for (const FoundItem& found : answer(actor, query).items) {
      subjects.push_back(found.item.fields.subject);
    }
    return subjects;
  }
  std::vector<std::string> subjects(const Actor& actor, const std::string& text) {
    return subjects(actor, InboundQuery{text, {}, false, {}, 50});
  }
  using Found = std::vector<std::string>;
};

TEST_F(InboundSearchTest, FindsByEachOfItsWordsWithThePassage) {
  InboundFields fields = InboxTest::fields("Anfrage zur Zisterne", "Landratsamt Musterkreis");
  fields.foreign_reference = "LRA 44/7";
  fields.note = "eilt sehr";
  NewInboundItem input{central_.id, fields, ReceiptChannel::upload, "scan0815.txt"};
  value_of(items_->receive(clerk_, input, stage("Erste Seite\fDie Pumpe am Brunnen ist defekt")));
  receive("Werbung", "Sonderangebote", "Versandhaus");
  wait();
  for (const char* const text :
       {"zisterne", "musterkreis", "\"44/7\"", "eilt", "scan0815", "brunnenpumpe OR pumpen",
        "absender:landratsamt zisterne", "-sonderangebote anfrage"}) {
    EXPECT_EQ(subjects(clerk_, text), Found{"Anfrage zur Zisterne"}) << text;
  }
  EXPECT_TRUE(subjects(clerk_, "dachziegel").empty());
  const FoundItem hit = answer(clerk_, {"Pumpe", {}, false, {}, 50}).items.at(0);
  EXPECT_NE(hit.snippet.text.find("Die Pumpe am Brunnen"), std::string::npos);
  ASSERT_EQ(hit.snippet.marks.size(), 1U);
  EXPECT_EQ(hit.page, 2U);
  EXPECT_EQ(subjects(clerk_, "\xFFzisterne\xC3"), Found{"Anfrage zur Zisterne"});
}

TEST_F(InboundSearchTest, IsOfWhoMayReadAndOfNobodyElse) {
  const InboundItem item = receive("Widerspruch", "Zisterne");
  wait();
  EXPECT_EQ(subjects(reader_, "zisterne"), Found{"Widerspruch"});
  for (const Actor& other : {signer_, stranger_, admin_}) {
    const InboundAnswer nothing = answer(other, {"zisterne", {}, false, {}, 50});
    EXPECT_TRUE(nothing.items.empty());
    EXPECT_EQ(nothing.total_estimate, 0U);
    EXPECT_LOOKS_ABSENT(ask(other, {"zisterne", central_.id, false, {}, 50}));
  }
  EXPECT_TRUE(found(clerk_, "zisterne").empty()) << "what is filed is searched elsewhere";
  EXPECT_TRUE(found(stranger_, "zisterne").empty());

  value_of(distribute(clerk_, item, {{}, stranger_.user}));
  wait();
  EXPECT_EQ(subjects(stranger_, "zisterne"), Found{"Widerspruch"}) << "it lies in her basket";
  EXPECT_EQ(subjects(stranger_, {"zisterne", {}, true, {}, 50}), Found{"Widerspruch"});
  EXPECT_EQ(subjects(clerk_, "zisterne"), Found{"Widerspruch"}) << "distributed waits, too";
  EXPECT_TRUE(subjects(clerk_, {"zisterne", {}, true, {}, 50}).empty());
  Actor machine = stranger_;
  machine.token = TokenId::make(clock_.now());
  for (const bool is_mine : {false, true}) {
    const InboundAnswer nothing = answer(machine, {"zisterne", {}, is_mine, {}, 50});
    EXPECT_TRUE(nothing.items.empty());
    EXPECT_EQ(nothing.total_estimate, 0U) << "not even how many";
  }

  value_of(distribute(stranger_, item, {building_unit_.id, {}}));
  // At once, while the index still says the old inbox.
  EXPECT_TRUE(subjects(stranger_, "zisterne").empty());
  EXPECT_TRUE(subjects(clerk_, "zisterne").empty());
  wait();
  EXPECT_EQ(subjects(signer_, "zisterne"), Found{"Widerspruch"});
  EXPECT_EQ(subjects(signer_, {"zisterne", building_inbox_.id, false, {}, 50}),
            Found{"Widerspruch"});
  EXPECT_TRUE(subjects(clerk_, "zisterne").empty());
}

TEST_F(InboundSearchTest, NothingOfItShowsInASearchForDocuments) {
  const Document filed = file(dossier_.id, "Bescheid", "Zisterne am Hang und noch ein Brunnen");
  const DocumentId newest = value_of(search_->newest_document());
  for (int i = 0; i < 3; ++i) {
    receive("Quellfassung " + std::to_string(i), "Zisterne am Hang und noch ein Brunnen",
            "Absender");
  }
  wait();
  SearchQuery query;
  query.text = "quellfassung";
  query.limit = 1;
  query.facets = {search::Facet::sender, search::Facet::type, search::Facet::year};
  for (const Actor& actor : {clerk_, reader_, stranger_}) {
    const SearchAnswer nothing = search(actor, query);
    EXPECT_TRUE(nothing.hits.empty());
    EXPECT_EQ(nothing.total_estimate, 0U);
    for (const search::FacetCounts& facet : nothing.facets) EXPECT_TRUE(facet.values.empty());
    EXPECT_EQ(search(actor, "quellfasung").corrected_query, "");
    const Suggestions suggested = value_of(search_->suggest(actor, "quell"));
    EXPECT_TRUE(suggested.queries.empty() && suggested.documents.empty());
    const SearchCount count = value_of(search_->count(actor, query, newest));
    EXPECT_EQ(count.hits, 0U);
    EXPECT_EQ(count.newer, 0U);
  }
  EXPECT_TRUE(value_of(search_->similar(clerk_, filed.id, 10)).empty());
  EXPECT_EQ(value_of(search_->newest_document()), filed.id) << "no letter that waits is one";
}

TEST_F(InboundSearchTest, TheBinKeepsItsTexts) {
  extractor_.hold();
  const InboundItem junk = receive("Werbung", "Sonderangebote");
  value_of(items_->discard(clerk_, junk.id, 1));
  extractor_.release();
  wait();
  EXPECT_EQ(get(clerk_, junk).text.state, DocumentTextState::extracted);
  EXPECT_TRUE(subjects(clerk_, "sonderangebote").empty());
}

TEST_F(InboundSearchTest, ForgetsWhatIsFiledOrDiscardedAndTakesItBack) {
  const InboundItem item = receive("Bauantrag", "Zisterne");
  const InboundItem junk = receive("Werbung", "Zisterne");
  wait();
  value_of(items_->discard(clerk_, junk.id, 1));
  file_item(item, dossier_);
  EXPECT_TRUE(subjects(clerk_, "zisterne").empty()) << "before the index knows";
  wait();
  EXPECT_TRUE(subjects(clerk_, "zisterne").empty());
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Bauantrag"});
  undo(item);
  value_of(items_->restore(clerk_, junk.id, 2));
  wait();
  EXPECT_EQ(subjects(clerk_, "zisterne").size(), 2U);
  EXPECT_TRUE(found(clerk_, "zisterne").empty());
}

TEST_F(InboundSearchTest, GoesThroughPagesTheLatestDayFirst) {
  for (const char* const subject : {"Eins", "Zwei", "Drei"}) {
    receive(subject, "Zisterne");
    clock_.advance(std::chrono::hours{24});
  }
  wait();
  const InboundAnswer first = answer(clerk_, {"zisterne", central_.id, false, {}, 2});
  ASSERT_EQ(first.items.size(), 2U);
  EXPECT_EQ(first.items.front().item.fields.subject, "Drei");
  EXPECT_EQ(first.total_estimate, 3U);
  EXPECT_EQ(subjects(clerk_, {"zisterne", central_.id, false, first.next, 2}), Found{"Eins"});
}

TEST_F(InboundSearchTest, AnIndexOfAProgramThatDidNotHaveItIsFilled) {
  receive("Bauantrag", "Zisterne");
  wait();
  stop();
  index_ = value_of(open_search_index(*store_, index_folder(), log_));
  search::IndexPosition position = value_of(index_->position()).value();
  for (const FoundItem& found : answer(clerk_, {"", {}, false, {}, 50}).items) {
    value_of(index_->remove(found.item.id.value));
  }
  position.source_version = extraction_version;
  value_of(index_->commit(position));
  EXPECT_TRUE(subjects(clerk_, "zisterne").empty());
  index_.reset();
  start();
  wait();
  EXPECT_EQ(subjects(clerk_, "zisterne"), Found{"Bauantrag"});
  stop();
  EXPECT_EQ(value_of(verify_index(*store_, index_folder(), {})).problems, Found());
}

class InboundRebuildTest : public InboundSearchTest {
 protected:
  static constexpr int many = 130;  // enough for two parts
  static constexpr int items = 70;  // and for some commits

  InboundRebuildTest() {
    for (int i = 0; i < many; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt");
    for (int i = 0; i < items; ++i) receive("Post " + std::to_string(i), "Zisterne");
    wait();
  }
  std::string folder() const { return (temp_ / "build").string(); }
  // Abandoned when it has been asked so often; 0: never.
  Result<std::string> rebuild(int asked_max = 0) {
    std::atomic<int> asked{0};
    return rebuild_index(*store_, log_, {"musterbach", folder(), 2, Refused::try_again, 20},
                         [&] { return asked_max > 0 && ++asked > asked_max; }, {});
  }
  bool stands_at_items() const {
    const auto build = value_of(search::IndexBuild::resume(folder()));
    const std::string reached = build->reached(build->parts() - 1);
    return reached.find("\"is_at_items\":true") != std::string::npos &&
           reached.find("\"is_whole\":false") != std::string::npos;
  }
};

TEST_F(InboundRebuildTest, HoldsTheItemsOnceWhereverItWasStopped) {
  std::size_t stopped_at_items = 0;
  for (int asked = 20; asked < many + items; asked += 20) {
    std::filesystem::remove_all(folder());
    if (!rebuild(asked) && stands_at_items()) ++stopped_at_items;
    const std::string joined = value_of(rebuild());
    EXPECT_EQ(value_of(verify_index(*store_, joined, {})).problems, Found());
    EXPECT_EQ(value_of(search::SearchIndex::open({joined}))->document_count(),
              std::uint64_t{many + items});
  }
  EXPECT_GT(stopped_at_items, 0U);
}

TEST_F(InboundRebuildTest, AnItemWithoutItsTextHoldsThePosition) {
  const int calls = extractor_.calls();
  extractor_.hold();
  receive("Spät", "Brunnen");
  extractor_.wait_for_calls(calls + 1);
  const std::uint64_t entry = store_->journal_head().sequence;
  receive("Text ist da", "Zisterne");
  const auto index = value_of(search::SearchIndex::open({value_of(rebuild())}));
  EXPECT_EQ(value_of(index->position())->sequence, entry - 1);
}

TEST_F(InboundSearchTest, VerifyTellsAnItemThatTheIndexLacks) {
  const InboundItem item = receive("Bauantrag", "Zisterne");
  wait();
  stop();
  index_ = value_of(open_search_index(*store_, index_folder(), log_));
  const search::IndexPosition position = value_of(index_->position()).value();
  value_of(index_->remove(item.id.value));
  value_of(index_->commit(position));
  index_.reset();
  const auto problems = value_of(verify_index(*store_, index_folder(), {})).problems;
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems.front().find(item.id.text()), std::string::npos);
}

}  // namespace
}  // namespace dms
