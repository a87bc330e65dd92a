#include "clerks.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace dms::bench {

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "benchmark: {}\n", what);
  std::exit(1);
}

void apply_settings(test::ServerProcess& server, const std::string& settings) {
  if (settings.empty()) return;
  server.stop();
  std::ofstream(server.config_file(), std::ios::app) << std::ifstream(settings).rdbuf();
  server.start();
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

void wait_until_at_rest(const test::ServerProcess& server) {
  // Longer than a page takes to be recognised, or a batch to be converted behind all else.
  constexpr std::chrono::seconds rest{20};
  constexpr std::chrono::milliseconds look_again{200};
  using Clock = std::chrono::steady_clock;
  std::uint64_t made = 0;
  for (auto since = Clock::now(); Clock::now() < since + rest;) {
    std::this_thread::sleep_for(look_again);
    std::uint64_t now_made = 0;
    for (const std::string_view name :
         {"aktenwerk_extractions_total", "aktenwerk_indexed_documents_total",
          "aktenwerk_recognised_pages_total", "aktenwerk_renditions_total"}) {
      now_made += read_counter(server, name);
    }
    if (now_made != made) since = Clock::now();
    made = now_made;
  }
}

}  // namespace dms::bench
