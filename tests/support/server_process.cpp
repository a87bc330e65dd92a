#include "support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

extern char** environ;

namespace dms::test {

namespace {

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "server_process: %s\n", what.c_str());
  std::abort();
}

std::string program(const std::string& name) {
  return std::string(AKTENWERK_BINARY_DIR) + "/" + name;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    give_up("no free port");
  }
  ::close(descriptor);
  return ntohs(address.sin_port);
}

// As exec(3) takes them. Borrows.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  return all;
}

// Our own environment, but for the variables that `given` ("NAME=value") sets.
std::vector<char*> environment_with(const std::vector<std::string>& given) {
  std::vector<char*> all = pointers(given);
  for (char** own = environ; *own != nullptr; ++own) {
    const std::string_view name = std::string_view(*own).substr(0, std::strcspn(*own, "=") + 1);
    const bool is_given = std::any_of(given.begin(), given.end(), [&](const std::string& variable) {
      return std::string_view(variable).substr(0, name.size()) == name;
    });
    if (!is_given) all.push_back(*own);
  }
  return all;
}

// Starts a program with standard output and error appended to `output`, and with `environment`
// beside our own.
pid_t spawn(const std::vector<std::string>& arguments, const std::filesystem::path& output,
            const std::vector<std::string>& environment = {}) {
  std::vector<char*> argv = pointers(arguments);
  argv.push_back(nullptr);
  std::vector<char*> envp = environment_with(environment);
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) give_up("cannot start " + arguments[0]);
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) give_up("waitpid failed");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::map<std::string, std::string> read_passwords(const std::filesystem::path& path) {
  std::map<std::string, std::string> passwords;
  const auto users = boost::json::parse(read_file(path));
  for (const auto& user : users.as_array()) {
    passwords[boost::json::value_to<std::string>(user.at("name"))] =
        boost::json::value_to<std::string>(user.at("password"));
  }
  return passwords;
}

}  // namespace

ServerProcess::ServerProcess(const Options& options)
    : environment_(options.environment),
      data_(options.data_folder.empty() ? folder_ / "data" : options.data_folder),
      config_(folder_ / "aktenwerk.toml") {
  port_ = free_port();
  admin_port_ = free_port();
  std::ofstream(config_) << "data_dir = \"" << data_.string() << "\"\n"
                         << "[listen]\nport = " << port_
                         << "\n[admin_listen]\nport = " << admin_port_
                         << "\n[log]\nlevel = \"info\"\n[extract]\nhelper_path = \""
                         << program("search/extract/aktenwerk-extract")
                         << "\"\n[recognition]\npriority = \"low\"\n[[tenant]]\nid = "
                            "\"musterbach\"\nname = \"Gemeinde Musterbach\"\n"
                            "hosts = [\"localhost\", \"musterbach.localhost\"]\n"
                         << (options.seals_content ? "content_encryption = \"dossier\"\n" : "")
                         << "[[tenant]]\nid = \"nebenbach\"\nname = \"Gemeinde Nebenbach\"\n"
                            "hosts = [\"nebenbach.localhost\"]\n";
  std::string words;
  if (options.seals_content && run_command({"keys", "init"}, &words) != 0) give_up(words);
  fill();
  start();
}

ServerProcess::~ServerProcess() {
  if (running()) kill();
}

void ServerProcess::fill() {
  const auto users = folder_ / "users.json";
  const auto output = folder_ / "demo.log";
  const pid_t demo = spawn({program("deploy/demo/aktenwerk-demo"), "--config", config_.string(),
                            "--users", users.string()},
                           output);
  if (wait_for(demo) != 0) give_up("aktenwerk-demo failed: " + read_file(output));
  passwords_ = read_passwords(users);
  nebenbach_passwords_ = read_passwords(users.string() + ".nebenbach");
}

void ServerProcess::start() {
  if (!try_start()) give_up("the server does not become ready: " + log());
}

bool ServerProcess::try_start() {
  const auto started = std::chrono::steady_clock::now();
  pid_ = spawn({program("web/aktenwerk"), "serve", "--config", config_.string()},
               folder_ / "server.log", environment_);
  const bool is_ready = wait_until_ready();
  if (!is_ready && running()) kill();
  start_took_ = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  return is_ready;
}

bool ServerProcess::attempt_start(const std::filesystem::path& config, std::string* words) {
  const auto log_file = folder_ / "attempt.log";
  std::filesystem::remove(log_file);
  pid_ = spawn({program("web/aktenwerk"), "serve", "--config", config.string()}, log_file,
               environment_);
  bool has_started = false;
  for (int i = 0; i < 12000 && !has_started && running(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    *words = read_file(log_file);
    has_started = words->find("\"server_started\"") != std::string::npos;
  }
  if (has_started) return true;
  kill();
  *words = read_file(log_file);
  return false;
}

std::string ServerProcess::attempt_log() const {
  return read_file(folder_ / "attempt.log");
}

bool ServerProcess::wait_until_ready() {
  for (int i = 0; i < 1200 && running(); ++i) {
    if (std::filesystem::exists(ca_file())) {
      HttpsClient probe = client();
      const auto ready = probe.get("/readyz");
      if (ready && ready->status == 200) return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

int ServerProcess::stop() {
  ::kill(pid_, SIGTERM);
  const int status = wait_for(pid_);
  pid_ = -1;
  return status;
}

void ServerProcess::kill() {
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
  pid_ = -1;
}

void ServerProcess::signal(int number) const {
  ::kill(pid_, number);
}

bool ServerProcess::running() const {
  if (pid_ < 0) return false;
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 && info.si_pid == 0;
}

HttpsClient ServerProcess::client(const std::string& host) const {
  HttpsClientOptions options;
  options.port = port_;
  options.host = host;
  options.ca_file = ca_file();
  return HttpsClient(options);
}

int ServerProcess::run_command(const std::vector<std::string>& arguments,
                               std::string* output) const {
  std::vector<std::string> all = {program("web/aktenwerk")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.insert(all.end(), {"--config", config_.string()});
  const auto log_file = folder_ / "command.log";
  std::filesystem::remove(log_file);
  const int status = wait_for(spawn(all, log_file));
  if (output != nullptr) *output = read_file(log_file);
  return status;
}

std::string ServerProcess::log() const {
  return read_file(folder_ / "server.log");
}

ServerProcess::Memory ServerProcess::memory() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  Memory memory;
  std::string name;
  std::string rest;
  while (status >> name) {
    if (name == "VmRSS:") status >> memory.resident_kib;
    if (name == "VmHWM:") status >> memory.peak_kib;
    std::getline(status, rest);
  }
  return memory;
}

}  // namespace dms::test
