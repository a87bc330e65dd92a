#include "deploy/demo/seed.h"

#include <algorithm>
#include <map>

#include "dms/base/bytes.h"
#include "dms/base/random.h"
#include "dms/file_plan_csv.h"

namespace dms::demo {

namespace {

const std::string house = "Gemeindeverwaltung";
const std::string personnel_unit_code = "030.2";

// What was made so far and is needed by what follows.
struct Town {
  Tenant& tenant;
  Actor administrator;
  std::map<std::string, OrgUnitId> org_units;
  std::map<std::string, UserId> users;
  std::map<std::string, FilePlanUnit> units;  // by code
};

DemoUser with_password(DemoUser user) {
  user.password = to_base64url(random_bytes(12));
  return user;
}

NewUser new_user(const DemoUser& user) {
  NewUser input;
  input.name = user.name;
  input.display_name = user.display_name;
  input.password = Secret{user.password};
  return input;
}

Result<void> make_org_units(Town& town, const std::vector<DemoUser>& users) {
  OrgUnits& org_units = town.tenant.org_units();
  const OrgUnit root = DMS_TRY(org_units.create(town.administrator, {house, "", std::nullopt}));
  town.org_units[house] = root.id;
  for (const DemoUser& user : users) {
    if (user.department.empty() || town.org_units.contains(user.department)) continue;
    const OrgUnit unit =
        DMS_TRY(org_units.create(town.administrator, {user.department, "", root.id}));
    town.org_units[user.department] = unit.id;
  }
  return {};
}

Result<void> make_users(Town& town, const std::vector<DemoUser>& users) {
  for (const DemoUser& user : users) {
    if (user.role == "administrator") continue;
    NewUser input = new_user(user);
    input.org_unit = town.org_units.at(user.department);
    town.users[user.name] = DMS_TRY(town.tenant.users().create(town.administrator, input)).id;
  }
  return {};
}

// The whole house files everywhere; the administrator is in no org unit and reads nothing.
Result<void> open_plan_to_house(Town& town) {
  AccessList list;
  AccessEntry entry;
  entry.subject = {SubjectKind::org_unit, town.org_units.at(house).value};
  entry.role = Role::clerk;
  list.entries.push_back(entry);
  const Access before =
      DMS_TRY(town.tenant.access_lists().get_access(town.administrator, ScopeId{}));
  DMS_TRY(
      town.tenant.access_lists().set_access(town.administrator, ScopeId{}, list, before.revision));
  return {};
}

// Personnel files are seen by two named people only.
Result<void> protect_personnel_files(Town& town, const std::vector<std::string>& names) {
  const auto unit = town.units.find(personnel_unit_code);
  if (unit == town.units.end()) return {};
  AccessList list;
  list.is_protected = true;
  for (const std::string& name : names) {
    AccessEntry entry;
    entry.subject = {SubjectKind::user, town.users.at(name).value};
    entry.role = Role::record_manager;
    list.entries.push_back(entry);
  }
  DMS_TRY(town.tenant.file_plan().give_access_list(town.administrator, unit->second.id, list,
                                                   unit->second.change.revision));
  return {};
}

Result<void> make_plan(Town& town, const SeedInput& input) {
  const FilePlanInfo info = DMS_TRY(town.tenant.file_plan().info(town.administrator));
  FilePlanFields fields = info.fields;
  fields.title = input.plan_title;
  DMS_TRY(town.tenant.file_plan().update_info(town.administrator, fields, info.change.revision));
  const FilePlanImportReport report =
      DMS_TRY(import_file_plan(town.tenant.store(), town.tenant.clock(), town.administrator,
                               input.plan_csv, ImportMode::write));
  if (!report.written) {
    return fail(operator_error(ErrorCode::internal,
                               std::to_string(report.errors) + " faulty lines in the plan"));
  }
  for (FilePlanUnit& unit : DMS_TRY(town.tenant.file_plan().all(town.administrator))) {
    town.units.emplace(unit.fields.code, std::move(unit));
  }
  return {};
}

// Nobody writes letters on a Sunday.
Date letter_date(const Clock& clock, int days_ago) {
  auto day = std::chrono::floor<std::chrono::days>(clock.now()) - std::chrono::days{days_ago};
  if (std::chrono::weekday{day} == std::chrono::Sunday) day -= std::chrono::days{1};
  return Date{day};
}

std::string file_name_of(const StoryDocument& document, Date date) {
  std::string name = format_date(date) + " " + document.subject;
  std::replace(name.begin(), name.end(), '/', '-');
  return name + file_extension(document.format);
}

Result<void> file_letter(Town& town, const Actor& clerk, DossierId dossier,
                         const StoryDocument& document) {
  const Date date = letter_date(town.tenant.clock(), document.days_ago);
  const Letter letter{document.from, document.to, date, document.subject, document.paragraphs};
  const std::string bytes = DMS_TRY(render_letter(letter, document.format));
  auto writer = DMS_TRY(town.tenant.store().write_content(storage::KeyDomain{}));
  DMS_TRY(writer->append(bytes));
  const storage::StagedContent content = DMS_TRY(writer->finish());
  NewDocument input;
  input.dossier = dossier;
  input.fields.subject = document.subject;
  input.fields.type = document.type;
  input.fields.direction = document.direction;
  input.fields.sender = document.from;
  input.fields.recipients = {document.to};
  input.fields.letter_date = date;
  if (document.direction == Direction::incoming) input.fields.received_on = date;
  input.version.file_name = file_name_of(document, date);
  DMS_TRY(town.tenant.documents().file_document(clerk, input, content));
  return {};
}

Result<void> tell_story(Town& town, const Actor& clerk, const Story& story) {
  NewDossier input;
  input.unit = town.units.at(story.unit_code).id;
  input.fields.title = story.title;
  input.fields.classification = story.classification;
  input.fields.lead_unit = town.org_units.at(house);
  const Dossier dossier = DMS_TRY(town.tenant.dossiers().open(clerk, input));
  for (const StoryDocument& document : story.documents) {
    DMS_TRY(file_letter(town, clerk, dossier.id, document));
  }
  return {};
}

}  // namespace

std::vector<DemoUser> musterbach_users() {
  std::vector<DemoUser> users = {
      {"h.brandt", "Hilde Brandt", "clerk", "Hauptamt", ""},
      {"m.lindqvist", "Marit Lindqvist", "clerk", "Bauamt", ""},
      {"j.keller", "Jonas Keller", "mobile", "Bauamt", ""},
      {"b.oezdemir", "Berna Özdemir", "mobile", "Hauptamt", ""},
      {"t.wiegand", "Thilo Wiegand", "clerk", "Bürgerdienste", ""},
      {"s.novak", "Sanja Novak", "clerk", "Bürgerdienste", ""},
      {"k.amrein", "Kurt Amrein", "clerk", "Kämmerei", ""},
      {"l.petersen", "Levke Petersen", "clerk", "Kämmerei", ""},
      {"r.stadler", "Rosa Stadler", "clerk", "Hauptamt", ""},
      {"administrator", "Systemverwaltung", "administrator", "", ""},
  };
  std::transform(users.begin(), users.end(), users.begin(), with_password);
  return users;
}

std::vector<DemoUser> nebenbach_users() {
  std::vector<DemoUser> users = {
      {"e.falk", "Enno Falk", "clerk", "Rathaus", ""},
      {"administrator", "Systemverwaltung", "administrator", "", ""},
  };
  std::transform(users.begin(), users.end(), users.begin(), with_password);
  return users;
}

Result<void> seed(Tenant& tenant, const SeedInput& input) {
  const auto administrator = std::find_if(input.users.begin(), input.users.end(),
                                          [](auto& user) { return user.role == "administrator"; });
  const User first = DMS_TRY(tenant.users().bootstrap_administrator(new_user(*administrator)));
  Town town{tenant, {}, {}, {}, {}};
  town.administrator.user = first.id;
  town.administrator.system_administrator = true;
  DMS_TRY(make_org_units(town, input.users));
  DMS_TRY(make_users(town, input.users));
  DMS_TRY(open_plan_to_house(town));
  DMS_TRY(make_plan(town, input));
  const DemoUser& clerk = input.users.front();
  std::vector<std::string> trusted = {clerk.name};
  if (town.users.contains("b.oezdemir")) trusted.emplace_back("b.oezdemir");
  DMS_TRY(protect_personnel_files(town, trusted));
  Actor actor;
  actor.user = town.users.at(clerk.name);
  for (const Story& story : input.stories) DMS_TRY(tell_story(town, actor, story));
  return {};
}

}  // namespace dms::demo
