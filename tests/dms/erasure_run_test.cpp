// What an erasure takes away, and what stays. Files are searched for the bytes before, too: they
// must be found there, or their absence would say nothing.

#include "dms/erasure_run.h"

#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/idempotency.h"
#include "dms/upload.h"
#include "dms/upload_record.h"
#include "erasure_fixture.h"

namespace dms {
namespace {

using namespace test;
using Reasons = std::vector<ErasureReason>;

constexpr const char* secret = "quastenflosser";

class ErasureRunTest : public ErasureTest {
 protected:
  ErasureRunTest() { standing_ = file(dossier_.id, "Bebauung", "Kehrwoche im Treppenhaus"); }

  Document standing_;  // in the same dossier, and to be left alone
};

TEST_F(ErasureRunTest, AnErasedDocumentIsAbsentEverywhere) {
  const Document document = file(dossier_.id, "Irrläufer", secret);
  wait();
  ASSERT_EQ(found(clerk_, secret), Subjects{"Irrläufer"});
  const Erasure erasure = erase(of(document));
  EXPECT_EQ(erasure.documents, 1U);
  EXPECT_EQ(erasure.dossiers, 0U);
  EXPECT_EQ(erasure.versions, 1U);
  EXPECT_LOOKS_ABSENT(documents_->get(clerk_, document.id));
  EXPECT_LOOKS_ABSENT(documents_->versions(clerk_, document.id));
  EXPECT_LOOKS_ABSENT(documents_->open_content(clerk_, document.id, std::nullopt));
  EXPECT_LOOKS_ABSENT(documents_->open_text(clerk_, document.id));
  EXPECT_EQ(value_of(documents_->list(clerk_, dossier_.id, {})).items.size(), 1U);
  EXPECT_EQ(found(clerk_, secret), Subjects{});
  EXPECT_EQ(found(clerk_, "kehrwoche"), Subjects{"Bebauung"});
  EXPECT_EQ(belongings_.erased, std::set<DocumentId>{document.id});
  expect_verified();
}

TEST_F(ErasureRunTest, NoFileHoldsItsTextSubjectOrDetails) {
  const Document document = file(dossier_.id, std::string("Betreff-") + secret, secret);
  value_of(documents_->add_version(clerk_, document.id, {"flosse.txt", secret},
                                   stage(std::string("zwei ") + secret), 1));
  wait();
  restart();  // into tables
  ASSERT_FALSE(files_holding(secret).empty());
  const Erasure erasure = erase(of(document));
  EXPECT_EQ(erasure.versions, 2U);
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
  EXPECT_FALSE(files_holding("Kehrwoche im Treppenhaus").empty());
  EXPECT_EQ(count(erasure_rest_table), 0U);
  EXPECT_EQ(count(erasure_content_table), 0U);
  restart();
  EXPECT_EQ(files_with(temp_.path().string(), secret), std::vector<std::string>{});
  expect_verified();
}

TEST_F(ErasureRunTest, TheSpaceIsToldOnceItHasBeenReturned) {
  const std::string large = secret + std::string(3U << 20U, 'x');
  const Document document = file(dossier_.id, "Luftbild", large);
  wait();
  std::shared_ptr<storage::ContentReader> reader =
      value_of(documents_->open_content(clerk_, document.id, std::nullopt)).reader;
  const Erasure begun = released(of(document));
  for (int i = 0; i < 20; ++i) step();
  // Somebody reads it still: everything is gone but the bytes.
  EXPECT_EQ(reread(begun).state, ErasureState::freeing);
  EXPECT_EQ(reread(begun).bytes_freed, std::nullopt);
  EXPECT_GE(reread(begun).bytes_to_free, large.size());
  reader.reset();
  const Erasure done = run(begun);
  EXPECT_EQ(done.bytes_freed, done.bytes_to_free);
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
}

TEST_F(ErasureRunTest, ContentThatAnotherDocumentNamesStaysReadable) {
  const Document first = file(dossier_.id, "Erstschrift", secret);
  const Document second = file(dossier_.id, "Zweitschrift", secret);
  wait();
  Erasure erasure = erase(of(first));
  EXPECT_EQ(erasure.contents, 0U);
  EXPECT_EQ(erasure.bytes_freed, 0U);
  EXPECT_EQ(read_all(*value_of(documents_->open_content(clerk_, second.id, {})).reader), secret);
  EXPECT_EQ(read_all(*value_of(documents_->open_text(clerk_, second.id)).reader), secret);
  EXPECT_EQ(found(clerk_, secret), Subjects{"Zweitschrift"});
  erasure = erase(of(second));
  EXPECT_EQ(erasure.contents, 1U);  // the text is the same bytes
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
}

TEST_F(ErasureRunTest, EqualContentsInOneErasureGoTogether) {
  const Document first = file(dossier_.id, "Erstschrift", secret);
  const Document second = file(dossier_.id, "Zweitschrift", secret);
  wait();
  const Erasure erasure = erase({{}, {first.id, second.id}, "doppelt"});
  EXPECT_EQ(erasure.documents, 2U);
  EXPECT_EQ(count(document_text_table), 1U);
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
}

TEST_F(ErasureRunTest, ADossierGoesWithAllItsDocumentsAndItsList) {
  Dossier dossier = open_dossier("Sondersache");
  dossier = value_of(dossiers_->give_access_list(
      manager_, dossier.id, list_of_one(manager_.user, false), dossier.change.revision));
  for (int i = 0; i < 450; ++i) {
    file(manager_, dossier.id, "Blatt " + std::to_string(i), secret + std::to_string(i));
  }
  const Document binned = file(manager_, dossier.id, "Entwurf", secret);
  value_of(documents_->put_in_bin(manager_, binned.id, 1));
  close(dossier);
  Access own = value_of(access_->get_access(manager_, ScopeId{dossier.id.value}));
  own.list.entries.push_back(grant(SubjectKind::user, second_.user.value, Role::record_manager));
  value_of(access_->set_access(manager_, own.scope, own.list, own.revision));
  wait();
  const Erasure erasure = erase(of(dossier));
  EXPECT_EQ(erasure.state, ErasureState::done);
  EXPECT_EQ(erasure.dossiers, 1U);
  EXPECT_EQ(erasure.documents, 451U);
  EXPECT_EQ(erasure.documents_left_out, 0U);
  EXPECT_EQ(erasure.objects.front().file_reference, dossier.file_reference);
  EXPECT_LOOKS_ABSENT(dossiers_->get(manager_, dossier.id));
  EXPECT_TRUE(value_of(documents_->bin(manager_, {})).items.empty());
  EXPECT_FALSE(value_of(store_->read<bool>(
      [&](const storage::View& view) { return scope_exists(view, ScopeId{dossier.id.value}); })));
  EXPECT_EQ(count(document_table), 1U);
  EXPECT_EQ(count(version_table), 1U);
  EXPECT_EQ(files_holding("Sondersache"), std::vector<std::string>{});
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
  expect_verified();
}

TEST_F(ErasureRunTest, EnvelopesStayAndDetailsGo) {
  const Document document = file(dossier_.id, secret);
  const Document elsewhere = file(dossier_.id, "Umgezogen");
  const Dossier other = open_dossier("Andere Akte");
  value_of(documents_->move(clerk_, elsewhere.id, other.id, 1));
  close(dossier_);
  const std::size_t before = journal().size();
  const Erasure erasure = erase(of(dossier_));
  EXPECT_GT(journal().size(), before);
  for (const std::string& detail : details_of(document.id.value)) {
    EXPECT_TRUE(detail.starts_with("document.erased")) << detail;
  }
  // What lies elsewhere today keeps its history.
  EXPECT_EQ(details_of(elsewhere.id.value).size(), 3U);
  AuditQuery query;
  query.object = document.id.value;
  const auto told = value_of(audit_->events(admin_, query)).events;
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].kind, "document.erased");
  EXPECT_EQ(told[1].kind, "document.filed");
  EXPECT_EQ(told[1].detail, std::nullopt);
  EXPECT_LOOKS_ABSENT(audit_->events(clerk_, query));
  query.object = erasure.id.value;
  const auto protocol = value_of(audit_->events(second_, query)).events.front();
  EXPECT_EQ(protocol.kind, "erasure.done");
  ASSERT_TRUE(protocol.detail);
  EXPECT_NE(protocol.detail->find(dossier_.file_reference), std::string::npos);
  EXPECT_NE(protocol.detail->find(second_.user.text()), std::string::npos);
  expect_verified();
}

