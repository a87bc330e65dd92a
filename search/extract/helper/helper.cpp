#include "search/extract/helper/helper.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "search/extract/helper/supervisor.h"
#include "search/extract/protocol/packet_socket.h"

namespace dms::search::extract {
namespace {

constexpr int control_descriptor = 3;
// Extraction never takes the processor from the interface.
constexpr int niceness = 10;

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

HelperArguments read_arguments(int argument_count, char** arguments) {
  constexpr std::string_view confinement = "--confinement=";
  constexpr std::string_view languages = "--languages=";
  HelperArguments read;
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view word = arguments[i];
    if (word.starts_with(confinement)) {
      const std::string_view way = word.substr(confinement.size());
      read.way = way == "best"         ? WayWanted::best
                 : way == "namespaces" ? WayWanted::namespaces
                 : way == "landlock"   ? WayWanted::landlock
                                       : WayWanted::none;
    } else if (word.starts_with(languages) && is_languages(word.substr(languages.size()))) {
      read.languages = word.substr(languages.size());
    } else if (word == "--office") {
      read.office = true;
    } else {
      return {WayWanted::none, {}, false};
    }
  }
  return read;
}

int run_helper(WayWanted way, const HelperProgram& program) {
  UniqueFd control(control_descriptor);
  if (program.preload != nullptr) program.preload();
  ::setpriority(PRIO_PROCESS, 0, niceness);
  ::signal(SIGPIPE, SIG_IGN);
  Sandbox sandbox({program.tools, way, program.private_bytes});
  Entered entered = sandbox.enter();
  if (entered.role == Entered::Role::wait) {
    control.reset();
    return wait_for(entered.serving);
  }
  if (!send_packet(control.get(), encode(entered.status), {})) return 1;
  Supervisor supervisor(program, sandbox, entered.status.way, std::move(control));
  return supervisor.run();
}

}  // namespace dms::search::extract
