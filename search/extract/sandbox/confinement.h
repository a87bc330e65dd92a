#pragma once

// The sandbox put together. The helper enters it once, before it takes any file; every child then
// gives up the rest by its profile. What each way and profile forbids: search/extract/README.md.

#include <cstdint>
#include <string>
#include <vector>

#include "search/extract/extractor.h"
#include "search/extract/sandbox/filter.h"
#include "search/extract/sandbox/limits.h"
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {

// Which ways may be tried; anything but `best` is for tests.
enum class WayWanted : std::uint8_t { best, namespaces, landlock, none };

struct Entered {
  enum class Role : std::uint8_t {
    serve,  // this process is to take jobs
    wait    // a process in the sandbox does; this one waits for it and ends with it
  } role = Role::serve;
  pid_t serving = -1;  // for `wait`
  SandboxStatus status;
};

struct SandboxOptions {
  std::vector<ToolCommand> tools;  // all that are ever run: they say what stays visible
  WayWanted wanted = WayWanted::best;
  // Room in private_folder; 0: there is none. It takes namespaces: without them nothing holds.
  std::uint64_t private_bytes = 0;
};

// Exit status of a process that could not move into its namespaces.
inline constexpr int exit_not_entered = 77;

class Sandbox {
 public:
  // Builds the filters; nothing is in force yet.
  explicit Sandbox(SandboxOptions options);

  // Moves the calling process (one thread) or a new one into the sandbox and proves that it holds.
  // Where nothing holds, the way is `none` and no child may be started.
  Entered enter();

  // In a child, for ever; false means: end at once. Every descriptor from `first_closed` on is
  // closed.
  bool confine_strict(ResourceLimits limits, unsigned first_closed) const;
  // Becomes the tool, one of those named above; where it cannot it writes tool_not_started and
  // returns.
  void become_tool(const ToolCommand& tool, ResourceLimits limits, unsigned first_closed) const;

 private:
  Entered enter_namespaces();
  Entered enter_landlock();
  bool finish_entering(SandboxStatus& status) const;
  bool confine(ResourceLimits limits, unsigned first_closed, const CallFilter& filter) const;
  bool proves_strict() const;
  bool proves_files_hidden() const;

  const SandboxOptions options_;
  CallFilter strict_;
  CallFilter confined_tool_;
  CallFilter confined_office_;
  std::uint64_t own_bytes_ = 0;  // mapped before any job
};

}  // namespace dms::search::extract
