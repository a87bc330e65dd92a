#include "dms/sign_in_failures.h"

#include <boost/describe/class.hpp>
#include <string>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/identity_event.h"

namespace dms {

namespace {

constexpr std::chrono::hours one_hour{1};

struct CountDetail {
  std::uint64_t count = 0;
  Instant from;
  Instant to;
};
BOOST_DESCRIBE_STRUCT(CountDetail, (), (count, from, to))

Result<void> append(storage::Store& store, const storage::Event& event) {
  DMS_TRY(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    commit.append(event);
    return commit;
  }));
  return {};
}

}  // namespace

bool SignInFailures::takes_one_more() {
  const MutexLock lock(mutex_);
  const Instant now = clock_.now();
  if (now >= hour_.begun + one_hour || now < hour_.begun) {
    if (hour_.counted > 0) {
      // Two hours that nobody told of become one.
      if (past_.counted == 0) past_.begun = hour_.begun;
      past_.counted += hour_.counted;
    }
    hour_ = {now, 0, 0};
  }
  if (hour_.told < refusals_told_per_hour_max) {
    ++hour_.told;
    return true;
  }
  ++hour_.counted;
  return false;
}

Result<void> SignInFailures::record(const std::optional<UserId>& user, std::string_view address) {
  if (!takes_one_more()) return {};
  Actor somebody;
  somebody.address = address;
  return append(store_,
                identity_event(somebody, "session.refused", user ? user->value : store_.id()));
}

Result<void> SignInFailures::tell_count() {
  Hour over;
  {
    const MutexLock lock(mutex_);
    over = std::exchange(past_, {});
    const bool is_over = clock_.now() >= hour_.begun + one_hour;
    if (over.counted == 0 && is_over) over = std::exchange(hour_, {});
  }
  return tell(over);
}

Result<void> SignInFailures::tell_rest() {
  DMS_TRY(tell_count());
  Hour rest;
  {
    const MutexLock lock(mutex_);
    rest = std::exchange(hour_, {});
  }
  return tell(rest);
}

Result<void> SignInFailures::tell(const Hour& hour) {
  if (hour.counted == 0) return {};
  const CountDetail detail{hour.counted, hour.begun, clock_.now()};
  Result<void> told = append(
      store_, identity_event({}, "session.refusals_counted", store_.id(), encode_json(detail)));
  if (told) return {};
  const MutexLock lock(mutex_);
  if (past_.counted == 0) past_.begun = hour.begun;
  past_.counted += hour.counted;
  return told;
}

}  // namespace dms
