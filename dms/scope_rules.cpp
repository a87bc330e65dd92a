#include "dms/scope_rules.h"

#include <algorithm>
#include <set>

#include "dms/group.h"
#include "dms/org_unit.h"
#include "dms/subjects.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

namespace {

Result<bool> subject_exists(const storage::View& view, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::user:
      return user_exists(view, UserId{subject.id});
    case SubjectKind::group:
      return group_exists(view, GroupId{subject.id});
    case SubjectKind::org_unit:
      return org_unit_exists(view, OrgUnitId{subject.id});
    case SubjectKind::everyone:
      return subject.id == Uuid{};
  }
  return false;
}

Result<bool> is_active_person_or_group(const storage::View& view, const Subject& subject) {
  if (subject.kind != SubjectKind::user) return subject.kind != SubjectKind::everyone;
  const auto user = DMS_TRY(view.find(user_table, UserId{subject.id}.key()));
  return user && user->active;
}

Result<void> check_entry(const storage::View& view, const AccessEntry& entry,
                         const std::string& pointer) {
  if (!DMS_TRY(subject_exists(view, entry.subject))) {
    return fail(invalid_field(pointer + "/subject", "Diesen Berechtigten gibt es nicht.",
                              "This subject does not exist."));
  }
  if (entry.effective().empty()) {
    return fail(
        invalid_field(pointer, "Dieser Eintrag gibt kein Recht.", "This entry gives no right."));
  }
  return {};
}

Result<void> check_protected(const storage::View& view, const AccessList& list) {
  bool has_manager = false;
  for (const AccessEntry& entry : list.entries) {
    if (entry.subject.kind == SubjectKind::everyone) {
      return fail(invalid_field("/entries", "Ein geschützter Bereich kann nicht allen offenstehen.",
                                "A protected scope cannot be open to everyone."));
    }
    has_manager = has_manager || (entry.effective().has(Right::manage_rights) &&
                                  DMS_TRY(is_active_person_or_group(view, entry.subject)));
  }
  if (has_manager) return {};
  return fail(invalid_field("/entries",
                            "Ein geschützter Bereich braucht jemanden, der seine Rechte verwaltet.",
                            "A protected scope needs somebody who manages its rights."));
}

}  // namespace

Result<ManagesBy> manages_by(const storage::View& view, const Actor& actor, ScopeId scope) {
  if (DMS_TRY(rights_in(view, actor, scope)).has(Right::manage_rights)) return ManagesBy::right;
  if (DMS_TRY(is_administrator(view, actor))) return ManagesBy::administration;
  return ManagesBy::nothing;
}

Result<void> check_access_list(const storage::View& view, const AccessList& list) {
  if (list.entries.size() > access_entries_max) {
    return fail(invalid_field("/entries", "Höchstens 500 Einträge.", "At most 500 entries."));
  }
  std::set<Subject> named;
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    const std::string pointer = "/entries/" + std::to_string(i);
    DMS_TRY(check_entry(view, list.entries[i], pointer));
    if (!named.insert(list.entries[i].subject).second) {
      return fail(invalid_field(pointer + "/subject",
                                "Dieser Berechtigte steht schon in der Liste.",
                                "This subject is in the list already."));
    }
  }
  return list.is_protected ? check_protected(view, list) : Result<void>();
}

Result<void> require_may_change(const storage::View& view, const Actor& actor,
                                const ListChange& change) {
  const ManagesBy ground = DMS_TRY(manages_by(view, actor, change.scope));
  if (ground == ManagesBy::right) return {};
  if (ground == ManagesBy::nothing) {
    return require_right(DMS_TRY(rights_in(view, actor, change.scope)), Right::manage_rights);
  }
  if (change.before.is_protected) {
    return fail(ErrorCode::forbidden,
                "Diesen geschützten Bereich verwaltet nur, wer darin dazu berechtigt ist.",
                "Only those entitled in this protected scope manage it.");
  }
  const auto subjects = DMS_TRY(subjects_of(view, actor.user));
  const Rights gained =
      rights_by(change.after, subjects).without(rights_by(change.before, subjects));
  if (gained.empty()) return {};
  return fail(ErrorCode::forbidden,
              "Wer das System verwaltet, kann sich nicht selbst Rechte an Akten geben.",
              "A system administrator cannot give himself rights to files.");
}

}  // namespace dms
