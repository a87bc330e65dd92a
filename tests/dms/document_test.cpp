#include "dms/document.h"

#include "dms/idempotency.h"
#include "filing_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::value_of;

class DocumentTest : public FilingTest {
 protected:
  DocumentTest() { dossier_ = open_dossier(); }

  std::vector<std::string> subjects(DossierId dossier) {
    std::vector<std::string> result;
    for (const Document& document : value_of(documents_->list(clerk_, dossier, {})).items) {
      result.push_back(document.fields.subject);
    }
    return result;
  }
  Document with_status(const Document& document, DocumentStatus status, const Actor& actor) {
    DocumentFields fields = document.fields;
    fields.status = status;
    return value_of(documents_->update(actor, document.id, fields, document.change.revision));
  }
  ErrorCode refused_status(const Document& document, DocumentStatus status, const Actor& actor) {
    DocumentFields fields = document.fields;
    fields.status = status;
    return code_of(documents_->update(actor, document.id, fields, document.change.revision));
  }

  Dossier dossier_;
};
using Subjects = std::vector<std::string>;

TEST_F(DocumentTest, IsFiledWithVersionStampAndEventInOneCommit) {
  NewDocument input = new_document(dossier_.id, "Einwendung Müller");
  input.fields.type = DocumentType::letter;
  input.fields.direction = Direction::incoming;
  input.fields.sender = "Müller, Hans";
  input.fields.letter_date = parse_date("2026-02-27");
  input.fields.received_on = parse_date("2026-03-02");
  input.fields.foreign_reference = "hm-17";
  input.fields.custom_fields = {{"flur", "3"}};
  input.channel = ReceiptChannel::scan_folder;
  input.version.comment = "gescannt";
  const std::uint64_t events_before = store_->journal_head().sequence;
  const Document filed = value_of(documents_->file_document(clerk_, input, stage("Einwendung")));
  EXPECT_EQ(store_->journal_head().sequence, events_before + 1);
  EXPECT_EQ(filed.fields.status, DocumentStatus::received);
  ASSERT_TRUE(filed.receipt_stamp.has_value());
  EXPECT_EQ(filed.receipt_stamp->received, (Stamp{clock_.now(), clerk_.user}));
  EXPECT_EQ(filed.receipt_stamp->channel, ReceiptChannel::scan_folder);
  const Document read = value_of(documents_->get(clerk_, filed.id));
  EXPECT_EQ(read.fields, filed.fields);
  EXPECT_EQ(read.current.number, 1U);
  EXPECT_EQ(read.current.content.sha256, sha256("Einwendung"));
  EXPECT_EQ(read.current.content.size, 10U);
  EXPECT_EQ(read.current.file_name, "brief.txt");
  EXPECT_EQ(read.current.comment, "gescannt");
  EXPECT_EQ(read.current.mime_type, "application/octet-stream");
  EXPECT_EQ(read.text_state, DocumentTextState::pending);
  EXPECT_EQ(file(dossier_.id).receipt_stamp, std::nullopt);
}

TEST_F(DocumentTest, ADeniedFilingLeavesNothing) {
  const std::uint64_t events_before = store_->journal_head().sequence;
  EXPECT_LOOKS_ABSENT(
      documents_->file_document(stranger_, new_document(dossier_.id, "x"), stage("x")));
  EXPECT_LOOKS_ABSENT(documents_->admit_filing(stranger_, new_document(dossier_.id, "x")));
  EXPECT_LOOKS_ABSENT(
      documents_->admit_filing(clerk_, new_document(DossierId::make(clock_.now()), "x")));
  NewDocument bad = new_document(dossier_.id, " ");
  bad.version.file_name = "../../etc/passwd";
  const auto refused = documents_->admit_filing(clerk_, bad);
  ASSERT_EQ(code_of(refused), ErrorCode::invalid);
  EXPECT_EQ(refused.error().fields.front().pointer, "/metadata/subject");
  bad = new_document(dossier_.id, "x");
  bad.version.file_name = "../../etc/passwd";
  const auto name_refused = documents_->file_document(clerk_, bad, stage("x"));
  ASSERT_EQ(code_of(name_refused), ErrorCode::invalid);
  EXPECT_EQ(name_refused.error().fields.front().pointer, "/metadata/file_name");
  EXPECT_EQ(store_->journal_head().sequence, events_before);
  EXPECT_EQ(subjects(dossier_.id), Subjects{});
}

