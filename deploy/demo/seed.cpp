#include "deploy/demo/seed.h"

#include <algorithm>

#include "deploy/demo/loader.h"
#include "dms/base/bytes.h"
#include "dms/base/random.h"
#include "dms/file_plan_csv.h"

namespace dms::demo {

namespace {

const std::string house = "Gemeindeverwaltung";
const std::string personnel_unit_code = "030.2";

// What was made so far and is needed by what follows.
struct Founding {
  Tenant& tenant;
  const Clock& clock;
  const SeedInput& input;
  Actor administrator;
  HouseIds ids;
};

NewUser new_user(const SeedInput& input, const Person& person) {
  const std::string& town = input.town.self.email;
  NewUser user;
  user.name = person.name;
  user.display_name = person.display_name;
  user.email = person.name + town.substr(std::min(town.find('@'), town.size()));
  user.password = input.passwords.at(person.name);
  return user;
}

Result<void> make_org_units(Founding& at) {
  OrgUnits& org_units = at.tenant.org_units();
  const OrgUnit root = DMS_TRY(org_units.create(at.administrator, {house, "", std::nullopt}));
  at.ids.org_units[house] = root.id;
  for (const Person& person : at.input.town.people) {
    if (person.department.empty() || at.ids.org_units.contains(person.department)) continue;
    const OrgUnit unit =
        DMS_TRY(org_units.create(at.administrator, {person.department, "", root.id}));
    at.ids.org_units[person.department] = unit.id;
  }
  return {};
}

Result<void> make_users(Founding& at) {
  for (const Person& person : at.input.town.people) {
    if (person.role == "administrator") continue;
    NewUser input = new_user(at.input, person);
    input.org_unit = at.ids.org_units.at(person.department);
    at.ids.users[person.name] = DMS_TRY(at.tenant.users().create(at.administrator, input)).id;
  }
  return {};
}

// The whole house files and signs everywhere, heads of departments close too, some keep the records
// and may have them destroyed; the administrator is in no org unit and reads nothing.
Result<void> open_plan_to_house(Founding& at) {
  AccessList list;
  AccessEntry entry;
  entry.subject = {SubjectKind::org_unit, at.ids.org_units.at(house).value};
  entry.role = Role::clerk;
  entry.rights = {Right::sign};
  list.entries.push_back(entry);
  const std::vector<std::string>& managers = at.input.town.record_managers;
  for (const Person& person : at.input.town.people) {
    const bool manages = std::find(managers.begin(), managers.end(), person.name) != managers.end();
    if (!person.is_head && !manages) continue;
    AccessEntry more;
    more.subject = {SubjectKind::user, at.ids.users.at(person.name).value};
    more.role = manages ? Role::record_manager : Role::signer;
    list.entries.push_back(more);
  }
  AccessLists& lists = at.tenant.access_lists();
  const Access before = DMS_TRY(lists.get_access(at.administrator, ScopeId{}));
  DMS_TRY(lists.set_access(at.administrator, ScopeId{}, list, before.revision));
  return {};
}

// Who works in the department deals with its post, and whoever else is named.
Result<void> make_inboxes(Founding& at) {
  for (const InboxScript& script : at.input.town.inboxes) {
    NewInbox inbox{script.name, at.ids.org_units.at(script.department), {}};
    std::vector<Subject> subjects = {{SubjectKind::org_unit, inbox.org_unit.value}};
    for (const std::string& name : script.others) {
      subjects.push_back({SubjectKind::user, at.ids.users.at(name).value});
    }
    for (const Subject& subject : subjects) {
      AccessEntry& entry = inbox.access.entries.emplace_back();
      entry.subject = subject;
      entry.role = Role::clerk;
    }
    at.ids.inboxes[script.department] =
        DMS_TRY(at.tenant.inboxes().create(at.administrator, inbox)).id;
  }
  return {};
}

Result<std::vector<FilePlanUnit>> make_plan(Founding& at) {
  FilePlan& plan = at.tenant.file_plan();
  const FilePlanInfo info = DMS_TRY(plan.info(at.administrator));
  FilePlanFields fields = info.fields;
  fields.title = at.input.plan_title;
  DMS_TRY(plan.update_info(at.administrator, fields, info.change.revision));
  const FilePlanImportReport report = DMS_TRY(import_file_plan(
      at.tenant.store(), at.clock, at.administrator, at.input.plan_csv, ImportMode::write));
  if (!report.written) {
    return fail(operator_error(ErrorCode::internal,
                               std::to_string(report.errors) + " faulty lines in the plan"));
  }
  std::vector<FilePlanUnit> units = DMS_TRY(plan.all(at.administrator));
  for (const FilePlanUnit& unit : units) at.ids.units[unit.fields.code] = unit.id;
  return units;
}

// Personnel files are seen by those who are named, only.
Result<void> protect_personnel_files(Founding& at, const std::vector<FilePlanUnit>& units) {
  const auto unit = std::find_if(units.begin(), units.end(), [](const FilePlanUnit& candidate) {
    return candidate.fields.code == personnel_unit_code;
  });
  if (unit == units.end() || at.input.town.personnel_readers.empty()) return {};
  AccessList list;
  list.is_protected = true;
  for (const std::string& name : at.input.town.personnel_readers) {
    AccessEntry entry;
    entry.subject = {SubjectKind::user, at.ids.users.at(name).value};
    entry.role = Role::record_manager;
    list.entries.push_back(entry);
  }
  DMS_TRY(at.tenant.file_plan().give_access_list(at.administrator, unit->id, list,
                                                 unit->change.revision));
  return {};
}

Result<void> make_templates(Founding& at) {
  workflow::RoutingTemplates templates(at.tenant.store(), at.clock);
  for (const TemplateScript& script : at.input.town.templates) {
    workflow::RoutingTemplateFields fields{script.name, {}};
    for (const StageScript& stage : script.stages) {
      workflow::NewStage& made = fields.stages.emplace_back();
      for (const StepScript& step : stage) {
        workflow::NewStep& asked = made.steps.emplace_back();
        asked.directive = step.directive;
        if (!step.assignee.empty()) asked.assignee = DMS_TRY(subject_of(at.ids, step.assignee));
        asked.instruction = step.instruction;
        asked.due_days = step.due_days;
      }
    }
    at.ids.templates[script.name] = DMS_TRY(templates.create(at.administrator, fields)).id;
  }
  return {};
}

}  // namespace

Passwords make_passwords(const Town& town) {
  Passwords passwords;
  for (const Person& person : town.people) {
    passwords[person.name] = Secret(to_base64url(random_bytes(12)));
  }
  return passwords;
}

Result<void> seed(Tenant& tenant, StoryClock& clock, const SeedInput& input) {
  const Person* administrator = find_person(input.town, input.town.founded.by);
  if (administrator == nullptr) {
    return fail(operator_error(ErrorCode::invalid, "nobody founds the town"));
  }
  clock.set(input.town.founded.at);
  DMS_TRY(tenant.users().bootstrap_administrator(new_user(input, *administrator)));
  Desk desk(tenant, input.passwords);
  Founding at{tenant, clock, input, DMS_TRY(desk.actor(administrator->name)), {}};
  DMS_TRY(make_org_units(at));
  DMS_TRY(make_users(at));
  DMS_TRY(make_inboxes(at));
  DMS_TRY(open_plan_to_house(at));
  DMS_TRY(protect_personnel_files(at, DMS_TRY(make_plan(at))));
  DMS_TRY(make_templates(at));
  Loader loader(tenant, clock, input.town, at.ids, desk);
  DMS_TRY(loader.run());
  return desk.close();
}

}  // namespace dms::demo
