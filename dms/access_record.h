#pragma once

// How access lists lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <vector>

#include "dms/base/json_record.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/permission.h"
#include "dms/scope.h"
#include "storage/table.h"

namespace dms {

// Kinds, roles and rights that this program does not know grant nothing and survive a rewrite.
struct AccessEntryRecord : Extensible {
  Open<SubjectKind> subject_kind;
  Uuid subject;  // nil for everyone
  std::optional<Open<Role>> role;
  std::vector<Open<Right>> rights;
};
BOOST_DESCRIBE_STRUCT(AccessEntryRecord, (Extensible), (subject_kind, subject, role, rights))

struct AccessRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Uuid scope;
  std::uint64_t revision = 0;
  bool protected_ = false;
  std::vector<AccessEntryRecord> entries;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(AccessRecord, (Extensible),
                      (scope, revision, protected_, entries, modified, modified_by))

extern const storage::Table<AccessRecord> access_table;

// The rights named in `names`; unknown ones add nothing.
Rights to_rights(const std::vector<Open<Right>>& names);
std::vector<Open<Right>> to_names(Rights rights);

AccessList to_access_list(const AccessRecord& record);
// Without revision and stamp.
AccessRecord to_record(ScopeId scope, const AccessList& list);

}  // namespace dms