TEST_F(DocumentTest, ADayThatNoRecordHoldsIsRefused) {
  const Date too_late{std::chrono::year{10'000} / 1 / 1};
  for (const auto day :
       {&DocumentFields::letter_date, &DocumentFields::received_on, &DocumentFields::sent_on}) {
    NewDocument input = new_document(dossier_.id, "Aus der Zukunft");
    input.fields.*day = too_late;
    EXPECT_EQ(code_of(documents_->file_document(clerk_, input, stage("x"))), ErrorCode::invalid);
  }
}

TEST_F(DocumentTest, FilingOnceByIdempotencyKey) {
  const IdempotencyKey key = value_of(make_idempotency_key(clerk_, "POST /documents", "key-1"));
  const Sha256Digest digest = sha256("request");
  const AlsoCommit once = [&](const storage::View& view, storage::Commit& commit,
                              const Uuid& created) -> Result<void> {
    if (DMS_TRY(find_replay(view, key, digest, clock_.now()))) {
      return fail(ErrorCode::conflict, "schon da", "there already");
    }
    return record_idempotent(view, commit, key, digest, {201, "/x", "\"1\"", created},
                             clock_.now());
  };
  const Document filed =
      value_of(documents_->file_document(clerk_, new_document(dossier_.id, "x"), stage("x"), once));
  EXPECT_EQ(
      code_of(documents_->file_document(clerk_, new_document(dossier_.id, "x"), stage("x"), once)),
      ErrorCode::conflict);
  EXPECT_EQ(subjects(dossier_.id), Subjects{"x"});
  const auto replay = value_of(store_->read<std::optional<IdempotentOutcome>>(
      [&](const storage::View& view) { return find_replay(view, key, digest, clock_.now()); }));
  ASSERT_TRUE(replay.has_value());
  EXPECT_EQ(replay->object, filed.id.value);
}

TEST_F(DocumentTest, VersionsAreOnlyAdded) {
  const Document first = file(dossier_.id, "Satzung", "Entwurf 1");
  clock_.advance(std::chrono::minutes{5});
  EXPECT_EQ(read_all(*value_of(documents_->open_content(clerk_, first.id, {})).reader),
            "Entwurf 1");
  const Document second = value_of(
      documents_->add_version(signer_, first.id, {"neu.txt", "korrigiert"}, stage("Entwurf 2"), 1));
  EXPECT_EQ(second.current.number, 2U);
  EXPECT_EQ(second.change.revision, 2U);
  EXPECT_EQ(code_of(documents_->add_version(clerk_, first.id, {"alt.txt", ""}, stage("3"), 1)),
            ErrorCode::stale_version);
  const auto versions = value_of(documents_->versions(clerk_, first.id));
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].file_name, "brief.txt");
  EXPECT_EQ(versions[0].created.by, clerk_.user);
  EXPECT_EQ(versions[1].created, (Stamp{clock_.now(), signer_.user}));
  EXPECT_EQ(read_all(*value_of(documents_->open_content(clerk_, first.id, 1)).reader), "Entwurf 1");
  EXPECT_EQ(read_all(*value_of(documents_->open_content(clerk_, first.id, {})).reader),
            "Entwurf 2");
  EXPECT_LOOKS_ABSENT(documents_->open_content(clerk_, first.id, 3));
  EXPECT_LOOKS_ABSENT(documents_->open_content(stranger_, first.id, 1));
}

TEST_F(DocumentTest, OutgoingGoesItsWayStepByStep) {
  const Document draft = file(dossier_.id, "Bescheid");
  EXPECT_EQ(refused_status(draft, DocumentStatus::signed_, signer_), ErrorCode::conflict);
  EXPECT_EQ(refused_status(draft, DocumentStatus::received, clerk_), ErrorCode::invalid);
  const Document in_process = with_status(draft, DocumentStatus::in_process, clerk_);
  EXPECT_EQ(refused_status(in_process, DocumentStatus::signed_, clerk_), ErrorCode::forbidden);
  const Document is_signed = with_status(in_process, DocumentStatus::signed_, signer_);
  // What was signed takes no new version until somebody reopens it, which is a right of its own.
  EXPECT_EQ(code_of(documents_->add_version(signer_, draft.id, {"a.txt", ""}, stage("x"),
                                            is_signed.change.revision)),
            ErrorCode::conflict);
  EXPECT_EQ(refused_status(is_signed, DocumentStatus::in_process, clerk_), ErrorCode::forbidden);
  const Document sent = with_status(is_signed, DocumentStatus::sent, clerk_);
  const Document reopened = with_status(sent, DocumentStatus::in_process, signer_);
  EXPECT_TRUE(documents_->add_version(clerk_, draft.id, {"a.txt", ""}, stage("x"),
                                      reopened.change.revision));
}

