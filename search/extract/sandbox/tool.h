#pragma once

// What the tool profile runs.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

// What a program may do with files beside reading what is visible.
enum class ToolFiles : std::uint8_t {
  read_only,
  // It makes, changes and removes files below `private_folder`, and talks to itself over Unix
  // sockets. Only where the sandbox has that folder.
  private_folder
};

// An external program, run with its file as standard input and its output as standard output.
struct ToolCommand {
  std::string program;                        // absolute
  std::vector<std::string> arguments;         // without the program's name
  std::vector<std::string> readable;          // files and directories it needs
  std::vector<std::string> environment = {};  // "NAME=value", beside LC_ALL
  ToolFiles files = ToolFiles::read_only;
};

// Where the sandbox has its only writable place, if any: in memory, of bounded size, seen by no
// process outside, and gone with the last one inside.
inline constexpr const char* private_folder = "/tmp";

// What a child writes to standard error where the tool cannot be run.
inline constexpr std::string_view tool_not_started = "aktenwerk: tool not started";

}  // namespace dms::search::extract
