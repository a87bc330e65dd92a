// Damaged files filed at the real server. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "originals.h"
#include "support/api_client.h"
#include "support/server_process.h"
#include "support/shared_data.h"

namespace dms::mutations {
namespace {

using Clock = std::chrono::steady_clock;
using test::ApiClient;

constexpr int skipped = 77;
// Without that any of the texts still waited for was made: PDFs take up to 60 s each.
constexpr std::chrono::minutes texts_max{10};

struct Options {
  std::uint64_t files = 10'000;
  std::uint64_t first = 0;
  std::size_t clients = 4;
};

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

class FiledMutations {
 public:
  FiledMutations(const Originals& originals, const Options& options)
      : originals_(originals),
        options_(options),
        dossier_(open()),
        pid_(server_.pid()),
        ids_(options.files),
        next_(0) {}

  bool run() {
    const auto began = Clock::now();
    std::jthread reader([this](const std::stop_token& stop) { read_meanwhile(stop); });
    {
      std::vector<std::jthread> clerks;
      for (std::size_t i = 0; i < options_.clients; ++i) clerks.emplace_back([this] { file(); });
    }
    fmt::print("{} filed in {:.0f} s\n", options_.files - refused_, seconds_since(began));
    check_all();
    reader.request_stop();
    reader.join();
    if (server_.pid() != pid_) ++problems_;
    for (const auto& [state, count] : states_) fmt::print("{:8} {}\n", count, state);
    fmt::print(
        "{} refused, {} given out otherwise, {} of {} answers missed meanwhile, the longest "
        "{:.0f} ms; texts after {:.0f} s; {} problems\n",
        refused_, changed_, missed_, asked_, longest_ms_, seconds_since(began), problems_);
    return refused_ == 0 && changed_ == 0 && missed_ == 0 && problems_ == 0;
  }

 private:
  ApiClient clerk() const {
    ApiClient client(server_.client(), fmt::format("https://localhost:{}", server_.port()));
    if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) {
      throw std::runtime_error("cannot sign in");
    }
    return client;
  }

  std::string open() const {
    ApiClient client = clerk();
    return test::open_dossier(client, "660.1", "Beschädigte Dateien");
  }

  // A full lane asks for patience; that is no refusal.
  static test::ApiAnswer patiently(const std::function<test::ApiAnswer()>& request) {
    while (true) {
      test::ApiAnswer answer = request();
      if (answer.status != 503) return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }

  void file() {
    ApiClient client = clerk();
    for (std::uint64_t i = next_++; i < options_.files; i = next_++) {
      const DamagedFile damaged = originals_.damaged(options_.first + i);
      const auto answer = patiently([&] {
        return client.file(dossier_, fmt::format("Nr. {}", i), damaged.name, damaged.bytes);
      });
      if (answer.status != 201) {
        fmt::print("file {} (of {}): {} {}\n", options_.first + i, damaged.name, answer.status,
                   answer.status == 0 ? answer.failure : answer.body);
        ++refused_;
      }
      ids_[i] = answer.text("id");
    }
  }

  void read_meanwhile(const std::stop_token& stop) {
    ApiClient client = clerk();
    while (!stop.stop_requested()) {
      for (const char* target :
           {"/api/v1/search?q=Gemeinde", "/api/v1/file-plan", "/api/v1/session"}) {
        const auto began = Clock::now();
        if (client.get(target).status != 200) ++missed_;
        ++asked_;
        longest_ms_ = std::max(longest_ms_, seconds_since(began) * 1000);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void check_all() {
    ApiClient client = clerk();
    auto until = Clock::now() + texts_max;
    for (std::uint64_t i = 0; i < options_.files; ++i) {
      if (ids_[i].empty()) continue;
      const std::string document = "/api/v1/documents/" + ids_[i];
      if (client.get(document + "/content").body != originals_.damaged(options_.first + i).bytes) {
        ++changed_;
      }
      std::string state = "pending";
      bool waited = false;
      while (true) {
        state = client.get(document).text("text_state");
        if (state != "pending" || Clock::now() > until) break;
        waited = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
      if (state == "pending" || state.empty()) {
        ++problems_;
      } else if (waited) {
        until = Clock::now() + texts_max;
      }
      ++states_[state];
      if ((i + 1) % 1000 == 0) fmt::print("{} looked at, {} problems\n", i + 1, problems_);
    }
  }

  const Originals& originals_;
  const Options& options_;
  test::ServerProcess server_;
  const std::string dossier_;
  const int pid_;
  std::vector<std::string> ids_;
  std::atomic<std::uint64_t> next_;
  std::atomic<std::uint64_t> refused_{0};
  std::map<std::string, std::uint64_t> states_;
  std::uint64_t changed_ = 0;
  std::uint64_t problems_ = 0;
  // The reader's, read when it has ended.
  std::uint64_t asked_ = 0;
  std::uint64_t missed_ = 0;
  double longest_ms_ = 0;
};

int run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const Originals originals(test::shared_data(AKTENWERK_SOURCE_DIR));
  if (originals.empty()) {
    fmt::print("skipped: no data\n");
    return skipped;
  }
  return FiledMutations(originals, options).run() ? 0 : 1;
}

}  // namespace
}  // namespace dms::mutations

int main(int argc, char** argv) {
  CLI::App app{"Files damaged files at the real server and counts what comes of them"};
  dms::mutations::Options options;
  app.add_option("--files", options.files, "how many")->capture_default_str();
  app.add_option("--first", options.first, "the first one's number")->capture_default_str();
  app.add_option("--clients", options.clients, "that file")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return dms::mutations::run(options);
}
