#pragma once

// How dossiers lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/dossier.h"
#include "dms/file_plan_record.h"
#include "dms/object_record.h"
#include "storage/table.h"
#include "storage/view.h"

namespace dms {

struct SpecialistRefRecord : Extensible {
  std::string system;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(SpecialistRefRecord, (Extensible), (system, id))

struct HoldRecord : Extensible {
  std::string reason;
  Instant placed_at;
  UserId placed_by;
};
BOOST_DESCRIBE_STRUCT(HoldRecord, (Extensible), (reason, placed_at, placed_by))

struct DossierRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  DossierId id;
  std::string file_reference;
  UnitId unit;
  // Has an access list of its own, under its own id; else its unit's scope counts.
  bool own_scope = false;
  Open<DossierStatus> status = DossierStatus::open;
  std::optional<Instant> closed_at;
  std::optional<UserId> closed_by;
  std::string title;
  std::optional<std::string> description;
  std::optional<OrgUnitId> lead_unit;
  std::optional<OrgUnitId> record_keeping_unit;
  Open<Medium> medium = Medium::electronic;
  std::optional<std::string> paper_location;
  Open<Classification> classification = Classification::normal;
  std::optional<Date> period_from;
  std::optional<Date> period_to;
  std::optional<RetentionRecord> retention;
  std::optional<Open<Appraisal>> appraisal;
  std::vector<HoldRecord> holds;
  std::vector<std::string> keywords;
  std::vector<DossierId> links;
  std::vector<SpecialistRefRecord> specialist_refs;
};
BOOST_DESCRIBE_STRUCT(DossierRecord, (ObjectRecord),
                      (id, file_reference, unit, own_scope, status, closed_at, closed_by, title,
                       description, lead_unit, record_keeping_unit, medium, paper_location,
                       classification, period_from, period_to, retention, appraisal, holds,
                       keywords, links, specialist_refs))

// Indexes: "reference" (unique; file reference), "unit" (unit, file reference), "own_scope" (the
// same, only dossiers with an access list of their own).
extern const storage::Table<DossierRecord> dossier_table;
std::string dossier_reference_key(std::string_view file_reference);
// What the keys of all references begin with that begin with `beginning`, as it is written.
std::string dossier_reference_beginning(std::string_view beginning);
std::string dossier_unit_prefix(UnitId unit);

// The event of a change upon which the dossier's documents are indexed again.
inline constexpr std::string_view dossier_retitled = "dossier.retitled";

// Everything about the fields that can be said without the store.
Result<DossierFields> clean_dossier_fields(DossierFields fields);
void assign_fields(DossierRecord& record, DossierFields fields);
Dossier to_value(const DossierRecord& record, ScopeId scope);

// The scope that counts for a dossier: its own, or its unit's.
Result<ScopeId> scope_of(const storage::View& view, const DossierRecord& dossier);
// The scope that counts for a unit that has dossiers.
Result<ScopeId> unit_scope(const storage::View& view, UnitId unit);

// A dossier with the scope that counts for it.
struct ScopedDossier {
  DossierRecord record;
  ScopeId scope;
};
// The dossier for a decision, if `actor` has `right` in its scope; absent_object() where it does
// not exist or he does not see it, else `forbidden`.
Result<ScopedDossier> require_dossier(const storage::View& view, const Actor& actor,
                                      DossierId dossier, Right right);
// The same for reading, with rights from memory.
Result<ScopedDossier> require_dossier(const storage::View& view, const PermissionCache& permissions,
                                      const Actor& actor, DossierId dossier, Right right);
// `conflict` where the dossier is closed.
Result<void> require_open(const DossierRecord& dossier);

}  // namespace dms
