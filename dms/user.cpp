#include "dms/user.h"

#include <utility>

#include "dms/base/text.h"
#include "dms/change.h"
#include "dms/identity_event.h"
#include "dms/identity_list.h"
#include "dms/identity_revision.h"
#include "dms/login_throttle.h"
#include "dms/permission.h"
#include "dms/sign_in_failures.h"
#include "dms/user_rules.h"

namespace dms {

namespace {

UserRecord new_record(const NewUser& input, std::string password_hash, UserId by, Instant now) {
  UserRecord record;
  record.id = UserId::make(now);
  record.revision = 1;
  record.name = input.name;
  record.folded_name = fold_german(input.name);
  record.display_name = input.display_name;
  record.email = input.email;
  record.org_unit = input.org_unit;
  record.groups = input.groups;
  record.system_administrator = input.system_administrator;
  record.password_hash = std::move(password_hash);
  record.created = record.modified = now;
  record.created_by = record.modified_by = by;
  return record;
}

Result<storage::Commit> commit_new(const storage::View& view, const Actor& actor,
                                   const UserRecord& record) {
  DMS_TRY(check_user(view, record));
  storage::Commit commit(view);
  DMS_TRY(commit.insert(user_table, record));
  DMS_TRY(advance_identity_revision(view, commit));
  commit.append(identity_event(actor, "user.created", record.id.value, user_event_detail(record)));
  return commit;
}

UserRecord changed_record(const UserRecord& before, const UserChange& change,
                          const std::string& password_hash) {
  UserRecord after = before;
  if (change.display_name) after.display_name = *change.display_name;
  if (change.email) after.email = *change.email;
  if (change.org_unit) after.org_unit = change.org_unit;
  if (change.clear_org_unit) after.org_unit.reset();
  if (change.groups) after.groups = *change.groups;
  if (change.active) after.active = *change.active;
  if (change.system_administrator) after.system_administrator = *change.system_administrator;
  if (change.password) after.password_hash = password_hash;
  if (change.password || (before.active && !after.active)) ++after.session_generation;
  return after;
}

// Whoever sits at an open session may not be whose it is.
Result<void> tell_refused_password(storage::Store& store, const Actor& actor) {
  DMS_TRY(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    commit.append(identity_event(actor, "user.password_refused", actor.user.value));
    return commit;
  }));
  return {};
}

Error wrong_current_password() {
  return invalid_field("/current_password", "Das bisherige Passwort stimmt nicht.",
                       "The current password is wrong.");
}

}  // namespace

Users::Users(storage::Store& store, const Clock& clock, const PasswordHasher& hasher,
             LoginThrottle& throttle, SignInFailures& failures)
    : store_(store), clock_(clock), hasher_(hasher), throttle_(throttle), failures_(failures) {}

Result<User> Users::create(const Actor& actor, const NewUser& input) {
  // Asked before the hash as well, so that nobody else can make the server compute hashes.
  DMS_TRY(store_.read<void>(
      [&](const storage::View& view) { return require_administrator(view, actor); }));
  const NewUser cleaned = DMS_TRY(clean_new_user(input));
  std::string hash = DMS_TRY(hasher_.hash(cleaned.password));
  const UserRecord made = new_record(cleaned, std::move(hash), actor.user, clock_.now());
  DMS_TRY(store_.commit([&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    return commit_new(view, actor, made);
  }));
  return to_user(made);
}

Result<User> Users::bootstrap_administrator(const NewUser& input) {
  NewUser cleaned = DMS_TRY(clean_new_user(input));
  cleaned.system_administrator = true;
  std::string hash = DMS_TRY(hasher_.hash(cleaned.password));
  const UserRecord made = new_record(cleaned, std::move(hash), UserId{}, clock_.now());
  DMS_TRY(store_.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::ScanOptions one;
    one.limit = 1;
    if (!DMS_TRY(view.read_keys(user_table.name, one)).empty()) {
      return fail(ErrorCode::conflict, "Hier gibt es schon Benutzer.", "There are users already.");
    }
    return commit_new(view, Actor{}, made);
  }));
  return to_user(made);
}

Result<User> Users::update(const Actor& actor, UserId id, const UserChange& change,
                           std::uint64_t if_match) {
  if (change.password && actor.user == id) {
    return fail(ErrorCode::forbidden, "Das eigene Passwort wird mit dem bisherigen geändert.",
                "Your own password is changed with the current one.");
  }
  const UserRecord seen =
      DMS_TRY(store_.read<UserRecord>([&](const storage::View& view) -> Result<UserRecord> {
        DMS_TRY(require_administrator(view, actor));
        return existing_user(view, id);
      }));
  const UserChange cleaned = DMS_TRY(clean_user_change(change));
  std::string hash;
  if (cleaned.password) {
    DMS_TRY(check_new_password(*cleaned.password, seen.name, "/password"));
    hash = DMS_TRY(hasher_.hash(*cleaned.password));
  }
  const Instant now = clock_.now();
  UserRecord after;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    const UserRecord before = DMS_TRY(existing_user(view, id));
    DMS_TRY(check_revision(before.revision, if_match));
    after = changed_record(before, cleaned, hash);
    DMS_TRY(require_not_own_rights(actor, before, after));
    DMS_TRY(require_an_administrator_left(view, before, after));
    DMS_TRY(require_not_erased(before, after));
    DMS_TRY(check_user(view, after));
    ++after.revision;
    after.modified = now;
    after.modified_by = actor.user;
    storage::Commit commit(view);
    DMS_TRY(commit.put(user_table, after));
    DMS_TRY(advance_identity_revision(view, commit));
    commit.append(identity_event(actor, "user.changed", id.value, user_event_detail(after)));
    if (cleaned.password) commit.append(identity_event(actor, "user.password_set", id.value));
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return to_user(after);
}

