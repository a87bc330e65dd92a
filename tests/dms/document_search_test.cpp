// Searching by a document: what a query means in its text, and which others are like it.

#include "indexing_fixture.h"
#include "one_grant.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;

class DocumentSearchTest : public IndexedTest {
 protected:
  Subjects similar(const Actor& actor, const Document& document, std::size_t limit = 10) {
    Subjects subjects;
    for (const SearchHit& hit : value_of(search_->similar(actor, document.id, limit))) {
      subjects.insert(hit.subject);
    }
    return subjects;
  }
  ErrorCode refused(const Actor& actor, DocumentId document) {
    const auto similar = search_->similar(actor, document, 10);
    const auto matches = search_->matches(actor, document, "Zisterne");
    EXPECT_FALSE(similar);
    EXPECT_FALSE(matches);
    EXPECT_EQ(similar.error().code, matches.error().code);
    return similar.error().code;
  }
};

TEST_F(DocumentSearchTest, TellsPagesAndWordsOfWhatIsMeant) {
  const Document document = file(dossier_.id, "Gutachten",
                                 "Deckblatt\fDie Zisterne, zwei Zisternen\fnichts\fRegenzisterne");
  wait();
  const DocumentMatches found = value_of(search_->matches(clerk_, document.id, "zisterne"));
  ASSERT_EQ(found.pages.size(), 2U);
  EXPECT_EQ(found.pages[0].page, 2U);
  EXPECT_EQ(found.pages[0].count, 2U);
  EXPECT_EQ(found.pages[1].page, 4U);
  ASSERT_EQ(found.words.size(), 3U);
  EXPECT_EQ(found.words[0].text, "Zisterne");
  EXPECT_EQ(found.words[2].text, "Regenzisterne");
  EXPECT_EQ(found.words[2].marks.front().begin, 5U);
  EXPECT_TRUE(value_of(search_->matches(clerk_, document.id, "Kanal")).pages.empty());
  EXPECT_EQ(value_of(search_->matches(clerk_, document.id, "\xFFzisterne")).pages.size(), 2U);
}

TEST_F(DocumentSearchTest, ATextThatIsNotThereYetMatchesNothing) {
  extractor_.hold();
  const Document document = file(dossier_.id, "Gutachten", "Zisterne");
  EXPECT_TRUE(value_of(search_->matches(clerk_, document.id, "Zisterne")).words.empty());
  EXPECT_EQ(similar(clerk_, document), Subjects{});
}

TEST_F(DocumentSearchTest, WhoAsksForTheWordsOfADocumentIsRecorded) {
  const Document document = file(dossier_.id, "Gutachten", "Die Zisterne");
  wait();
  value_of(search_->matches(clerk_, document.id, "Zisterne"));
  value_of(search_->matches(clerk_, document.id, "Kanal"));
  EXPECT_FALSE(search_->matches(stranger_, document.id, "Zisterne"));
  const auto reads = value_of(store_->read_reads({}, 10));
  ASSERT_EQ(reads.size(), 2U) << "that a word is not there tells something, too";
  EXPECT_EQ(reads.front().event.kind, "text.matched");
  EXPECT_EQ(reads.front().event.object, document.id.value);
  EXPECT_EQ(reads.front().event.actor, clerk_.user.value);
}

TEST_F(DocumentSearchTest, IsForWhoMayRead) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  const Document hidden = file(manager_, staff.id, "Abmahnung", "Zisterne");
  wait();
  EXPECT_EQ(refused(clerk_, hidden.id), ErrorCode::not_found);
  EXPECT_EQ(refused(clerk_, DocumentId::make(clock_.now())), ErrorCode::not_found);
  test::OneGrant grant;
  grant.granted = hidden.id;
  grant.user = clerk_.user;
  grant.rights = {Right::see};
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  EXPECT_EQ(refused(clerk_, hidden.id), ErrorCode::forbidden);
  grant.rights = {Right::see, Right::read};
  EXPECT_EQ(value_of(search_->matches(clerk_, hidden.id, "Zisterne")).words.size(), 1U);
}

