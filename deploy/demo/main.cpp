// aktenwerk-demo: fills the tenants "musterbach" and "nebenbach" of a configuration with invented
// municipalities and writes their logins.

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

#include "deploy/demo/seed.h"
#include "dms/base/config.h"

namespace {

using namespace dms;  // NOLINT(google-build-using-namespace): a main program

int report(const Error& error) {
  fmt::print(stderr, "aktenwerk-demo: {} {}\n", error.message.en, error.hint);
  for (const FieldError& field : error.fields) {
    fmt::print(stderr, "  {}: {}\n", field.pointer, field.message.en);
  }
  return 1;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(operator_error(ErrorCode::unavailable, "cannot read " + path));
  return text.str();
}

// One user a line, readable by the owner only. Names and passwords need no escaping.
Result<void> write_users(const std::string& path, const std::vector<demo::DemoUser>& users) {
  umask(S_IRWXG | S_IRWXO);
  std::ofstream file(path);
  file << "[\n";
  for (const demo::DemoUser& user : users) {
    file << fmt::format(R"({{"name": "{}", "password": "{}", "role": "{}"}}{})", user.name,
                        user.password, user.role, &user == &users.back() ? "\n" : ",\n");
  }
  file << "]\n";
  file.close();
  if (!file) return fail(operator_error(ErrorCode::unavailable, "cannot write " + path));
  return {};
}

Result<void> seed_tenant(const ServerConfig& config, const std::string& id,
                         const demo::SeedInput& input) {
  const SystemClock clock;
  JsonLog log(STDERR_FILENO, LogLevel::warning, clock);
  MetricsRegistry metrics;
  storage::StorageEnvironment storage({}, clock, log, metrics);
  const Argon2idHasher hasher;
  TenantEnvironment environment{storage, hasher, clock, log, metrics, config.data_dir};
  for (const TenantEntry& entry : config.tenant) {
    if (entry.id != id) continue;
    const auto tenant = DMS_TRY(Tenant::open({entry.id, entry.name, entry.hosts}, environment));
    return demo::seed(*tenant, input);
  }
  return fail(operator_error(ErrorCode::not_found, "the configuration has no tenant " + id));
}

Result<void> run(const std::string& config_file, const std::string& users_file) {
  const ServerConfig config = DMS_TRY(load_config(config_file));
  const std::string plan = DMS_TRY(read_file(AKTENWERK_DEMO_FILE_PLAN));
  const auto musterbach = demo::musterbach_users();
  DMS_TRY(seed_tenant(
      config, "musterbach",
      {plan, "Aktenplan der Gemeinde Musterbach", musterbach, demo::musterbach_stories()}));
  const auto nebenbach = demo::nebenbach_users();
  DMS_TRY(seed_tenant(
      config, "nebenbach",
      {plan, "Aktenplan der Gemeinde Nebenbach", nebenbach, demo::nebenbach_stories()}));
  DMS_TRY(write_users(users_file + ".nebenbach", nebenbach));
  return write_users(users_file, musterbach);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fills the demo municipalities of Aktenwerk"};
  std::string config_file;
  std::string users_file;
  app.add_option("--config", config_file, "the server's configuration")->required();
  app.add_option("--users", users_file, "where the logins are written (JSON, mode 0600)")
      ->required();
  CLI11_PARSE(app, argc, argv);
  const auto done = run(config_file, users_file);
  return done ? 0 : report(done.error());
}
