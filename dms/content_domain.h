#pragma once

// In which key domain a dossier's contents lie, and how they come into another one's.
//
// What is filed while content_encryption is "dossier" lies in its dossier's domain: the versions'
// originals and the texts found in them. So a document that is moved takes its contents along:
// else destroying the first dossier's key would lose a document that lies in another. What lies in
// the tenant's own domain, because it was filed earlier, stays there.

#include <map>
#include <optional>
#include <set>

#include "dms/base/config.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/recognition_record.h"
#include "dms/rendition_record.h"
#include "storage/store.h"

namespace dms {

// Where what is filed into `dossier` from now on is stored.
storage::KeyDomain content_domain(ContentEncryption encryption, DossierId dossier);

// The same bytes, stored in `domain` and not yet named. Reads and writes all of it.
Result<storage::StagedContent> copy_content(storage::Store& store,
                                            const storage::ContentId& content,
                                            storage::KeyDomain domain);

// A content, the text that was found in it and its renditions, as they lie in another domain.
struct CopiedContent {
  storage::StagedContent original;
  std::optional<DocumentTextRecord> text = {};         // as it stood in the old domain
  std::optional<storage::StagedContent> passage = {};  // its bytes, where it has any
  std::optional<RecognitionRecord> recognition = {};   // likewise; one under way goes on there
  std::vector<storage::StagedContent> parts = {};      // what was read
  std::optional<RenditionRecord> rendition = {};       // likewise
  std::optional<storage::StagedContent> preview = {};
  std::optional<storage::StagedContent> thumbnail = {};
};
// Copies all of it; nothing is named yet.
Result<CopiedContent> copy_with_text(storage::Store& store, const storage::ContentId& content,
                                     storage::KeyDomain target);
// Within the commit that names the copy: its text comes with it, unless there is one already. A
// text that is not taken along is found again by the indexer.
Result<void> keep_text(const storage::View& view, storage::Commit& commit,
                       const CopiedContent& copied);
// Within the commit that releases `content`: its text goes, too, unless somebody else than `owners`
// names it.
Result<void> drop_text(const storage::Store& store, const storage::View& view,
                       storage::Commit& commit, const storage::ContentId& content,
                       const std::set<Uuid>& owners);

// The contents of one document on their way into another dossier's domain: copied before the commit
// that moves the document, named by it; without the commit nothing has changed. One thread at a
// time. Borrows the store.
class DomainChange {
 public:
  DomainChange(storage::Store& store, storage::KeyDomain target) : store_(store), target_(target) {}

  // Copies what is not copied yet of the document's versions and their texts.
  Result<void> stage(DocumentId document);
  // Within the commit. False where something lies in the old domain that was not copied: it came
  // meanwhile; stage() again, this commit is not to be made.
  Result<bool> apply(const storage::View& view, storage::Commit& commit, DocumentId document) const;

 private:
  bool is_elsewhere(const ContentFileRecord& file) const;

  storage::Store& store_;
  const storage::KeyDomain target_;
  std::map<storage::ContentId, CopiedContent> copied_;
};

}  // namespace dms
