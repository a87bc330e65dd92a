#include "dms/permission.h"

#include <algorithm>

#include "dms/access_record.h"
#include "dms/org_unit.h"
#include "dms/session_record.h"
#include "dms/subjects.h"
#include "dms/user_record.h"

namespace dms {

Result<std::vector<Subject>> subjects_of(const storage::View& view, UserId user) {
  const auto record = DMS_TRY(view.find(user_table, user.key()));
  std::vector<Subject> subjects;
  if (!record || !record->active) return subjects;
  if (!record->system_administrator) subjects.push_back({SubjectKind::everyone, Uuid{}});
  subjects.push_back({SubjectKind::user, user.value});
  for (const GroupId group : record->groups) {
    subjects.push_back({SubjectKind::group, group.value});
  }
  if (record->org_unit) {
    for (const OrgUnitId unit : DMS_TRY(org_unit_path(view, *record->org_unit))) {
      subjects.push_back({SubjectKind::org_unit, unit.value});
    }
  }
  return subjects;
}

Rights rights_by(const AccessList& list, const std::vector<Subject>& subjects) {
  Rights rights;
  for (const AccessEntry& entry : list.entries) {
    if (std::find(subjects.begin(), subjects.end(), entry.subject) != subjects.end()) {
      rights = rights | entry.effective();
    }
  }
  return rights.empty() ? rights : rights | Rights{Right::see};
}

Result<AccessList> access_list_of(const storage::View& view, ScopeId scope) {
  const auto record = DMS_TRY(view.find(access_table, scope.key()));
  return record ? to_access_list(*record) : AccessList{};
}

Rights TokenLimit::applied_to(Rights of_user, ScopeId scope) const {
  if (!scopes.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) return {};
  return of_user & rights;
}

Result<TokenLimit> token_limit_of(const storage::View& view, TokenId token, UserId user) {
  const auto record = DMS_TRY(view.find(token_table, token.key()));
  TokenLimit limit;
  if (!record || record->revoked || record->user != user) return limit;
  limit.rights = to_rights(record->rights);
  for (const Uuid& scope : record->scopes) limit.scopes.push_back({scope});
  return limit;
}

Result<Rights> rights_in(const storage::View& view, const Actor& actor, ScopeId scope) {
  const auto subjects = DMS_TRY(subjects_of(view, actor.user));
  if (subjects.empty()) return Rights{};
  const Rights rights = rights_by(DMS_TRY(access_list_of(view, scope)), subjects);
  if (!actor.token) return rights;
  return DMS_TRY(token_limit_of(view, *actor.token, actor.user)).applied_to(rights, scope);
}

Result<void> require_right(Rights rights, Right right) {
  if (!rights.has(Right::see)) return fail(absent_object());
  if (!rights.has(right)) {
    return fail(ErrorCode::forbidden, "Dafür fehlt Ihnen hier das Recht.",
                "You do not have the right to do this here.");
  }
  return {};
}

Result<void> require(const storage::View& view, const Actor& actor, ScopeId scope, Right right) {
  return require_right(DMS_TRY(rights_in(view, actor, scope)), right);
}

Error absent_object() {
  return make_error(ErrorCode::not_found,
                    "Das gibt es hier nicht, oder Sie haben keinen Zugriff darauf.",
                    "This does not exist here, or you have no access to it.");
}

}  // namespace dms
