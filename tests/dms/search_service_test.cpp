#include "dms/search_service.h"

#include "dms/dossier_record.h"
#include "indexing_fixture.h"
#include "one_grant.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;

class SearchServiceTest : public IndexedTest {};

TEST_F(SearchServiceTest, AHitSaysWhatAClerkNeeds) {
  NewDocument input = new_document(dossier_.id, "Stellungnahme");
  input.fields.type = DocumentType::letter;
  input.fields.letter_date = parse_date("2026-02-27");
  const Document document = value_of(documents_->file_document(
      clerk_, input, stage("Seite eins über Wege.\fSeite zwei über den Mühlgraben und mehr.")));
  wait();
  const SearchAnswer answer = search(clerk_, "mühlgraben");
  ASSERT_EQ(answer.hits.size(), 1U);
  EXPECT_EQ(answer.total_estimate, 1U);
  const SearchHit& hit = answer.hits.front();
  EXPECT_EQ(hit.document, document.id);
  EXPECT_EQ(hit.subject, "Stellungnahme");
  EXPECT_EQ(hit.type, DocumentType::letter);
  EXPECT_EQ(hit.file_reference, "621.41-2026/001");
  EXPECT_EQ(hit.dossier_title, "Bebauungsplan Nord");
  EXPECT_EQ(hit.date, parse_date("2026-02-27"));
  EXPECT_EQ(hit.mime_type, "text/plain");
  EXPECT_EQ(hit.text_state, DocumentTextState::extracted);
  EXPECT_EQ(hit.page, 2U);
  ASSERT_EQ(hit.snippet.marks.size(), 1U);
  const auto mark = hit.snippet.marks.front();
  EXPECT_EQ(hit.snippet.text.substr(mark.begin, mark.end - mark.begin), "Mühlgraben");
}

TEST_F(SearchServiceTest, NobodyLearnsOfHiddenDocuments) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  for (int i = 0; i < 3; ++i) file(manager_, staff.id, "Abmahnung", "vertraulicher Vermerk");
  file(dossier_.id, "Aktennotiz", "öffentlicher Vermerk");
  wait();
  const SearchAnswer clerks = search(clerk_, "vermerk");
  EXPECT_EQ(clerks.hits.size(), 1U);
  EXPECT_EQ(clerks.total_estimate, 1U);
  EXPECT_EQ(clerks.next, std::nullopt);
  EXPECT_EQ(search(manager_, "vermerk").total_estimate, 3U);
  for (const Actor& nobody : {stranger_, admin_}) {
    const SearchAnswer none = search(nobody, "vermerk");
    EXPECT_TRUE(none.hits.empty());
    EXPECT_EQ(none.total_estimate, 0U);
  }
  SearchQuery by_dossier;
  by_dossier.dossier = staff.id;
  EXPECT_EQ(search(clerk_, by_dossier).total_estimate, 0U);
}

TEST_F(SearchServiceTest, WhatIsGrantedIsFoundForAsLongAsItIs) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte Zierfuss");
  for (int i = 0; i < 3; ++i) file(manager_, staff.id, "Abmahnung", "vertraulicher Vermerk");
  const Document granted = file(manager_, staff.id, "Höhergruppierung", "ein Vermerk dazu");
  file(dossier_.id, "Aktennotiz", "öffentlicher Vermerk");
  wait();
  test::OneGrant grant;
  grant.granted = granted.id;
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  EXPECT_EQ(search(clerk_, "vermerk").total_estimate, 1U);
  EXPECT_EQ(search(stranger_, "vermerk").total_estimate, 0U);

  grant.rights = {Right::see, Right::read};
  for (const Actor& holder : {clerk_, stranger_}) {
    grant.user = holder.user;
    const bool sees_more = holder == clerk_;
    const SearchAnswer answer = search(holder, "vermerk");
    EXPECT_EQ(answer.total_estimate, sees_more ? 2U : 1U);
    EXPECT_EQ(answer.next, std::nullopt);
    const SearchAnswer one = search(holder, "höhergruppierung");
    ASSERT_EQ(one.hits.size(), 1U);
    EXPECT_EQ(one.hits.front().document, granted.id);
    EXPECT_NE(one.hits.front().snippet.text, "");
    EXPECT_EQ(one.hits.front().dossier_title, "") << "the dossier is not granted";
    EXPECT_EQ(one.hits.front().file_reference, "");
    SearchQuery by_dossier;
    by_dossier.dossier = staff.id;
    EXPECT_EQ(search(holder, by_dossier).total_estimate, 1U);
  }
  EXPECT_EQ(search(clerk_, "vermerk").total_estimate, 1U) << "granted to another";
  grant.user = manager_.user;
  EXPECT_EQ(search(manager_, "vermerk").total_estimate, 4U) << "not twice";
  EXPECT_NE(search(manager_, "vermerk").hits.front().dossier_title, "");
  grant.user = stranger_.user;
  grant.rights = {Right::see};
  EXPECT_EQ(search(stranger_, "vermerk").hits.front().snippet.text, "") << "seen, not read";
  grant.rights = {};
  EXPECT_EQ(search(stranger_, "vermerk").total_estimate, 0U);
  EXPECT_EQ(found(stranger_, "höhergruppierung"), Subjects{});
}