Result<User> Users::get(const Actor& actor, UserId id) const {
  return store_.read<User>([&](const storage::View& view) -> Result<User> {
    DMS_TRY(require_administrator(view, actor));
    return to_user(DMS_TRY(existing_user(view, id)));
  });
}

Result<Page<User>> Users::list(const Actor& actor, const PageRequest& page) const {
  return store_.read<Page<User>>([&](const storage::View& view) -> Result<Page<User>> {
    DMS_TRY(require_administrator(view, actor));
    return list_by_name<User>(view, user_table, page, to_user);
  });
}

Result<User> Users::me(const Actor& actor) const {
  return store_.read<User>([&](const storage::View& view) -> Result<User> {
    DMS_TRY(require_active(view, actor));
    return to_user(DMS_TRY(existing_user(view, actor.user)));
  });
}

Result<std::string> Users::display_name(const Actor& actor, UserId id) const {
  return store_.read<std::string>([&](const storage::View& view) -> Result<std::string> {
    DMS_TRY(require_active(view, actor));
    const auto record = DMS_TRY(view.find(user_table, id.key()));
    return record ? record->display_name : std::string();
  });
}

Result<void> Users::change_own_password(const Actor& actor, const OwnPasswordChange& change) {
  if (actor.token) {
    return fail(ErrorCode::forbidden, "Ein Programm kann kein Passwort ändern.",
                "A program cannot change a password.");
  }
  const UserRecord seen =
      DMS_TRY(store_.read<UserRecord>([&](const storage::View& view) -> Result<UserRecord> {
        DMS_TRY(require_active(view, actor));
        return existing_user(view, actor.user);
      }));
  const Secret current = DMS_TRY(normalize_password(change.current, "/current_password"));
  const Secret next = DMS_TRY(normalize_password(change.next, "/new_password"));
  DMS_TRY(check_new_password(next, seen.name, "/new_password"));
  const Result<void> admitted = throttle_.admit(seen.folded_name, change.remote_address);
  if (!admitted) {
    DMS_TRY(failures_.record_throttled_password(actor));
    return fail(admitted.error());
  }
  if (!DMS_TRY(hasher_.verify(current, seen.password_hash))) {
    DMS_TRY(tell_refused_password(store_, actor));
    return fail(wrong_current_password());
  }
  throttle_.succeeded(seen.folded_name, change.remote_address);
  const std::string hash = DMS_TRY(hasher_.hash(next));
  const Instant now = clock_.now();
  DMS_TRY(store_.commit([&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_active(view, actor));
    UserRecord record = DMS_TRY(existing_user(view, actor.user));
    // Somebody else set another one meanwhile: what was verified no longer holds.
    if (record.password_hash != seen.password_hash) return fail(wrong_current_password());
    record.password_hash = hash;
    ++record.session_generation;
    ++record.revision;
    record.modified = now;
    record.modified_by = actor.user;
    storage::Commit commit(view);
    DMS_TRY(commit.put(user_table, record));
    DMS_TRY(advance_identity_revision(view, commit));
    commit.append(identity_event(actor, "user.password_changed", record.id.value));
    return commit;
  }));
  return {};
}

Result<void> require_active(const storage::View& view, const Actor& actor) {
  const auto record = DMS_TRY(view.find(user_table, actor.user.key()));
  if (record && record->active) return {};
  return fail(ErrorCode::unauthenticated, "Bitte melden Sie sich an.", "Please sign in.");
}

Result<bool> is_administrator(const storage::View& view, const Actor& actor) {
  if (actor.token) return false;
  const auto record = DMS_TRY(view.find(user_table, actor.user.key()));
  return record && record->active && record->system_administrator;
}

Result<void> require_administrator(const storage::View& view, const Actor& actor) {
  if (DMS_TRY(is_administrator(view, actor))) return {};
  return fail(ErrorCode::forbidden, "Das darf nur die Systemverwaltung.",
              "Only a system administrator may do this.");
}

Result<bool> user_exists(const storage::View& view, UserId id) {
  return DMS_TRY(view.find(user_table, id.key())).has_value();
}

}  // namespace dms
