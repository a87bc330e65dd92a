#include "dms/sign_in_failures.h"

#include <boost/describe/class.hpp>
#include <functional>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/identity_event.h"
#include "dms/user_record.h"

namespace dms {

namespace {

constexpr std::chrono::hours one_hour{1};

// FOR EVER: the words for reasons are in journals.
constexpr std::string_view throttled_reason = "throttled";

struct ReasonDetail {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReasonDetail, (), (reason))

struct CountDetail {
  std::uint64_t count = 0;
  Instant from;
  Instant to;
  std::optional<std::string> reason;  // nullopt: they were looked at
};
BOOST_DESCRIBE_STRUCT(CountDetail, (), (count, from, to, reason))

std::optional<std::string> reason_of(SignInRefusal refusal) {
  switch (refusal) {
    case SignInRefusal::credentials:
      break;
    case SignInRefusal::inactive:
      return "inactive";
    case SignInRefusal::changed:
      return "changed";
    case SignInRefusal::throttled:
      return std::string(throttled_reason);
  }
  return std::nullopt;
}

std::string reason_of(TokenRefusal refusal) {
  switch (refusal) {
    case TokenRefusal::unknown:
      break;
    case TokenRefusal::revoked:
      return "revoked";
    case TokenRefusal::expired:
      return "expired";
    case TokenRefusal::inactive:
      return "inactive";
  }
  return "unknown";
}

using MakeEvent = std::function<Result<storage::Event>(const storage::View&)>;

Result<void> append(storage::Store& store, const MakeEvent& make_event) {
  DMS_TRY(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    commit.append(DMS_TRY(make_event(view)));
    return commit;
  }));
  return {};
}

}  // namespace

bool SignInFailures::takes_one_more(Kind kind) {
  const MutexLock lock(mutex_);
  auto& [hour, past] = share(kind);
  const Instant now = clock_.now();
  if (now >= hour.begun + one_hour || now < hour.begun) {
    if (hour.counted > 0) {
      // Two hours that nobody told of become one.
      if (past.counted == 0) past.begun = hour.begun;
      past.counted += hour.counted;
    }
    hour = {now, 0, 0};
  }
  if (hour.told < refusals_told_per_hour_max) {
    ++hour.told;
    return true;
  }
  ++hour.counted;
  return false;
}

Result<void> SignInFailures::record(const RefusedSignIn& refused) {
  const bool is_throttled = refused.reason == SignInRefusal::throttled;
  if (!takes_one_more(is_throttled ? Kind::throttled : Kind::looked_at)) return {};
  return append(store_, [&](const storage::View& view) -> Result<storage::Event> {
    Uuid object = store_.id();
    if (!refused.folded_name.empty()) {
      const auto user = DMS_TRY(
          view.find_by(user_table, "name", storage::KeyBuilder().text(refused.folded_name).take()));
      if (user) object = user->id.value;
    }
    Actor somebody;
    somebody.address = refused.address;
    return identity_event(somebody, "session.refused", object,
                          encode_json(ReasonDetail{reason_of(refused.reason)}));
  });
}

Result<void> SignInFailures::record(const RefusedToken& refused) {
  if (!takes_one_more(Kind::token)) return {};
  return append(store_, [&](const storage::View&) -> Result<storage::Event> {
    Actor somebody;
    somebody.address = refused.address;
    somebody.token = refused.token;
    return identity_event(somebody, "token.refused",
                          refused.user ? refused.user->value : store_.id(),
                          encode_json(ReasonDetail{reason_of(refused.reason)}));
  });
}

Result<void> SignInFailures::record_throttled_password(const Actor& actor) {
  if (!takes_one_more(Kind::throttled)) return {};
  return append(store_, [&](const storage::View&) -> Result<storage::Event> {
    return identity_event(actor, "user.password_refused", actor.user.value,
                          encode_json(ReasonDetail{std::string(throttled_reason)}));
  });
}

Result<void> SignInFailures::tell_count() {
  for (const Kind kind : all_kinds) {
    Hour over;
    {
      const MutexLock lock(mutex_);
      auto& [hour, past] = share(kind);
      over = std::exchange(past, {});
      const bool is_over = clock_.now() >= hour.begun + one_hour;
      if (over.counted == 0 && is_over) over = std::exchange(hour, {});
    }
    DMS_TRY(tell(kind, over));
  }
  return {};
}

Result<void> SignInFailures::tell_rest() {
  DMS_TRY(tell_count());
  for (const Kind kind : all_kinds) {
    Hour rest;
    {
      const MutexLock lock(mutex_);
      rest = std::exchange(share(kind).hour, {});
    }
    DMS_TRY(tell(kind, rest));
  }
  return {};
}

Result<void> SignInFailures::tell(Kind kind, const Hour& hour) {
  if (hour.counted == 0) return {};
  CountDetail detail{hour.counted, hour.begun, clock_.now(), std::nullopt};
  if (kind == Kind::throttled) detail.reason = throttled_reason;
  if (kind == Kind::token) detail.reason = "token";
  Result<void> told = append(store_, [&](const storage::View&) -> Result<storage::Event> {
    return identity_event({}, "session.refusals_counted", store_.id(), encode_json(detail));
  });
  if (told) return {};
  const MutexLock lock(mutex_);
  Hour& past = share(kind).past;
  if (past.counted == 0) past.begun = hour.begun;
  past.counted += hour.counted;
  return told;
}

}  // namespace dms