TEST_F(ErasureRunTest, TheDossiersHistoryTellsThatSomethingIsMissing) {
  const Document document = file(dossier_.id, secret);
  erase(of(document));
  AuditQuery query;
  query.object = dossier_.id.value;
  query.kind = "document.erased";
  const auto told = value_of(audit_->events(clerk_, query)).events;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().object, document.id.value);
}

TEST_F(ErasureRunTest, AFileReferenceIsNeverGivenOutAgain) {
  FilePlanUnitFields fields = unit_fields("04", "Konten");
  fields.reference_pattern = "{unit}-{key}";
  const FilePlanUnit unit = value_of(plan_->create(admin_, fields));
  NewDossier input = new_dossier(unit.id, "Konto");
  input.reference_key = "Mustermann";
  const Dossier dossier = value_of(dossiers_->open(clerk_, input));
  close(dossier);
  const Erasure erasure = erase(of(dossier));
  // It names a person, so the protocol does not.
  EXPECT_EQ(erasure.objects.front().file_reference, "");
  EXPECT_EQ(code_of(dossiers_->open(clerk_, input)), ErrorCode::conflict);
  EXPECT_EQ(files_holding("Mustermann"), std::vector<std::string>{});
}

TEST_F(ErasureRunTest, WhatIsHeldInBetweenIsLeftOutAndTold) {
  const Document document = file(dossier_.id, "Irrläufer");
  const Document free = file(open_dossier("Andere Akte").id, "Zweiter");
  const Erasure erasure = released({{}, {document.id, free.id}, "falsch abgelegt"});
  hold(dossier_);
  const Erasure done = run(erasure);
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(done.objects[0].state, ErasureObjectState::left_out);
  EXPECT_EQ(done.objects[0].reasons, Reasons{ErasureReason::on_hold});
  EXPECT_EQ(done.objects[1].state, ErasureObjectState::destroyed);
  EXPECT_TRUE(documents_->get(clerk_, document.id));
}

