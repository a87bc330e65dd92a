// Filing what arrived, undoing it, and what becomes of its content and its traces.

#include "dms/content_key_ring.h"
#include "dms/idempotency.h"
#include "dms/key_file.h"
#include "inbox_fixture.h"

namespace dms {
namespace {

using storage::KeyDomain;
using test::code_of;
using test::InboxTest;
using test::value_of;

class InboundFilingTest : public InboxTest {
 protected:
  Document document_of(const InboundItem& item) {
    return value_of(documents_->get(clerk_, get(clerk_, item).filing->document));
  }
};

TEST_F(InboundFilingTest, BecomesADocumentOfTheDossier) {
  const InboundItem item = receive("Stellungnahme", "Ihr Zeichen stimmt");
  wait();
  clock_.advance(std::chrono::hours{26});
  InboundFields fields = item.fields;
  fields.type = DocumentType::letter;
  fields.foreign_reference = "51-621.41/14-2026";
  fields.note = "für die Akte";
  const InboundItem filed =
      value_of(items_->file(clerk_, item.id, {dossier_.id, fields}, item.change.revision));
  EXPECT_EQ(filed.state, InboundState::filed);
  const Document document = document_of(item);
  EXPECT_EQ(document.dossier, dossier_.id);
  EXPECT_EQ(document.fields.subject, "Stellungnahme");
  EXPECT_EQ(document.fields.sender, "Landratsamt Musterkreis");
  EXPECT_EQ(document.fields.direction, Direction::incoming);
  EXPECT_EQ(document.fields.status, DocumentStatus::received);
  EXPECT_EQ(document.fields.foreign_reference, "51-621.41/14-2026");
  EXPECT_EQ(document.fields.received_on, item.fields.received_on) << "when it came, not when filed";
  EXPECT_EQ(document.receipt_stamp, item.receipt_stamp);
  EXPECT_EQ(document.current.file_name, "brief.txt");
  EXPECT_EQ(document.current.content, item.content);
  EXPECT_EQ(owners(item.content).size(), 2U) << "the version, and the text with the same bytes";
  wait();
  EXPECT_EQ(found(clerk_, "stimmt"), Subjects{"Stellungnahme"});
  EXPECT_EQ(extractor_.calls(), 1) << "its text is not extracted twice";
  EXPECT_LOOKS_ABSENT(items_->open_content(clerk_, item.id));
  EXPECT_EQ(listed(clerk_, {central_.id, InboundState::filed}),
            std::multiset<std::string>{"Stellungnahme"});
  expect_verified();
}

TEST_F(InboundFilingTest, NeedsRightsHereAndThere) {
  const InboundItem item = receive("Stellungnahme");
  const InboundFilingRequest there{dossier_.id, item.fields};
  EXPECT_EQ(code_of(items_->file(reader_, item.id, there, 1)), ErrorCode::forbidden);
  EXPECT_LOOKS_ABSENT(items_->file(signer_, item.id, there, 1));
  value_of(distribute(clerk_, item, {{}, stranger_.user}));
  EXPECT_LOOKS_ABSENT(items_->file(stranger_, item.id, there, 2));
  EXPECT_EQ(code_of(items_->file(clerk_, item.id, there, 1)), ErrorCode::stale_version);
  close(dossier_);
  EXPECT_EQ(code_of(items_->file(clerk_, item.id, there, 2)), ErrorCode::conflict);
  EXPECT_EQ(get(clerk_, item).state, InboundState::distributed);
  expect_verified();
}

TEST_F(InboundFilingTest, HidesAFilingFromWhoDoesNotSeeTheDossier) {
  const InboundItem item = receive("Personalsache");
  AccessList own;
  own.is_protected = true;
  own.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const Dossier staff = value_of(dossiers_->open(manager_, [&] {
    auto input = new_dossier(plans_.id, "Akte");
    input.access = own;
    return input;
  }()));
  value_of(items_->file(manager_, item.id, {staff.id, item.fields}, 1));
  EXPECT_TRUE(get(manager_, item).filing.has_value());
  EXPECT_FALSE(get(clerk_, item).filing.has_value());
  EXPECT_LOOKS_ABSENT(items_->undo_filing(clerk_, item.id, 2));
}

TEST_F(InboundFilingTest, UndoesAFiling) {
  const InboundItem item = receive("Stellungnahme", "nur hier");
  wait();
  file_item(item, dossier_);
  wait();
  const DocumentId document = get(clerk_, item).filing->document;
  const InboundItem back = undo(item);
  EXPECT_EQ(back.state, InboundState::received);
  EXPECT_FALSE(back.filing.has_value());
  EXPECT_EQ(back.receipt_stamp, item.receipt_stamp);
  EXPECT_EQ(content(clerk_, item), "nur hier");
  EXPECT_TRUE(value_of(documents_->get(clerk_, document)).binned.has_value())
      << "the bin, as all that was filed wrongly";
  wait();
  EXPECT_TRUE(found(clerk_, "hier").empty());
  const Dossier other = open_dossier("Bebauungsplan Süd");
  file_item(item, other);
  wait();
  EXPECT_EQ(found(clerk_, "hier"), Subjects{"Stellungnahme"});
  EXPECT_EQ(extractor_.calls(), 1);
  expect_verified();
}

TEST_F(InboundFilingTest, UndoesNothingThatWasWorkedOnSince) {
  const InboundItem item = receive("Stellungnahme");
  EXPECT_EQ(code_of(items_->undo_filing(clerk_, item.id, 1)), ErrorCode::conflict);
  file_item(item, dossier_);
  const DocumentId document = get(clerk_, item).filing->document;
  belongings_.in_use.insert(document);
  EXPECT_EQ(code_of(items_->undo_filing(clerk_, item.id, 2)), ErrorCode::conflict);
  belongings_.in_use.clear();
  value_of(documents_->add_version(clerk_, document, {"neu.txt", ""}, stage("neu"), 1));
  EXPECT_EQ(code_of(items_->undo_filing(clerk_, item.id, 2)), ErrorCode::conflict);
  EXPECT_EQ(code_of(items_->file(clerk_, item.id, {dossier_.id, item.fields}, 2)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(items_->discard(clerk_, item.id, 2)), ErrorCode::conflict);
}

TEST_F(InboundFilingTest, ARoutingThatHasEndedStandsAgainstUndoing) {
  const InboundItem item = receive("Stellungnahme");
  file_item(item, dossier_);
  belongings_.ended.insert(get(clerk_, item).filing->document);
  EXPECT_EQ(code_of(items_->undo_filing(clerk_, item.id, 2)), ErrorCode::conflict);
}

// He sees nothing of the inbox, and of the item no more than as long as it waits for him.
TEST_F(InboundFilingTest, WhoFilesOutOfHisBasketIsToldWhereItIs) {
  const InboundItem item = receive("Stellungnahme");
  value_of(distribute(clerk_, item, {{}, signer_.user}));
  const InboundItem filed = value_of(items_->file(signer_, item.id, {dossier_.id, item.fields}, 2));
  ASSERT_TRUE(filed.filing);
  EXPECT_EQ(value_of(documents_->get(signer_, filed.filing->document)).dossier, dossier_.id);
  EXPECT_LOOKS_ABSENT(items_->get(signer_, item.id));
}

TEST_F(InboundFilingTest, ReturnsIntoTheBasketItWasFiledFrom) {
  const InboundItem item = receive("Stellungnahme");
  value_of(distribute(clerk_, item, {{}, signer_.user}));
  file_item(item, dossier_);
  // What is filed lies in no basket.
  EXPECT_LOOKS_ABSENT(items_->get(signer_, item.id));
  EXPECT_EQ(undo(item).state, InboundState::distributed);
  EXPECT_EQ(get(signer_, item).assigned_to, signer_.user);
}

// ---- content is neither swept nor left behind

TEST_F(InboundFilingTest, KeepsTheContentOfWhatWaits) {
  const InboundItem item = receive("Anfrage", "liegt lange");
  wait();
  clock_.advance(std::chrono::hours{24 * 30});
  value_of(store_->sweep_content());
  restart();
  make_inboxes();
  EXPECT_EQ(content(clerk_, item), "liegt lange");
  expect_verified();
}

TEST_F(InboundFilingTest, GoesWithTheDocumentThatItBecame) {
  const InboundItem item = receive("Stellungnahme Weinkellerei", "ganzsicherweg");
  const InboundItem other = receive("Zweitschrift", "ganzsicherweg, aber anders");
  wait();
  file_item(item, dossier_);
  wait();
  const Erasure done = erase(of(document_of(item)));
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(done.contents, 1U);
  EXPECT_EQ(count(inbound_item_table), 1U) << "the other one stays";
  EXPECT_LOOKS_ABSENT(items_->get(clerk_, item.id));
  EXPECT_TRUE(owners(item.content).empty());
  EXPECT_EQ(code_of(store_->read_content(item.content)), ErrorCode::not_found);
  for (const std::string& detail : details_of(item.id.value)) {
    EXPECT_TRUE(detail.starts_with("inbound_item.erased")) << detail;
  }
  EXPECT_TRUE(files_holding("Weinkellerei").empty());
  EXPECT_EQ(content(clerk_, other), "ganzsicherweg, aber anders");
  expect_verified();
}

TEST_F(InboundFilingTest, LeavesAnItemItsContentWhenADocumentWithTheSameGoes) {
  const InboundItem item = receive("Zweitschrift", "gemeinsamer Wortlaut");
  const Document document = file(dossier_.id, "Erstschrift", "gemeinsamer Wortlaut");
  wait();
  const Erasure done = erase(of(document));
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(done.contents, 0U) << "the item keeps it";
  clock_.advance(std::chrono::hours{48});
  value_of(store_->sweep_content());
  EXPECT_EQ(content(clerk_, item), "gemeinsamer Wortlaut");
  const auto text = value_of(items_->open_text(clerk_, item.id));
  ASSERT_TRUE(text.reader);
  EXPECT_EQ(read_all(*text.reader), "gemeinsamer Wortlaut");
  expect_verified();
}

TEST_F(InboundFilingTest, SurvivesTheErasureOfAnUndoneFiling) {
  // Without a text, which would keep the same bytes.
  const InboundItem item = receive("Stellungnahme", "damaged, bleibt im Eingang");
  file_item(item, dossier_);
  const Document document = document_of(item);
  undo(item);
  wait();
  EXPECT_EQ(owners(item.content).size(), 2U) << "the item, and the version in the bin";
  EXPECT_EQ(erase(of(document)).state, ErasureState::done);
  clock_.advance(std::chrono::hours{48});
  value_of(store_->sweep_content());
  EXPECT_EQ(get(clerk_, item).fields.subject, "Stellungnahme");
  EXPECT_EQ(content(clerk_, item), "damaged, bleibt im Eingang");
  expect_verified();
}

TEST_F(InboundFilingTest, ForgetsTheRequestItCameBy) {
  const auto key = value_of(make_idempotency_key(clerk_, "POST /inbox", "einmal"));
  const Sha256Digest digest = sha256("Anfrage");
  const InboundItem item = value_of(items_->receive(
      clerk_, new_item("Anfrage"), stage("Sehr geehrte"),
      [&](const storage::View& view, storage::Commit& commit, const Uuid& id) {
        return record_idempotent(view, commit, key, digest, {201, "", "", id}, clock_.now());
      }));
  const auto is_known = [&] {
    return value_of(store_->read<bool>([&](const storage::View& view) -> Result<bool> {
      return DMS_TRY(find_replay(view, key, digest, clock_.now())).has_value();
    }));
  };
  EXPECT_TRUE(is_known());
  file_item(item, dossier_);
  erase(of(document_of(item)));
  EXPECT_FALSE(is_known());
}

// ---- key domains

class SealedInboxTest : public InboundFilingTest {
 protected:
  SealedInboxTest() {
    value_of(create_key_file((temp_ / "server.key").string(), Secret(std::string(32, 'k'))));
    run_.reset();
    erasures_.reset();
    stop();
    items_.reset();
    inboxes_.reset();
    audit_.reset();
    heads_.reset();
    documents_.reset();
    dossiers_.reset();
    plan_.reset();
    store_.reset();
    sign_in_.reset();
    encryption_ = ContentEncryption::dossier;
    ring_ = value_of(ContentKeyRing::open(
        {(temp_ / "content.keys").string(), encryption_, (temp_ / "server.key").string()}, clock_));
    content_keys_ = ring_;
    open();
    make_services();
    start();
    make_erasures();
    make_inboxes();
  }
  std::shared_ptr<ContentKeyRing> ring_;
};

TEST_F(SealedInboxTest, FilesIntoTheDossiersDomainWithItsText) {
  const InboundItem item = receive("Stellungnahme", "unter Verschluss");
  EXPECT_EQ(item.content.domain, KeyDomain{});
  wait();
  file_item(item, dossier_);
  const Document document = document_of(item);
  EXPECT_EQ(document.current.content.domain, KeyDomain{dossier_.id.value});
  EXPECT_TRUE(owners(item.content).empty()) << "neither it nor its text stays with the tenant";
  wait();
  EXPECT_EQ(extractor_.calls(), 1) << "taken along, not extracted again";
  const auto text = value_of(documents_->open_text(clerk_, document.id));
  EXPECT_EQ(text.reader->id().domain, KeyDomain{dossier_.id.value});
  undo(item);
  value_of(ring_->destroy(KeyDomain{dossier_.id.value}));
  EXPECT_EQ(content(clerk_, item), "unter Verschluss") << "an item does not hang on that key";
  const auto again = value_of(items_->open_text(clerk_, item.id));
  ASSERT_TRUE(again.reader);
  EXPECT_EQ(read_all(*again.reader), "unter Verschluss");
  expect_verified();
}

TEST_F(SealedInboxTest, LeavesTheTextOfAnEqualItem) {
  const InboundItem item = receive("Erstes", "zweimal gekommen");
  const InboundItem twin = receive("Zweites", "zweimal gekommen");
  wait();
  file_item(item, dossier_);
  wait();
  EXPECT_EQ(content(clerk_, twin), "zweimal gekommen");
  ASSERT_TRUE(value_of(items_->open_text(clerk_, twin.id)).reader);
  EXPECT_EQ(extractor_.calls(), 1);
  expect_verified();
}

TEST_F(SealedInboxTest, GoesWithItsDossiersKey) {
  const InboundItem item = receive("Stellungnahme", "ganzsicherweg");
  wait();
  file_item(item, dossier_);
  wait();
  close(dossier_);
  const Erasure done = erase(of(value_of(dossiers_->get(manager_, dossier_.id))));
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(count(inbound_item_table), 0U);
  EXPECT_TRUE(files_holding("ganzsicherweg").empty());
  expect_verified();
}

}  // namespace
}  // namespace dms
