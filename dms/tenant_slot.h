#pragma once

// INTERNAL to tenant_registry.h: one configured tenant, open or not.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "dms/tenant.h"
#include "dms/tenant_registry.h"

namespace dms {

// Opened on demand: who comes while it opens or closes waits, but not for long: whoever waits keeps
// a lane's thread from those who come to other tenants. Thread-safe; borrows the environment.
class TenantSlot {
 public:
  TenantSlot(TenantConfig config, const TenantEnvironment& environment)
      : config_(std::move(config)), environment_(environment) {}

  const std::string& id() const { return config_.id; }

  // For somebody who uses it; opens it where it was not.
  Result<std::shared_ptr<Tenant>> open();
  // nullptr where it is not open. No use.
  std::shared_ptr<Tenant> if_open() const;
  TenantStatus status() const;
  // Whether recover() has something to look at. Cheap.
  bool wants_recovery() const;
  // As TenantRegistry::recover(). True where the tenant was opened again. Never waits for one that
  // is opening.
  bool recover(const std::atomic<bool>& is_stopping);
  // As TenantRegistry::close_idle(). True where it was closed.
  bool close_if_idle(Instant unused_since, const TenantNeeded& is_needed);
  // When it was used or closed last; nullopt while it is open or cannot be opened.
  std::optional<Instant> closed_since() const;
  // Ends what it does in the background, while it still serves. Waits for what runs, but not for
  // what waits behind other tenants' work.
  void stop_work();
  // For ever.
  void close();

 private:
  enum class Phase : std::uint8_t { resting, opening, recovering };
  enum class Asker : std::uint8_t { request, recovery };

  TenantStatus status_of(Tenant& tenant) const;
  Result<std::shared_ptr<Tenant>> if_usable();
  Result<void> begin_opening(Asker asker);
  Result<std::shared_ptr<Tenant>> end_opening(Result<std::shared_ptr<Tenant>> opened);
  bool did_not_open() const;
  bool is_worth_recovering();
  bool close_for_recovery();
  void must_verify();
  Result<std::shared_ptr<Tenant>> open_anew(const std::atomic<bool>& is_stopping);
  bool needs_verification() const;

  const TenantConfig config_;
  const TenantEnvironment& environment_;
  std::timed_mutex opening_mutex_;  // held while opening or closing; taken before mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<Tenant> tenant_;  // guarded by mutex_, as all below
  std::optional<Error> failure_;
  Instant last_used_;         // or opened, or closed
  Instant not_before_;        // the next opening after a failure, or recovery
  bool must_verify_ = false;  // closed after a failed write, and not looked through since
  Phase phase_ = Phase::resting;
  std::chrono::steady_clock::time_point opening_since_;
  bool is_closed_ = false;
};

}  // namespace dms
