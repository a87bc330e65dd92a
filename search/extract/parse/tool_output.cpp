#include "search/extract/parse/tool_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace dms::search::extract {
namespace {

// Appends what is there, at most to `bytes_max`; what is more is read and forgotten. False at the
// end.
bool read_some(int descriptor, std::size_t bytes_max, std::string& all) {
  std::array<char, 65536> block;
  ssize_t got = -1;
  do {
    got = ::read(descriptor, block.data(), block.size());
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  if (all.size() < bytes_max) {
    all.append(block.data(), std::min(static_cast<std::size_t>(got), bytes_max - all.size()));
  }
  return true;
}

}  // namespace

ToolOutput read_tool_output(int output, int messages, std::size_t output_bytes_max,
                            std::size_t messages_bytes_max) {
  ToolOutput said;
  std::array<pollfd, 2> entries{{{output, POLLIN, 0}, {messages, POLLIN, 0}}};
  while (entries[0].fd >= 0 || entries[1].fd >= 0) {
    if (::poll(entries.data(), entries.size(), -1) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (entries[0].revents != 0 && !read_some(output, output_bytes_max, said.output)) {
      entries[0].fd = -1;
    }
    if (entries[1].revents != 0 && !read_some(messages, messages_bytes_max, said.messages)) {
      entries[1].fd = -1;
    }
    if (said.output.size() >= output_bytes_max) break;
  }
  return said;
}

}  // namespace dms::search::extract
