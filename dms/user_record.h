#pragma once

// How users, groups and org units lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_record.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/table.h"

namespace dms {

struct UserRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  UserId id;
  std::uint64_t revision = 0;
  std::string name;
  // fold_german(name) as it was computed when the name was set: the unique index stands on it, and
  // must not move when ICU is updated.
  std::string folded_name;
  std::string display_name;
  std::string email;
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool active = true;
  bool system_administrator = false;
  std::string password_hash;  // PHC string
  // Sessions name the generation they were started in and end when it moves on: at a new password
  // and when the user is made inactive.
  std::uint64_t session_generation = 0;
  Instant created;
  UserId created_by;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(UserRecord, (Extensible),
                      (id, revision, name, folded_name, display_name, email, org_unit, groups,
                       active, system_administrator, password_hash, session_generation, created,
                       created_by, modified, modified_by))

// Index `name` is unique; `administrator` lists the active system administrators.
extern const storage::Table<UserRecord> user_table;

struct GroupRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  GroupId id;
  std::uint64_t revision = 0;
  std::string name;
  std::string folded_name;
  Instant created;
  UserId created_by;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(GroupRecord, (Extensible),
                      (id, revision, name, folded_name, created, created_by, modified, modified_by))

extern const storage::Table<GroupRecord> group_table;

struct OrgUnitRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  OrgUnitId id;
  std::uint64_t revision = 0;
  std::string name;
  std::string folded_name;
  std::string short_name;
  std::optional<OrgUnitId> parent;
  Instant created;
  UserId created_by;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(OrgUnitRecord, (Extensible),
                      (id, revision, name, folded_name, short_name, parent, created, created_by,
                       modified, modified_by))

// Index `sibling` is unique: (parent, or nil at the top; folded name). Index `name` is for lists.
extern const storage::Table<OrgUnitRecord> org_unit_table;

}  // namespace dms
