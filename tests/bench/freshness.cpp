// How long after its acknowledgement a letter is found by a word inside it, while clerks file. See
// README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clerks.h"

namespace dms::bench {
namespace {

using test::ApiClient;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_again{20};
constexpr std::chrono::seconds patience{60};

struct Options {
  std::size_t clients = 8;
  std::size_t watchers = 2;
  double letters_per_s = 16;  // of all clients; 0: as fast as they can
  std::size_t seconds = 30;
  std::size_t bytes = 2048;
  std::string settings;
};

double milliseconds_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

// A word that stands in no other letter, of letters alone, as words are.
std::string word_of(std::uint64_t number) {
  std::string word = "quelle";
  for (int i = 0; i < 9; ++i, number /= 20) word += "bcdfghklmnprstvwxzyj"[number % 20];
  return word;
}

class Freshness {
 public:
  explicit Freshness(const Options& options) : options_(options) {}

  int run() {
    apply_settings(server_, options_.settings);
    wait_until_at_rest(server_);
    ApiClient client = sign_in_clerk(server_);
    dossier_ = test::open_dossier(client, "660.1", "Messung");
    const auto end = Clock::now() + std::chrono::seconds(options_.seconds);
    {
      std::vector<std::jthread> people;
      for (std::size_t i = 0; i < options_.clients; ++i) {
        people.emplace_back([this, i, end] { file_until(i, end); });
      }
      for (std::size_t i = 0; i < options_.watchers; ++i) {
        people.emplace_back([this, end] { watch_until(end); });
      }
    }
    fmt::print("{} clients filed {:.0f} letters a second, p50 {:.1f}, p99 {:.1f} ms\n",
               options_.clients,
               static_cast<double>(filing_.count()) / static_cast<double>(options_.seconds),
               filing_.at(0.5), filing_.at(0.99));
    fmt::print(
        "acknowledged to found, {} letters: p50 {:.0f}, p95 {:.0f}, p99 {:.0f}, longest "
        "{:.0f} ms; {} never\n",
        found_.count(), found_.at(0.5), found_.at(0.95), found_.at(0.99), found_.at(1),
        never_.load());
    return found_.count() == 0 || never_ > 0 ? 1 : 0;
  }

 private:
  std::string letter(const std::string& word) const {
    std::string text = "Sehr geehrte Damen und Herren,\n\nes geht um " + word + ".\n";
    while (text.size() < options_.bytes) text += "Wir bitten um Prüfung und Nachricht.\n";
    return text;
  }
  Clock::time_point file(ApiClient& client, const std::string& word) {
    const auto began = Clock::now();
    if (client.file(dossier_, "Brief", "brief.txt", letter(word)).status != 201) {
      give_up("a letter was not taken");
    }
    const std::lock_guard lock(mutex_);
    filing_.add(milliseconds_since(began));
    return Clock::now();
  }

  void file_until(std::size_t index, Clock::time_point end) {
    ApiClient client = sign_in_clerk(server_);
    const double clients = static_cast<double>(options_.clients);
    const std::chrono::duration<double> between(
        options_.letters_per_s > 0 ? clients / options_.letters_per_s : 0);
    auto next = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   between * static_cast<double>(index) / clients);
    while (Clock::now() < end) {
      if (options_.letters_per_s > 0) std::this_thread::sleep_until(next);
      next += std::chrono::duration_cast<Clock::duration>(between);
      file(client, word_of(++number_));
    }
  }

  void watch_until(Clock::time_point end) {
    ApiClient client = sign_in_clerk(server_);
    while (Clock::now() < end) {
      const std::string word = word_of(++number_);
      const auto acknowledged = file(client, word);
      bool is_found = false;
      while (!is_found && Clock::now() < acknowledged + patience) {
        const auto answer = client.get("/api/v1/search?q=" + word);
        if (answer.status != 200) give_up("no answer of the search");
        is_found = answer.body.find("\"document_id\"") != std::string::npos;
        if (!is_found) std::this_thread::sleep_for(look_again);
      }
      if (!is_found) ++never_;
      const std::lock_guard lock(mutex_);
      if (is_found) found_.add(milliseconds_since(acknowledged));
    }
  }

  const Options options_;
  test::ServerProcess server_;
  std::string dossier_;
  std::atomic<std::uint64_t> number_{0};
  std::atomic<std::uint64_t> never_{0};
  std::mutex mutex_;
  Latencies filing_;  // under mutex_
  Latencies found_;   // likewise
};

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  dms::bench::Options options;
  CLI::App app("How soon a letter is found that was just filed");
  app.add_option("--clients", options.clients, "clerks who file");
  app.add_option("--watchers", options.watchers, "clerks who file and look for what they filed");
  app.add_option("--per-second", options.letters_per_s, "letters of all clerks; 0: no limit");
  app.add_option("--seconds", options.seconds, "how long");
  app.add_option("--bytes", options.bytes, "of a letter");
  app.add_option("--settings", options.settings, "a file put to the server's configuration");
  CLI11_PARSE(app, argc, argv);
  return dms::bench::Freshness(options).run();
}
