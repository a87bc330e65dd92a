#include "workflow/absence.h"

#include <algorithm>

#include "dms/local_date.h"
#include "dms/user.h"
#include "workflow/routing_store.h"
#include "workflow/staffing.h"

namespace dms::workflow {

using storage::View;

namespace {

Result<std::optional<Absence>> absence_of(const View& view, UserId user, Date today) {
  storage::ScanOptions options;
  options.prefix = substitution_prefix(user);
  options.after = substitution_after(user, today);
  options.limit = substitutions_read_max;
  std::optional<Absence> absence;
  for (const SubstitutionRecord& each :
       DMS_TRY(view.scan_index(substitution_table, "absent", options)).items) {
    if (each.first_day > today) continue;
    if (!absence) absence.emplace();
    absence->until = each.last_day;  // the index goes from the first to be over to the last
    auto& deputies = absence->deputies;
    const bool is_new = std::find(deputies.begin(), deputies.end(), each.deputy) == deputies.end();
    if (is_new && DMS_TRY(subject_exists(view, {SubjectKind::user, each.deputy.value}))) {
      deputies.push_back(each.deputy);
    }
  }
  return absence;
}

}  // namespace

Result<std::map<UserId, Absence>> absences_of(const storage::Store& store, const Actor& actor,
                                              const std::vector<UserId>& users, Instant now) {
  using Absences = std::map<UserId, Absence>;
  return store.read<Absences>([&](const View& view) -> Result<Absences> {
    DMS_TRY(require_active(view, actor));
    const Date today = local_date(now);
    Absences absences;
    for (const UserId user : users) {
      if (auto absence = DMS_TRY(absence_of(view, user, today))) {
        absences.emplace(user, std::move(*absence));
      }
    }
    return absences;
  });
}

}  // namespace dms::workflow
