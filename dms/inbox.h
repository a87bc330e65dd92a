#pragma once

// Posteingänge: where post lies until it is filed, one an org unit. An inbox is a scope of its own:
// its access list alone says who sees, reads, takes in (`file`), and deals with (`edit`) what lies
// in it; without a list nobody does. Lists are kept by AccessLists (scope.h), as those of units
// are.
//
// System administrators make inboxes and see their names, not what lies in them. What the actor may
// not see is absent_object(). Thread-safe; blocking: call it on a lane.

#include <cstdint>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/permission.h"
#include "dms/permission_cache.h"
#include "dms/scope.h"
#include "storage/store.h"

namespace dms {

struct Inbox {
  InboxId id;
  std::string name;  // "Posteingang Bauamt"; unique when folded
  OrgUnitId org_unit;
  Rights rights;              // the asker's, in it
  std::uint64_t waiting = 0;  // items that nobody has dealt with yet; stays at 10,000
  ChangeInfo change;
};

struct NewInbox {
  std::string name;
  OrgUnitId org_unit;
  AccessList access;  // may be empty: nobody yet
};

class Inboxes {
 public:
  // Borrows all.
  Inboxes(storage::Store& store, const PermissionCache& permissions, const Clock& clock)
      : store_(store), permissions_(permissions), clock_(clock) {}

  // System administrators, who give themselves nothing by it. `conflict` where the unit has one, or
  // the name is taken.
  Result<Inbox> create(const Actor& actor, const NewInbox& input);
  // The same people. The org unit stays: post was distributed by it.
  Result<Inbox> rename(const Actor& actor, InboxId inbox, std::string name, std::uint64_t if_match);
  Result<Inbox> get(const Actor& actor, InboxId inbox) const;
  // Those that the actor sees, by name.
  Result<std::vector<Inbox>> list(const Actor& actor) const;

 private:
  storage::Store& store_;
  const PermissionCache& permissions_;
  const Clock& clock_;
};

}  // namespace dms
