#pragma once

// INTERNAL to the erasure code: an erasure's objects as they are now, who may do something with
// them, and the erasure as callers see it.

#include <string>
#include <vector>

#include "dms/erasure_guard.h"
#include "dms/erasure_record.h"

namespace dms {

// Objects named in a request. `invalid` where none or too many are named, or one twice.
Result<std::vector<ErasureObjectRecord>> objects_of(const NewErasure& input);
// Where the object stands in the request: "/dossiers/0".
std::string pointer_of(const std::vector<ErasureObjectRecord>& objects, std::size_t index);

// An object of an erasure as it is in a View; both are empty where it is gone. A document comes
// with its dossier.
struct PresentObject {
  std::optional<DossierRecord> dossier;
  std::optional<DocumentRecord> document;
  ScopeId scope;
  bool is_gone() const { return !dossier; }
};
Result<PresentObject> find_object(const storage::View& view, const ErasureObjectRecord& object);

// Each object is there and `actor` may `dispose` of it; its scope is noted in the record.
Result<void> require_disposable(const storage::View& view, const Actor& actor,
                                std::vector<ErasureObjectRecord>& objects);
Result<bool> may_see_erasure(const storage::View& view, const Actor& actor,
                             const ErasureRecord& erasure);
// The erasure that `actor` may see and, as far as its objects are there, dispose of.
Result<ErasureRecord> require_erasure(const storage::View& view, const Actor& actor, ErasureId id);

// The object's own reasons; those of a dossier's documents are not among them.
Result<ErasureReasons> reasons_against(const ErasureGuard& guard, const PresentObject& object);

Result<Erasure> to_value(const storage::View& view, const DocumentBelongings* belongings,
                         const ErasureRecord& record);

// Looks at everything that the objects stand for.
Result<ErasureCheck> check_objects(const storage::View& view, const ErasureGuard& guard,
                                   const std::vector<ErasureObjectRecord>& objects);
// `conflict` where anything stands against it.
Result<void> require_possible(const ErasureCheck& check,
                              const std::vector<ErasureObjectRecord>& objects);

}  // namespace dms
