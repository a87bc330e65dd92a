#pragma once

// The helper program: one thread, started by the server before it takes work, that forks one
// confined child a file. It reads no file itself; what it is told comes from the server alone.

#include "search/extract/protocol/messages.h"
#include "search/extract/sandbox/confinement.h"

namespace dms::search::extract {

// What the children do. The test probe puts other functions and another tool here and so runs in
// the very same confinement.
struct HelperProgram {
  // Before anything is confined: loads whatever parsers would later open a file for.
  void (*preload)() = nullptr;
  // In a strict child: reads the file on standard input, writes a reply to standard output.
  void (*parse)(const JobRequest& request) = nullptr;
  // In a strict child: reads the tool's output on standard input and its messages on descriptor 3,
  // writes a reply to standard output.
  void (*read_tool)(const JobRequest& request) = nullptr;
  ToolCommand tool;
};

inline constexpr int tool_messages_descriptor = 3;

// Serves the control socket (descriptor 3) until the server closes it. Returns the exit status.
int run_helper(int argument_count, char** arguments, const HelperProgram& program);

}  // namespace dms::search::extract