TEST_F(ErasureRunTest, WhereNothingMayBeDestroyedAnyMoreItIsRefused) {
  close(dossier_);
  const Erasure erasure = released(of(dossier_));
  hold(dossier_);
  const Erasure refused = run(erasure);
  EXPECT_EQ(refused.state, ErasureState::refused);
  EXPECT_EQ(refused.objects[0].reasons, Reasons{ErasureReason::on_hold});
  EXPECT_TRUE(documents_->get(clerk_, standing_.id));
  EXPECT_EQ(count_events("erasure.refused"), 1U);
}

TEST_F(ErasureRunTest, AHoldInTheMidstOfADossierStopsIt) {
  for (int i = 0; i < 250; ++i) file(dossier_.id, "Blatt " + std::to_string(i));
  close(dossier_);
  const Erasure erasure = released(of(dossier_));
  step();  // begins
  step();  // the first two hundred
  ASSERT_EQ(reread(erasure).documents, 200U);
  hold(dossier_);
  const Erasure done = run(erasure);
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(done.documents, 200U);
  EXPECT_EQ(done.dossiers, 0U);
  EXPECT_EQ(done.objects[0].state, ErasureObjectState::left_out);
  EXPECT_EQ(value_of(documents_->list(clerk_, dossier_.id, {})).items.size(), 51U);
}

