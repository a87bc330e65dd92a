// Kill anywhere: what was acknowledged is there and searchable. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "filing.h"

namespace dms::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto patience_for_full_log = std::chrono::minutes(15);

struct Options {
  std::size_t kills = 50;
  std::size_t full_logs = 1;
  std::uint64_t seed = std::random_device{}();
  Filing::Options filing = {};
};

class Harness {
 public:
  explicit Harness(const Options& options) : options_(options), random_(options.seed) {}

  int run();

 private:
  void one_kill();
  void kill_with_full_log();
  void kill_now(milliseconds filed, std::size_t acknowledged_before);
  void check_flipped_byte();

  const Options options_;
  ServerProcess server_;
  Filing filing_{server_, options_.filing};
  std::mt19937_64 random_;
  std::size_t kills_ = 0;
  std::size_t hits_ = 0;
};

void Harness::kill_now(milliseconds filed, std::size_t acknowledged_before) {
  const std::size_t met = filing_.under_way();
  server_.kill();
  filing_.end();
  ++kills_;
  if (met > 0) ++hits_;
  const double log_mib = static_cast<double>(filing_.wal().now()) / (1U << 20U);
  server_.start();
  filing_.check_start();
  filing_.check_fresh();
  fmt::print("kill after {} ms: {} under way, {} acknowledged, log of {:.1f} MiB, start {} ms\n",
             filed.count(), met, filing_.acknowledged() - acknowledged_before, log_mib,
             server_.start_took().count());
  std::fflush(stdout);
}

void Harness::one_kill() {
  const std::size_t before = filing_.acknowledged();
  filing_.begin();
  const milliseconds moment(300 + random_() % 1500);
  std::this_thread::sleep_for(moment);
  kill_now(moment, before);
}

// After minutes of load, which would fill a log that nothing shortens to more than twice its limit,
// and at a moment when there is about as much to replay as there may be.
void Harness::kill_with_full_log() {
  const std::size_t before = filing_.acknowledged();
  const std::size_t enough = WalWatch::bytes_max() / Filing::longer_text_bytes * 11 / 10;
  const auto begin = steady_clock::now();
  const auto filed = [&] {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
  };
  const auto is_full = [&] {
    return filing_.acknowledged() - before > enough &&
           filing_.wal().now() > WalWatch::bytes_full() / 4 * 3;
  };
  filing_.begin(Filing::Texts::longer);
  while (!is_full() && filed() < patience_for_full_log) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  if (!is_full()) filing_.complain("the log does not fill");
  kill_now(filed(), before);
}

// The largest log file's middle byte, inverted: the store must say damage.
void Harness::check_flipped_byte() {
  server_.start();
  filing_.reader().http().close();
  for (int i = 0; i < 50; ++i) filing_.file_one(std::string(3000, 'n'));
  server_.kill();
  std::filesystem::path log;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(server_.data_folder() / "musterbach")) {
    if (entry.path().extension() != ".log" || !entry.is_regular_file()) continue;
    if (log.empty() || entry.file_size() > std::filesystem::file_size(log)) log = entry.path();
  }
  const auto flip = [&log] {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(log) / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(~file.get());
    file.seekp(middle);
    file.put(byte);
  };
  flip();
  std::string output;
  if (server_.run_command({"verify", "--tenant", "musterbach"}, &output) == 0) {
    filing_.complain("a flipped byte in the log went unnoticed");
  }
  fmt::print("with a byte of {} flipped: {}", log.filename().string(), output);
  flip();
  if (server_.run_command({"verify", "--tenant", "musterbach"}, &output) != 0) {
    filing_.complain("with the byte restored: " + output);
  }
}

int Harness::run() {
  const auto begin = steady_clock::now();
  for (std::size_t i = 0; i < options_.kills && filing_.problems() == 0; ++i) one_kill();
  for (std::size_t i = 0; i < options_.full_logs && filing_.problems() == 0; ++i) {
    kill_with_full_log();
  }
  filing_.check_all();
  filing_.check_verify();
  check_flipped_byte();
  if (hits_ * 5 < kills_ * 4) filing_.complain("too few kills met a request");
  fmt::print("{} kills, {} hits, {} documents acknowledged, {}, {} s, {} problems\n", kills_, hits_,
             filing_.acknowledged(), filing_.measures(),
             std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begin).count(),
             filing_.problems());
  return filing_.problems() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Kills the server at random moments and looks for what was acknowledged"};
  dms::test::Options options;
  options.filing.verify_every = 10;
  app.add_option("--kills", options.kills, "how often")->capture_default_str();
  app.add_option("--full-logs", options.full_logs,
                 "kills more, each once its write-ahead log is nearly full: minutes of load")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the random moments");
  dms::test::Filing::Options::add_to(app, options.filing);
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  return dms::test::Harness(options).run();
}
