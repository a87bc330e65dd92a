#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "support/api_client.h"

namespace dms::bench {

// A whole file; "" where it is not there.
std::string read_text(const std::filesystem::path& path);

// The real server on a data folder with a town of each size. What goes wrong ends the program.
class LargeServer {
 public:
  LargeServer(const std::filesystem::path& cache, std::size_t block_cache_mib);
  ~LargeServer() { stop(); }
  LargeServer(const LargeServer&) = delete;
  LargeServer& operator=(const LargeServer&) = delete;

  std::filesystem::path data() const { return cache_ / "data"; }

  // Milliseconds from the start of the program until /readyz is 200.
  double start();
  // Fills the index of a tenant whose server is stopped, as `aktenwerk reindex` does.
  void reindex(const std::string& tenant);
  void stop();
  test::ApiClient client(const std::string& host) const;
  // Milliseconds of processor time so far: other than a clock's they do not count who else works.
  double processor_ms() const;
  // MiB: resident now, and at most so far.
  std::pair<double, double> memory() const;

 private:
  void spawn(std::vector<std::string> words);
  std::filesystem::path config() const { return cache_ / "aktenwerk.toml"; }
  bool is_ready() const;

  const std::filesystem::path cache_;
  pid_t pid_ = -1;
};

}  // namespace dms::bench
