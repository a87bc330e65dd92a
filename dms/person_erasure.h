#pragma once

// Erasing what is kept about a person of the house who has left (GDPR, Art. 17), without a gap in
// the proof of what was done.
//
// Goes: of the user's record everything but its id, when and by whom it was made and changed, and
// the display name (what is typed to sign in becomes "erased-<id>", so that somebody else can have
// it); sessions, machine tokens and saved searches; the details of all events about the user:
// sign-ins and those refused, with their addresses, tokens, passwords, changes of the record; and
// of the events of his saved searches.
//
// Stays: **the display name**, for a file's history says who acted, and the house must be able to
// tell (Art. 17 (3) b). Who is not to be told of by name is given another display name first
// (Users::update). What he did to files, to post and to other people, and who deputised for whom,
// is their record: these details stay and go with them (erasure.h). Ids stay in all envelopes. An
// entry of reads is hashed as a whole: its address goes when the reads of its day are dropped
// (StoreOptions::reads_kept_days). An upload or an idempotency key goes by itself within a day.
//
// Each commit says so in an event `user.details_erased` (detail: of how many events), which later
// calls leave alone. What was erased leaves the disk as ever: details with the next sweep, records
// within a month (storage/erased.h).

#include <cstdint>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/user.h"
#include "storage/store.h"

namespace dms {

// One call erases at most so many details, a thousand a commit.
inline constexpr std::size_t person_details_a_call_max = 20'000;

struct PersonToErase {
  UserId id;
  std::uint64_t if_match = 0;  // the revision that was seen
  Instant now;
};

struct PersonErasure {
  User user;                         // as the record is now
  std::uint64_t details_erased = 0;  // by this call
  bool is_complete = false;          // false: call again
};

// For system administrators. `conflict` while the user is active; `stale_version` where another
// call runs. May be called again at any time, also after a kill in between: it takes what is left,
// and where that is nothing it changes nothing. Blocks for some commits.
Result<PersonErasure> erase_person(storage::Store& store, const Actor& actor,
                                   const PersonToErase& person);

}  // namespace dms
