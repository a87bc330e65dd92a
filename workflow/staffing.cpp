#include "workflow/staffing.h"

#include <algorithm>

#include "dms/group.h"
#include "dms/local_date.h"
#include "dms/org_unit.h"
#include "dms/subjects.h"
#include "dms/user_record.h"
#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::View;

namespace {

Result<void> add_deputyships(const View& view, std::string_view index, UserId user, Date today,
                             std::set<Deputyship>& into) {
  storage::ScanOptions options;
  options.prefix = substitution_prefix(user);
  options.after = substitution_after(user, today);
  options.limit = substitutions_read_max;
  for (const SubstitutionRecord& each :
       DMS_TRY(view.scan_index(substitution_table, index, options)).items) {
    if (each.first_day <= today) into.insert({each.absent, each.deputy});
  }
  return {};
}

// Adds every active user to those of `candidates` that he is.
Result<void> add_members(const View& view, std::map<Subject, std::set<UserId>>& candidates) {
  storage::ScanOptions options;
  do {
    const auto page = DMS_TRY(view.scan(user_table, options));
    for (const UserRecord& user : page.items) {
      if (!user.active) continue;
      for (const Subject& subject : DMS_TRY(subjects_of(view, user.id))) {
        const auto found = candidates.find(subject);
        if (found != candidates.end()) found->second.insert(user.id);
      }
    }
    options.after = page.cursor;
  } while (!options.after.empty());
  return {};
}

}  // namespace

Result<Staffing> staffing_of(const View& view, const std::set<Subject>& subjects,
                             const Acting& acting, Instant now) {
  Staffing staffing;
  bool names_many = false;
  for (const Subject& subject : subjects) {
    std::set<UserId>& candidates = staffing.candidates[subject];
    if (subject.kind == SubjectKind::user) {
      const auto user = DMS_TRY(view.find(user_table, raw_bytes(subject.id)));
      if (user && user->active) candidates.insert(user->id);
    } else if (subject.kind != SubjectKind::everyone) {
      names_many = true;
    }
  }
  if (names_many) DMS_TRY(add_members(view, staffing.candidates));
  const Date today = local_date(now);
  for (const auto& user : {std::optional(acting.user), acting.on_behalf_of}) {
    if (!user || !acting.on_behalf_of) continue;
    for (const char* index : {"absent", "deputy"}) {
      DMS_TRY(add_deputyships(view, index, *user, today, staffing.deputyships));
    }
  }
  return staffing;
}

Result<std::vector<Standing>> standings_of(const View& view, const Actor& actor, Instant now) {
  std::vector<Standing> standings;
  if (actor.token) return standings;
  const auto add = [&](UserId user, std::optional<UserId> on_behalf_of) -> Result<void> {
    Standing standing{on_behalf_of, DMS_TRY(subjects_of(view, user))};
    std::erase_if(standing.subjects,
                  [](const Subject& each) { return each.kind == SubjectKind::everyone; });
    if (!standing.subjects.empty()) standings.push_back(std::move(standing));
    return {};
  };
  DMS_TRY(add(actor.user, std::nullopt));
  if (standings.empty()) return standings;
  std::set<Deputyship> deputyships;
  DMS_TRY(add_deputyships(view, "deputy", actor.user, local_date(now), deputyships));
  for (const Deputyship& each : deputyships) DMS_TRY(add(each.absent, each.absent));
  return standings;
}

Result<bool> subject_exists(const View& view, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::user: {
      const auto user = DMS_TRY(view.find(user_table, raw_bytes(subject.id)));
      return user && user->active;
    }
    case SubjectKind::group:
      return group_exists(view, GroupId{subject.id});
    case SubjectKind::org_unit:
      return org_unit_exists(view, OrgUnitId{subject.id});
    case SubjectKind::everyone:
      break;
  }
  return false;
}

}  // namespace dms::workflow
