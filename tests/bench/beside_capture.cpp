// How long clerks wait for their answers while scans are recognised and office files are converted,
// against how long they wait without. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "clerks.h"
#include "query_log.h"
#include "support/scanned_pages.h"

namespace dms::bench {
namespace {

using test::ApiClient;
using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t clients = 8;
  double per_second = 0;  // requests of all clients; 0: as fast as they can
  std::size_t seconds = 20;
  std::size_t runs = 3;
  std::size_t letters = 300;  // that there are to look at
  std::size_t scans = 40;     // of ten pages each, a run
  std::size_t office_files = 150;
};

// What a clerk does, in a hundred.
enum class Act : std::uint8_t { show, list, search, read, file };
constexpr std::array<std::pair<Act, unsigned>, 5> acts{
    {{Act::show, 35}, {Act::list, 20}, {Act::search, 25}, {Act::read, 10}, {Act::file, 10}}};

constexpr std::size_t scanned_pages_each = 10;
constexpr std::size_t data_bytes = 2048;

class BesideCapture {
 public:
  explicit BesideCapture(const Options& options) : options_(options) {}

  int run() {
    ApiClient client = sign_in_clerk(server_);
    dossier_ = test::open_dossier(client, "660.1", "Messung");
    for (std::size_t i = 0; i < options_.letters; ++i) {
      ids_.push_back(file_text(client, ++number_).text("id"));
      if (ids_.back().empty()) give_up("a letter was not taken");
    }
    std::mt19937 random;
    if (file_data(client, random).status != 201) give_up("data was not taken");
    wait_until_at_rest(server_);
    std::vector<double> ratios;
    for (std::size_t run = 0; run < options_.runs; ++run) {
      const Work at_rest = work_done();
      const Latencies off = work();
      const Work rested = work_done();
      if (!(rested == at_rest)) {
        give_up(fmt::format("at rest {} pages were recognised and {} renditions made",
                            rested.pages - at_rest.pages, rested.renditions - at_rest.renditions));
      }
      bring_work();
      const Work before = work_done();
      const Latencies on = work();
      const Work after = work_done();
      print("off", off);
      print("on", on);
      fmt::print("  meanwhile {} pages recognised, {} renditions made\n",
                 after.pages - before.pages, after.renditions - before.renditions);
      if (after.pages == before.pages || after.renditions == before.renditions) {
        give_up("nothing was recognised or converted meanwhile: bring more");
      }
      ratios.push_back(on.at(0.99) / off.at(0.99));
      wait_until_at_rest(server_);
    }
    std::ranges::sort(ratios);
    fmt::print("p99 on / off: {:.2f} ({:.2f} to {:.2f})\n", ratios[ratios.size() / 2],
               ratios.front(), ratios.back());
    return 0;
  }

 private:
  struct Work {
    std::uint64_t pages = 0;
    std::uint64_t renditions = 0;
    friend bool operator==(const Work&, const Work&) = default;
  };
  Work work_done() const {
    return {read_counter(server_, "aktenwerk_recognised_pages_total"),
            read_counter(server_, "aktenwerk_renditions_total")};
  }

  test::ApiAnswer file_text(ApiClient& client, std::uint64_t number) const {
    return client.file(
        dossier_, fmt::format("Brief {}", number), "brief.txt",
        fmt::format("Sehr geehrte Damen und Herren, zur Straße {}: der Haushalt, der "
                    "Gemeinderat und die Feuerwehr.",
                    number));
  }

  // What clerks file while it is measured: nothing that is recognised or converted, so that without
  // `bring_work` neither goes on. The same bytes each time: what cannot be converted is given up,
  // once a content, which counts as a rendition.
  test::ApiAnswer file_data(ApiClient& client, std::mt19937& random) const {
    const std::string bytes(data_bytes, '\0');
    return client.file(dossier_, fmt::format("Messwerte {}", random()), "messwerte.dat", bytes);
  }

