#include "clamd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace dms::test {

namespace {

constexpr const char* program = "/usr/sbin/clamd";

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "clamd: %s\n", what.c_str());
  std::abort();
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
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

bool listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_there =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(descriptor);
  return is_there;
}

std::string in_hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

}  // namespace

// In two pieces, so that no scanner takes this file for it.
std::string Clamd::infected() {
  return std::string(R"(X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-)") +
         "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
}

Clamd::Clamd() : port_(free_port()) {
  if (!std::filesystem::exists(program)) give_up("is not installed (deploy/packages.txt)");
  std::filesystem::create_directory(folder_ / "signatures");
  std::ofstream(folder_ / "signatures" / "test.ndb")
      << "Aktenwerk.Test.Eicar:0:*:" << in_hexadecimal(infected()) << "\n";
  std::ofstream(folder_ / "clamd.conf")
      << "Foreground yes\n"
      << "LogFile " << (folder_ / "clamd.log").string() << "\n"
      << "DatabaseDirectory " << (folder_ / "signatures").string() << "\n"
      << "TemporaryDirectory " << folder_.path().string() << "\n"
      << "LocalSocket " << socket() << "\n"
      << "FixStaleSocket yes\n"
      << "TCPAddr 127.0.0.1\n"
      << "TCPSocket " << port_ << "\n"
      << "StreamMaxLength " << stream_bytes_max << "\n";
  start();
}

Clamd::~Clamd() {
  stop();
}

void Clamd::start() {
  const std::string config = "--config-file=" + (folder_ / "clamd.conf").string();
  const std::string output = (folder_ / "output.log").string();
  pid_ = ::fork();
  if (pid_ == 0) {
    const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that aborts leaves nothing behind
    ::execl(program, program, config.c_str(), nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 400; ++i) {
    if (listens(socket())) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up("does not start: see " + folder_.path().string());
}

void Clamd::stop() {
  if (pid_ < 0) return;
  resume();
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  std::filesystem::remove(socket());
}

void Clamd::pause() const {
  ::kill(pid_, SIGSTOP);
}

void Clamd::resume() const {
  ::kill(pid_, SIGCONT);
}

}  // namespace dms::test
