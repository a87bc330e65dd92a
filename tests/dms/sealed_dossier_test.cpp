// A town with a key for each dossier: what is filed, uploaded, moved and found, and what is left
// once a dossier's key is destroyed.

#include "dms/content_domain.h"

#include "dms/content_key_ring.h"
#include "dms/key_file.h"
#include "dms/upload.h"
#include "dms/upload_record.h"
#include "indexing_fixture.h"

namespace dms {
namespace {

using storage::KeyDomain;
using test::code_of;
using test::value_of;

constexpr std::size_t mebibyte = 1U << 20U;

class SealedDossierTest : public test::IndexedTest {
 protected:
  SealedDossierTest() {
    value_of(create_key_file(server_key_file(), Secret(std::string(32, 'k'))));
    old_ = file(dossier_.id, "Früher abgelegt", "vorher unverschlüsselt");
    wait();
    restart(ContentEncryption::dossier);
    other_ = open_dossier("Bebauungsplan Süd");
  }
  ~SealedDossierTest() override { uploads_.reset(); }

  std::string server_key_file() const { return (temp_ / "server.key").string(); }
  void restart(ContentEncryption encryption) {
    stop();
    uploads_.reset();
    encryption_ = encryption;
    content_keys_.reset();
    store_.reset();
    sign_in_.reset();
    ring_.reset();
    ring_ = value_of(ContentKeyRing::open(
        {(temp_ / "content.keys").string(), encryption, server_key_file()}, clock_));
    content_keys_ = ring_;
    open();
    make_services();
    uploads_ = std::make_unique<Uploads>(*store_, clock_, UploadLimits{});
    start();
  }
  static KeyDomain domain_of(const Dossier& dossier) { return {dossier.id.value}; }
  Document get(const Document& document) { return value_of(documents_->get(clerk_, document.id)); }
  Result<std::string> content(const Document& document,
                              std::optional<std::uint32_t> number = std::nullopt) {
    const auto opened = DMS_TRY(documents_->open_content(clerk_, document.id, number));
    return opened.reader->read(0, mebibyte);
  }
  Result<std::string> text(const Document& document) {
    const auto opened = DMS_TRY(documents_->open_text(clerk_, document.id));
    if (!opened.reader) return std::string();
    return opened.reader->read(0, mebibyte);
  }
  std::optional<KeyDomain> domain_of_text(const Document& document) {
    const auto opened = value_of(documents_->open_text(clerk_, document.id));
    if (!opened.reader) return std::nullopt;
    return opened.reader->id().domain;
  }
  UploadId upload(std::string_view bytes, std::size_t piece) {
    const UploadId id = value_of(uploads_->create(clerk_, {bytes.size(), "plan.txt", ""})).id;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const auto writer = value_of(uploads_->resume(clerk_, id, at));
      value_of(writer->append(bytes.substr(at, piece)));
      value_of(writer->finish());
    }
    return id;
  }
  Document move(const Document& document, const Dossier& target) {
    return value_of(
        documents_->move(clerk_, document.id, target.id, get(document).change.revision));
  }
  void expect_sound() {
    const auto report = value_of(store_->verify());
    EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  }

