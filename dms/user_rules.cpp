#include "dms/user_rules.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/group.h"
#include "dms/org_unit.h"
#include "dms/permission.h"

namespace dms {

namespace {

constexpr LineLimits name_limits{1, 64};
constexpr LineLimits display_name_limits{1, 200};
constexpr LineLimits email_limits{0, 254};
constexpr std::size_t groups_max = 100;

struct UserEventDetail {
  std::string name;
  std::string display_name;
  std::string email;
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool active = true;
  bool system_administrator = false;
};
BOOST_DESCRIBE_STRUCT(UserEventDetail, (),
                      (name, display_name, email, org_unit, groups, active, system_administrator))

Result<std::string> clean_name(const std::string& typed) {
  std::string name = DMS_TRY(clean_line(typed, "/name", name_limits));
  if (name.find(' ') != std::string::npos || fold_german(name).empty()) {
    return fail(invalid_field("/name", "Ein Benutzername enthält keine Leerzeichen.",
                              "A user name has no spaces."));
  }
  return name;
}

Result<std::string> clean_email(const std::string& typed) {
  std::string email = DMS_TRY(clean_line(typed, "/email", email_limits));
  const std::size_t at = email.find('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                          email.find(' ') == std::string::npos;
  if (!email.empty() && !is_address) {
    return fail(
        invalid_field("/email", "Das ist keine E-Mail-Adresse.", "This is not an e-mail address."));
  }
  return email;
}

// Sorted, each once.
Result<std::vector<GroupId>> clean_groups(std::vector<GroupId> groups) {
  if (groups.size() > groups_max) {
    return fail(invalid_field("/groups", "Höchstens 100 Gruppen.", "At most 100 groups."));
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

}  // namespace

User to_user(const UserRecord& record) {
  User user;
  user.id = record.id;
  user.revision = record.revision;
  user.name = record.name;
  user.display_name = record.display_name;
  user.email = record.email;
  user.org_unit = record.org_unit;
  user.groups = record.groups;
  user.active = record.active;
  user.system_administrator = record.system_administrator;
  user.created = record.created;
  user.modified = record.modified;
  return user;
}

std::string user_event_detail(const UserRecord& record) {
  UserEventDetail detail;
  detail.name = record.name;
  detail.display_name = record.display_name;
  detail.email = record.email;
  detail.org_unit = record.org_unit;
  detail.groups = record.groups;
  detail.active = record.active;
  detail.system_administrator = record.system_administrator;
  return encode_json(detail);
}

std::string erased_name(UserId id) {
  return "erased-" + id.text();
}

Result<void> require_not_erased(const UserRecord& before, const UserRecord& after) {
  if (!after.active || before.name != erased_name(before.id)) return {};
  return fail(ErrorCode::conflict,
              "Die Angaben zu dieser Person sind gelöscht. Bitte legen Sie sie neu an.",
              "This person's details have been erased. Please create a new user.");
}

Result<UserRecord> existing_user(const storage::View& view, UserId id) {
  auto record = DMS_TRY(view.find(user_table, id.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

Result<NewUser> clean_new_user(const NewUser& input) {
  NewUser cleaned = input;
  cleaned.name = DMS_TRY(clean_name(input.name));
  cleaned.display_name =
      DMS_TRY(clean_line(input.display_name, "/display_name", display_name_limits));
  cleaned.email = DMS_TRY(clean_email(input.email));
  cleaned.groups = DMS_TRY(clean_groups(input.groups));
  cleaned.password = DMS_TRY(normalize_password(input.password, "/password"));
  DMS_TRY(check_new_password(cleaned.password, cleaned.name, "/password"));
  return cleaned;
}

Result<UserChange> clean_user_change(const UserChange& input) {
  UserChange cleaned = input;
  if (input.display_name) {
    cleaned.display_name =
        DMS_TRY(clean_line(*input.display_name, "/display_name", display_name_limits));
  }
  if (input.email) cleaned.email = DMS_TRY(clean_email(*input.email));
  if (input.groups) cleaned.groups = DMS_TRY(clean_groups(*input.groups));
  if (input.password) cleaned.password = DMS_TRY(normalize_password(*input.password, "/password"));
  if (input.org_unit && input.clear_org_unit) {
    return fail(invalid_field("/org_unit", "Entweder zuordnen oder herausnehmen.",
                              "Either assign or clear."));
  }
  return cleaned;
}

Result<void> check_user(const storage::View& view, const UserRecord& record) {
  const auto holder = DMS_TRY(
      view.find_by(user_table, "name", storage::KeyBuilder().text(record.folded_name).take()));
  if (holder && holder->id != record.id) {
    return fail(ErrorCode::conflict, "Diesen Benutzernamen gibt es schon.",
                "This user name exists already.");
  }
  for (std::size_t i = 0; i < record.groups.size(); ++i) {
    if (!DMS_TRY(group_exists(view, record.groups[i]))) {
      return fail(invalid_field("/groups/" + std::to_string(i), "Diese Gruppe gibt es nicht.",
                                "This group does not exist."));
    }
  }
  if (record.org_unit && !DMS_TRY(org_unit_exists(view, *record.org_unit))) {
    return fail(invalid_field("/org_unit", "Diese Organisationseinheit gibt es nicht.",
                              "This org unit does not exist."));
  }
  return {};
}

Result<void> require_not_own_rights(const Actor& actor, const UserRecord& before,
                                    const UserRecord& after) {
  const bool same = before.groups == after.groups && before.org_unit == after.org_unit &&
                    before.active == after.active &&
                    before.system_administrator == after.system_administrator;
  if (actor.user != before.id || same) return {};
  return fail(ErrorCode::forbidden,
              "Die eigenen Gruppen, Zuordnungen und Rollen ändert nur jemand anderes.",
              "Only somebody else changes your own groups, org unit and roles.");
}

Result<void> require_an_administrator_left(const storage::View& view, const UserRecord& before,
                                           const UserRecord& after) {
  const auto administers = [](const UserRecord& user) {
    return user.active && user.system_administrator;
  };
  if (!administers(before) || administers(after)) return {};
  storage::ScanOptions two;
  two.limit = 2;
  if (DMS_TRY(view.scan_index(user_table, "administrator", two)).items.size() > 1) return {};
  return fail(ErrorCode::conflict, "Es muss eine Systemverwaltung bleiben.",
              "A system administrator must remain.");
}

}  // namespace dms
