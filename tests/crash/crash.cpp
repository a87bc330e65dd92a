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

class Harness {
 public:
  explicit Harness(std::uint64_t seed) : random_(seed) {}

  int run(std::size_t kills);

 private:
  void one_kill();
  void check_flipped_byte();

  ServerProcess server_;
  Filing filing_{server_, {}};
  std::mt19937_64 random_;
  std::size_t hits_ = 0;
  std::chrono::milliseconds longest_start_{0};
};

void Harness::one_kill() {
  const std::size_t before = filing_.acknowledged();
  filing_.begin();
  const auto moment = std::chrono::milliseconds(300 + random_() % 1500);
  std::this_thread::sleep_for(moment);
  const std::size_t met = filing_.under_way();
  server_.kill();
  filing_.end();
  if (met > 0) ++hits_;
  server_.start();
  longest_start_ = std::max(longest_start_, server_.start_took());
  filing_.check_fresh();
  fmt::print("kill after {} ms: {} under way, {} acknowledged\n", moment.count(), met,
             filing_.acknowledged() - before);
  std::fflush(stdout);
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

int Harness::run(std::size_t kills) {
  for (std::size_t i = 0; i < kills && filing_.problems() == 0; ++i) one_kill();
  filing_.check_all();
  filing_.check_verify();
  check_flipped_byte();
  fmt::print("{} kills, {} hits, {} documents acknowledged, longest start {} ms, {} problems\n",
             kills, hits_, filing_.acknowledged(), longest_start_.count(), filing_.problems());
  if (hits_ * 5 < kills * 4) filing_.complain("too few kills met a request");
  return filing_.problems() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Kills the server at random moments and looks for what was acknowledged"};
  std::size_t kills = 50;
  std::uint64_t seed = std::random_device{}();
  app.add_option("--kills", kills, "how often")->capture_default_str();
  app.add_option("--seed", seed, "of the random moments");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", seed);
  dms::test::Harness harness(seed);
  return harness.run(kills);
}
