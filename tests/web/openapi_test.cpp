// The description and the route table say the same: every route is described, and every described
// operation is a route.

#include "web/api/openapi.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "dms/base/log.h"
#include "dms/tenant_registry.h"
#include "support/temp_dir.h"
#include "web/api/api.h"

namespace dms::web {
namespace {

// "get /api/v1/documents/{id}" for each operation of the file's `paths`.
std::set<std::string> described_operations() {
  static const std::set<std::string> methods = {"get",   "head",   "post",   "put",
                                                "patch", "delete", "options"};
  std::set<std::string> operations;
  std::istringstream text{std::string(openapi_yaml())};
  std::string line;
  std::string path;
  bool in_paths = false;
  while (std::getline(text, line)) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') in_paths = line == "paths:";
    if (!in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    const bool is_method = line.starts_with("    ") && line.size() > 5 && line[4] != ' ';
    if (is_method && methods.contains(line.substr(4, line.size() - 5))) {
      operations.insert(line.substr(4, line.size() - 5) + " " + path);
    }
  }
  return operations;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::set<std::string> served_operations(const std::vector<Route>& routes) {
  std::set<std::string> operations;
  for (const Route& route : routes) {
    const bool added =
        operations.insert(lower(to_string(route.method)) + " " + std::string(route.pattern)).second;
    EXPECT_TRUE(added) << "two rows for " << route.pattern;
  }
  return operations;
}

TEST(OpenApi, DescribesExactlyTheRoutes) {
  const test::TempDir folder;
  SystemClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment storage({}, clock, log, metrics);
  const Argon2idHasher hasher;
  const TenantEnvironment environment{storage, hasher, clock, log, metrics, folder.path().string()};
  const auto tenants = TenantRegistry::create({{"demo", "Demo", {"demo.example"}}}, environment);
  ASSERT_TRUE(tenants);
  WorkerLane lane({.name = "live"});
  LiveEvents live({lane, nullptr, log, metrics});
  const ApiContext context{
      **tenants, live, metrics, [](ReadinessDetail) {
                             return Readiness{true, "{}"}; }, {}, {}};
  const auto described = described_operations();
  EXPECT_GT(described.size(), 40U);
  EXPECT_EQ(served_operations(api_routes(context)), described);
}

TEST(OpenApi, EveryRowAdmitsBeforeItHandles) {
  const test::TempDir folder;
  SystemClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment storage({}, clock, log, metrics);
  const Argon2idHasher hasher;
  const TenantEnvironment environment{storage, hasher, clock, log, metrics, folder.path().string()};
  const auto tenants = TenantRegistry::create({{"demo", "Demo", {"demo.example"}}}, environment);
  ASSERT_TRUE(tenants);
  WorkerLane lane({.name = "live"});
  LiveEvents live({lane, nullptr, log, metrics});
  const ApiContext context{
      **tenants, live, metrics, [](ReadinessDetail) {
                             return Readiness{true, "{}"}; }, {}, {}};
  for (const Route& route : api_routes(context)) {
    EXPECT_TRUE(route.admit) << route.pattern;
    // What walks for minutes, and nothing else, has a lane that nobody waits for.
    EXPECT_EQ(route.lane == LaneKind::verification, route.pattern == "/api/v1/audit/verify")
        << route.pattern;
    EXPECT_TRUE(route.handle) << route.pattern;
    const bool streams = route.body == BodyKind::stream || route.body == BodyKind::multipart;
    EXPECT_EQ(static_cast<bool>(route.open_sink), streams) << route.pattern;
    EXPECT_EQ(static_cast<bool>(route.admit_metadata), route.body == BodyKind::multipart)
        << route.pattern;
  }
}

}  // namespace
}  // namespace dms::web
