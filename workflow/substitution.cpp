#include "workflow/substitution.h"

#include "dms/base/json_codec.h"
#include "dms/field_cleaner.h"
#include "dms/identity_event.h"
#include "dms/local_date.h"
#include "dms/permission.h"
#include "dms/user.h"
#include "workflow/routing_store.h"
#include "workflow/staffing.h"

namespace dms::workflow {

using storage::Commit;
using storage::View;

namespace {

constexpr std::size_t substitutions_max = 100;  // of one user that are not over
constexpr std::chrono::days duration_max{366};

struct SubstitutionDetail {
  UserId absent;
  UserId deputy;
  Date first_day;
  Date last_day;
};
BOOST_DESCRIBE_STRUCT(SubstitutionDetail, (), (absent, deputy, first_day, last_day))

Substitution to_value(const SubstitutionRecord& record) {
  return {record.id,
          {record.absent, record.deputy, record.first_day, record.last_day},
          change_info(record)};
}

void assign_fields(SubstitutionRecord& record, const SubstitutionFields& fields) {
  record.absent = fields.absent;
  record.deputy = fields.deputy;
  record.first_day = fields.first_day;
  record.last_day = fields.last_day;
}

storage::Event substitution_event(const Actor& actor, std::string_view kind,
                                  const SubstitutionRecord& record) {
  return object_event(actor, kind, record.id.value, record.absent.value,
                      encode_json(SubstitutionDetail{record.absent, record.deputy, record.first_day,
                                                     record.last_day}));
}

// In person, and for himself or as an administrator; others learn nothing of it.
Result<void> require_may_enter(const View& view, const Actor& actor, UserId absent) {
  DMS_TRY(require_active(view, actor));
  if (!actor.token && actor.user == absent) return {};
  if (DMS_TRY(is_administrator(view, actor))) return {};
  return fail(absent_object());
}

Result<void> check_fields(const View& view, const SubstitutionFields& fields, Date today) {
  FieldCleaner clean("");
  const auto length =
      std::chrono::sys_days{fields.last_day} - std::chrono::sys_days{fields.first_day};
  clean.require(fields.first_day.ok() && fields.last_day.ok() && length >= std::chrono::days{0} &&
                    length <= duration_max,
                "last_day",
                "Der letzte Tag liegt nicht vor dem ersten und höchstens ein Jahr danach.",
                "The last day is not before the first and at most a year after it.");
  clean.require(fields.last_day >= today, "last_day", "Diese Vertretung wäre schon vorbei.",
                "This substitution would be over already.");
  clean.require(fields.deputy != fields.absent, "deputy", "Niemand vertritt sich selbst.",
                "Nobody deputises for himself.");
  const auto exists = [&](UserId user) {
    return subject_exists(view, {SubjectKind::user, user.value});
  };
  clean.require(DMS_TRY(exists(fields.deputy)), "deputy", "Diese Person gibt es nicht.",
                "This person does not exist.");
  clean.require(DMS_TRY(exists(fields.absent)), "absent", "Diese Person gibt es nicht.",
                "This person does not exist.");
  return clean.finish();
}

Result<std::vector<SubstitutionRecord>> not_over(const View& view, std::string_view index,
                                                 UserId user, Date today) {
  storage::ScanOptions options;
  options.prefix = substitution_prefix(user);
  options.after = substitution_after(user, today);
  options.limit = 10 * substitutions_max;
  return DMS_TRY(view.scan_index(substitution_table, index, options)).items;
}

Result<SubstitutionRecord> existing(const View& view, const Actor& actor, SubstitutionId id) {
  auto record = DMS_TRY(view.find(substitution_table, id.key()));
  if (!record) return fail(absent_object());
  DMS_TRY(require_may_enter(view, actor, record->absent));
  return std::move(*record);
}

}  // namespace

Result<Substitution> Substitutions::create(const Actor& actor, const SubstitutionFields& fields,
                                           const AlsoCommit& also) {
  const Instant now = clock_.now();
  SubstitutionRecord made;
  made.id = SubstitutionId::make(now);
  assign_fields(made, fields);
  stamp_created(made, {now, actor.user});
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_may_enter(view, actor, fields.absent));
    DMS_TRY(check_fields(view, fields, local_date(now)));
    if (DMS_TRY(not_over(view, "absent", fields.absent, local_date(now))).size() >=
        substitutions_max) {
      return fail(ErrorCode::conflict, "Es sind zu viele Vertretungen eingetragen.",
                  "Too many substitutions have been entered.");
    }
    Commit commit(view);
    DMS_TRY(commit.insert(substitution_table, made));
    commit.append(substitution_event(actor, "substitution.created", made));
    if (also) DMS_TRY(also(view, commit, made.id.value));
    return commit;
  }));
  return to_value(made);
}

Result<Substitution> Substitutions::update(const Actor& actor, SubstitutionId id,
                                           const SubstitutionFields& fields,
                                           std::uint64_t if_match) {
  const Instant now = clock_.now();
  SubstitutionRecord changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    changed = DMS_TRY(existing(view, actor, id));
    DMS_TRY(check_revision(changed.revision, if_match));
    SubstitutionFields after = fields;
    after.absent = changed.absent;
    DMS_TRY(check_fields(view, after, local_date(now)));
    assign_fields(changed, after);
    stamp_modified(changed, {now, actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(substitution_table, changed));
    commit.append(substitution_event(actor, "substitution.changed", changed));
    return commit;
  }));
  return to_value(changed);
}

Result<void> Substitutions::remove(const Actor& actor, SubstitutionId id, std::uint64_t if_match) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const SubstitutionRecord record = DMS_TRY(existing(view, actor, id));
    DMS_TRY(check_revision(record.revision, if_match));
    Commit commit(view);
    DMS_TRY(commit.erase(substitution_table, id.key()));
    commit.append(substitution_event(actor, "substitution.removed", record));
    return commit;
  }));
  return {};
}

Result<std::vector<Substitution>> Substitutions::list(const Actor& actor, UserId user) const {
  using List = std::vector<Substitution>;
  return store_.read<List>([&](const View& view) -> Result<List> {
    DMS_TRY(require_may_enter(view, actor, user));
    List list;
    for (const char* index : {"absent", "deputy"}) {
      for (const SubstitutionRecord& each :
           DMS_TRY(not_over(view, index, user, local_date(clock_.now())))) {
        list.push_back(to_value(each));
      }
    }
    return list;
  });
}

}  // namespace dms::workflow
