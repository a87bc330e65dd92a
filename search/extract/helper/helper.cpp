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

// Nothing but the wanted way; an unknown word wants none, so that a mistyped test fails.
WayWanted wanted_way(int argument_count, char** arguments) {
  constexpr std::string_view option = "--confinement=";
  WayWanted wanted = WayWanted::best;
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view word = arguments[i];
    if (!word.starts_with(option)) return WayWanted::none;
    const std::string_view way = word.substr(option.size());
    wanted = way == "best"         ? WayWanted::best
             : way == "namespaces" ? WayWanted::namespaces
             : way == "landlock"   ? WayWanted::landlock
                                   : WayWanted::none;
  }
  return wanted;
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int run_helper(int argument_count, char** arguments, const HelperProgram& program) {
  UniqueFd control(control_descriptor);
  program.preload();
  ::setpriority(PRIO_PROCESS, 0, niceness);
  ::signal(SIGPIPE, SIG_IGN);
  Sandbox sandbox(program.tool, wanted_way(argument_count, arguments));
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
