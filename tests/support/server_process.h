#pragma once

// A real server on a free loopback port with the demo municipalities in a temporary folder: the
// programs as they are built, spoken to over TLS. For black-box tests, the crash harness and the
// benchmark.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/https_client.h"
#include "support/temp_dir.h"

namespace dms::test {

// Not thread-safe. Aborts with the program's output on standard error where something that must
// work does not: tests cannot go on without a server.
class ServerProcess {
 public:
  struct Options {
    std::filesystem::path data_folder = {};     // empty: in the temporary folder
    std::vector<std::string> environment = {};  // "NAME=value", of the server alone
    bool seals_content = false;                 // Musterbach's, with keys of its dossiers
  };
  // Fills the demo municipalities (a few seconds) and starts the server.
  ServerProcess() : ServerProcess(Options()) {}
  explicit ServerProcess(const Options& options);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  void start();
  // The same; false, and the server killed, where it does not become ready.
  bool try_start();
  // Starts where the server may have good reason to refuse: true once it says that it has started,
  // false where it ended. `words`: what it wrote.
  bool attempt_start(const std::filesystem::path& config, std::string* words);
  // What it has written until now.
  std::string attempt_log() const;
  // How long the last start took, until the server was ready.
  std::chrono::milliseconds start_took() const { return start_took_; }
  // SIGTERM, and waits. Returns the exit status.
  int stop();
  void kill();  // SIGKILL, and waits
  void signal(int number) const;
  bool running() const;
  pid_t pid() const { return pid_; }

  std::uint16_t port() const { return port_; }
  std::uint16_t admin_port() const { return admin_port_; }
  std::string ca_file() const { return (data_ / "tls" / "ca.pem").string(); }
  const std::filesystem::path& config_file() const { return config_; }
  const std::filesystem::path& data_folder() const { return data_; }
  const std::string& password_of(const std::string& user) const { return passwords_.at(user); }
  const std::string& nebenbach_password_of(const std::string& user) const {
    return nebenbach_passwords_.at(user);
  }
  // A client for `host` ("localhost" is Musterbach).
  HttpsClient client(const std::string& host = "localhost") const;
  // Runs `aktenwerk COMMAND --config …`; its exit status, its output in `output`.
  int run_command(const std::vector<std::string>& arguments, std::string* output = nullptr) const;
  std::string log() const;
  struct Memory {
    std::uint64_t resident_kib = 0;
    std::uint64_t peak_kib = 0;
  };
  // Of the running server.
  Memory memory() const;

 private:
  void fill();
  bool wait_until_ready();

  TempDir folder_;
  const std::vector<std::string> environment_;
  std::filesystem::path data_;
  std::filesystem::path config_;
  std::map<std::string, std::string> passwords_;
  std::map<std::string, std::string> nebenbach_passwords_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
  std::chrono::milliseconds start_took_{0};
};

}  // namespace dms::test
