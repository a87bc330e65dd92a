// The disk fails or is full under a server at work: nothing acknowledged is lost, the tenant says
// so and comes back by itself, the other tenant notices nothing. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "failing_disk.h"
#include "filing.h"
#include "small_disk.h"
#include "support/temp_dir.h"

namespace dms::test {
namespace {

using std::chrono::milliseconds;

constexpr auto state_patience = std::chrono::seconds(60);
constexpr milliseconds look_interval{50};
// Room beside the reserve (about 640 MiB) for what the rounds of one disk file.
constexpr std::uint64_t small_disk_bytes = 1600ULL << 20U;
constexpr std::size_t rounds_a_disk = 4;

struct Options {
  std::size_t failed_syncs = 50;
  std::size_t failed_writes = 50;
  std::size_t full_disks = 50;
  std::size_t restarts = 10;
  std::size_t start_limit_s = 5;
  std::uint64_t seed = std::random_device{}();
};

// What the rounds share: a server, its clerks, and what its operator sees.
class Watch {
 public:
  // Whether the server ends under its clerks.
  enum class Ends : std::uint8_t { no, yes };

  explicit Watch(ServerProcess& server, Ends ends = Ends::no, std::size_t start_limit_s = 5)
      : filing_(server, {.clerks = 4,
                         .may_be_refused = true,
                         .may_break = ends == Ends::yes,
                         .start_limit_s = start_limit_s}) {
    HttpsClientOptions options;
    options.port = server.admin_port();
    options.tls = false;
    operator_.emplace(options);
    neighbour_.emplace(server.client("nebenbach.localhost"),
                       "https://nebenbach.localhost:" + std::to_string(server.port()));
    if (!neighbour_->sign_in("e.falk", server.nebenbach_password_of("e.falk"))) {
      filing_.complain("cannot sign in at the neighbour's");
    }
    neighbours_dossier_ = open_dossier(*neighbour_, "570.1", "Nachbar");
  }

  Filing& filing() { return filing_; }

  // The state of Musterbach as the admin address tells it; "" where it does not answer.
  std::string state() {
    const auto answer = operator_->get("/readyz");
    if (!answer) return "";
    boost::json::error_code error;
    const boost::json::value view = boost::json::parse(answer->body, error);
    const auto* state = error ? nullptr : view.find_pointer("/tenants/musterbach", error);
    return state == nullptr ? "" : std::string(state->as_string());
  }

  // How long it took; the patience where it never came.
  milliseconds await(const std::function<bool()>& holds) {
    const auto started = std::chrono::steady_clock::now();
    const auto took = [&] {
      return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
    };
    while (!holds() && took() < state_patience) std::this_thread::sleep_for(look_interval);
    return took();
  }
  milliseconds await_state(const std::string& wanted) {
    const milliseconds took = await([&] { return state() == wanted; });
    if (took >= state_patience) filing_.complain("never " + wanted + ", but " + state());
    return took;
  }

  // After a start.
  void reconnect() {
    operator_->close();
    neighbour_->http().close();
  }

  // What is asked while nothing can be stored.
  void check_refusal(unsigned status) {
    const ApiAnswer refused = filing_.file_one("wird nicht angenommen");
    const bool says_why = refused.header("content-type") == "application/problem+json" &&
                          !refused.text("detail").empty();
    if (refused.status != status || !says_why) {
      filing_.complain(fmt::format("filing was answered {}: {}", refused.status, refused.body));
    }
    const ApiAnswer list =
        filing_.reader().get("/api/v1/dossiers/" + filing_.dossier() + "/documents?limit=5");
    if (list.status != 200) filing_.complain(fmt::format("a list was answered {}", list.status));
  }
  void check_neighbour() {
    const ApiAnswer filed = neighbour_->file(neighbours_dossier_, "Nebenan", "n.txt", "nebenan");
    if (filed.status == 201) return;
    filing_.complain(fmt::format("the neighbour was answered {}: {}", filed.status, filed.body));
  }

  // Each round: without clerks who were refused it was no hit.
  void check_clerks_met_it() {
    if (filing_.refused() == refused_before_) filing_.complain("no clerk met the fault");
    refused_before_ = filing_.refused();
  }

  // Back to work: what the clerks go on to file is acknowledged.
  milliseconds await_work() {
    const milliseconds took = await([this] {
      const std::string now = state();
      return now == "open" || now == "search_failed";
    });
    if (took >= state_patience) filing_.complain("never at work again, but " + state());
    const std::size_t before = filing_.acknowledged();
    if (await([&] { return filing_.acknowledged() > before; }) >= state_patience) {
      filing_.complain("nothing is acknowledged any more");
    }
    longest_absence_ = std::max(longest_absence_, took);
    ++rounds_;
    return took;
  }