TEST_F(DocumentTest, IncomingBecomesFinalAndOnlySignersFileSigned) {
  NewDocument input = new_document(dossier_.id, "Antrag");
  input.fields.direction = Direction::incoming;
  const Document received = value_of(documents_->file_document(clerk_, input, stage("x")));
  const Document final_one = with_status(received, DocumentStatus::final_, clerk_);
  EXPECT_EQ(code_of(documents_->add_version(clerk_, received.id, {"a.txt", ""}, stage("y"),
                                            final_one.change.revision)),
            ErrorCode::conflict);
  EXPECT_EQ(refused_status(final_one, DocumentStatus::received, clerk_), ErrorCode::forbidden);
  with_status(final_one, DocumentStatus::received, signer_);
  NewDocument sent = new_document(dossier_.id, "Alter Bescheid");
  sent.fields.direction = Direction::outgoing;
  sent.fields.status = DocumentStatus::sent;
  EXPECT_EQ(code_of(documents_->file_document(clerk_, sent, stage("z"))), ErrorCode::forbidden);
  EXPECT_TRUE(documents_->file_document(signer_, sent, stage("z")));
}

TEST_F(DocumentTest, AnUpdateKeepsTheStatusAndRefusesTheSecondWriter) {
  const Document document = file(dossier_.id, "Alt");
  DocumentFields fields = document.fields;
  fields.subject = "Neu";
  fields.status.reset();
  const Document updated = value_of(documents_->update(clerk_, document.id, fields, 1));
  EXPECT_EQ(updated.fields.status, DocumentStatus::draft);
  EXPECT_EQ(code_of(documents_->update(signer_, document.id, fields, 1)), ErrorCode::stale_version);
  EXPECT_LOOKS_ABSENT(documents_->update(stranger_, document.id, fields, 1));
  EXPECT_LOOKS_ABSENT(documents_->update(stranger_, document.id, fields, 99));
  fields.direction = Direction::incoming;
  EXPECT_EQ(value_of(documents_->update(clerk_, document.id, fields, 2)).fields.status,
            DocumentStatus::received);
}

TEST_F(DocumentTest, MovingTakesRightsOnBothSides) {
  const Document document = file(dossier_.id, "Irrläufer");
  const Dossier target = open_dossier(clerk_, office_.id, "Richtig");
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  EXPECT_LOOKS_ABSENT(documents_->move(clerk_, document.id, staff.id, 1));
  EXPECT_LOOKS_ABSENT(documents_->move(manager_, document.id, staff.id, 1));
  EXPECT_EQ(code_of(documents_->move(clerk_, document.id, dossier_.id, 1)), ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->move(clerk_, document.id, target.id, 2)), ErrorCode::stale_version);
  const Document moved = value_of(documents_->move(clerk_, document.id, target.id, 1));
  EXPECT_EQ(moved.dossier, target.id);
  EXPECT_EQ(subjects(dossier_.id), Subjects{});
  EXPECT_EQ(subjects(target.id), Subjects{"Irrläufer"});
  const Dossier closed = value_of(dossiers_->close(signer_, dossier_.id, 1));
  EXPECT_EQ(code_of(documents_->move(clerk_, document.id, closed.id, 2)), ErrorCode::conflict);
}

TEST_F(DocumentTest, TheBinGivesBack) {
  const Document document = file(dossier_.id, "Versehen");
  file(dossier_.id, "Bleibt");
  const Document binned = value_of(documents_->put_in_bin(clerk_, document.id, 1));
  EXPECT_EQ(binned.binned, (Stamp{clock_.now(), clerk_.user}));
  EXPECT_EQ(subjects(dossier_.id), Subjects{"Bleibt"});
  EXPECT_EQ(value_of(documents_->list(clerk_, dossier_.id, {})).total_estimate, 1U);
  EXPECT_TRUE(value_of(documents_->get(clerk_, document.id)).binned.has_value());
  EXPECT_EQ(code_of(documents_->put_in_bin(clerk_, document.id, 2)), ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->update(clerk_, document.id, document.fields, 2)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->add_version(clerk_, document.id, {"a.txt", ""}, stage("x"), 2)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->move(clerk_, document.id, dossier_.id, 2)), ErrorCode::conflict);
  const Page<Document> bin = value_of(documents_->bin(clerk_, {}));
  ASSERT_EQ(bin.items.size(), 1U);
  EXPECT_EQ(bin.items.front().id, document.id);
  EXPECT_TRUE(value_of(documents_->bin(stranger_, {})).items.empty());
  EXPECT_LOOKS_ABSENT(documents_->restore(stranger_, document.id, 2));
  const Document restored = value_of(documents_->restore(clerk_, document.id, 2));
  EXPECT_EQ(restored.binned, std::nullopt);
  EXPECT_EQ(subjects(dossier_.id), (Subjects{"Bleibt", "Versehen"}));
  EXPECT_EQ(code_of(documents_->restore(clerk_, document.id, 3)), ErrorCode::conflict);
}

