#pragma once

// Access lists on the wire.

#include <boost/describe/class.hpp>
#include <optional>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/scope.h"

namespace dms::web {

struct AccessEntryView {
  SubjectKind subject_kind = SubjectKind::user;
  std::optional<Uuid> subject;  // absent for everyone
  std::optional<Role> role;
  std::optional<std::vector<Right>> rights;
};
BOOST_DESCRIBE_STRUCT(AccessEntryView, (), (subject_kind, subject, role, rights))

struct AccessRequest {
  bool protected_ = false;
  std::vector<AccessEntryView> entries;
};
BOOST_DESCRIBE_STRUCT(AccessRequest, (), (protected_, entries))

AccessEntryView view_of(const AccessEntry& entry);
AccessList access_list_from(const AccessRequest& input);

}  // namespace dms::web