// The grant goes between the search and the check of its hits.
TEST_F(SearchServiceTest, AHitWhoseGrantEndsMeanwhileIsNotShown) {
  class EndingGrant final : public DocumentGrants {
   public:
    Result<Rights> rights_to(const storage::View&, const Actor&, DocumentId) const override {
      return Rights{};
    }
    Result<std::vector<DocumentId>> documents_of(const storage::View&,
                                                 const Actor&) const override {
      return std::vector<DocumentId>{granted};
    }
    DocumentId granted;
  };
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  EndingGrant grant;
  grant.granted = file(manager_, staff.id, "Abmahnung", "Vermerk").id;
  wait();
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  EXPECT_EQ(found(stranger_, "vermerk"), Subjects{});
  EXPECT_EQ(search(stranger_, "vermerk").total_estimate, 0U);
}

TEST_F(SearchServiceTest, RightsAreTodays) {
  const Document document = file(dossier_.id, "Vermerk", "Quellwasser");
  wait();
  EXPECT_EQ(found(signer_, "quellwasser"), Subjects{"Vermerk"});
  // The dossier gets a list of its own: nothing is indexed again, and it is gone for others at
  // once.
  make_manager_of_plan(signer_);
  AccessList list;
  list.entries = {grant(SubjectKind::user, signer_.user.value, Role::record_manager)};
  value_of(dossiers_->give_access_list(signer_, dossier_.id, list, 1));
  EXPECT_EQ(search(clerk_, "quellwasser").total_estimate, 0U);
  EXPECT_EQ(found(clerk_, "quellwasser"), Subjects{});
  EXPECT_EQ(found(signer_, "quellwasser"), Subjects{"Vermerk"});
  value_of(dossiers_->drop_access_list(signer_, dossier_.id, 2));
  EXPECT_EQ(found(clerk_, "quellwasser"), Subjects{"Vermerk"});
  EXPECT_EQ(document.id, search(clerk_, "quellwasser").hits.front().document);
}

// What was seen is kept from one search to the next, and not beyond what it stands on.
TEST_F(SearchServiceTest, RightsAreTodaysForWhoSearchedBefore) {
  file(dossier_.id, "Vermerk", "Quellwasser");
  wait();
  const auto seen = [&](const Actor& actor) { return search(actor, "quellwasser").total_estimate; };
  EXPECT_EQ(seen(clerk_), 1U);
  EXPECT_EQ(seen(clerk_), 1U);
  EXPECT_EQ(seen(stranger_), 0U);
  // The unit gets a list of its own.
  AccessList list;
  list.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const FilePlanUnit given = value_of(plan_->give_access_list(admin_, plans_.id, list, 1));
  EXPECT_EQ(seen(clerk_), 0U);
  EXPECT_EQ(seen(manager_), 1U);
  // A dossier opened meanwhile, and one document more, are of today's rights, too.
  const Dossier second = open_dossier(manager_, plans_.id, "Bebauungsplan Süd");
  file(manager_, second.id, "Gutachten", "Quellwasser");
  wait();
  EXPECT_EQ(seen(clerk_), 0U);
  EXPECT_EQ(seen(manager_), 2U);
  value_of(plan_->drop_access_list(admin_, plans_.id, given.change.revision));
  EXPECT_EQ(seen(clerk_), 2U);
  EXPECT_EQ(seen(manager_), 0U);
  // The list above loses the clerk.
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  EXPECT_EQ(seen(clerk_), 0U);
  EXPECT_EQ(seen(manager_), 2U);
}

