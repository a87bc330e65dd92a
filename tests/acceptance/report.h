#pragma once

// What was wanted and what was seen, as a table at the end. Thread-safe.

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace dms::acceptance {

class Report {
 public:
  // A line that must be good, else the command fails.
  void check(std::string name, bool good, std::string wanted, std::string seen);
  // A figure that is told and judged by nobody.
  void tell(std::string name, std::string seen);
  // What must not be, printed at once; the command fails.
  void problem(const std::string& what);
  // Prints the table; true where every line is good and there was no problem.
  bool finish();

 private:
  struct Line {
    std::string name;
    std::string wanted;
    std::string seen;
    std::string verdict;
  };
  std::mutex mutex_;
  std::vector<Line> lines_;
  std::size_t problems_ = 0;
  std::size_t failed_ = 0;
};

// "96.9 %"; of nothing, "-".
std::string share_text(std::size_t part, std::size_t whole);

}  // namespace dms::acceptance
