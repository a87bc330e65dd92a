// Damaged files through the real extractor. See README.md.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "originals.h"
#include "search/extract/extractor.h"
#include "search/extract/protocol/unique_fd.h"
#include "support/shared_data.h"

namespace {

namespace fs = std::filesystem;
using namespace dms;

constexpr int skipped = 77;
constexpr std::uint32_t timeout_s = 20;
// Two jobs for a PDF, as much again for those in a mail, and what the client waits beyond.
constexpr std::chrono::seconds answer_max{3 * timeout_s + 30};

struct Options {
  std::uint64_t files = 10'000;
  std::uint64_t first = 0;
  std::string keep;
};

class Run {
 public:
  Run(search::Extractor& extractor, const mutations::Originals& originals, const Options& options)
      : extractor_(extractor), originals_(originals), options_(options), next_(options.first) {}

  void work() {
    const std::uint64_t end = options_.first + options_.files;
    for (std::uint64_t number = next_++; number < end; number = next_++) try_one(number);
  }

  bool finish() const {
    for (const auto& [outcome, count] : outcomes_) fmt::print("{:8} {}\n", count, outcome);
    fmt::print("{} files, {} without an answer, {} too slow, {} answers broken, slowest {} ms\n",
               options_.files, unanswered_, slow_, broken_, slowest_.count());
    return unanswered_ == 0 && slow_ == 0 && broken_ == 0;
  }

 private:
  void try_one(std::uint64_t number) {
    const auto [name, bytes] = originals_.damaged(number);
    search::extract::UniqueFd file(::memfd_create("mutation", MFD_CLOEXEC));
    if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("no memory file");
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto extraction = extractor_.extract(file.get());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    const std::lock_guard lock(mutex_);
    slowest_ = std::max(slowest_, took);
    if (took > answer_max) ++slow_;
    if (!extraction) {
      ++unanswered_;
      return keep(number, name, bytes, "unanswered");
    }
    const std::string state(to_string(extraction->state));
    ++outcomes_[extraction->cause.empty() ? state : state + ", " + extraction->cause];
    if (extraction->cause == "bad_answer") ++broken_;
    for (const char* noted : {"bad_answer", "parser_crashed", "forbidden_call", "out_of_time"}) {
      if (extraction->cause == noted) keep(number, name, bytes, noted);
    }
  }

  void keep(std::uint64_t number, const std::string& name, const std::string& bytes,
            const char* why) const {
    fmt::print("{}: file {} (of {})\n", why, number, name);
    if (options_.keep.empty()) return;
    fs::create_directories(options_.keep);
    std::ofstream(fs::path(options_.keep) / fmt::format("{}-{}-{}", why, number, name),
                  std::ios::binary)
        << bytes;
  }

  search::Extractor& extractor_;
  const mutations::Originals& originals_;
  const Options& options_;
  std::atomic<std::uint64_t> next_;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> outcomes_;
  std::uint64_t unanswered_ = 0;
  std::uint64_t slow_ = 0;
  std::uint64_t broken_ = 0;
  std::chrono::milliseconds slowest_{0};
};

int run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const fs::path data = test::shared_data(AKTENWERK_SOURCE_DIR);
  const mutations::Originals originals(data);
  if (originals.empty()) {
    fmt::print("skipped: no data in {}\n", data.string());
    return skipped;
  }
  NullLog log;
  search::ExtractorOptions of_extractor;
  of_extractor.helper_path = EXTRACT_HELPER;
  of_extractor.timeout_s = timeout_s;
  auto extractor = search::Extractor::start(of_extractor, log);
  if (!extractor || (*extractor)->sandbox().way == search::SandboxStatus::Way::none) {
    fmt::print("no sandbox on this machine: nothing is parsed\n");
    return 1;
  }
  Run run(**extractor, originals, options);
  std::thread second([&] { run.work(); });
  run.work();
  second.join();
  return run.finish() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Gives damaged files to the real extractor and counts what comes of them"};
  Options options;
  app.add_option("--files", options.files, "how many")->capture_default_str();
  app.add_option("--first", options.first, "the first one's number")->capture_default_str();
  app.add_option("--keep", options.keep, "a folder for those that a child died of");
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
