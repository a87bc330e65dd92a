#include "report.h"

#include <fmt/core.h>

#include <cstdio>

namespace dms::acceptance {

namespace {

// A fault of the server would otherwise be told thousands of times.
constexpr std::size_t problems_printed_max = 50;

}  // namespace

void Report::check(std::string name, bool good, std::string wanted, std::string seen) {
  const std::lock_guard lock(mutex_);
  if (!good) ++failed_;
  lines_.push_back({std::move(name), std::move(wanted), std::move(seen), good ? "good" : "FAILED"});
}

void Report::tell(std::string name, std::string seen) {
  const std::lock_guard lock(mutex_);
  lines_.push_back({std::move(name), "", std::move(seen), ""});
}

void Report::problem(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (++problems_ > problems_printed_max) return;
  fmt::print("PROBLEM: {}\n", what);
  std::fflush(stdout);
}

bool Report::finish() {
  const std::lock_guard lock(mutex_);
  fmt::print("\n{:<58} {:>16} {:>28}\n", "", "wanted", "seen");
  for (const Line& line : lines_) {
    fmt::print("{:<58} {:>16} {:>28}  {}\n", line.name, line.wanted, line.seen, line.verdict);
  }
  fmt::print("{} problems, {} lines failed\n", problems_, failed_);
  return problems_ == 0 && failed_ == 0;
}

std::string share_text(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace dms::acceptance
