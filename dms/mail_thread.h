#pragma once

// Mails that belong together: one answers the other, or both answer a third (RFC 5322, Message-ID,
// In-Reply-To and References). What binds them is a stranger's word, so a thread is a hint for
// people and decides nothing.

#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/document_grants.h"
#include "dms/ids.h"
#include "dms/permission_cache.h"
#include "dms/vocabulary.h"
#include "storage/store.h"

namespace dms {

struct ThreadMail {
  DocumentId document;
  DossierId dossier;
  std::string subject;  // the document's
  std::string from;     // of the mail's head, else the document's sender; may be empty
  std::optional<Instant> sent_at;
  Direction direction = Direction::internal;
  // It bears the Message-ID of the one that was asked about: the same mail, filed once more.
  bool is_same_message = false;
};

inline constexpr std::size_t thread_mails_max = 100;

// Thread-safe.
class MailThreads {
 public:
  // Borrows all.
  MailThreads(const storage::Store& store, const PermissionCache& permissions,
              const DocumentGrants* grants)
      : store_(store), permissions_(permissions), grants_(grants) {}

  // The other documents whose current version is a mail of the same thread, oldest first; none for
  // what is no mail. Needs `read`, for a mail's head is told to readers alone, and only what the
  // actor may read is in it, or leads from one mail to the next. Not what lies in the bin. At most
  // thread_mails_max, of some 2,000 looked at. `busy` while the index is being built.
  Result<std::vector<ThreadMail>> of_document(const Actor& actor, DocumentId document) const;

 private:
  const storage::Store& store_;
  const PermissionCache& permissions_;
  const DocumentGrants* grants_;
};

}  // namespace dms
