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
  const std::string& address = credentials.remote_address;
  if (const Result<void> admitted = throttle_.admit(name, address); !admitted) {
    DMS_TRY(failures_.record({SignInRefusal::throttled, address, name}));
    return fail(admitted.error());
  }
  auto started = attempt(credentials, name);
  if (started) throttle_.succeeded(name, address);
  return started;
}

Result<StartedSession> SignIn::attempt(const Credentials& credentials, const std::string& name) {
  const std::string& address = credentials.remote_address;
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
    const bool is_inactive = user && matches;
    DMS_TRY(failures_.record(
        {is_inactive ? SignInRefusal::inactive : SignInRefusal::credentials, address, name}));
    return wrong_credentials();
  }
  std::string fresh_phc;
  if (hasher_.is_outdated(phc)) fresh_phc = DMS_TRY(hasher_.hash(password));
  auto started = sessions_.start(user->id, phc, std::move(fresh_phc), address);
  if (!started && started.error().code == ErrorCode::unauthenticated) {
    DMS_TRY(failures_.record({SignInRefusal::changed, address, name}));
  }
  return started;
}

}  // namespace dms