  // The clerks pause: a search that failed as well comes back after half a minute, in which they
  // would fill a small disk.
  void end_round() {
    filing_.end();
    await_state("open");
    filing_.check_fresh();
  }

  void end(std::string_view what, const std::string& strikes) {
    filing_.check_all();
    filing_.check_verify();
    fmt::print(
        "{} {}, met by {}; {} documents acknowledged, {} refused, longest until open {} ms, {}, "
        "{} problems\n",
        rounds_, what, strikes, filing_.acknowledged(), filing_.refused(), longest_absence_.count(),
        filing_.measures(), filing_.problems());
  }

 private:
  Filing filing_;
  std::optional<HttpsClient> operator_;
  std::optional<ApiClient> neighbour_;
  std::string neighbours_dossier_;
  std::size_t rounds_ = 0;
  std::size_t refused_before_ = 0;
  milliseconds longest_absence_{0};
};

// Somebody on a slow line, in the middle of a large document when the disk fails: what he has begun
// he gets whole, and only then is the store closed.
class SlowReader {
 public:
  SlowReader(ServerProcess& server, Filing& filing)
      : filing_(filing), client_(server.client()), text_(bytes, 'l') {
    const ApiAnswer filed = filing.file_one(text_);
    if (filed.status != 201) filing.complain("cannot file a large document");
    request_.target = "/api/v1/documents/" + filed.text("id") + "/content";
    request_.headers = {{"Cookie", filing.reader().cookie()}};
  }

  // Reads the first bytes, and the rest once the disk is mended.
  void begin() {
    received_.clear();
    is_mended_ = false;
    has_begun_ = false;
    thread_ = std::thread([this] { read(); });
    while (!has_begun_) std::this_thread::sleep_for(look_interval);
  }
  void go_on() { is_mended_ = true; }
  void end() {
    thread_.join();
    if (received_ != text_) filing_.complain("a download under way did not end as it began");
  }

 private:
  static constexpr std::size_t bytes = 24U << 20U;  // more than the sockets' buffers hold

  void read() {
    const auto answer = client_.send(request_, [this](std::string_view piece) {
      received_.append(piece);
      has_begun_ = true;
      while (!is_mended_) std::this_thread::sleep_for(look_interval);
      // Past the first attempt at recovery.
      if (received_.size() == piece.size()) std::this_thread::sleep_for(std::chrono::seconds(2));
    });
    if (!answer) filing_.complain("a download under way broke off: " + answer.error().hint);
    has_begun_ = true;
    client_.close();
  }

