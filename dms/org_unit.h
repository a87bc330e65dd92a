#pragma once

// Org units: the house's departments as a tree. A user belongs to at most one; a grant to a unit
// reaches everybody in it and in the units below it. Every signed-in user may read the tree; system
// administrators change it.

#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/page.h"
#include "storage/store.h"

namespace dms {

// Levels of the tree; bounds every walk to the root.
inline constexpr std::size_t org_unit_depth_max = 16;

struct OrgUnit {
  OrgUnitId id;
  std::uint64_t revision = 0;
  std::string name;        // "Bauamt"; unique when folded among its siblings
  std::string short_name;  // "60"; may be empty
  std::optional<OrgUnitId> parent;
  Instant created;
  Instant modified;
};

struct NewOrgUnit {
  std::string name;
  std::string short_name;
  std::optional<OrgUnitId> parent;
};

// The whole of what an org unit is to be.
struct OrgUnitChange {
  std::string name;
  std::string short_name;
  std::optional<OrgUnitId> parent;  // `conflict` where it would make a circle
};

// Thread-safe. Borrows what it is given. Functions that commit block.
class OrgUnits {
 public:
  OrgUnits(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  Result<OrgUnit> create(const Actor& actor, const NewOrgUnit& input);
  Result<OrgUnit> update(const Actor& actor, OrgUnitId id, const OrgUnitChange& change,
                         std::uint64_t if_match);
  Result<OrgUnit> get(const Actor& actor, OrgUnitId id) const;
  Result<Page<OrgUnit>> list(const Actor& actor, const PageRequest& page) const;  // by folded name

 private:
  storage::Store& store_;
  const Clock& clock_;
};

// For decide() of other use cases. -------------------------------------------------------------

Result<bool> org_unit_exists(const storage::View& view, OrgUnitId id);
// `id` and the units above it, nearest first. Empty where `id` is absent.
Result<std::vector<OrgUnitId>> org_unit_path(const storage::View& view, OrgUnitId id);

}  // namespace dms
