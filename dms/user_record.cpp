#include "dms/user_record.h"

#include "storage/record_json.h"

namespace dms {

namespace {

using storage::IndexKind;
using storage::KeyBuilder;
using Keys = std::vector<std::string>;

Keys folded_name_key(std::string_view folded_name) {
  return {KeyBuilder().text(folded_name).take()};
}

}  // namespace

const storage::Table<UserRecord> user_table{
    "user",
    [](const UserRecord& user) { return std::string(user.id.key()); },
    {{"name", IndexKind::unique,
      [](const UserRecord& user) { return folded_name_key(user.folded_name); }},
     {"administrator", IndexKind::multiple, [](const UserRecord& user) {
        return user.active && user.system_administrator ? Keys{KeyBuilder().number(1).take()}
                                                        : Keys{};
      }}}};

const storage::Table<GroupRecord> group_table{
    "group",
    [](const GroupRecord& group) { return std::string(group.id.key()); },
    {{"name", IndexKind::unique,
      [](const GroupRecord& group) { return folded_name_key(group.folded_name); }}}};

const storage::Table<OrgUnitRecord> org_unit_table{
    "org_unit",
    [](const OrgUnitRecord& unit) { return std::string(unit.id.key()); },
    {{"sibling", IndexKind::unique,
      [](const OrgUnitRecord& unit) {
        return Keys{KeyBuilder()
                        .raw(unit.parent.value_or(OrgUnitId{}).key())
                        .text(unit.folded_name)
                        .take()};
      }},
     {"name", IndexKind::multiple,
      [](const OrgUnitRecord& unit) { return folded_name_key(unit.folded_name); }}}};

}  // namespace dms
