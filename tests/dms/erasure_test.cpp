// Proposing, releasing, withdrawing an erasure: who may, and what stands against it.

#include "dms/erasure.h"

#include "erasure_fixture.h"

namespace dms {
namespace {

using namespace test;
using Reasons = std::vector<ErasureReason>;

class ErasureRulesTest : public ErasureTest {};

TEST_F(ErasureRulesTest, AProposalChangesNothingYet) {
  const Document document = file(dossier_.id);
  const Erasure erasure = propose(of(document));
  EXPECT_EQ(erasure.state, ErasureState::proposed);
  EXPECT_EQ(erasure.objects.front().title, "Anschreiben");
  EXPECT_EQ(erasure.objects.front().file_reference, dossier_.file_reference);
  EXPECT_FALSE(value_of(run_->step()));
  EXPECT_TRUE(documents_->get(clerk_, document.id));
  EXPECT_EQ(count_events("erasure.proposed"), 1U);
}

TEST_F(ErasureRulesTest, NeedsDisposeForEveryObject) {
  const Document document = file(dossier_.id);
  EXPECT_EQ(code_of(erasures_->propose(clerk_, of(document))), ErrorCode::forbidden);
  EXPECT_LOOKS_ABSENT(erasures_->propose(stranger_, of(document)));
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  NewErasure both = of(document);
  both.documents.push_back(file(manager_, staff.id, "Zeugnis").id);
  EXPECT_LOOKS_ABSENT(erasures_->check(second_, both));
  EXPECT_LOOKS_ABSENT(erasures_->propose(second_, both));
  EXPECT_LOOKS_ABSENT(erasures_->get(second_, propose(both).id));
  EXPECT_TRUE(value_of(erasures_->list(second_, {})).items.empty());
  EXPECT_EQ(value_of(erasures_->list(manager_, {})).items.size(), 1U);
}

TEST_F(ErasureRulesTest, NamesOneToTwoHundredObjectsOnce) {
  const Document document = file(dossier_.id);
  EXPECT_EQ(code_of(erasures_->propose(manager_, {{}, {}, "Grund"})), ErrorCode::invalid);
  EXPECT_EQ(code_of(erasures_->propose(manager_, {{}, {document.id, document.id}, "Grund"})),
            ErrorCode::invalid);
  EXPECT_EQ(code_of(erasures_->propose(
                manager_, {{}, std::vector<DocumentId>(erasure_objects_max + 1), "Grund"})),
            ErrorCode::invalid);
  EXPECT_EQ(code_of(erasures_->propose(manager_, {{}, {document.id}, " "})), ErrorCode::invalid);
  close(dossier_);
  EXPECT_EQ(code_of(erasures_->propose(manager_, {{dossier_.id}, {document.id}, "Grund"})),
            ErrorCode::invalid);
}

TEST_F(ErasureRulesTest, AnOpenDossierIsNotDestroyedButADocumentInItMayBe) {
  const Document document = file(dossier_.id);
  EXPECT_EQ(reasons(of(dossier_)), Reasons{ErasureReason::dossier_open});
  EXPECT_EQ(code_of(erasures_->propose(manager_, of(dossier_))), ErrorCode::conflict);
  EXPECT_EQ(reasons(of(document)), Reasons{});
  close(dossier_);
  EXPECT_EQ(reasons(of(document)), Reasons{});
  EXPECT_EQ(reasons(of(dossier_)), Reasons{});
}

TEST_F(ErasureRulesTest, WhatIsOnHoldIsRefused) {
  const Document document = file(dossier_.id);
  close(dossier_);
  hold(dossier_);
  EXPECT_EQ(reasons(of(dossier_)), Reasons{ErasureReason::on_hold});
  EXPECT_EQ(reasons(of(document)), Reasons{ErasureReason::on_hold});
  const auto refused = erasures_->propose(manager_, of(document));
  ASSERT_EQ(code_of(refused), ErrorCode::conflict);
  ASSERT_EQ(refused.error().fields.size(), 1U);
  EXPECT_EQ(refused.error().fields[0].pointer, "/documents/0");
  EXPECT_EQ(refused.error().fields[0].message, message_of(ErasureReason::on_hold));
}

TEST_F(ErasureRulesTest, WhatIsBeingRoutedIsRefusedAlsoInItsDossierAndInTheBin) {
  const Document document = file(dossier_.id);
  const Document binned = put_in_bin(file(dossier_.id, "Entwurf"));
  close(dossier_);
  belongings_.in_use = {document.id};
  EXPECT_EQ(reasons(of(document)), Reasons{ErasureReason::routing_open});
  EXPECT_EQ(reasons(of(dossier_)), Reasons{ErasureReason::routing_open});
  belongings_.in_use = {binned.id};
  EXPECT_EQ(reasons(of(dossier_)), Reasons{ErasureReason::routing_open});
}

TEST_F(ErasureRulesTest, WhatIsProposedAlreadyIsRefusedUntilThatHasEnded) {
  const Document document = file(dossier_.id);
  close(dossier_);
  const Erasure first = propose(of(document));
  EXPECT_EQ(reasons(of(document)), Reasons{ErasureReason::in_other_erasure});
  EXPECT_EQ(reasons(of(dossier_)), Reasons{ErasureReason::in_other_erasure});
  value_of(erasures_->withdraw(second_, first.id, first.change.revision));
  EXPECT_EQ(reasons(of(dossier_)), Reasons{});
  propose(of(dossier_));
  EXPECT_EQ(reasons(of(document)), Reasons{ErasureReason::in_other_erasure});
}

TEST_F(ErasureRulesTest, ACheckCountsWhatWouldGo) {
  const Document document = file(dossier_.id, "Anschreiben", "12345");
  value_of(documents_->add_version(clerk_, document.id, {"zwei.txt", ""}, stage("123"), 1));
  put_in_bin(file(dossier_.id, "Entwurf", "1234567"));
  close(dossier_);
  const ErasureCheck check = value_of(erasures_->check(manager_, of(dossier_)));
  EXPECT_TRUE(check.is_possible());
  EXPECT_EQ(check.dossiers, 1U);
  EXPECT_EQ(check.documents, 2U);
  EXPECT_EQ(check.versions, 3U);
  EXPECT_EQ(check.bytes, 15U);
}

TEST_F(ErasureRulesTest, OnlyASecondPersonReleases) {
  const Erasure erasure = propose(of(file(dossier_.id)));
  const auto release_as = [&](const Actor& actor) {
    return code_of(erasures_->release(actor, erasure.id, erasure.change.revision));
  };
  EXPECT_EQ(release_as(manager_), ErrorCode::forbidden);
  Actor deputy = second_;
  deputy.on_behalf_of = manager_.user;
  EXPECT_EQ(release_as(deputy), ErrorCode::forbidden);
  deputy = manager_;
  deputy.on_behalf_of = second_.user;
  EXPECT_EQ(release_as(deputy), ErrorCode::forbidden);
  EXPECT_EQ(release_as(clerk_), ErrorCode::not_found);
  EXPECT_EQ(release(erasure).state, ErasureState::released);
  EXPECT_EQ(count_events("erasure.released"), 1U);
}

TEST_F(ErasureRulesTest, WhoIsActedForDoesNotReleaseWhatIsHers) {
  Actor deputy = manager_;
  deputy.on_behalf_of = second_.user;
  const Erasure erasure = value_of(erasures_->propose(deputy, of(file(dossier_.id))));
  EXPECT_EQ(code_of(erasures_->release(second_, erasure.id, erasure.change.revision)),
            ErrorCode::forbidden);
}

TEST_F(ErasureRulesTest, NoProgramReleases) {
  const Erasure erasure = propose(of(file(dossier_.id)));
  NewToken input;
  input.name = "Fachverfahren";
  input.rights = {Right::see, Right::read, Right::dispose};
  input.expires = clock_.now() + std::chrono::hours{24};
  const auto created = value_of(tokens_->create(second_, input));
  Actor program = second_;
  program.token = created.token.id;
  EXPECT_EQ(code_of(erasures_->release(program, erasure.id, erasure.change.revision)),
            ErrorCode::forbidden);
}

TEST_F(ErasureRulesTest, AReleaseAsksTheGuardAnew) {
  close(dossier_);
  const Erasure erasure = propose(of(dossier_));
  hold(dossier_);
  EXPECT_EQ(code_of(erasures_->release(second_, erasure.id, erasure.change.revision)),
            ErrorCode::conflict);
  EXPECT_EQ(reread(erasure).objects.front().reasons, Reasons{ErasureReason::on_hold});
}

TEST_F(ErasureRulesTest, AnOutdatedRevisionIsRefused) {
  const Erasure erasure = propose(of(file(dossier_.id)));
  release(erasure);
  EXPECT_EQ(code_of(erasures_->withdraw(second_, erasure.id, erasure.change.revision)),
            ErrorCode::stale_version);
}

TEST_F(ErasureRulesTest, WhatIsReleasedCanBeWithdrawnUntilItBegins) {
  const Document document = file(dossier_.id);
  Erasure erasure = released(of(document));
  erasure = value_of(erasures_->withdraw(manager_, erasure.id, erasure.change.revision));
  EXPECT_EQ(erasure.state, ErasureState::withdrawn);
  EXPECT_FALSE(value_of(run_->step()));
  EXPECT_TRUE(documents_->get(clerk_, document.id));
  EXPECT_EQ(code_of(erasures_->release(second_, erasure.id, erasure.change.revision)),
            ErrorCode::conflict);
  erasure = released(of(document));
  step();
  erasure = reread(erasure);
  EXPECT_EQ(erasure.state, ErasureState::erasing);
  EXPECT_EQ(code_of(erasures_->withdraw(manager_, erasure.id, erasure.change.revision)),
            ErrorCode::conflict);
}

TEST_F(ErasureRulesTest, WhoTookPartIsToldOfItWhenAllIsGone) {
  const Erasure erasure = erase(of(file(dossier_.id)));
  EXPECT_TRUE(erasures_->get(manager_, erasure.id));
  EXPECT_TRUE(erasures_->get(second_, erasure.id));
  EXPECT_LOOKS_ABSENT(erasures_->get(clerk_, erasure.id));
  AuditQuery query;
  query.object = erasure.id.value;
  EXPECT_EQ(value_of(audit_->events(second_, query)).events.size(), 3U);
  EXPECT_LOOKS_ABSENT(audit_->events(clerk_, query));
}

TEST_F(ErasureRulesTest, TheListIsReadInPagesNewestFirst) {
  std::vector<ErasureId> made;
  for (int i = 0; i < 5; ++i) made.push_back(propose(of(file(dossier_.id))).id);
  std::vector<ErasureId> seen;
  PageRequest request;
  request.limit = 2;
  do {
    const auto page = value_of(erasures_->list(second_, request));
    for (const Erasure& erasure : page.items) seen.push_back(erasure.id);
    request.after = page.next;
  } while (!request.after.empty());
  std::reverse(seen.begin(), seen.end());
  EXPECT_EQ(seen, made);
}

}  // namespace
}  // namespace dms
