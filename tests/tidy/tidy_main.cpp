// tidy ROOT: checks the source tree and prints what it finds as "path:line: rule: message".

#include <cstdio>

#include "tests/tidy/rules.h"

int main(int argument_count, char** arguments) {
  if (argument_count != 2) {
    std::fputs("usage: tidy ROOT\n", stderr);
    return 2;
  }
  const auto files = dms::tidy::read_source_tree(arguments[1]);
  const auto findings = dms::tidy::check_all(files);
  for (const auto& finding : findings) {
    std::printf("%s:%zu: %s: %s\n", finding.path.c_str(), finding.line, finding.rule.c_str(),
                finding.message.c_str());
  }
  std::printf("%zu files, %zu findings\n", files.size(), findings.size());
  return findings.empty() && !files.empty() ? 0 : 1;
}
