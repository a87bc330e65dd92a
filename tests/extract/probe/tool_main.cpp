// A hostile external program: the probe named on standard input, its outcome on standard output.

#include <unistd.h>

#include <array>
#include <string>

#include "probes.h"

int main() {
  std::array<char, 4096> words{};
  ssize_t got = ::read(STDIN_FILENO, words.data(), words.size());
  std::string_view text(words.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  text = text.substr(text.find(':') + 1);
  const std::string outcome = dms::test::run_probe(text);
  return ::write(STDOUT_FILENO, outcome.data(), outcome.size()) > 0 ? 0 : 1;
}
