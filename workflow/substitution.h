#pragma once

// Substitutions (Vertretungen): who acts for whom while he is away. A user enters his own, a system
// administrator anybody's. What a deputy does is recorded as done for the absent one. Nobody acts
// for somebody through a third: a deputy's deputy has no part in it (engine.h).
//
// Each change is an event in the same commit. Thread-safe; blocking: call it on a lane.

#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "storage/store.h"
#include "workflow/ids.h"

namespace dms::workflow {

struct SubstitutionFields {
  UserId absent;
  UserId deputy;
  Date first_day;  // in Germany, both inclusive
  Date last_day;
  friend bool operator==(const SubstitutionFields&, const SubstitutionFields&) = default;
};

struct Substitution {
  SubstitutionId id;
  SubstitutionFields fields;
  ChangeInfo change;
};

class Substitutions {
 public:
  // Borrows both.
  Substitutions(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  Result<Substitution> create(const Actor& actor, const SubstitutionFields& fields,
                              const AlsoCommit& also = nullptr);
  // Deputy and days; the absent one stays.
  Result<Substitution> update(const Actor& actor, SubstitutionId id,
                              const SubstitutionFields& fields, std::uint64_t if_match);
  Result<void> remove(const Actor& actor, SubstitutionId id, std::uint64_t if_match);
  // Those of `user` that are not over, with him on either side; for himself and administrators.
  Result<std::vector<Substitution>> list(const Actor& actor, UserId user) const;

 private:
  storage::Store& store_;
  const Clock& clock_;
};

}  // namespace dms::workflow
