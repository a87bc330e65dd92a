#pragma once

// What of one document a restored dossier (dossier_restore.h) brings back. Internal to that.

#include <string>
#include <string_view>

#include "dms/document_record.h"
#include "dms/dossier_restore.h"

namespace dms {

// What all steps of one restore share.
struct RestoreJob {
  storage::Store& store;
  const Clock& clock;
  const RestoreSource& source;
  const DossierRestoreOptions& options;
  DossierRestoreReport& report;
};

// The event of a step: `part` says what came back ("dossier", "document", "versions", "metadata",
// "content").
storage::Event restore_event(const RestoreJob& job, std::string_view kind, const Uuid& object,
                             const Uuid& parent, std::string_view part);

// Compares a document of the backup with the store's, and brings back what is missing.
Result<void> restore_document(const RestoreJob& job, DocumentId document);

}  // namespace dms
