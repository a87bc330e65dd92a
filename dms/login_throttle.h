#pragma once

// Slows down guessing of passwords without ever locking anybody out for good: a delay that grows
// with each failure, per (account, address) and, more generously, per address. Kept in memory (a
// restart forgets it), bounded, thread-safe.
//
// An attempt counts as failed from its beginning and is forgiven when it succeeds, so that attempts
// made side by side gain nothing.

#include <cstddef>
#include <memory>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms {

struct LoginThrottleOptions {
  // Failures that cost nothing: typing errors, and many people behind one address.
  unsigned free_failures_per_account = 3;
  unsigned free_failures_per_address = 30;
  // The first delay after those; it doubles with each further failure up to the longest. Of an
  // address it stays short: a whole town hall may stand behind it.
  std::chrono::seconds first_delay{1};
  std::chrono::seconds longest_delay_per_account{15 * 60};
  std::chrono::seconds longest_delay_per_address{60};
  // Failures are forgotten this long after the last one.
  std::chrono::seconds memory{60 * 60};
  // Pairs and addresses remembered, each; beyond, those idle longest go.
  std::size_t entries_max = 20'000;
};

class LoginThrottle {
 public:
  explicit LoginThrottle(const Clock& clock, LoginThrottleOptions options = {});
  ~LoginThrottle();

  // Counts an attempt, or refuses it uncounted: `rate_limited` with retry_after_s. `account` is the
  // folded name as typed (it need not exist); `address` numeric (of IPv6 the /64 counts).
  Result<void> admit(std::string_view account, std::string_view address);
  // The attempt succeeded: the pair's failures are forgotten and the address gets this attempt
  // back (its other failures stay: one valid account must not launder guesses at others).
  void succeeded(std::string_view account, std::string_view address);

  std::size_t entries() const;  // pairs and addresses remembered now

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms
