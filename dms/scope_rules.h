#pragma once

// The decisions behind access lists. Internal to the permission code.

#include "dms/access_record.h"
#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/scope.h"
#include "storage/view.h"

namespace dms {

// By what somebody manages a scope's list. Sorted: the stronger ground is the greater.
enum class ManagesBy : std::uint8_t {
  nothing,
  administration,  // system administrator: may look, and change what is not protected
  right            // manage_rights in the scope
};
Result<ManagesBy> manages_by(const storage::View& view, const Actor& actor, ScopeId scope);

// `invalid` at /entries/… where an entry names nobody who exists, gives nothing or stands twice, or
// where a protected list names everyone or no manager.
Result<void> check_access_list(const storage::View& view, const AccessList& list);

// A decision about the list that applies to an object: `before` and `after` it.
struct ListChange {
  ScopeId scope;
  AccessList before;
  AccessList after;
};
// ok where `actor` may bring this about, managing `before`.
Result<void> require_may_change(const storage::View& view, const Actor& actor,
                                const ListChange& change);

}  // namespace dms