// The index may be newer than the view of who searches: then it holds documents of a dossier that
// the view does not know. This answer is not kept.
TEST_F(SearchServiceTest, ADossierOpenedMeanwhileIsAskedForAgain) {
  const Dossier opened = open_dossier(clerk_, plans_.id, "Bebauungsplan Süd");
  file(clerk_, opened.id, "Gutachten", "Quellwasser");
  wait();
  const auto with_record = [&](const auto& change) {
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      DMS_TRY(change(commit));
      return commit;
    }));
  };
  const DossierRecord record = value_of(store_->read<DossierRecord>(
      [&](const storage::View& view) { return view.get(dossier_table, opened.id.key()); }));
  with_record(
      [&](storage::Commit& commit) { return commit.erase(dossier_table, opened.id.key()); });
  EXPECT_EQ(search(clerk_, "quellwasser").total_estimate, 0U);
  with_record([&](storage::Commit& commit) { return commit.insert(dossier_table, record); });
  EXPECT_EQ(search(clerk_, "quellwasser").total_estimate, 1U);
}

TEST_F(SearchServiceTest, WhatTheIndexDoesNotKnowYetIsCheckedAgainstTheStore) {
  const Document binned = file(dossier_.id, "Versehen", "Quellwasser");
  const Document moved = file(dossier_.id, "Umzug", "Quellwasser");
  file(dossier_.id, "Bleibt", "Quellwasser");
  wait();
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  AccessList both;
  both.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                  grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, both, before.revision));
  indexer_->stop();  // the index stays behind from here on
  value_of(documents_->put_in_bin(clerk_, binned.id, 1));
  value_of(documents_->move(manager_, moved.id, staff.id, 1));
  const SearchAnswer answer = search(clerk_, "quellwasser");
  ASSERT_EQ(answer.hits.size(), 1U);
  EXPECT_EQ(answer.hits.front().subject, "Bleibt");
  EXPECT_EQ(answer.total_estimate, 1U);
}

TEST_F(SearchServiceTest, WhoMaySeeButNotReadGetsNoPassage) {
  AccessList list;
  list.entries = {{{SubjectKind::user, stranger_.user.value}, std::nullopt, Rights{Right::see}},
                  grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  file(dossier_.id, "Vermerk", "Quellwasser");
  wait();
  EXPECT_EQ(search(stranger_, "vermerk").hits.front().snippet.text, "");
  EXPECT_NE(search(clerk_, "vermerk").hits.front().snippet.text, "");
}

TEST_F(SearchServiceTest, FiltersByUnitTypeStatusAuthorAndDay) {
  const Dossier office = open_dossier(clerk_, office_.id, "Dienstanweisung");
  NewDocument input = new_document(office.id, "Eingang");
  input.fields.direction = Direction::incoming;
  input.fields.type = DocumentType::invoice;
  input.fields.received_on = parse_date("2026-01-15");
  value_of(documents_->file_document(signer_, input, stage("Beleg eins")));
  file(dossier_.id, "Plan", "Beleg zwei");
  wait();
  SearchQuery query;
  query.text = "beleg";
  query.unit = general_.id;  // with all below it
  EXPECT_EQ(found(clerk_, query), Subjects{"Eingang"});
  query.unit = plans_.id;
  EXPECT_EQ(found(clerk_, query), Subjects{"Plan"});
  query.unit.reset();
  query.types = {DocumentType::invoice, DocumentType::contract};
  EXPECT_EQ(found(clerk_, query), Subjects{"Eingang"});
  query.types.clear();
  query.statuses = {DocumentStatus::draft};
  EXPECT_EQ(found(clerk_, query), Subjects{"Plan"});
  query.statuses.clear();
  query.author = signer_.user;
  EXPECT_EQ(found(clerk_, query), Subjects{"Eingang"});
  query.author.reset();
  query.to = parse_date("2026-01-15");
  EXPECT_EQ(found(clerk_, query), Subjects{"Eingang"});
  query.to.reset();
  query.from = parse_date("2026-01-16");
  EXPECT_EQ(found(clerk_, query), Subjects{"Plan"});
  SearchQuery all;
  all.dossier = office.id;
  EXPECT_EQ(found(clerk_, all), Subjects{"Eingang"});
}

TEST_F(SearchServiceTest, PagesWithoutRepeatingOrMissing) {
  for (int i = 0; i < 25; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Quellwasser");
  wait();
  SearchQuery query;
  query.text = "quellwasser";
  query.limit = 10;
  Subjects seen;
  while (true) {
    const SearchAnswer answer = search(clerk_, query);
    EXPECT_EQ(answer.total_estimate, 25U);
    for (const SearchHit& hit : answer.hits) seen.insert(hit.subject);
    if (!answer.next) break;
    query.after = answer.next;
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 25U);
}

}  // namespace
}  // namespace dms
