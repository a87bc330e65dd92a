#include "dms/document_grants.h"

#include "filing_fixture.h"
#include "one_grant.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::OneGrant;

class DocumentGrantsTest : public FilingTest {
 protected:
  DocumentGrantsTest() {
    documents_ = std::make_unique<Documents>(*store_, *permissions_, clock_, &grant_);
    dossier_ = open_dossier();
    document_ = file(dossier_.id);
    grant_.user = stranger_.user;
    grant_.granted = document_.id;
  }
  ErrorCode reading(const Actor& actor, DocumentId document) {
    return code_of(documents_->open_content(actor, document, std::nullopt));
  }

  OneGrant grant_;
  Dossier dossier_;
  Document document_;
};

TEST_F(DocumentGrantsTest, EndWithTheDayThoughNothingIsCommitted) {
  grant_.rights = {Right::see, Right::read};
  EXPECT_TRUE(documents_->open_content(stranger_, document_.id, std::nullopt));
  grant_.rights = {};
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(reading(stranger_, document_.id), ErrorCode::not_found);
}

TEST_F(DocumentGrantsTest, AddToWhatTheDossierGives) {
  EXPECT_EQ(reading(stranger_, document_.id), ErrorCode::not_found);
  grant_.rights = {Right::see};
  EXPECT_TRUE(documents_->get(stranger_, document_.id));
  EXPECT_EQ(reading(stranger_, document_.id), ErrorCode::forbidden);
  grant_.rights = {Right::see, Right::read};
  EXPECT_TRUE(documents_->open_content(stranger_, document_.id, std::nullopt));
  EXPECT_TRUE(documents_->open_text(stranger_, document_.id));
  EXPECT_TRUE(documents_->versions(stranger_, document_.id));
}

TEST_F(DocumentGrantsTest, AreForThatDocumentAndForReadingOnly) {
  grant_.rights = {Right::see, Right::read, Right::edit, Right::sign};
  const Document other = file(dossier_.id, "Anderes");
  EXPECT_EQ(reading(stranger_, other.id), ErrorCode::not_found);
  EXPECT_EQ(code_of(dossiers_->get(stranger_, dossier_.id)), ErrorCode::not_found);
  EXPECT_EQ(code_of(documents_->put_in_bin(stranger_, document_.id, document_.change.revision)),
            ErrorCode::not_found);
}

TEST_F(DocumentGrantsTest, EndWithTheNextCommit) {
  grant_.rights = {Right::see, Right::read};
  EXPECT_TRUE(documents_->open_content(stranger_, document_.id, std::nullopt));
  grant_.rights = {};
  file(dossier_.id, "Anderes");
  EXPECT_EQ(reading(stranger_, document_.id), ErrorCode::not_found);
}

}  // namespace
}  // namespace dms
