#include "search/extract/client/helper_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "search/extract/protocol/packet_socket.h"
#include "search/extract/protocol/process_fd.h"

namespace dms::search::extract {
namespace {

// Loading libmagic's database and trying the sandbox takes about 50 ms.
constexpr int start_timeout_ms = 20'000;
// Once its socket is closed the helper kills its children and ends.
constexpr int end_timeout_ms = 2'000;
constexpr int control_descriptor = 3;

Error unavailable(std::string hint) {
  return operator_error(ErrorCode::unavailable, std::move(hint));
}

// posix_spawn's file actions and attributes, freed together.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Standard streams on /dev/null: libraries print parts of files to them. A group of its own, so
  // that a signal from a terminal reaches the server alone.
  void prepare(int control) {
    posix_spawn_file_actions_adddup2(&actions_, control, control_descriptor);
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions_, control_descriptor + 1);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }

  // 0, or the error number.
  int run(pid_t& process, const std::string& path, char* const* arguments) {
    std::array<char*, 1> environment{nullptr};
    return posix_spawn(&process, path.c_str(), &actions_, &attributes_, arguments,
                       environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

bool wait_readable(int descriptor, int timeout_ms) {
  pollfd entry{descriptor, POLLIN, 0};
  int ready = -1;
  do {
    ready = ::poll(&entry, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// Waits a moment for the process to end by itself, kills it otherwise, and reaps it.
void end_process(pid_t process) {
  const UniqueFd handle = open_process(process);
  if (!handle || !wait_readable(handle.get(), end_timeout_ms)) ::kill(process, SIGKILL);
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<std::shared_ptr<HelperProcess>> HelperProcess::start(const ExtractorOptions& options) {
  auto [ours, theirs] = make_packet_sockets();
  if (!ours) return fail(unavailable("extraction helper: no socket pair"));
  std::vector<std::string> words{options.helper_path,
                                 "--languages=" + options.recognition_languages};
  words.insert(words.end(), options.helper_arguments.begin(), options.helper_arguments.end());
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // dup2 of a descriptor onto itself would keep it close-on-exec.
  UniqueFd inherited(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, control_descriptor + 1));
  if (!inherited) return fail(unavailable("extraction helper: no descriptor left"));
  SpawnPlan plan;
  plan.prepare(inherited.get());
  pid_t process = -1;
  if (int error = plan.run(process, options.helper_path, arguments.data()); error != 0) {
    return fail(
        unavailable("extraction helper " + options.helper_path + ": " + std::strerror(error)));
  }
  inherited.reset();
  theirs.reset();
  std::optional<SandboxStatus> status;
  if (wait_readable(ours.get(), start_timeout_ms)) {
    if (auto packet = receive_packet(ours.get())) status = decode_status(packet->bytes);
  }
  if (!status) {
    ours.reset();
    end_process(process);
    return fail(unavailable("extraction helper " + options.helper_path + " did not start"));
  }
  return std::shared_ptr<HelperProcess>(
      new HelperProcess(process, std::move(ours), std::move(*status)));
}

HelperProcess::HelperProcess(pid_t process, UniqueFd control, SandboxStatus sandbox)
    : process_(process), control_(std::move(control)), sandbox_(std::move(sandbox)) {}

HelperProcess::~HelperProcess() {
  control_.reset();
  end_process(process_);
}

bool HelperProcess::send(const JobRequest& request, std::span<const int> descriptors) const {
  return send_packet(control_.get(), encode(request), descriptors);
}

}  // namespace dms::search::extract
