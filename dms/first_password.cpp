#include "dms/first_password.h"

#include "dms/base/text.h"
#include "dms/identity_event.h"
#include "dms/identity_revision.h"
#include "dms/user_record.h"

namespace dms {

namespace {

Result<void> require_no_password(const storage::View& view) {
  storage::ScanOptions page;
  do {
    const auto found = DMS_TRY(view.scan(user_table, page));
    for (const UserRecord& user : found.items) {
      if (user.password_hash.empty()) continue;
      return fail(ErrorCode::conflict, "Hier gibt es schon Benutzer.", "There are users already.");
    }
    page.after = found.cursor;
  } while (!page.after.empty());
  return {};
}

Result<UserRecord> administrator_named(const storage::View& view, std::string_view name) {
  auto found = DMS_TRY(
      view.find_by(user_table, "name", storage::KeyBuilder().text(fold_german(name)).take()));
  if (found && found->active && found->system_administrator) return std::move(*found);
  return fail(ErrorCode::not_found, "So heißt hier niemand aus der Systemverwaltung.",
              "No active system administrator has that name.");
}

}  // namespace

Result<std::string> give_first_password(storage::Store& store, const PasswordTools& tools,
                                        std::string_view name, const Secret& typed) {
  const Secret password = DMS_TRY(normalize_password(typed, "/password"));
  DMS_TRY(check_new_password(password, name, "/password"));
  const std::string hash = DMS_TRY(tools.hasher.hash(password));
  std::string its_name;
  DMS_TRY(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_no_password(view));
    UserRecord user = DMS_TRY(administrator_named(view, name));
    its_name = user.name;
    user.password_hash = hash;
    ++user.session_generation;
    ++user.revision;
    user.modified = tools.clock.now();
    user.modified_by = UserId{};
    storage::Commit commit(view);
    DMS_TRY(commit.put(user_table, user));
    DMS_TRY(advance_identity_revision(view, commit));
    commit.append(identity_event(Actor{}, "user.password_set", user.id.value));
    return commit;
  }));
  return its_name;
}

}  // namespace dms