  std::shared_ptr<ContentKeyRing> ring_;
  std::unique_ptr<Uploads> uploads_;
  Document old_;
  Dossier other_;
};

TEST_F(SealedDossierTest, FilesIntoTheDossiersDomain) {
  const Document filed = file(dossier_.id, "Anschreiben", "Sehr geehrter Herr Bürgermeister");
  EXPECT_EQ(filed.current.content.domain, domain_of(dossier_));
  EXPECT_EQ(content(filed), "Sehr geehrter Herr Bürgermeister");
  wait();
  EXPECT_EQ(text(filed), "Sehr geehrter Herr Bürgermeister");
  EXPECT_EQ(domain_of_text(filed), domain_of(dossier_));
  EXPECT_EQ(found(clerk_, "Bürgermeister"), Subjects{"Anschreiben"});
  EXPECT_EQ(content(old_), "vorher unverschlüsselt");
  EXPECT_EQ(get(old_).current.content.domain, KeyDomain{});
  const Document second = value_of(documents_->add_version(
      clerk_, filed.id, {"neu.txt", ""}, stage("zweite Fassung"), get(filed).change.revision));
  EXPECT_EQ(second.current.content.domain, domain_of(dossier_));
  expect_sound();
}

TEST_F(SealedDossierTest, BringsUploadsIntoTheDossiersDomain) {
  for (const std::size_t piece : {3UL, 1000UL}) {
    const UploadId id = upload("in Stücken gekommen", piece);
    const KeyDomain domain = documents_->content_domain(dossier_.id);
    value_of(uploads_->assemble(clerk_, id, domain));
    value_of(uploads_->assemble(clerk_, id, domain));
    const Document filed =
        value_of(documents_->file_document(clerk_, new_document(dossier_.id, "Plan"), id));
    EXPECT_EQ(filed.current.content.domain, domain_of(dossier_));
    EXPECT_EQ(content(filed), "in Stücken gekommen");
    const auto owners =
        value_of(store_->content_owners({{}, sha256("in Stücken gekommen"), 20}, 9));
    EXPECT_TRUE(owners.empty()) << "nothing of it is left with the tenant";
  }
  const UploadId elsewhere = upload("falsch zusammengesetzt", 100);
  value_of(uploads_->assemble(clerk_, elsewhere, {}));
  EXPECT_EQ(
      code_of(documents_->file_document(clerk_, new_document(dossier_.id, "Plan"), elsewhere)),
      ErrorCode::internal);
  value_of(uploads_->assemble(clerk_, elsewhere, domain_of(other_)));
  value_of(documents_->file_document(clerk_, new_document(other_.id, "Plan"), elsewhere));
  expect_sound();
}

TEST_F(SealedDossierTest, LosesWithADossiersKeyThatDossierAlone) {
  const Document lost = file(dossier_.id, "Verloren", "gemeinsamer Wortlaut");
  const Document kept = file(other_.id, "Behalten", "gemeinsamer Wortlaut");
  wait();
  value_of(ring_->destroy(domain_of(dossier_)));
  restart(ContentEncryption::dossier);
  EXPECT_EQ(code_of(content(lost)), ErrorCode::not_found);
  EXPECT_EQ(code_of(text(lost)), ErrorCode::not_found);
  EXPECT_EQ(content(kept), "gemeinsamer Wortlaut");
  EXPECT_EQ(text(kept), "gemeinsamer Wortlaut");
  EXPECT_EQ(content(old_), "vorher unverschlüsselt") << "filed before there were keys";
  const auto report = value_of(store_->verify());
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.destroyed_contents, 1U) << "a text file's text is the same bytes";
  EXPECT_EQ(code_of(documents_->file_document(clerk_, new_document(dossier_.id, "Zu spät"),
                                              stage("zu spät"))),
            ErrorCode::conflict);
}

TEST_F(SealedDossierTest, TakesContentsAlongWhenADocumentMoves) {
  Document moved = file(dossier_.id, "Umzug", "erste Fassung");
  moved = value_of(documents_->add_version(clerk_, moved.id, {"zwei.txt", ""},
                                           stage("zweite Fassung"), moved.change.revision));
  const Document twin = file(dossier_.id, "Zwilling", "zweite Fassung");
  wait();
  move(moved, other_);
  wait();
  EXPECT_EQ(get(moved).current.content.domain, domain_of(other_));
  EXPECT_EQ(domain_of_text(moved), domain_of(other_));
  EXPECT_EQ(text(twin), "zweite Fassung") << "its text was shared and stays";
  const auto left = value_of(store_->content_owners(
      {domain_of(dossier_), sha256("erste Fassung"), std::string("erste Fassung").size()}, 9));
  EXPECT_TRUE(left.empty());
  expect_sound();
  value_of(store_->sweep_content());
  expect_sound();
  value_of(ring_->destroy(domain_of(dossier_)));
  EXPECT_EQ(content(moved, 1), "erste Fassung");
  EXPECT_EQ(content(moved, 2), "zweite Fassung");
  EXPECT_EQ(text(moved), "zweite Fassung");
  EXPECT_EQ(code_of(content(twin)), ErrorCode::not_found);
  EXPECT_EQ(found(clerk_, "zweite Fassung"), (Subjects{"Umzug", "Zwilling"}))
      << "the index knows words; it is not covered by keys";
}

TEST_F(SealedDossierTest, TakesRecognisedPagesAlongDoneAndUnderWay) {
  const Document whole = file(dossier_.id, "Scan", "scan\fWasserrecht\fAbwasser");
  wait_for_recognition();
  extractor_.allow_pages(1);
  const Document half = file(dossier_.id, "Band", "scan\fGrundbuch\fKataster");
  wait();
  extractor_.wait_for_recognised(4);
  move(whole, other_);
  move(half, other_);
  extractor_.allow_pages(9);
  wait_for_recognition();
  EXPECT_EQ(text(half), "Grundbuch\fKataster");
  EXPECT_EQ(found(clerk_, "kataster"), Subjects{"Band"});
  const auto kept = value_of(documents_->open_words(clerk_, whole.id, 2));
  ASSERT_TRUE(kept.page) << "not read again, but moved";
  EXPECT_EQ(kept.page->text, "Abwasser");
  value_of(store_->sweep_content());
  expect_sound();
  value_of(ring_->destroy(domain_of(dossier_)));
  restart(ContentEncryption::dossier);
  EXPECT_EQ(text(whole), "Wasserrecht\fAbwasser");
  EXPECT_EQ(text(half), "Grundbuch\fKataster");
  EXPECT_EQ(value_of(documents_->open_words(clerk_, half.id, 1)).page->text, "Grundbuch");
  const auto report = value_of(store_->verify());
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.destroyed_contents, 0U) << "nothing of them is left behind";
}

