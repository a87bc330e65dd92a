#pragma once

// What an external program, or several in a row, wrote.

#include <cstddef>
#include <string>

namespace dms::search::extract {

// Where the tools' messages (their standard error) are read.
inline constexpr int tool_output_messages_descriptor = 3;

struct ToolOutput {
  std::string output;
  std::string messages;
};

// Reads both descriptors to their ends, or until there are `output_bytes_max`. Of messages the
// first `messages_bytes_max` are kept.
ToolOutput read_tool_output(int output, int messages, std::size_t output_bytes_max,
                            std::size_t messages_bytes_max);

}  // namespace dms::search::extract