TEST_F(ErasureRunTest, ADossierWithADocumentOnItsWayStaysWithIt) {
  const Document routed = file(dossier_.id, "Bescheid");
  close(dossier_);
  const Erasure erasure = released(of(dossier_));
  belongings_.in_use = {routed.id};
  const Erasure done = run(erasure);
  EXPECT_EQ(done.documents, 1U);
  EXPECT_EQ(done.documents_left_out, 1U);
  EXPECT_EQ(done.objects[0].reasons,
            (Reasons{ErasureReason::routing_open, ErasureReason::documents_left}));
  EXPECT_TRUE(documents_->get(clerk_, routed.id));
}

TEST_F(ErasureRunTest, ATextThatIsMadeMeanwhileIsNotKept) {
  extractor_.hold();
  const Document document = file(dossier_.id, "Irrläufer", secret);
  while (extractor_.calls() < 2) std::this_thread::yield();
  const Erasure erasure = released(of(document));
  while (reread(erasure).state != ErasureState::freeing) step();
  while (count(erasure_rest_table) > 0) step();
  extractor_.release();
  EXPECT_EQ(run(erasure).state, ErasureState::done);
  EXPECT_EQ(count(document_text_table), 1U);  // of the other document
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
}

TEST_F(ErasureRunTest, UploadsAndIdempotencyKeysAreForgotten) {
  Uploads uploads(*store_, clock_);
  NewUpload input;
  input.length = 3;
  input.file_name = std::string(secret) + ".txt";
  const Upload upload = value_of(uploads.create(clerk_, input));
  {
    const auto writer = value_of(uploads.resume(clerk_, upload.id, 0));
    value_of(writer->append("abc"));
    value_of(writer->finish());
  }
  value_of(uploads.assemble(clerk_, upload.id));
  const IdempotencyKey key = value_of(make_idempotency_key(clerk_, "POST /documents", "k"));
  const AlsoCommit also = [&](const storage::View& view, storage::Commit& commit,
                              const Uuid& created) -> Result<void> {
    clock_.advance(std::chrono::milliseconds{20});
    return record_idempotent(view, commit, key, {}, {201, "", "", created}, clock_.now());
  };
  const Document document = value_of(
      documents_->file_document(clerk_, new_document(dossier_.id, "Irrläufer"), upload.id, also));
  ASSERT_EQ(count(upload_table), 1U);
  erase(of(document));
  EXPECT_EQ(count(upload_table), 0U);
  EXPECT_EQ(value_of(store_->read<bool>([&](const storage::View& view) -> Result<bool> {
              return DMS_TRY(find_replay(view, key, {}, clock_.now())).has_value();
            })),
            false);
}

// A kill between any two steps: what is remembered in memory only is lost, and it ends the same.
TEST_F(ErasureRunTest, GoesOnAfterAKillAtAnyStep) {
  const Document document = file(dossier_.id, "Irrläufer", secret);
  file(dossier_.id, "Zweiter", std::string("auch ") + secret);
  close(dossier_);
  wait();
  const Erasure erasure = released({{dossier_.id}, {}, "Frist"});
  std::size_t kills = 0;
  while (reread(erasure).state != ErasureState::done) {
    step();
    restart();
    ASSERT_LT(++kills, 100U);
  }
  EXPECT_GE(kills, 6U);
  EXPECT_EQ(reread(erasure).documents, 3U);
  EXPECT_EQ(files_with(temp_.path().string(), secret), std::vector<std::string>{});
  EXPECT_EQ(count_events("erasure.done"), 1U);
  EXPECT_EQ(count_events("document.erased"), 3U);
  EXPECT_LOOKS_ABSENT(documents_->get(clerk_, document.id));
  expect_verified();
}

}  // namespace
}  // namespace dms
