#pragma once

// Groups: named sets of users, across org units, that grants may name. A user's record says which
// groups he is in. Only system administrators change or list groups.

#include <string>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/page.h"
#include "storage/store.h"

namespace dms {

struct Group {
  GroupId id;
  std::uint64_t revision = 0;
  std::string name;  // unique when folded
  Instant created;
  Instant modified;
};

// Thread-safe. Borrows what it is given. Functions that commit block.
class Groups {
 public:
  Groups(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  Result<Group> create(const Actor& actor, const std::string& name);
  Result<Group> rename(const Actor& actor, GroupId id, const std::string& name,
                       std::uint64_t if_match);
  Result<Group> get(const Actor& actor, GroupId id) const;
  Result<Page<Group>> list(const Actor& actor, const PageRequest& page) const;  // by folded name

 private:
  storage::Store& store_;
  const Clock& clock_;
};

// For decide() of other use cases.
Result<bool> group_exists(const storage::View& view, GroupId id);

}  // namespace dms
