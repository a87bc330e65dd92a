#pragma once

// The helper program: one thread, started by the server before it takes work, that forks
// a job's confined children. It reads no file itself; what it is told comes from the server alone.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/extract/protocol/messages.h"
#include "search/extract/sandbox/confinement.h"

namespace dms::search::extract {

// One process of a job. Reads on standard input what the one before it wrote (the first: the file);
// what it writes to standard error the last one reads.
struct Stage {
  std::optional<ToolCommand> tool;                   // an external program, in the tool profile
  void (*run)(const JobRequest& request) = nullptr;  // else: in the strict profile
  // Else: still as free as the helper itself; starts programs in its profile and then confines
  // itself. The job's only one.
  void (*direct)(const JobRequest& request, const Sandbox& sandbox) = nullptr;
};

// What the children do. The test probe puts other functions and another tool here and so runs in
// the very same confinement.
struct HelperProgram {
  // Before anything is confined: loads whatever parsers would later open a file for. May be null.
  void (*preload)() = nullptr;
  // The processes of a job, each one's output the next one's input. The last one is strict and
  // writes the reply to standard output; where there are others before it, it reads what they
  // write to standard error on descriptor 3. In the helper itself: looks at the request alone.
  std::function<std::vector<Stage>(const JobRequest& request)> plan;
  std::vector<ToolCommand> tools;   // all that `plan` ever names
  std::uint64_t private_bytes = 0;  // SandboxOptions::private_bytes
};

inline constexpr int tool_messages_descriptor = 3;

struct HelperArguments {
  WayWanted way = WayWanted::best;
  std::string languages;  // of recognition
  bool office = false;    // this helper runs LibreOffice and nothing else
};
// "--confinement=", "--languages=", "--office"; a word that is none of these, or amiss, wants no
// confinement, so that nothing is ever parsed.
HelperArguments read_arguments(int argument_count, char** arguments);

// Serves the control socket (descriptor 3) until the server closes it. Returns the exit status.
int run_helper(WayWanted way, const HelperProgram& program);

}  // namespace dms::search::extract
