#include "web/capture/clamd_reply.h"

#include <algorithm>
#include <array>

namespace dms::web {

namespace {

constexpr std::size_t text_bytes_max = 200;

// A word for people and the log, whatever came.
std::string printable(std::string_view text) {
  std::string clean(text.substr(0, text_bytes_max));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < 0x21 || c > 0x7e; }, ' ');
  while (clean.ends_with(' ')) clean.pop_back();
  clean.erase(0, std::min(clean.find_first_not_of(' '), clean.size()));
  return clean.empty() ? "?" : clean;
}

// What clamd says as of a file where its machine is short of something (cl_strerror of libclamav):
// the next file would fare no better.
constexpr std::array<std::string_view, 6> machine_troubles{
    "Can't allocate memory", "Can't create temporary file", "Can't create temporary directory",
    "Can't create new file", "Can't write to file",         "Can't duplicate file descriptor"};

}  // namespace

ClamdReply read_clamd_reply(std::string_view line) {
  constexpr std::string_view of_stream = "stream: ";
  constexpr std::string_view found = " FOUND";
  constexpr std::string_view error = " ERROR";
  using Kind = ClamdReply::Kind;
  if (line == "stream: OK") return {Kind::clean, {}};
  if (line.starts_with("INSTREAM size limit exceeded")) return {Kind::too_large, {}};
  if (line.starts_with(of_stream) && line.ends_with(found) &&
      line.size() >= of_stream.size() + found.size()) {
    line.remove_prefix(of_stream.size());
    line.remove_suffix(found.size());
    return {Kind::found, printable(line)};
  }
  if (line.starts_with(of_stream) && line.ends_with(error) &&
      line.size() > of_stream.size() + error.size()) {
    const bool is_machine = std::any_of(
        machine_troubles.begin(), machine_troubles.end(),
        [&](std::string_view each) { return line.find(each) != std::string_view::npos; });
    if (!is_machine) return {Kind::unscannable, printable(line)};
  }
  return {Kind::trouble, printable(line)};
}

}  // namespace dms::web