TEST_F(DocumentSearchTest, FindsWhatIsAlikeAmongWhatTheAskerSees) {
  const Document asked =
      file(dossier_.id, "Gutachten Rohrbruch", "Rohrbruch am Mühlgraben, Zisterne undicht");
  file(dossier_.id, "Angebot", "Rohrbruch beheben, Mühlgraben, Zisterne");
  file(dossier_.id, "Angebot, noch einmal", "Rohrbruch beheben, Mühlgraben, Zisterne");
  file(dossier_.id, "Gutachten, Kopie", "Rohrbruch am Mühlgraben, Zisterne undicht");
  const Document binned = file(dossier_.id, "Irrtum", "Rohrbruch am Mühlgraben und Zisterne");
  file(dossier_.id, "Haushalt", "Einnahmen und Ausgaben");
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  file(manager_, staff.id, "Vermerk", "Rohrbruch, Zisterne und Mühlgraben waren Schuld");
  wait();
  value_of(documents_->put_in_bin(clerk_, binned.id, binned.change.revision));
  const auto hits = value_of(search_->similar(clerk_, asked.id, 10));
  ASSERT_EQ(hits.size(), 1U) << "neither copy, nor what is in the bin, nor what is hidden";
  EXPECT_TRUE(hits.front().subject.starts_with("Angebot"));
  EXPECT_EQ(hits.front().file_reference, "621.41-2026/001");
  EXPECT_GT(hits.front().score, 0);
  EXPECT_LE(hits.front().score, 100);
  EXPECT_EQ(similar(clerk_, binned), Subjects{}) << "in the bin nothing is like anything";
}

// What a dossier is called stands with its documents in the index, but is not said by them.
TEST_F(DocumentSearchTest, AHiddenDossiersTitleMakesNothingAlike) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Quastenflosser");
  const Document granted = file(manager_, staff.id, "Vermerk", "Rohrbruch");
  file(dossier_.id, "Quastenflosser", "Ein Quastenflosser");
  file(dossier_.id, "Angebot", "Rohrbruch");
  wait();
  test::OneGrant grant;
  grant.granted = granted.id;
  grant.user = clerk_.user;
  grant.rights = {Right::see, Right::read};
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  EXPECT_EQ(similar(clerk_, granted), Subjects{});
}

TEST_F(DocumentSearchTest, WhoSeesADocumentAloneCannotAskForItsUnit) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  const Document granted = file(manager_, staff.id, "Höhergruppierung", "ein Vermerk dazu");
  wait();
  test::OneGrant grant;
  grant.granted = granted.id;
  grant.user = clerk_.user;
  grant.rights = {Right::see, Right::read};
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  SearchQuery query;
  query.text = "höhergruppierung";
  EXPECT_EQ(search(clerk_, query).total_estimate, 1U);
  query.unit = staff_.id;
  EXPECT_EQ(search(clerk_, query).total_estimate, 0U) << "it is not told where it stands";
  EXPECT_EQ(search(manager_, query).total_estimate, 1U);
  EXPECT_EQ(value_of(search_->count(clerk_, query, {})).hits, 0U);
}

TEST_F(DocumentSearchTest, CountsHitsAndThoseFiledSince) {
  file(dossier_.id, "Alt", "Zisterne");
  wait();
  const DocumentId before = value_of(search_->newest_document());
  file(dossier_.id, "Neu", "Zisterne");
  file(dossier_.id, "Anderes", "Kanal");
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  file(manager_, staff.id, "Vermerk", "Zisterne");
  wait();
  SearchQuery query;
  query.text = "zisterne";
  const SearchCount count = value_of(search_->count(clerk_, query, before));
  EXPECT_EQ(count.hits, 2U);
  EXPECT_EQ(count.newer, 1U);
  EXPECT_FALSE(count.has_more_hits);
  EXPECT_FALSE(count.has_more_newer);
  EXPECT_EQ(value_of(search_->count(manager_, query, before)).newer, 1U);
  EXPECT_EQ(value_of(search_->count(clerk_, query, value_of(search_->newest_document()))).newer,
            0U);
}

}  // namespace
}  // namespace dms
