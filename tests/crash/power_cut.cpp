// The power goes at random moments: what was acknowledged is there and searchable. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "failing_disk.h"
#include "filing.h"
#include "small_disk.h"
#include "support/temp_dir.h"

namespace dms::test {
namespace {

constexpr std::uint64_t disk_bytes = 6ULL << 30U;

struct Options {
  std::size_t cuts = 100;
  // The write-ahead log is synced a little after it was said to be: an acknowledgement before the
  // fsync.
  bool planted = false;
  std::uint64_t seed = std::random_device{}();
  Filing::Options filing = {};
};

class Harness {
 public:
  explicit Harness(const Options& options) : options_(options), random_(options.seed) {
    if (options.planted) late_.set(DiskFault::log_syncs_late);
  }

  // 0 where all went well. With late syncs: where documents were lost, and only so.
  int run();

 private:
  void one_cut();

  const Options options_;
  CutDisk disk_{disk_bytes};
  TempDir folder_;
  FailingDisk late_{disk_.folder(), folder_ / "control"};
  ServerProcess server_{
      {.data_folder = disk_.folder() / "data", .environment = late_.environment()}};
  Filing filing_{server_, options_.filing};
  std::mt19937_64 random_;
  std::size_t cuts_ = 0;
  std::size_t hits_ = 0;
};

void Harness::one_cut() {
  const std::size_t before = filing_.acknowledged();
  filing_.begin();
  const auto moment = std::chrono::milliseconds(300 + random_() % 1500);
  std::this_thread::sleep_for(moment);
  const std::size_t met = filing_.under_way();
  filing_.hear_no_more();
  disk_.cut_power();
  server_.kill();
  filing_.end();
  ++cuts_;
  if (met > 0) ++hits_;
  if (filing_.acknowledged() == before) filing_.complain("nothing was acknowledged");
  disk_.power_on();
  if (!server_.try_start()) {
    filing_.complain("the server does not come back:\n" + server_.log());
    return;
  }
  filing_.check_start();
  filing_.check_fresh();
  fmt::print("cut after {} ms: {} under way, {} acknowledged\n", moment.count(), met,
             filing_.acknowledged() - before);
  std::fflush(stdout);
}

int Harness::run() {
  for (std::size_t i = 0; i < options_.cuts && filing_.problems() == 0; ++i) one_cut();
  if (server_.running()) {
    filing_.check_all();
    filing_.check_verify();
  }
  if (hits_ * 5 < cuts_ * 4) filing_.complain("too few cuts met a request");
  fmt::print(
      "{} cuts, {} hits, {} documents acknowledged, {} lost, {}, {} late syncs, {} problems\n",
      cuts_, hits_, filing_.acknowledged(), filing_.lost(), filing_.measures(), late_.struck(),
      filing_.problems());
  if (options_.planted) return filing_.lost() > 0 && late_.struck() > 0 ? 0 : 1;
  return filing_.problems() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Cuts the power at random moments and looks for what was acknowledged"};
  dms::test::Options options;
  app.add_option("--cuts", options.cuts, "how often")->capture_default_str();
  app.add_flag("--planted", options.planted,
               "acknowledging before the fsync: passes where documents are lost");
  app.add_option("--seed", options.seed, "of the random moments");
  dms::test::Filing::Options::add_to(app, options.filing);
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  return dms::test::Harness(options).run();
}
