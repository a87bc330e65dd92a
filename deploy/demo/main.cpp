// aktenwerk-demo: fills the tenants "musterbach" and "nebenbach" of a configuration with invented
// municipalities and writes their logins.

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

#include "deploy/demo/remembering_hasher.h"
#include "deploy/demo/seed.h"
#include "deploy/demo/town_reader.h"
#include "dms/base/config.h"
#include "dms/local_date.h"

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

// One user a line, readable by the owner only. Nothing in it needs escaping.
Result<void> write_users(const std::string& path, const demo::Town& town,
                         const demo::Passwords& passwords) {
  umask(S_IRWXG | S_IRWXO);
  std::ofstream file(path);
  file << "[\n";
  for (const demo::Person& person : town.people) {
    file << fmt::format(
        R"({{"name": "{}", "password": "{}", "role": "{}", "display_name": "{}", "position": "{}"}}{})",
        person.name, passwords.at(person.name).expose(), person.role, person.display_name,
        person.position, &person == &town.people.back() ? "\n" : ",\n");
  }
  file << "]\n";
  file.close();
  if (!file) return fail(operator_error(ErrorCode::unavailable, "cannot write " + path));
  return {};
}

// The tenant's own copy of the configuration's environment, with the story's clock.
Result<void> seed_tenant(const ServerConfig& config, const std::string& id,
                         const demo::SeedInput& input) {
  demo::StoryClock clock(input.town.founded.at);
  JsonLog log(STDERR_FILENO, LogLevel::warning, clock);
  MetricsRegistry metrics;
  storage::StorageEnvironment storage({}, clock, log, metrics);
  const Argon2idHasher argon2;
  const demo::RememberingHasher hasher(argon2);
  TenantEnvironment environment{storage, hasher, clock, log, metrics, config.data_dir};
  environment.server_key_file = config.encryption.server_key_file.value_or("");
  for (const TenantEntry& entry : config.tenant) {
    if (entry.id != id) continue;
    const auto tenant = DMS_TRY(
        Tenant::open({entry.id, entry.name, entry.hosts, entry.content_encryption}, environment));
    return demo::seed(*tenant, clock, input);
  }
  return fail(operator_error(ErrorCode::not_found, "the configuration has no tenant " + id));
}

Result<void> make_town(const ServerConfig& config, const std::string& id,
                       const std::string& users_file) {
  const std::string folder = AKTENWERK_DEMO_FOLDER;
  const std::string plan = DMS_TRY(read_file(folder + "/file-plan.csv"));
  const Date today = local_date(SystemClock().now());
  const demo::Town town = DMS_TRY(demo::read_town(folder + "/" + id, today));
  const demo::Passwords passwords = demo::make_passwords(town);
  DMS_TRY(seed_tenant(config, id, {town, plan, "Aktenplan der " + town.self.name, passwords}));
  return write_users(users_file, town, passwords);
}

// The file of the first town is written last: it says that all is done.
Result<void> run(const std::string& config_file, const std::string& users_file) {
  const ServerConfig config = DMS_TRY(load_config(config_file));
  DMS_TRY(make_town(config, "nebenbach", users_file + ".nebenbach"));
  return make_town(config, "musterbach", users_file);
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
