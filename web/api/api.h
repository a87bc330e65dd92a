#pragma once

// The HTTP interface as one table of routes. What is said here and in openapi.yaml is the same: a
// test compares them.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/metrics.h"
#include "dms/tenant_registry.h"
#include "web/api/live_events.h"
#include "web/http/route.h"

namespace dms::web {

// Whether the server is ready to serve, for /readyz.
struct Readiness {
  bool ready = true;
  std::string json;  // the answer's body
};

// Strangers learn no more than whether to come back; operators see each tenant.
enum class ReadinessDetail : std::uint8_t { summary, tenants };

// Backups, as the admin address has them made and tells of them.
struct BackupControl {
  // Of one tenant, or of every open one, now.
  std::function<Result<void>(std::optional<std::string_view> id)> begin;
  std::function<std::string()> status;  // JSON
};

// The same of verifications.
struct VerificationControl {
  std::function<Result<void>(std::optional<std::string_view> id, bool with_index)> begin;
  std::function<std::string()> status;  // JSON
};

// The same of single dossiers that come back from a backup.
struct DossierRestoreControl {
  // `request`: the name of the file in the data folder that says what is asked for.
  std::function<Result<void>(std::string_view request)> begin;
  std::function<std::string()> status;  // JSON
};

// What the routes borrow from the server; outlives them.
struct ApiContext {
  TenantRegistry& tenants;
  LiveEvents& live;
  MetricsRegistry& metrics;
  std::function<Readiness(ReadinessDetail)> readiness;
  BackupControl backups;
  VerificationControl verifications;
  DossierRestoreControl dossier_restores = {};
  std::function<std::string()> captures = [] { return std::string("[]"); };  // JSON
  const std::atomic<bool>* is_stopping = nullptr;  // the server: long walks end
};

// All routes below /api/v1, /healthz and /readyz.
std::vector<Route> api_routes(const ApiContext& context);
// The routes of the admin address: /metrics, /healthz, /readyz, /backups, /verifications,
// /dossier_restores, /captures.
std::vector<Route> admin_routes(const ApiContext& context);
// routes made whole: with errors, security headers and host check.
Application make_application(
    const ApiContext& context, std::vector<Route> routes,
    std::function<void(const Request&, unsigned, std::chrono::microseconds)> observed);

}  // namespace dms::web
