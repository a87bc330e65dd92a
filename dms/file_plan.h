#pragma once

// The filing plan (Aktenplan): a tree of units under which dossiers are opened. Administrators keep
// it; everybody sees the units whose scope they may see.
//
// Each operation checks rights and writes its journal event in the same commit. Thread-safe;
// blocking: call it on a lane.

#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/permission.h"
#include "dms/permission_cache.h"
#include "dms/retention.h"
#include "dms/scope.h"
#include "dms/vocabulary.h"
#include "storage/store.h"

namespace dms {

// What people set on a unit.
struct FilePlanUnitFields {
  std::string code;  // "621.41": unique; letters, digits and . - / , space
  std::string title;
  std::string description;       // may be empty
  std::optional<UnitId> parent;  // nullopt: a main group
  std::optional<Date> valid_from;
  std::optional<Date> valid_until;              // inclusive; nothing is opened under it afterwards
  std::optional<RetentionPeriod> retention;     // nullopt: the nearest above
  std::optional<std::uint32_t> transfer_years;  // Transferfrist, 1–200
  std::optional<Appraisal> appraisal;           // nullopt: the nearest above
  std::string reference_pattern;                // file_reference.h; empty: the plan's
  friend bool operator==(const FilePlanUnitFields&, const FilePlanUnitFields&) = default;
};

struct FilePlanUnit {
  UnitId id;
  FilePlanUnitFields fields;
  ScopeId scope;           // its own or the nearest above
  bool own_scope = false;  // has an access list of its own
  bool leaf = true;        // dossiers may be opened under it
  ChangeInfo change;
};

// The plan itself.
struct FilePlanFields {
  std::string title;              // "Aktenplan der Stadt Musterbach"
  std::string reference_pattern;  // for units without their own
  friend bool operator==(const FilePlanFields&, const FilePlanFields&) = default;
};
struct FilePlanInfo {
  FilePlanFields fields;
  ChangeInfo change;  // revision 0: never set, defaults
};

class FilePlan {
 public:
  // Borrows all.
  FilePlan(storage::Store& store, const PermissionCache& permissions, const Clock& clock)
      : store_(store), permissions_(permissions), clock_(clock) {}

  // Every active user may know it.
  Result<FilePlanInfo> info(const Actor& actor) const;
  Result<FilePlanInfo> update_info(const Actor& actor, FilePlanFields fields,
                                   std::uint64_t if_match);

  // Queries show only units that the actor may see; administrators see all.
  // All in the order of their codes (at most 10,000).
  Result<std::vector<FilePlanUnit>> all(const Actor& actor) const;
  // The children of `parent`, or the main groups.
  Result<std::vector<FilePlanUnit>> children(const Actor& actor,
                                             std::optional<UnitId> parent) const;
  // From the main group down to the unit itself, without what the actor may not see.
  Result<std::vector<FilePlanUnit>> path(const Actor& actor, UnitId unit) const;
  Result<FilePlanUnit> get(const Actor& actor, UnitId unit) const;

  // Administrators only from here on. `conflict` where the code is taken. `access`: an access list
  // of its own.
  Result<FilePlanUnit> create(const Actor& actor, FilePlanUnitFields fields,
                              const std::optional<AccessList>& access = std::nullopt,
                              const AlsoCommit& also = nullptr);
  Result<FilePlanUnit> update(const Actor& actor, UnitId unit, FilePlanUnitFields fields,
                              std::uint64_t if_match);
  // Gives the unit an access list of its own, and so all that lies below and inherited until now.
  Result<FilePlanUnit> give_access_list(const Actor& actor, UnitId unit, const AccessList& list,
                                        std::uint64_t if_match);
  // Takes it away again: what is above counts.
  Result<FilePlanUnit> drop_access_list(const Actor& actor, UnitId unit, std::uint64_t if_match);
  // Only where nothing lies under it; `conflict` otherwise: end its validity instead.
  Result<void> remove(const Actor& actor, UnitId unit, std::uint64_t if_match);

 private:
  storage::Store& store_;
  const PermissionCache& permissions_;
  const Clock& clock_;
};

}  // namespace dms
