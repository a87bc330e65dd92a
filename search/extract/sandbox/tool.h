#pragma once

// What the tool profile runs.

#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

// An external program, run with its file as standard input and its output as standard output.
struct ToolCommand {
  std::string program;                        // absolute
  std::vector<std::string> arguments;         // without the program's name
  std::vector<std::string> readable;          // files and directories it needs
  std::vector<std::string> environment = {};  // "NAME=value", beside LC_ALL
};

// What a child writes to standard error where the tool cannot be run.
inline constexpr std::string_view tool_not_started = "aktenwerk: tool not started";

}  // namespace dms::search::extract