TEST_F(SealedDossierTest, TakesRenditionsAlong) {
  start_renditions();
  const Document moved = file(dossier_.id, "Brief", "zum Ansehen");
  wait_for_renditions();
  const auto shown = [&] {
    return value_of(documents_->open_preview(clerk_, moved.id, std::nullopt,
                                             [](std::string_view) { return false; }));
  };
  EXPECT_EQ(shown().reader->id().domain, domain_of(dossier_));
  const std::size_t runs = extractor_.batches().size();
  move(moved, other_);
  wait_for_renditions();
  ASSERT_TRUE(shown().reader);
  EXPECT_EQ(shown().reader->id().domain, domain_of(other_));
  EXPECT_EQ(extractor_.batches().size(), runs) << "moved, not made again";
  value_of(store_->sweep_content());
  expect_sound();
  value_of(ring_->destroy(domain_of(dossier_)));
  restart(ContentEncryption::dossier);
  EXPECT_EQ(read_all(*shown().reader), "PDF txt \xef\xbb\xbfzum Ansehen");
  const auto report = value_of(store_->verify());
  EXPECT_EQ(report.destroyed_contents, 0U) << "nothing of it is left behind";
}

TEST_F(SealedDossierTest, LeavesNoTextBehindThatNobodyElseShares) {
  const Document moved = file(dossier_.id, "Umzug", "mail: nur hier");
  wait();
  const storage::ContentId before = get(moved).current.content;
  move(moved, other_);
  const auto texts = value_of(store_->read<std::optional<DocumentTextRecord>>(
      [&](const storage::View& view) { return find_document_text_record(view, before); }));
  EXPECT_FALSE(texts) << "its facts would outlive the document";
  wait();
  EXPECT_EQ(text(moved), "mail: nur hier");
  EXPECT_EQ(extractor_.calls(), 2) << "taken along, not extracted again";
  expect_sound();
}

TEST_F(SealedDossierTest, MovesNothingWhoseContentCannotBeTakenAlong) {
  const Document stuck = file(dossier_.id, "Fest", "fest");
  wait();
  value_of(ring_->destroy(domain_of(dossier_)));
  EXPECT_EQ(code_of(documents_->move(clerk_, stuck.id, other_.id, get(stuck).change.revision)),
            ErrorCode::not_found);
  EXPECT_EQ(get(stuck).dossier, dossier_.id);
}

TEST_F(SealedDossierTest, MovesByTheModeOfToday) {
  const Document sealed = file(dossier_.id, "Versiegelt", "versiegelt");
  wait();
  move(old_, other_);
  EXPECT_EQ(get(old_).current.content.domain, KeyDomain{}) << "what lies with the tenant stays";
  restart(ContentEncryption::tenant);
  EXPECT_EQ(content(sealed), "versiegelt");
  move(sealed, other_);
  EXPECT_EQ(get(sealed).current.content.domain, KeyDomain{});
  const Document later = file(other_.id, "Später", "später");
  EXPECT_EQ(later.current.content.domain, KeyDomain{});
  value_of(ring_->destroy(domain_of(dossier_)));
  EXPECT_EQ(content(sealed), "versiegelt");
  restart(ContentEncryption::off);
  EXPECT_EQ(content(later), "später");
  EXPECT_EQ(content(sealed), "versiegelt");
  expect_sound();
}

TEST_F(SealedDossierTest, RefusesAStrangersMoveBeforeItCopiesAnything) {
  const Document document = file(dossier_.id, "Akte", "Inhalt");
  EXPECT_LOOKS_ABSENT(documents_->move(stranger_, document.id, other_.id, 1));
  EXPECT_EQ(code_of(documents_->move(clerk_, document.id, other_.id, 99)),
            ErrorCode::stale_version);
  const auto copies = value_of(store_->verify()).contents;
  wait();
  restart(ContentEncryption::dossier);
  EXPECT_LE(value_of(store_->verify()).contents, copies + 1) << "its text alone came";
}

// One that took the converter over could write what it sees of the others into its own preview.
TEST_F(SealedDossierTest, ContentsOfDifferentKeysAreNotConvertedTogether) {
  start_renditions();
  extractor_.hold_drawing(true);
  for (int i = 0; i < 3; ++i) {
    file(dossier_.id, "Brief", "in der einen " + std::to_string(i));
    file(other_.id, "Brief", "in der anderen " + std::to_string(i));
  }
  wait();
  extractor_.hold_drawing(false);
  wait_for_renditions();
  const std::vector<std::string> together = extractor_.converted();
  EXPECT_GE(together.size(), 2U);
  for (const std::string& batch : together) {
    const bool has_one = batch.find("der einen") != std::string::npos;
    const bool has_other = batch.find("der anderen") != std::string::npos;
    EXPECT_FALSE(has_one && has_other) << batch;
  }
}

}  // namespace
}  // namespace dms
