#pragma once

// What people are told of changes as they happen: that something happened to an object, never what
// it holds or who did it. Told is only who may see the object now, in the View that is asked; so
// nobody learns of an object here of which he would not learn by asking for it.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/document_record.h"
#include "storage/journal_event.h"
#include "storage/view.h"

namespace dms {

struct ChangeNotice {
  std::string object;      // "document"; names that stay
  std::optional<Uuid> id;  // nullopt: there is only one of it
  std::string change;      // "filed": the event's kind behind the dot, or what of it has changed
  friend auto operator<=>(const ChangeNotice&, const ChangeNotice&) = default;
};

// Appends what of one event `actor`, whose session is live, may be told. Borrows the View and all
// else it was made with; errors of the store only.
using TellChange = std::function<Result<void>(const Actor& actor, std::vector<ChangeNotice>&)>;

// For events of this floor; null where nobody is told. It is read once what the event is about, so
// that asking for many costs no more than their rights.
//
//   document   filed, version_added, changed, moved_in, moved_out, binned, restored
//   dossier    opened, changed, closed, reopened, holds_changed; access: its list has changed;
//              documents: something happened to documents in it
//   unit       created, changed, removed; access; dossiers: something happened to dossiers in it
//   inbound_item  received, changed, distributed, moved_in, filed, filing_undone, discarded,
//   restored inbox      created, changed; access; items: something happened to what lies in it
//   file_plan  changed, access
//   erasure    proposed, released, withdrawn, refused, done: to who may see it (erasure.h)
//   saved_search  created, changed, removed: to its owner
//   user       changed: he himself, so all that he may see can be another
Result<TellChange> tell_change(const storage::View& view, const ReadRights& rights,
                               const storage::JournalEntry& entry);

}  // namespace dms
