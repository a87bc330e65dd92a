#pragma once

// Vernichtung: dossiers and documents are destroyed for good. One person proposes, a second one
// releases; then a job takes the objects away, with versions, texts, routings, their words in the
// search index and the details of their events, and says how much space the disk has got back once
// it has. What stays is that it happened: envelopes, and the protocol in the event `erasure.done`.
//
//   proposed → released → erasing → freeing → done        proposed, released → withdrawn
//                         erasing → refused: nothing of it could be destroyed any more
//
// Each operation checks rights and writes its journal event in the same commit: `dispose` for every
// object named. What the actor may not see is absent_object(). Thread-safe; blocking: call it on a
// lane. The job is ErasureRun (erasure_run.h).

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/change.h"
#include "dms/document_belongings.h"
#include "dms/page.h"
#include "storage/store.h"

namespace dms {

enum class ErasureState : std::uint8_t {
  proposed,
  released,
  erasing,
  freeing,  // everything is taken away; the disk still holds bytes of it
  done,
  withdrawn,
  refused
};
BOOST_DESCRIBE_ENUM(ErasureState, proposed, released, erasing, freeing, done, withdrawn, refused)

// An inbound item goes with the document that it became; none is named by itself.
enum class ErasureObjectKind : std::uint8_t { dossier, document, inbound_item };
BOOST_DESCRIBE_ENUM(ErasureObjectKind, dossier, document, inbound_item)

enum class ErasureObjectState : std::uint8_t { waiting, destroyed, left_out };
BOOST_DESCRIBE_ENUM(ErasureObjectState, waiting, destroyed, left_out)

// What stands against the destruction of an object.
enum class ErasureReason : std::uint8_t {
  on_hold,           // its dossier is (Vernichtungssperre)
  dossier_open,      // a dossier is destroyed as a whole when it is closed only
  routing_open,      // a document is on its way through the house
  in_other_erasure,  // which has not ended
  documents_left,    // a dossier of which documents had to be left
  absent             // it is gone already
};
BOOST_DESCRIBE_ENUM(ErasureReason, on_hold, dossier_open, routing_open, in_other_erasure,
                    documents_left, absent)
Message message_of(ErasureReason reason);

// Objects that one erasure may name; a dossier stands for all its documents.
inline constexpr std::size_t erasure_objects_max = 200;

struct NewErasure {
  std::vector<DossierId> dossiers;
  std::vector<DocumentId> documents;  // none that lies in one of the dossiers
  std::string reason;                 // stays in the protocol
};

struct ErasureObject {
  ErasureObjectKind kind = ErasureObjectKind::document;
  Uuid id;
  ErasureObjectState state = ErasureObjectState::waiting;
  std::string title;           // while it is there: the dossier's, or the document's subject
  std::string file_reference;  // may be empty for what was destroyed
  std::vector<ErasureReason> reasons;
};

struct Erasure {
  ErasureId id;
  std::string reason;
  ErasureState state = ErasureState::proposed;
  std::vector<ErasureObject> objects;
  Stamp proposed;
  std::optional<UserId> proposed_for;
  std::optional<Stamp> released;
  std::optional<UserId> released_for;
  std::optional<Instant> ended;
  std::uint64_t dossiers = 0;  // destroyed so far
  std::uint64_t documents = 0;
  std::uint64_t documents_left_out = 0;
  std::uint64_t versions = 0;
  std::uint64_t contents = 0;                // files and texts that nobody else names
  std::uint64_t bytes_to_free = 0;           // of these
  std::optional<std::uint64_t> bytes_freed;  // once they are seen to have left the disk
  ChangeInfo change;
};

// What an erasure would come to.
struct ErasureCheck {
  std::vector<ErasureObject> objects;  // dossiers, then documents, as named
  std::uint64_t dossiers = 0;
  std::uint64_t documents = 0;
  std::uint64_t versions = 0;
  std::uint64_t bytes = 0;   // of the versions' files; what others share is not freed
  bool is_complete = true;   // false: there are so many documents that the rest was not looked at
  bool is_possible() const;  // nothing stands against any of them
};

class Erasures {
 public:
  // Borrows all. `belongings` may be nullptr: nothing is kept above.
  Erasures(storage::Store& store, const Clock& clock, const DocumentBelongings* belongings)
      : store_(store), clock_(clock), belongings_(belongings) {}

  // What it would come to. Needs `dispose` for all objects. `invalid` where none or too many are
  // named, or one twice.
  Result<ErasureCheck> check(const Actor& actor, const NewErasure& input) const;
  // `conflict`, with a field for each reason, where anything stands against it.
  Result<Erasure> propose(const Actor& actor, const NewErasure& input,
                          const AlsoCommit& also = nullptr);
  // The second person's word, which no program gives: `forbidden` for who proposed it, for whom it
  // was proposed, and for who acts for one of them. `conflict` as propose().
  Result<Erasure> release(const Actor& actor, ErasureId id, std::uint64_t if_match);
  // Before it has begun.
  Result<Erasure> withdraw(const Actor& actor, ErasureId id, std::uint64_t if_match);

  // Seen by who may `dispose` of every object; once an object is gone, by who could, and by who
  // proposed or released it. While it has not begun, reasons are those of now.
  Result<Erasure> get(const Actor& actor, ErasureId id) const;
  // Newest first.
  Result<Page<Erasure>> list(const Actor& actor, const PageRequest& page) const;

 private:
  storage::Store& store_;
  const Clock& clock_;
  const DocumentBelongings* belongings_;
};

// Whether `actor` may be told of the erasure, for its history.
Result<bool> may_see_erasure(const storage::View& view, const Actor& actor, const Uuid& id);

}  // namespace dms