TEST_F(DocumentTest, TheBinPagesLatestFirstWithoutWhatIsHidden) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  for (int i = 0; i < 5; ++i) {
    clock_.advance(std::chrono::seconds{1});
    const Document mine = file(dossier_.id, "Nr. " + std::to_string(i));
    value_of(documents_->put_in_bin(clerk_, mine.id, 1));
    const Document hidden = file(manager_, staff.id, "Geheim");
    value_of(documents_->put_in_bin(manager_, hidden.id, 1));
  }
  Subjects seen;
  PageRequest request{"", 2};
  do {
    const Page<Document> page = value_of(documents_->bin(clerk_, request));
    for (const Document& document : page.items) seen.push_back(document.fields.subject);
    request.after = page.next;
  } while (!request.after.empty());
  EXPECT_EQ(seen, (Subjects{"Nr. 4", "Nr. 3", "Nr. 2", "Nr. 1", "Nr. 0"}));
}

TEST_F(DocumentTest, ListsNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) file(dossier_.id, "Nr. " + std::to_string(i));
  const Page<Document> first = value_of(documents_->list(clerk_, dossier_.id, {"", 3}));
  EXPECT_EQ(first.total_estimate, 5U);
  file(dossier_.id, "Neu dazwischen");
  const Page<Document> second = value_of(documents_->list(clerk_, dossier_.id, {first.next, 3}));
  Subjects seen;
  for (const Document& document : first.items) seen.push_back(document.fields.subject);
  for (const Document& document : second.items) seen.push_back(document.fields.subject);
  EXPECT_EQ(seen, (Subjects{"Nr. 4", "Nr. 3", "Nr. 2", "Nr. 1", "Nr. 0"}));
  EXPECT_EQ(second.next, "");
}

TEST_F(DocumentTest, WhoMaySeeButNotReadGetsNoContent) {
  AccessList list;
  list.entries = {{{SubjectKind::user, stranger_.user.value}, std::nullopt, Rights{Right::see}},
                  grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  const Document document = file(dossier_.id);
  EXPECT_TRUE(documents_->get(stranger_, document.id).has_value());
  EXPECT_EQ(code_of(documents_->open_content(stranger_, document.id, {})), ErrorCode::forbidden);
  EXPECT_EQ(code_of(documents_->open_text(stranger_, document.id)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(documents_->add_version(stranger_, document.id, {"a", ""}, stage("x"), 1)),
            ErrorCode::forbidden);
  EXPECT_EQ(
      code_of(documents_->file_document(stranger_, new_document(dossier_.id, "x"), stage("x"))),
      ErrorCode::forbidden);
  // The system administrator role carries no right to read content.
  EXPECT_LOOKS_ABSENT(documents_->open_content(admin_, document.id, {}));
}

TEST_F(DocumentTest, OnlyWhatIsShownIsOpenedForAPreview) {
  const Document document = file(dossier_.id);
  const auto nothing = [](std::string_view) { return false; };
  const auto none = value_of(documents_->open_preview(clerk_, document.id, std::nullopt, nothing));
  EXPECT_FALSE(none.reader);
  EXPECT_EQ(none.state, RenditionState::waiting);
  EXPECT_TRUE(value_of(store_->read_reads({}, 10)).empty()) << "nothing was read";
  EXPECT_LOOKS_ABSENT(documents_->open_preview(stranger_, document.id, std::nullopt, nothing));
  const auto opened =
      value_of(documents_->open_preview(clerk_, document.id, 1, [](std::string_view type) {
        return type == "application/octet-stream";  // nobody has looked at it yet
      }));
  EXPECT_EQ(opened.mime_type, "application/octet-stream");
  EXPECT_EQ(read_all(*opened.reader), "Sehr geehrte Damen und Herren");
}

TEST_F(DocumentTest, TightenedRightsHoldWithTheNextCommit) {
  const Document document = file(dossier_.id);
  EXPECT_TRUE(documents_->get(signer_, document.id).has_value());
  EXPECT_TRUE(documents_->open_content(signer_, document.id, {}).has_value());
  AccessList list;
  list.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  EXPECT_LOOKS_ABSENT(documents_->get(signer_, document.id));
  // What was remembered of the reading before does not outlive the right to it.
  EXPECT_LOOKS_ABSENT(documents_->open_content(signer_, document.id, {}));
  EXPECT_LOOKS_ABSENT(documents_->put_in_bin(signer_, document.id, 1));
}

}  // namespace
}  // namespace dms
