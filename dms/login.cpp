#include "dms/login.h"

#include <optional>

#include "dms/base/text.h"
#include "dms/user_record.h"

namespace dms {

namespace {

tl::unexpected<Error> wrong_credentials() {
  return fail(ErrorCode::unauthenticated, "Benutzername oder Passwort ist falsch.",
              "The user name or the password is wrong.");
}

// What cannot be a name is nobody's: "".
std::string folded_name(const std::string& typed) {
  constexpr LineLimits limits{1, 64};
  const auto name = clean_line(typed, "/user", limits);
  return name ? fold_german(*name) : std::string();
}

}  // namespace

Result<StartedSession> SignIn::sign_in(const Credentials& credentials) {
  const std::string name = folded_name(credentials.user);
  DMS_TRY(throttle_.admit(name, credentials.remote_address));
  using Found = std::optional<UserRecord>;
  const Found user = DMS_TRY(store_.read<Found>([&](const storage::View& view) -> Result<Found> {
    if (name.empty()) return Found();
    return view.find_by(user_table, "name", storage::KeyBuilder().text(name).take());
  }));
  // One hash, whoever asks and whatever is wrong: a password that cannot be one counts as empty.
  const auto normalized = normalize_password(credentials.password, "/password");
  const Secret password = normalized ? *normalized : Secret();
  const std::string phc = user ? user->password_hash : std::string();
  const bool matches = DMS_TRY(hasher_.verify(password, phc));
  if (!user || !user->active || !matches) {
    const auto known = user ? std::optional<UserId>(user->id) : std::nullopt;
    DMS_TRY(failures_.record(known, credentials.remote_address));
    return wrong_credentials();
  }
  std::string fresh_phc;
  if (hasher_.is_outdated(phc)) fresh_phc = DMS_TRY(hasher_.hash(password));
  auto started = sessions_.start(user->id, phc, std::move(fresh_phc), credentials.remote_address);
  if (!started) return started;
  throttle_.succeeded(name, credentials.remote_address);
  return started;
}

}  // namespace dms