  Filing& filing_;
  HttpsClient client_;
  const std::string text_;
  HttpsRequest request_;
  std::string received_;
  std::atomic<bool> has_begun_{false};
  std::atomic<bool> is_mended_{false};
  std::thread thread_;
};

void wait_a_moment(std::mt19937_64& random) {
  std::this_thread::sleep_for(milliseconds(300 + random() % 1200));
}

// Calls of the file system fail, of Musterbach's folder alone.
std::size_t run_failing(std::string_view what, std::size_t rounds,
                        const std::vector<DiskFault>& faults, std::mt19937_64& random) {
  if (rounds == 0) return 0;
  const TempDir folder;
  FailingDisk disk(folder / "data/musterbach/store", folder / "control");
  ServerProcess server({.data_folder = folder / "data", .environment = disk.environment()});
  Watch watch(server);
  Filing& filing = watch.filing();
  SlowReader slow(server, filing);
  for (std::size_t i = 0; i < rounds && filing.problems() == 0; ++i) {
    slow.begin();
    const std::uint64_t struck = disk.struck();
    filing.begin();
    wait_a_moment(random);
    disk.set(faults[i % faults.size()]);
    watch.await_state("read_only");
    watch.check_refusal(503);
    watch.check_neighbour();
    wait_a_moment(random);
    if (watch.state() != "read_only") filing.complain("back before the disk was well");
    disk.set(DiskFault::none);
    slow.go_on();
    const milliseconds took = watch.await_work();
    slow.end();
    watch.end_round();
    const std::uint64_t strikes = disk.struck() - struck;
    if (strikes == 0) filing.complain("no call of the server's met the fault");
    watch.check_clerks_met_it();
    fmt::print("{} {}: {} strikes, open again after {} ms\n", what, i + 1, strikes, took.count());
    std::fflush(stdout);
  }
  watch.end(what, disk.strikes());
  return filing.problems();
}

// The server ends while the disk fails, killed and by an orderly stop in turn, and starts with one
// that is well.
std::size_t run_restarts(std::size_t rounds, std::size_t start_limit_s, std::mt19937_64& random) {
  constexpr std::array faults{DiskFault::sync_fails, DiskFault::write_fails, DiskFault::no_space};
  if (rounds == 0) return 0;
  const TempDir folder;
  FailingDisk disk(folder / "data/musterbach/store", folder / "control");
  ServerProcess server({.data_folder = folder / "data", .environment = disk.environment()});
  Watch watch(server, Watch::Ends::yes, start_limit_s);
  Filing& filing = watch.filing();
  for (std::size_t i = 0; i < rounds && filing.problems() == 0; ++i) {
    const bool is_kill = i % 2 == 0;
    const std::uint64_t struck = disk.struck();
    filing.begin();
    wait_a_moment(random);
    disk.set(faults[i / 2 % faults.size()]);
    watch.await_state("read_only");
    watch.check_refusal(503);
    watch.check_neighbour();
    wait_a_moment(random);
    if (is_kill) server.kill();
    if (!is_kill && server.stop() != 0) filing.complain("the server did not stop cleanly");
    filing.end();
    watch.check_clerks_met_it();
    if (disk.struck() == struck) filing.complain("no call of the server's met the fault");
    disk.set(DiskFault::none);
    if (!server.try_start()) {
      filing.complain("the server does not come back:\n" + server.log());
      break;
    }
    watch.reconnect();
    filing.check_start();
    filing.check_fresh();
    filing.begin();
    watch.await_work();
    watch.end_round();
    fmt::print("restart {}, {} while the disk failed: {} strikes, started in {} ms\n", i + 1,
               is_kill ? "killed" : "stopped", disk.struck() - struck, server.start_took().count());
    std::fflush(stdout);
  }
  watch.end("restarts", disk.strikes());
  return filing.problems();
}

// A small disk runs full to the last byte, under all tenants.
std::size_t run_full_disk(std::size_t rounds, std::mt19937_64& random) {
  SmallDisk disk(small_disk_bytes);
  ServerProcess server({.data_folder = disk.folder() / "data"});
  Watch watch(server);
  Filing& filing = watch.filing();
  for (std::size_t i = 0; i < rounds && filing.problems() == 0; ++i) {
    filing.begin();
    wait_a_moment(random);
    disk.fill_but(300ULL << 20U);
    watch.await_state("storage_full");
    watch.check_refusal(507);
    disk.fill_but(0);
    const std::uint64_t left = disk.free_bytes();
    if (left > 0) filing.complain(fmt::format("the disk is not full: {} bytes are left", left));
    wait_a_moment(random);
    watch.check_refusal(507);
    disk.make_room();
    const milliseconds took = watch.await_work();
    watch.end_round();
    watch.check_clerks_met_it();
    fmt::print("full disk {}: open again after {} ms\n", i + 1, took.count());
    std::fflush(stdout);
  }
  watch.end("full disks", "the disk's own end");
  return filing.problems();
}

std::size_t run_full(std::size_t rounds, std::mt19937_64& random) {
  std::size_t problems = 0;
  for (std::size_t left = rounds; left > 0 && problems == 0;) {
    const std::size_t now = std::min(left, rounds_a_disk);
    problems += run_full_disk(now, random);
    left -= now;
  }
  return problems;
}

int run(const Options& options) {
  std::mt19937_64 random(options.seed);
  std::size_t problems = 0;
  problems += run_failing("failed syncs", options.failed_syncs, {DiskFault::sync_fails}, random);
  problems += run_failing("failed writes", options.failed_writes,
                          {DiskFault::write_fails, DiskFault::no_space}, random);
  problems += run_restarts(options.restarts, options.start_limit_s, random);
  problems += run_full(options.full_disks, random);
  return problems == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Makes the disk fail or run full under a server at work"};
  dms::test::Options options;
  app.add_option("--failed-syncs", options.failed_syncs, "how often")->capture_default_str();
  app.add_option("--failed-writes", options.failed_writes, "how often")->capture_default_str();
  app.add_option("--full-disks", options.full_disks, "how often; mounts a tmpfs, so as root")
      ->capture_default_str();
  app.add_option("--restarts", options.restarts, "how often the server ends while the disk fails")
      ->capture_default_str();
  app.add_option("--start-limit", options.start_limit_s, "seconds that such a start may take")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the random moments");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  return dms::test::run(options);
}
