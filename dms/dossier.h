#pragma once

// Dossiers (Akten): opened under a leaf of the filing plan, given a file reference, closed when
// their matter is done. A dossier has an access list of its own or its unit's.
//
// Each operation checks rights and writes its journal event in the same commit. What the actor may
// not see is absent_object(). Thread-safe; blocking: call it on a lane.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/page.h"
#include "dms/permission.h"
#include "dms/permission_cache.h"
#include "dms/retention.h"
#include "dms/scope.h"
#include "dms/vocabulary.h"
#include "storage/store.h"

namespace dms {

// The same matter in a specialist application.
struct SpecialistRef {
  std::string system;  // "civento"
  std::string id;
  friend bool operator==(const SpecialistRef&, const SpecialistRef&) = default;
};

// What people set on a dossier.
struct DossierFields {
  std::string title;
  std::string description;                       // may be empty
  std::optional<OrgUnitId> lead_unit;            // Federführung
  std::optional<OrgUnitId> record_keeping_unit;  // Aktenführung
  Medium medium = Medium::electronic;
  std::string paper_location;  // hybrid and paper only
  Classification classification = Classification::normal;
  std::optional<Date> period_from;  // Laufzeit
  std::optional<Date> period_to;
  std::optional<RetentionPeriod> retention;  // nullopt: the unit's
  std::optional<Appraisal> appraisal;        // nullopt: the unit's
  std::vector<std::string> keywords;         // at most 50
  std::vector<DossierId> links;  // to other dossiers, at most 200; only visible ones show
  std::vector<SpecialistRef> specialist_refs;  // at most 50
  friend bool operator==(const DossierFields&, const DossierFields&) = default;
};

// Vernichtungssperre: nothing held can be destroyed.
struct Hold {
  std::string reason;
  Stamp placed;
  friend bool operator==(const Hold&, const Hold&) = default;
};

struct Dossier {
  DossierId id;
  std::string file_reference;  // "621.41-2026/014"
  UnitId unit;
  DossierFields fields;
  DossierStatus status = DossierStatus::open;
  std::optional<Stamp> closed;
  std::vector<Hold> holds;
  ScopeId scope;  // its own or its unit's
  bool own_scope = false;
  ChangeInfo change;
};

struct ScopedDossier;  // dossier_record.h

struct NewDossier {
  UnitId unit;
  DossierFields fields;
  std::string reference_key;  // for patterns with {key}
  // An access list of its own: needs manage_rights in the unit's scope.
  std::optional<AccessList> access;
};

class Dossiers {
 public:
  // Borrows all.
  Dossiers(storage::Store& store, const PermissionCache& permissions, const Clock& clock)
      : store_(store), permissions_(permissions), clock_(clock) {}

  // Needs `file` in the unit's scope. `conflict` where the unit is no leaf or not valid today.
  Result<Dossier> open(const Actor& actor, const NewDossier& input,
                       const AlsoCommit& also = nullptr);
  // Needs `see`.
  Result<Dossier> get(const Actor& actor, DossierId dossier) const;
  // Of one unit, or all: by unit code, then by reference. A total beyond 10,000 stays there.
  Result<Page<Dossier>> list(const Actor& actor, std::optional<UnitId> unit,
                             const PageRequest& page) const;
  // Needs `edit`; the dossier must be open.
  Result<Dossier> update(const Actor& actor, DossierId dossier, DossierFields fields,
                         std::uint64_t if_match);
  // Need `close`. A closed dossier takes no documents, versions or changes; retention starts to
  // run.
  Result<Dossier> close(const Actor& actor, DossierId dossier, std::uint64_t if_match);
  Result<Dossier> reopen(const Actor& actor, DossierId dossier, std::uint64_t if_match);
  // Needs `dispose`. Replaces the holds: those whose reason stays keep their stamp.
  Result<Dossier> set_holds(const Actor& actor, DossierId dossier, std::vector<std::string> reasons,
                            std::uint64_t if_match);
  // Gives the dossier an access list of its own. Needs manage_rights (scope.h: create_scope).
  Result<Dossier> give_access_list(const Actor& actor, DossierId dossier, const AccessList& list,
                                   std::uint64_t if_match);
  // Takes it away again: what is above counts.
  Result<Dossier> drop_access_list(const Actor& actor, DossierId dossier, std::uint64_t if_match);

 private:
  using Change = std::function<Result<void>(const storage::View& view, storage::Commit& commit,
                                            ScopedDossier& dossier, Stamp stamp)>;
  // One change of an existing dossier in one commit with its event.
  Result<Dossier> change(const Actor& actor, DossierId dossier, Right right, std::uint64_t if_match,
                         std::string_view event, const Change& change);

  storage::Store& store_;
  const PermissionCache& permissions_;
  const Clock& clock_;
};

}  // namespace dms
