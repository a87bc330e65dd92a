#include "clerks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace dms::bench {

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "benchmark: {}\n", what);
  std::exit(1);
}

test::ApiClient sign_in_clerk(const test::ServerProcess& server) {
  test::ApiClient client(server.client(), fmt::format("https://localhost:{}", server.port()));
  if (!client.sign_in("h.brandt", server.password_of("h.brandt"))) give_up("cannot sign in");
  return client;
}

void Latencies::add(const Latencies& others) {
  ms_.insert(ms_.end(), others.ms_.begin(), others.ms_.end());
}

double Latencies::at(double share) const {
  if (ms_.empty()) return 0;
  std::vector<double> sorted = ms_;
  std::ranges::sort(sorted);
  const auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(place, sorted.size() - 1)];
}

std::uint64_t read_counter(const test::ServerProcess& server, std::string_view name) {
  test::HttpsClientOptions options;
  options.port = server.admin_port();
  options.tls = false;
  const auto answer = test::HttpsClient(options).get("/metrics");
  if (!answer || answer->status != 200) give_up("no metrics");
  std::istringstream lines(answer->body);
  std::uint64_t sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view text = line;
    const bool is_it = text.starts_with(name) && text.size() > name.size() &&
                       (text[name.size()] == '{' || text[name.size()] == ' ');
    if (is_it) sum += std::stoull(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

}  // namespace dms::bench
