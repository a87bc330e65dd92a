#pragma once

// The tenants of a process, by host name. Each is opened on first use and may be closed when nobody
// uses it; one that cannot be opened answers `unavailable` or `corrupt` for itself and stops no
// other. The unavailable is tried again after a while; the corrupt needs an operator and a restart.
// One whose store failed at a write goes on showing what it has until recover() can close it, open
// it again and verify it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/tenant.h"

namespace dms {

enum class TenantState : std::uint8_t {
  closed,
  opening,
  open,
  damaged,        // open, but something that is stored is damaged
  search_failed,  // open, but the index takes nothing more until the tenant is opened again
  storage_full,   // open, but nothing is stored until the disk has room
  read_only,      // open, but a write failed: nothing is stored until it is opened again
  unavailable,
  corrupt
};
std::string_view to_string(TenantState state);
// Whether it answers requests, be it only those that store nothing.
bool is_serving(TenantState state);

struct TenantStatus {
  std::string id;
  TenantState state = TenantState::closed;
  std::string hint;  // operator only
};

// An unavailable tenant is tried again after this long, and so is a recovery that was put off.
inline constexpr std::chrono::seconds tenant_retry_after{30};
// So long requests under way may hold up a recovery; then it is put off and the tenant serves on.
inline constexpr std::chrono::seconds tenant_drain_wait{5};

// Whether something that holds no pointer to it still wants this tenant open.
using TenantNeeded = std::function<bool(Tenant&)>;

// Thread-safe.
class TenantRegistry {
 public:
  using Tenants = std::vector<std::shared_ptr<Tenant>>;

  // `invalid` where ids or hosts are unsound or occur twice.
  static Result<std::unique_ptr<TenantRegistry>> create(std::vector<TenantConfig> configs,
                                                        TenantEnvironment environment);
  ~TenantRegistry();

  // Whether `host` (lower case, without port) is some tenant's. Never blocks: for SNI and routing.
  bool knows(std::string_view host) const;
  // The tenant of `host`, opened where it was not: that blocks, so call it on a lane. Who comes
  // meanwhile waits some seconds at most (`unavailable`). `not_found` for a host of nobody (421).
  Result<std::shared_ptr<Tenant>> find(std::string_view host);
  // The same by id, for the command line.
  Result<std::shared_ptr<Tenant>> find_by_id(std::string_view id);

  // The ones that are open, for housekeeping and metrics. To be looked up so is no use.
  Tenants open_tenants() const;
  // Never waits for one that is opening.
  std::vector<TenantStatus> status() const;
  // Opens again what did not open, and closes, opens and verifies (its records and chains) those
  // whose store failed, where their disks are well again: meanwhile they are `unavailable`;
  // `corrupt` where verification finds anything. One that takes long is gone on with beside the
  // others, and keeps none of them waiting. True where one was opened since the last call. To be
  // called every few seconds, by one thread, until close(); takes some seconds at most.
  // `is_stopping` ends what is under way, and must live until close().
  bool recover(const std::atomic<bool>& is_stopping);
  // Closes those that nobody found since `unused_since`, holds or needs; who comes at that moment
  // waits, and opens it again. Returns how many. By one thread; takes as long as closing does.
  std::size_t close_idle(Instant unused_since, const TenantNeeded& is_needed);
  // The ids of those that are closed, and have been since before `since`: longest first, `limit` at
  // most.
  std::vector<std::string> closed_since(Instant since, std::size_t limit) const;
  // Closes all; those still held by requests close with them. find() is `unavailable` afterwards.
  void close();

 private:
  struct State;
  explicit TenantRegistry(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dms
