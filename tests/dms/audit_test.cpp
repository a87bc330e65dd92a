#include "dms/audit.h"

#include <atomic>
#include <thread>

#include "filing_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::value_of;

class AuditTest : public FilingTest {
 protected:
  std::vector<std::string> kinds(const Actor& actor, const AuditQuery& query) {
    std::vector<std::string> result;
    for (const AuditEvent& event : value_of(audit_->events(actor, query)).events) {
      result.push_back(event.kind);
    }
    return result;
  }
  // How often `id` stands in what is told, beside what was asked for.
  std::size_t told_of(const Actor& actor, const AuditQuery& query, const Uuid& id) {
    const std::string text = to_string(id);
    std::size_t count = 0;
    for (const AuditEvent& event : value_of(audit_->events(actor, query)).events) {
      if (event.parent == id) ++count;
      const std::string detail = event.detail.value_or("");
      for (auto at = detail.find(text); at != std::string::npos; at = detail.find(text, at + 1)) {
        ++count;
      }
    }
    return count;
  }
  static AuditQuery of(const Uuid& object) {
    AuditQuery query;
    query.object = object;
    return query;
  }
};
using Kinds = std::vector<std::string>;

TEST_F(AuditTest, TellsTheHistoryOfAnObjectToThoseWhoReadIt) {
  const Dossier dossier = open_dossier();
  const Document document = file(dossier.id);
  value_of(documents_->put_in_bin(clerk_, document.id, 1));
  value_of(documents_->restore(signer_, document.id, 2));
  EXPECT_EQ(kinds(clerk_, of(document.id.value)),
            (Kinds{"document.restored", "document.binned", "document.filed"}));
  EXPECT_EQ(kinds(clerk_, of(dossier.id.value)),
            (Kinds{"document.restored", "document.binned", "document.filed", "dossier.opened"}));
  AuditQuery by_signer = of(dossier.id.value);
  by_signer.actor = signer_.user;
  EXPECT_EQ(kinds(clerk_, by_signer), Kinds{"document.restored"});
  EXPECT_LOOKS_ABSENT(audit_->events(stranger_, of(document.id.value)));
  EXPECT_LOOKS_ABSENT(audit_->events(admin_, of(document.id.value)));
  EXPECT_LOOKS_ABSENT(audit_->events(clerk_, of(make_uuid_v7(clock_.now()))));
  EXPECT_EQ(kinds(clerk_, of(plans_.id.value)), (Kinds{"dossier.opened", "unit.created"}));
  EXPECT_LOOKS_ABSENT(audit_->events(clerk_, of(staff_.id.value)));
}

TEST_F(AuditTest, HidesWhatMovedToWhereTheAskerSeesNothing) {
  const Dossier dossier = open_dossier();
  const Document document = file(dossier.id);
  AccessList both;
  both.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                  grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, both, before.revision));
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  value_of(documents_->move(manager_, document.id, staff.id, 1));
  EXPECT_EQ(kinds(clerk_, of(dossier.id.value)), Kinds{"dossier.opened"});
  EXPECT_EQ(kinds(manager_, of(dossier.id.value)),
            (Kinds{"document.moved_out", "document.filed", "dossier.opened"}));
}

TEST_F(AuditTest, NamesNoDossierThatTheAskerMayNotSee) {
  AccessList both;
  both.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                  grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, both, before.revision));
  const Dossier open = open_dossier();
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  const Document document = file(manager_, staff.id, "Zeugnis");
  value_of(documents_->move(manager_, document.id, open.id, 1));
  const AuditQuery query = of(document.id.value);
  ASSERT_EQ(kinds(clerk_, query),
            (Kinds{"document.moved_in", "document.moved_out", "document.filed"}));
  EXPECT_EQ(told_of(clerk_, query, staff.id.value), 0U);
  EXPECT_EQ(told_of(clerk_, query, open.id.value), 3U) << "as parent, and twice as `to`";
  EXPECT_EQ(told_of(manager_, query, staff.id.value), 4U) << "twice as parent, and twice as `from`";
  EXPECT_EQ(told_of(clerk_, of(open.id.value), staff.id.value), 0U);
}

TEST_F(AuditTest, NamesNoDocumentThatTheAskerMayNotSee) {
  AccessList both;
  both.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                  grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, both, before.revision));
  const Dossier open = open_dossier();
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  const Document mail = file(manager_, staff.id, "Beschwerde");
  NewDocument input = new_document(open.id, "Lageplan");
  input.attachment_of = {{mail.id, 1, 3}};
  const Document plan = value_of(documents_->file_document(manager_, input, stage("Plan")));
  const AuditQuery query = of(plan.id.value);
  EXPECT_EQ(told_of(clerk_, query, mail.id.value), 0U);
  EXPECT_EQ(told_of(manager_, query, mail.id.value), 1U);
  const auto detail = value_of(audit_->events(clerk_, query)).events.front().detail;
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->find("attachment_of"), std::string::npos) << *detail;
  EXPECT_NE(detail->find("Lageplan"), std::string::npos) << "all else stays";
}