  // By a connection of its own: the first was idle for so long that the server has closed it.
  void bring_work() {
    ApiClient client = sign_in_clerk(server_);
    for (std::size_t i = 0; i < options_.office_files; ++i) {
      const std::string letter =
          fmt::format("{{\\rtf1\\ansi Bescheid {}\\par Sehr geehrte Damen\\par}}", ++number_);
      if (client.file(dossier_, "Bescheid", "bescheid.rtf", letter).status != 201) {
        give_up("an office file was not taken");
      }
    }
    for (std::size_t i = 0; i < options_.scans; ++i) {
      std::vector<test::PageImage> pages;
      std::vector<std::string> lines = test::letter_lines();
      lines.insert(lines.begin(), fmt::format("Scan {}", ++number_));
      const test::PageImage page = test::draw_page(lines);
      if (page.empty()) give_up("no page was drawn");
      pages.assign(scanned_pages_each, page);
      if (client.file(dossier_, "Scan", "scan.tif", test::as_tiff(pages)).status != 201) {
        give_up("a scan was not taken");
      }
    }
  }

  bool act(ApiClient& client, std::mt19937& random) {
    unsigned drawn = static_cast<unsigned>(random() % 100);
    Act chosen = Act::show;
    for (const auto& [each, share] : acts) {
      chosen = each;
      if (drawn < share) break;
      drawn -= share;
    }
    const std::string& id = ids_[random() % ids_.size()];
    switch (chosen) {
      case Act::show:
        return client.get("/api/v1/documents/" + id).status == 200;
      case Act::list:
        return client.get("/api/v1/dossiers/" + dossier_ + "/documents?limit=50").status == 200;
      case Act::search: {
        const auto& words = query_log[random() % 2].queries;
        const std::string query(words[random() % words.size()]);
        return client
                   .get("/api/v1/search?facets=type,year,sender&q=" + test::percent_encoded(query))
                   .status == 200;
      }
      case Act::read:
        return client.get("/api/v1/documents/" + id + "/content").status == 200;
      case Act::file:
        return file_data(client, random).status == 201;
    }
    return false;
  }

  Latencies work() {
    Latencies all;
    std::mutex mutex;
    const auto end = Clock::now() + std::chrono::seconds(options_.seconds);
    const auto between = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
        options_.per_second > 0 ? static_cast<double>(options_.clients) / options_.per_second : 0));
    std::vector<std::jthread> clerks;
    for (std::size_t i = 0; i < options_.clients; ++i) {
      clerks.emplace_back([&, i] {
        ApiClient client = sign_in_clerk(server_);
        std::mt19937 random(static_cast<std::uint32_t>(i));
        Latencies own;
        auto next =
            Clock::now() + between * static_cast<int>(i) / static_cast<int>(options_.clients);
        while (Clock::now() < end) {
          std::this_thread::sleep_until(next);
          // Who is paced and comes late has waited, too.
          const auto began = options_.per_second > 0 ? next : Clock::now();
          next += between;
          if (!act(client, random)) give_up("a request failed");
          own.add(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
        }
        const std::lock_guard lock(mutex);
        all.add(own);
      });
    }
    clerks.clear();
    return all;
  }

  void print(std::string_view what, const Latencies& latencies) const {
    fmt::print("{:<4} {:>7} requests, p50 {:6.1f}, p99 {:6.1f}, longest {:6.1f} ms\n", what,
               latencies.count(), latencies.at(0.5), latencies.at(0.99), latencies.at(1));
  }

  const Options options_;
  test::ServerProcess server_;
  std::string dossier_;
  std::vector<std::string> ids_;
  std::atomic<std::uint64_t> number_{0};
};

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  dms::bench::Options options;
  CLI::App app("How long clerks wait while scans are recognised and files converted");
  app.add_option("--clients", options.clients, "clerks at work");
  app.add_option("--per-second", options.per_second,
                 "requests of all clerks; 0: as fast as they can");
  app.add_option("--seconds", options.seconds, "of each of both");
  app.add_option("--runs", options.runs, "of both, in turn")->check(CLI::Range(1, 100));
  app.add_option("--scans", options.scans, "of ten pages, a run");
  app.add_option("--office-files", options.office_files, "a run");
  CLI11_PARSE(app, argc, argv);
  return dms::bench::BesideCapture(options).run();
}
