#include "dms/scope.h"

#include <algorithm>
#include <utility>

#include "dms/access_record.h"
#include "dms/base/json_codec.h"
#include "dms/change.h"
#include "dms/identity_event.h"
#include "dms/identity_revision.h"
#include "dms/scope_rules.h"
#include "dms/subjects.h"
#include "dms/user_record.h"

namespace dms {

namespace {

// The detail of access.changed: the list as it is now.
struct AccessEventDetail {
  bool protected_ = false;
  std::vector<AccessEntryRecord> entries;
};
BOOST_DESCRIBE_STRUCT(AccessEventDetail, (), (protected_, entries))

bool is_plan(ScopeId scope) {
  return scope == ScopeId{};
}

Result<std::optional<AccessRecord>> find_access(const storage::View& view, ScopeId scope) {
  auto record = DMS_TRY(view.find(access_table, scope.key()));
  if (!record && is_plan(scope)) {
    record.emplace();
    record->scope = scope.value;
  }
  return record;
}

// For those who may know the list: `not_found` for others.
Result<AccessRecord> visible_access(const storage::View& view, const Actor& actor, ScopeId scope) {
  auto record = DMS_TRY(find_access(view, scope));
  if (!record || DMS_TRY(manages_by(view, actor, scope)) == ManagesBy::nothing) {
    return fail(absent_object());
  }
  return std::move(*record);
}

Access to_access(const AccessRecord& record) {
  return {
      {record.scope}, record.revision, to_access_list(record), record.modified, record.modified_by};
}

Result<void> write_access(const storage::View& view, storage::Commit& commit, const Actor& actor,
                          const AccessRecord& record) {
  DMS_TRY(commit.put(access_table, record));
  DMS_TRY(advance_identity_revision(view, commit));
  commit.append(identity_event(actor, "access.changed", record.scope,
                               encode_json(AccessEventDetail{record.protected_, record.entries})));
  return {};
}

Result<std::string> subject_name(const storage::View& view, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::user: {
      const auto user = DMS_TRY(view.find(user_table, UserId{subject.id}.key()));
      return user ? user->display_name : std::string();
    }
    case SubjectKind::group: {
      const auto group = DMS_TRY(view.find(group_table, GroupId{subject.id}.key()));
      return group ? group->name : std::string();
    }
    case SubjectKind::org_unit: {
      const auto unit = DMS_TRY(view.find(org_unit_table, OrgUnitId{subject.id}.key()));
      return unit ? unit->name : std::string();
    }
    case SubjectKind::everyone:
      return std::string();
  }
  return std::string();
}

}  // namespace

Rights rights_of(Role role) {
  constexpr Rights reader{Right::see, Right::read};
  constexpr Rights annotator = reader | Rights{Right::annotate};
  constexpr Rights clerk = annotator | Rights{Right::file, Right::edit};
  constexpr Rights signer = clerk | Rights{Right::sign, Right::close};
  switch (role) {
    case Role::reader:
      return reader;
    case Role::annotator:
      return annotator;
    case Role::clerk:
      return clerk;
    case Role::signer:
      return signer;
    case Role::record_manager:
      return signer | Rights{Right::manage_rights, Right::dispose};
  }
  return {};
}

AccessList list_of_one(UserId user, bool is_protected) {
  AccessList list;
  list.is_protected = is_protected;
  list.entries.push_back({{SubjectKind::user, user.value}, Role::record_manager, {}});
  return list;
}

Result<Access> AccessLists::get_access(const Actor& actor, ScopeId scope) const {
  return store_.read<Access>([&](const storage::View& view) -> Result<Access> {
    return to_access(DMS_TRY(visible_access(view, actor, scope)));
  });
}

Result<Access> AccessLists::set_access(const Actor& actor, ScopeId scope, const AccessList& list,
                                       std::uint64_t if_match) {
  const Instant now = clock_.now();
  Access written;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    const AccessRecord before = DMS_TRY(visible_access(view, actor, scope));
    DMS_TRY(require_may_change(view, actor, {scope, to_access_list(before), list}));
    DMS_TRY(check_revision(before.revision, if_match));
    DMS_TRY(check_access_list(view, list));
    AccessRecord after = to_record(scope, list);
    after.unknown_members = before.unknown_members;
    after.revision = before.revision + 1;
    after.modified = now;
    after.modified_by = actor.user;
    storage::Commit commit(view);
    DMS_TRY(write_access(view, commit, actor, after));
    written = to_access(after);
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return written;
}

Result<Explanation> AccessLists::explain(const Actor& actor, UserId user, ScopeId scope) const {
  return store_.read<Explanation>([&](const storage::View& view) -> Result<Explanation> {
    const AccessList list = to_access_list(DMS_TRY(visible_access(view, actor, scope)));
    const auto record = DMS_TRY(view.find(user_table, user.key()));
    if (!record) return fail(absent_object());
    Explanation explanation;
    explanation.scope = scope;
    explanation.user = user;
    explanation.active = record->active;
    const auto subjects = DMS_TRY(subjects_of(view, user));
    explanation.rights = rights_by(list, subjects);
    for (const AccessEntry& entry : list.entries) {
      if (std::find(subjects.begin(), subjects.end(), entry.subject) == subjects.end()) continue;
      explanation.grants.push_back({entry, DMS_TRY(subject_name(view, entry.subject))});
    }
    return explanation;
  });
}

Result<Rights> AccessLists::own_rights(const Actor& actor, ScopeId scope) const {
  return store_.read<Rights>([&](const storage::View& view) -> Result<Rights> {
    const Rights rights = DMS_TRY(rights_in(view, actor, scope));
    if (!rights.has(Right::see)) return fail(absent_object());
    return rights;
  });
}

Result<bool> scope_exists(const storage::View& view, ScopeId scope) {
  return DMS_TRY(find_access(view, scope)).has_value();
}

Result<void> create_scope(const storage::View& view, storage::Commit& commit, const Actor& actor,
                          const NewScope& input, Instant now) {
  const AccessList above = DMS_TRY(access_list_of(view, input.above));
  DMS_TRY(require_may_change(view, actor, {input.above, above, input.list}));
  if (DMS_TRY(scope_exists(view, input.scope))) {
    return fail(ErrorCode::conflict, "Hier gibt es schon eine eigene Zugriffsliste.",
                "There is an access list of its own already.");
  }
  DMS_TRY(check_access_list(view, input.list));
  AccessRecord record = to_record(input.scope, input.list);
  // Not 1: where a list was removed before, its old ETags must not fit the new one.
  record.revision = DMS_TRY(identity_revision(view)) + 1;
  record.modified = now;
  record.modified_by = actor.user;
  return write_access(view, commit, actor, record);
}

Result<void> remove_scope(const storage::View& view, storage::Commit& commit, const Actor& actor,
                          ScopeId scope, ScopeId above) {
  if (is_plan(scope)) return fail(absent_object());
  const auto record = DMS_TRY(view.find(access_table, scope.key()));
  if (!record) return fail(absent_object());
  const AccessList inherited = DMS_TRY(access_list_of(view, above));
  DMS_TRY(require_may_change(view, actor, {scope, to_access_list(*record), inherited}));
  DMS_TRY(commit.erase(access_table, scope.key()));
  DMS_TRY(advance_identity_revision(view, commit));
  commit.append(identity_event(actor, "access.removed", scope.value));
  return {};
}

}  // namespace dms
