#pragma once

// Access tokens for a mailbox, got for its refresh token (RFC 6749, 6) and kept until shortly
// before they end.

#include <atomic>
#include <chrono>
#include <optional>

#include "dms/base/capture_config.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"

namespace dms::web {

// One thread at a time.
class AccessTokens {
 public:
  // Borrows the clock.
  AccessTokens(OAuthConfig config, const Clock& clock)
      : config_(std::move(config)), clock_(clock) {}

  // One that holds for a minute more. `unauthenticated` where the endpoint gives none for this
  // refresh token, `unavailable` where it is not to be reached or a file not to be read. A new
  // refresh token that comes with it is in its file before it is used.
  Result<Secret> get(const std::atomic<bool>& is_stopping);
  // After a server has refused it.
  void forget() { token_.reset(); }

 private:
  const OAuthConfig config_;
  const Clock& clock_;
  std::optional<Secret> token_;
  Instant ends_;
};

}  // namespace dms::web
