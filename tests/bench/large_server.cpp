#include "large_server.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "large_town.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint16_t port = 18'443;
constexpr std::uint16_t admin_port = 19'443;

}  // namespace

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

LargeServer::LargeServer(const fs::path& cache, std::size_t block_cache_mib) : cache_(cache) {
  std::ofstream(config()) << "data_dir = \"" << data().string() << "\"\n[listen]\nport = " << port
                          << "\n[admin_listen]\nport = " << admin_port
                          << "\n[storage]\nblock_cache_bytes = " << (block_cache_mib << 20U)
                          << "\n[extract]\nhelper_path = \""
                          << AKTENWERK_BINARY_DIR "/search/extract/aktenwerk-extract"
                          << "\"\n[[tenant]]\nid = \"large\"\nname = \"Groß\"\n"
                             "hosts = [\"localhost\"]\n[[tenant]]\nid = \"small\"\n"
                             "name = \"Klein\"\nhosts = [\"small.localhost\"]\n";
}

double LargeServer::start() {
  const auto began = SteadyClock::now();
  spawn({"serve"});
  while (!is_ready()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

void LargeServer::reindex(const std::string& tenant) {
  spawn({"reindex", "--tenant", tenant});
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  if (status == 0) return;
  fmt::print(stderr, "large_store: not indexed: {}\n", read_text(cache_ / "server.log"));
  std::exit(1);
}

void LargeServer::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

test::ApiClient LargeServer::client(const std::string& host) const {
  test::HttpsClientOptions options;
  options.port = port;
  options.host = host;
  options.ca_file = (data() / "tls" / "ca.pem").string();
  test::ApiClient client(test::HttpsClient(options), fmt::format("https://{}:{}", host, port));
  if (!client.sign_in(town_user, town_password)) {
    fmt::print(stderr, "large_store: cannot sign in at {}\n", host);
    std::exit(1);
  }
  return client;
}

double LargeServer::processor_ms() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return double(time.tv_sec) * 1000 + double(time.tv_nsec) / 1e6;
}

std::pair<double, double> LargeServer::memory() const {
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  std::pair<double, double> found;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) found.first = std::stod(line.substr(6)) / 1024;
    if (line.starts_with("VmHWM:")) found.second = std::stod(line.substr(6)) / 1024;
  }
  return found;
}

void LargeServer::spawn(std::vector<std::string> words) {
  const std::string program = AKTENWERK_BINARY_DIR "/web/aktenwerk";
  words.insert(words.begin(), program);
  words.insert(words.end(), {"--config", config().string()});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const std::string log = (cache_ / "server.log").string();
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ) != 0) {
    fmt::print(stderr, "large_store: cannot start {}\n", program);
    std::exit(1);
  }
  posix_spawn_file_actions_destroy(&actions);
}

bool LargeServer::is_ready() const {
  if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
    fmt::print(stderr, "large_store: the server ended: {}\n", read_text(cache_ / "server.log"));
    std::exit(1);
  }
  test::HttpsClientOptions options;
  options.port = admin_port;
  options.tls = false;
  test::HttpsClient probe(options);
  const auto answer = probe.get("/readyz");
  return answer && answer->status == 200;
}

}  // namespace dms::bench