TEST_F(AuditTest, PagesAndBoundsByTime) {
  const Dossier dossier = open_dossier();
  for (int i = 0; i < 5; ++i) {
    clock_.advance(std::chrono::hours{1});
    file(dossier.id);
  }
  AuditQuery query = of(dossier.id.value);
  query.limit = 2;
  std::size_t count = 0;
  do {
    const AuditPage page = value_of(audit_->events(clerk_, query));
    EXPECT_LE(page.events.size(), 2U);
    count += page.events.size();
    query.before = page.next;
  } while (query.before != 0);
  EXPECT_EQ(count, 6U);
  query = of(dossier.id.value);
  query.from = clock_.now() - std::chrono::hours{1};
  query.to = clock_.now();
  EXPECT_EQ(kinds(clerk_, query), Kinds{"document.filed"});
}

TEST_F(AuditTest, FindsOneKindOrAllThatBeginAlike) {
  const Dossier dossier = open_dossier();
  const Document document = file(dossier.id);
  value_of(documents_->put_in_bin(clerk_, document.id, 1));
  AuditQuery query = of(dossier.id.value);
  query.kind = "document.filed";
  EXPECT_EQ(kinds(clerk_, query), Kinds{"document.filed"});
  query.kind = "document";
  EXPECT_EQ(kinds(clerk_, query), (Kinds{"document.binned", "document.filed"}));
  query.kind = "docu";
  EXPECT_EQ(kinds(clerk_, query), Kinds());
  query.kind = "Document";
  EXPECT_EQ(code_of(audit_->events(clerk_, query)), ErrorCode::invalid);
}

TEST_F(AuditTest, TheWholeJournalIsForAdministratorsWithoutObjectsDetails) {
  const Dossier dossier = open_dossier("Geheimer Titel");
  const Document document = file(dossier.id, "Geheimer Betreff");
  EXPECT_EQ(code_of(audit_->events(clerk_, {})), ErrorCode::forbidden);
  const AuditPage page = value_of(audit_->events(admin_, {}));
  ASSERT_FALSE(page.events.empty());
  EXPECT_EQ(page.events.front().kind, "document.filed");
  EXPECT_EQ(page.events.front().object, document.id.value);
  bool met_identity = false;
  for (const AuditEvent& event : page.events) {
    if (event.kind.starts_with("document.") || event.kind.starts_with("dossier.")) {
      EXPECT_EQ(event.detail, std::nullopt) << event.kind;
    }
    if (event.kind.starts_with("user.")) met_identity = met_identity || event.detail.has_value();
  }
  EXPECT_TRUE(met_identity);
}

TEST_F(AuditTest, VerifiesTheChainForAdministrators) {
  open_dossier();
  EXPECT_EQ(code_of(audit_->verify(clerk_, nullptr)), ErrorCode::forbidden);
  const storage::VerifyReport report = value_of(audit_->verify(admin_, nullptr)).store;
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(report.journal_entries, store_->journal_head().sequence);
}

// Its walk looks at the flag every few hundred steps.
TEST_F(AuditTest, AVerificationEndsWhereItIsCancelled) {
  const Dossier dossier = open_dossier();
  for (int i = 0; i < 40; ++i) file(dossier.id);
  const std::atomic<bool> is_cancelled{true};
  EXPECT_EQ(code_of(audit_->verify(admin_, &is_cancelled)), ErrorCode::unavailable);
  EXPECT_TRUE(audit_->verify(admin_, nullptr)) << "the next may run";
}

// Contents are for the scrub and the command line.
TEST_F(AuditTest, AVerificationReadsNoContent) {
  file(open_dossier().id);
  const auto report = value_of(audit_->verify(admin_, nullptr)).store;
  EXPECT_GT(report.records, 0U);
  EXPECT_EQ(report.contents, 0U);
}

TEST_F(AuditTest, OneVerificationRunsAtATime) {
  const Dossier dossier = open_dossier();
  for (int i = 0; i < 40; ++i) file(dossier.id);
  std::atomic<int> refused{0};
  std::atomic<int> done{0};
  const auto ask = [&] {
    for (int i = 0; i < 200 && refused == 0; ++i) {
      const auto verified = audit_->verify(admin_, nullptr);
      if (verified) {
        ++done;
      } else {
        EXPECT_EQ(verified.error().code, ErrorCode::busy);
        EXPECT_GT(verified.error().retry_after_s, 0U);
        ++refused;
      }
    }
  };
  std::thread first(ask);
  std::thread second(ask);
  first.join();
  second.join();
  EXPECT_GT(refused, 0);
  EXPECT_GT(done, 0);
  EXPECT_TRUE(audit_->verify(admin_, nullptr));
}

}  // namespace
}  // namespace dms
