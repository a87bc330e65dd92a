#pragma once

// Runs one test of this same program in a child process, to kill it or to measure it alone. The
// child's test is named DISABLED_…, so that it runs only there; it reads its orders from the
// environment and writes lines to descriptor `report_descriptor`.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dms::test {

class ChildTest {
 public:
  static constexpr int report_descriptor = 3;

  // `name` is the whole test name ("ContentCrash.DISABLED_Child"), `orders` are set beside the
  // environment of this process.
  ChildTest(const std::string& name,
            const std::vector<std::pair<std::string, std::string>>& orders) {
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) std::abort();
    std::vector<std::string> environment;
    for (char** each = environ; *each != nullptr; ++each) {
      // The parent's report is no business of the child's.
      if (!std::string_view(*each).starts_with("GTEST_")) environment.emplace_back(*each);
    }
    for (const auto& [key, value] : orders) environment.push_back(key + "=" + value);
    std::vector<std::string> arguments{"/proc/self/exe", "--gtest_also_run_disabled_tests",
                                       "--gtest_filter=" + name};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], report_descriptor);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, pointers(arguments).data(),
                      pointers(environment).data()) != 0) {
      std::abort();
    }
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe_ends[1]);
    reports_ = ::fdopen(pipe_ends[0], "r");
  }
  ~ChildTest() {
    kill();
    wait();
    std::fclose(reports_);
  }
  ChildTest(const ChildTest&) = delete;
  ChildTest& operator=(const ChildTest&) = delete;

  // The next line the child reported; nullopt once it has ended.
  std::optional<std::string> read_line() {
    std::string line;
    for (int byte = std::fgetc(reports_); byte != EOF; byte = std::fgetc(reports_)) {
      if (byte == '\n') return line;
      line.push_back(static_cast<char>(byte));
    }
    return std::nullopt;
  }
  // kill -9; what was reported before can still be read.
  void kill() {
    if (!status_) ::kill(pid_, SIGKILL);
  }
  // The status of waitpid(2).
  int wait() {
    if (!status_) {
      int status = 0;
      ::waitpid(pid_, &status, 0);
      status_ = status;
    }
    return *status_;
  }

  // In the child: reports one line, whole or not at all.
  static void report(const std::string& line) {
    const std::string whole = line + "\n";
    if (::write(report_descriptor, whole.data(), whole.size()) < 0) std::abort();
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& each : strings) result.push_back(each.data());
    result.push_back(nullptr);
    return result;
  }

  pid_t pid_ = 0;
  std::optional<int> status_;
  std::FILE* reports_ = nullptr;
};

}  // namespace dms::test
