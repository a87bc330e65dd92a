#include "dms/group.h"

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/change.h"
#include "dms/identity_event.h"
#include "dms/identity_list.h"
#include "dms/permission.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

namespace {

constexpr LineLimits name_limits{1, 100};

struct GroupEventDetail {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(GroupEventDetail, (), (name))

Group to_group(const GroupRecord& record) {
  return {record.id, record.revision, record.name, record.created, record.modified};
}

Result<GroupRecord> existing_group(const storage::View& view, GroupId id) {
  auto record = DMS_TRY(view.find(group_table, id.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

Result<void> set_name(const storage::View& view, GroupRecord& record, const std::string& name) {
  record.name = name;
  record.folded_name = fold_german(name);
  const auto holder = DMS_TRY(
      view.find_by(group_table, "name", storage::KeyBuilder().text(record.folded_name).take()));
  if (!holder || holder->id == record.id) return {};
  return fail(ErrorCode::conflict, "Eine Gruppe mit diesem Namen gibt es schon.",
              "A group with this name exists already.");
}

}  // namespace

Result<Group> Groups::create(const Actor& actor, const std::string& name) {
  const std::string clean = DMS_TRY(clean_line(name, "/name", name_limits));
  const Instant now = clock_.now();
  GroupRecord made;
  made.id = GroupId::make(now);
  made.revision = 1;
  made.created = made.modified = now;
  made.created_by = made.modified_by = actor.user;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    DMS_TRY(set_name(view, made, clean));
    storage::Commit commit(view);
    DMS_TRY(commit.insert(group_table, made));
    commit.append(identity_event(actor, "group.created", made.id.value,
                                 encode_json(GroupEventDetail{made.name})));
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return to_group(made);
}

Result<Group> Groups::rename(const Actor& actor, GroupId id, const std::string& name,
                             std::uint64_t if_match) {
  const std::string clean = DMS_TRY(clean_line(name, "/name", name_limits));
  const Instant now = clock_.now();
  GroupRecord changed;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    changed = DMS_TRY(existing_group(view, id));
    DMS_TRY(check_revision(changed.revision, if_match));
    DMS_TRY(set_name(view, changed, clean));
    ++changed.revision;
    changed.modified = now;
    changed.modified_by = actor.user;
    storage::Commit commit(view);
    DMS_TRY(commit.put(group_table, changed));
    commit.append(identity_event(actor, "group.renamed", id.value,
                                 encode_json(GroupEventDetail{changed.name})));
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return to_group(changed);
}

Result<Group> Groups::get(const Actor& actor, GroupId id) const {
  return store_.read<Group>([&](const storage::View& view) -> Result<Group> {
    DMS_TRY(require_administrator(view, actor));
    return to_group(DMS_TRY(existing_group(view, id)));
  });
}

Result<Page<Group>> Groups::list(const Actor& actor, const PageRequest& page) const {
  return store_.read<Page<Group>>([&](const storage::View& view) -> Result<Page<Group>> {
    DMS_TRY(require_administrator(view, actor));
    return list_by_name<Group>(view, group_table, page, to_group);
  });
}

Result<bool> group_exists(const storage::View& view, GroupId id) {
  return DMS_TRY(view.find(group_table, id.key())).has_value();
}

}  // namespace dms
