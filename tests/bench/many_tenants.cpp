// Many tenants in one server: what they cost at rest and at work, and that one's damage is nobody
// else's trouble. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "load.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using test::ApiClient;

struct Options {
  std::size_t tenants = 200;
  std::size_t active = 20;
  std::size_t seconds = 30;
  std::size_t idle_s = 60;
};

// The tenants beside the demo's two are copies of Nebenbach's folder, which is how one is moved.
class ManyTenants {
 public:
  explicit ManyTenants(const Options& options) : options_(options) {}
  int run();

 private:
  void multiply();
  // Ready is a server as soon as one tenant serves.
  void await_all_opened() const;
  void tell_start(const char* when) const;
  void work();
  void rest();
  void damage();
  ApiClient client(std::size_t tenant) const;
  // Says on its own whether it serves: the sign-in page's question, without a session.
  bool serves(std::size_t tenant) const;
  std::size_t open_descriptors() const;
  static std::string id(std::size_t tenant) { return fmt::format("gemeinde-{}", tenant); }
  static std::string host(std::size_t tenant) { return fmt::format("g{}.localhost", tenant); }
  void expect(bool holds, const std::string& what);

  const Options options_;
  test::ServerProcess server_;
  std::size_t copies_ = 0;
  int failures_ = 0;
};

void ManyTenants::expect(bool holds, const std::string& what) {
  if (holds) return;
  fmt::print("NOT SO: {}\n", what);
  ++failures_;
}

void ManyTenants::multiply() {
  server_.stop();
  const fs::path& data = server_.data_folder();
  copies_ = options_.tenants - 2;
  std::ofstream config(server_.config_file(), std::ios::app);
  for (std::size_t i = 0; i < copies_; ++i) {
    fs::copy(data / "nebenbach", data / id(i), fs::copy_options::recursive);
    fs::copy(data / "keys" / "nebenbach", data / "keys" / id(i), fs::copy_options::recursive);
    config << fmt::format("[[tenant]]\nid = \"{}\"\nname = \"Gemeinde {}\"\nhosts = [\"{}\"]\n",
                          id(i), i, host(i));
  }
  config << fmt::format("[storage]\ntenant_idle_s = {}\n", options_.idle_s);
  fs::remove_all(data / "tls");  // a certificate for all hosts is made
}

std::size_t ManyTenants::open_descriptors() const {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", server_.pid()))) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

void ManyTenants::await_all_opened() const {
  const auto begun = std::chrono::steady_clock::now();
  test::HttpsClientOptions options;
  options.port = server_.admin_port();
  options.tls = false;
  for (bool is_opening = true; is_opening;) {
    const auto answer = test::HttpsClient(options).get("/readyz");
    is_opening = !answer || answer->body.find("\"opening\"") != std::string::npos;
    if (is_opening) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  fmt::print("all opened {:.0f} ms later\n", took.count());
}

void ManyTenants::tell_start(const char* when) const {
  const auto memory = server_.memory();
  fmt::print("{:<40} {:>5} MiB resident (at most {}), {} descriptors\n", when,
             memory.resident_kib / 1024, memory.peak_kib / 1024, open_descriptors());
}

ApiClient ManyTenants::client(std::size_t tenant) const {
  const std::string name = host(tenant);
  return {server_.client(name), fmt::format("https://{}:{}", name, server_.port())};
}

bool ManyTenants::serves(std::size_t tenant) const {
  return client(tenant).get("/api/v1/session").status == 401;
}

// A clerk in each of the active ones, who reads, searches and files.
void ManyTenants::work() {
  std::atomic<std::size_t> number{0};
  const MakeClient make = [this, &number](std::size_t tenant) -> Operation {
    const auto clerk = std::make_shared<ApiClient>(client(tenant));
    const std::string& password = server_.nebenbach_password_of("e.falk");
    if (!clerk->sign_in("e.falk", password)) return [] { return false; };
    const std::string dossier = test::open_dossier(*clerk, "020.2", "Messung");
    return [clerk, dossier, &number] {
      const std::size_t turn = number++;
      if (turn % 4 == 0) {
        const std::string text = fmt::format("Schreiben Nummer {} an die Gemeinde", turn);
        return clerk->file(dossier, "Schreiben", "brief.txt", text).status == 201;
      }
      if (turn % 4 == 1) return clerk->get("/api/v1/search?q=Gemeinde").status == 200;
      return clerk->get("/api/v1/dossiers/" + dossier + "/documents").status == 200;
    };
  };
  const Rate rate =
      run_load({options_.active, std::chrono::seconds(options_.seconds)}, make, server_.pid());
  fmt::print("{} tenants at work, a clerk each: {:.0f} requests/s, {} errors\n", options_.active,
             rate.per_s, rate.errors);
  expect(rate.errors == 0 && rate.per_s > 0, "all answered");
}

void ManyTenants::rest() {
  // Housekeeping looks once a minute.
  std::this_thread::sleep_for(std::chrono::seconds(options_.idle_s + 75));
  tell_start("nobody came for a while");
  const auto began = std::chrono::steady_clock::now();
  expect(serves(copies_ - 1), "one that was closed is opened by who comes");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  fmt::print("first answer of one that was closed: {:.0f} ms\n", took.count());
}

void ManyTenants::damage() {
  server_.stop();
  const fs::path victim = server_.data_folder() / id(0) / "store" / "db" / "CURRENT";
  std::ofstream(victim, std::ios::trunc) << "MANIFEST-999999\n";
  server_.start();
  await_all_opened();
  tell_start("started with one damaged");
  std::size_t serving = 0;
  for (std::size_t i = 0; i < copies_; ++i) serving += serves(i) ? 1U : 0U;
  expect(!serves(0), "the damaged one says so");
  expect(serving == copies_ - 1, "all others serve");
  expect(server_.client("localhost").get("/api/v1/session")->status == 401, "Musterbach serves");
  expect(server_.client("nebenbach.localhost").get("/api/v1/session")->status == 401,
         "Nebenbach serves");
  fmt::print("{} of {} serve\n", serving + 2, options_.tenants);
}

int ManyTenants::run() {
  tell_start("two demo municipalities");
  multiply();
  server_.start();
  fmt::print("{} tenants: ready after {} ms\n", options_.tenants, server_.start_took().count());
  await_all_opened();
  tell_start("all opened");
  work();
  tell_start("after that");
  if (options_.idle_s > 0) rest();
  damage();
  return failures_ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  dms::bench::Options options;
  CLI::App app("What many tenants cost, and that one's damage is nobody else's trouble");
  app.add_option("--tenants", options.tenants, "the demo's two among them")
      ->check(CLI::Range(3, 2000))
      ->capture_default_str();
  app.add_option("--active", options.active, "at work at the same time")->capture_default_str();
  app.add_option("--seconds", options.seconds, "how long they work")->capture_default_str();
  app.add_option("--idle", options.idle_s, "seconds until one is closed; 0: never")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return dms::bench::ManyTenants(options).run();
}
