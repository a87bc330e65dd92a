#pragma once

// Keeps open what is used: closes tenants that nobody came to for a while, and opens each of these
// again once an hour for what is to be done without anybody asking (backups, signed heads, sweeps,
// what the index has not got). So two hundred tenants cost little more than those at work.

#include <chrono>

#include "dms/base/log.h"
#include "dms/base/time.h"
#include "dms/tenant_registry.h"

namespace dms::web {

// A closed tenant is opened again after this long.
inline constexpr std::chrono::hours tenant_round_every{1};

// Of one thread. Borrows all.
class TenantRounds {
 public:
  // `idle_after`: without a request; 0: tenants stay open.
  TenantRounds(TenantRegistry& tenants, std::chrono::seconds idle_after, const Clock& clock,
               Log& log)
      : tenants_(tenants), idle_after_(idle_after), clock_(clock), log_(log) {}

  // Once a minute. Takes as long as closing and opening does.
  void go(const TenantNeeded& is_needed);

 private:
  TenantRegistry& tenants_;
  const std::chrono::seconds idle_after_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace dms::web
