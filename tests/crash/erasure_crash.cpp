// Kill anywhere while an erasure runs: it goes on by itself and ends, of what was named nothing is
// left, not even in a file, and nothing else is lost. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "dms/base/time.h"
#include "doomed.h"
#include "support/raw_scan.h"

namespace dms::test {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// What is filed is asked for document by document afterwards, so not all the while.
constexpr microseconds filed_before_kill{400'000};
constexpr std::uint64_t taking_usually = 60'000;  // microseconds

struct Options {
  std::size_t kills = 100;
  std::uint64_t seed = std::random_device{}();
  Filing::Options filing = {};
};

class Harness {
 public:
  explicit Harness(Options options) : options_(options), random_(options.seed) {}
  int run();

 private:
  ApiClient person(const std::string& name);
  void see_without_kill();
  void await_moment(const Doomed& doomed);
  void one_kill();
  void scan();

  const Options options_;
  std::mt19937_64 random_;
  ServerProcess server_;
  Filing filing_{server_, options_.filing};
  Doom doom_{filing_, person("h.brandt"), person("b.oezdemir")};
  microseconds usual_{0};  // from a release to the end
  std::size_t hits_ = 0;
  std::map<std::string, std::size_t> met_;  // by state, as last seen before the kill
};

ApiClient Harness::person(const std::string& name) {
  ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in(name, server_.password_of(name))) filing_.complain("cannot sign in " + name);
  return client;
}

// How long it takes; and that what is looked for at the end is there to be found.
void Harness::see_without_kill() {
  const Doomed doomed = doom_.propose(Doom::Texts::being_made);
  const std::string folder = (server_.data_folder() / "musterbach").string();
  if (!holds_bytes(folder, doomed_word)) filing_.complain("the scan of files finds nothing");
  const auto begin = steady_clock::now();
  doom_.release(doomed);
  const ApiAnswer ended = doom_.await_end(doomed);
  usual_ = std::chrono::duration_cast<microseconds>(steady_clock::now() - begin);
  doom_.check(doomed, ended);
  fmt::print("without a kill: {} ms\n", usual_.count() / 1000);
  std::fflush(stdout);
}

// Taking away is short beside freeing: a third of the kills are for it. The clerks file from then
// on.
void Harness::await_moment(const Doomed& doomed) {
  if (random_() % 3 == 0) {
    filing_.begin();
    while (doom_.state_of(doomed).text("state") == "released") {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(microseconds(random_() % taking_usually));
    return;
  }
  const microseconds until_kill(random_() % static_cast<std::uint64_t>(usual_.count()));
  const microseconds until_filing = std::max(microseconds{0}, until_kill - filed_before_kill);
  std::this_thread::sleep_for(until_filing);
  filing_.begin();
  std::this_thread::sleep_for(until_kill - until_filing);
}

// It met a running erasure where that ended only after the kill.
void Harness::one_kill() {
  const Doomed doomed = doom_.propose(Doom::Texts::made);
  doom_.release(doomed);
  await_moment(doomed);
  const std::string state = doom_.state_of(doomed).text("state");
  server_.kill();
  const auto killed = std::chrono::floor<microseconds>(std::chrono::system_clock::now());
  filing_.end();
  server_.start();
  filing_.check_start();
  doom_.reconnect();
  const ApiAnswer ended = doom_.await_end(doomed);
  const auto end = parse_rfc3339(ended.text("ended_at"));
  const bool hit = end && *end > killed;
  if (hit) {
    ++hits_;
    ++met_[state];
  } else {
    usual_ /= 2;  // the machine was busier when it was measured
  }
  doom_.check(doomed, ended);
  filing_.check_fresh();
  fmt::print("killed when {}: {}\n", state, hit ? "went on and ended" : "it was over");
  std::fflush(stdout);
}

// The manifest keeps ends of key ranges until the next opening; so it is opened and closed before.
void Harness::scan() {
  const auto folder = server_.data_folder() / "musterbach";
  std::string small(doomed_word);
  small.front() = 't';  // as the index writes it
  for (const std::string& word : {std::string(doomed_word), small}) {
    for (const std::string& path : files_with(folder.string(), word)) {
      filing_.complain(word + " is left in " + path);
    }
  }
}

int Harness::run() {
  see_without_kill();
  std::size_t kills = 0;
  const auto is_enough = [&] { return kills >= options_.kills && hits_ * 2 >= kills; };
  for (; !is_enough() && kills < 3 * options_.kills && filing_.problems() == 0; ++kills) one_kill();
  filing_.check_all();
  server_.stop();
  server_.start();
  filing_.check_verify();
  scan();
  for (const auto& [state, count] : met_) fmt::print("{} kills met it {}\n", count, state);
  fmt::print("{} kills, {} hits, {} documents filed meanwhile, {}, {} problems\n", kills, hits_,
             filing_.acknowledged(), filing_.measures(), filing_.problems());
  if (hits_ * 2 < kills || hits_ == 0) {
    filing_.complain("too few kills met a running erasure");
  }
  return filing_.problems() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Kills the server at random moments while an erasure runs"};
  dms::test::Options options;
  app.add_option("--kills", options.kills, "how often")->capture_default_str();
  app.add_option("--seed", options.seed, "of the random moments");
  dms::test::Filing::Options::add_to(app, options.filing);
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  return dms::test::Harness(options).run();
}
