#pragma once

// One dossier brought back from a backup into a tenant that is at work.
//
// What is there unchanged stays. What is missing comes back as it was: dossier, access list,
// documents, versions, with their ids, dates and authors. What differs is told, and brought back as
// a new revision only where that is asked for; later versions stay. Content that is damaged gets
// the backup's bytes. What was erased on purpose is refused. Rights are never turned back: the
// access list of a dossier that is there is left as it is.
//
// Routings are not part of it. Texts and index entries follow by themselves. Each step is one
// commit with its event; who is killed in between runs it once more.

#include <atomic>
#include <cstdint>
#include <string>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/backup.h"
#include "storage/store.h"

namespace dms {

// The journal's events. Their detail says which generation, and who asked.
inline constexpr std::string_view dossier_restored = "dossier.restored_from_backup";
inline constexpr std::string_view document_restored = "document.restored_from_backup";

// A backup, opened.
struct RestoreSource {
  const storage::Store& store;
  storage::BackupGeneration generation;
};

struct DossierRestoreOptions {
  std::string dossier;     // its file reference or its id
  bool is_check = false;   // changes nothing: tells what would be done
  bool overwrite = false;  // metadata that differs, too
  std::string asked_by;    // the operator's account, for the journal
  // Borrowed, may be null: set meanwhile, it ends before the next document as `unavailable`.
  const std::atomic<bool>* is_cancelled = nullptr;
};

// Counts only: the operator does not read.
struct DossierRestoreReport {
  std::string dossier;  // the id
  bool dossier_missing = false;
  bool dossier_differs = false;
  bool access_list_differs = false;  // left as it is
  std::uint64_t documents = 0;       // in the backup
  std::uint64_t documents_missing = 0;
  std::uint64_t documents_differing = 0;
  std::uint64_t documents_elsewhere = 0;   // in another dossier now, and left there
  std::uint64_t documents_erased = 0;      // on purpose: they do not come back
  std::uint64_t versions_missing = 0;      // of documents that are there
  std::uint64_t versions_conflicting = 0;  // another file has their number: they stay out
  std::uint64_t contents_damaged = 0;
};

// Does it, or tells what it would do. `not_found` where the backup has no such dossier, `conflict`
// where it was erased on purpose, where another dossier has its reference, or where its unit is not
// there. Blocks, for as long as all its content takes to be read.
Result<DossierRestoreReport> restore_dossier(storage::Store& store, const Clock& clock,
                                             const RestoreSource& source,
                                             const DossierRestoreOptions& options);

}  // namespace dms
