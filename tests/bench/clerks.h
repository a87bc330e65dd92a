#pragma once

// What benchmarks that have clerks at work share: signing in, and how long their acts took.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::bench {

// Ends the program: a benchmark that cannot do what it measures has no result.
[[noreturn]] void give_up(const std::string& what);

// Puts what the file `settings` says to the server's configuration and starts it anew; "": nothing.
void apply_settings(test::ServerProcess& server, const std::string& settings);

// One who is signed in to Musterbach and files.
test::ApiClient sign_in_clerk(const test::ServerProcess& server);

// Times in milliseconds.
class Latencies {
 public:
  void add(double ms) { ms_.push_back(ms); }
  void add(const Latencies& others);
  std::size_t count() const { return ms_.size(); }
  // The time that this share of them took at most; 0 where there is none.
  double at(double share) const;

 private:
  std::vector<double> ms_;
};

// Waits until the server has made nothing more of what it had for some seconds: texts, readings of
// scans, previews.
void wait_until_at_rest(const test::ServerProcess& server);

// The sum over all labels of a counter at the server's administrative port.
std::uint64_t read_counter(const test::ServerProcess& server, std::string_view name);

}  // namespace dms::bench
