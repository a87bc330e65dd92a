#pragma once

// Failed sign-ins in the journal, and how strangers are kept from filling it with them: of an hour
// at most a hundred are told one by one, as `session.refused` (object: the user, where the name is
// one's, else the store). What is beyond is counted, and told once the hour is over as
// `session.refusals_counted`. What was typed as a name that nobody has is not kept, for it may be a
// password.

#include <cstdint>
#include <optional>
#include <string_view>

#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/store.h"

namespace dms {

inline constexpr unsigned refusals_told_per_hour_max = 100;

// Thread-safe. Borrows both. Counts are kept in memory: a killed process loses its last hour's.
class SignInFailures {
 public:
  SignInFailures(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Blocks for a commit, or for none once the hour has had its share. `user`: whose name was typed.
  Result<void> record(const std::optional<UserId>& user, std::string_view address);
  // Journals the count of an hour that is over; to be called once a minute.
  Result<void> tell_count();
  // The same at once, before the end.
  Result<void> tell_rest();

 private:
  struct Hour {
    Instant begun;
    unsigned told = 0;
    std::uint64_t counted = 0;
  };
  // Whether one more is told; else it is counted.
  bool takes_one_more();
  Result<void> tell(const Hour& hour);

  storage::Store& store_;
  const Clock& clock_;
  Mutex mutex_;
  Hour hour_ DMS_GUARDED_BY(mutex_);
  Hour past_ DMS_GUARDED_BY(mutex_);  // not told yet, where it counted any
};

}  // namespace dms
