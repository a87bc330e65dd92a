// What encryption at rest costs: contents written and read through a store, in the clear and
// sealed, in turns. Without network. See README.md.

#include <fmt/core.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/random.h"
#include "storage/store.h"
#include "support/temp_dir.h"

namespace dms::bench {
namespace {

using storage::ContentId;
using storage::KeyDomain;

constexpr std::size_t piece_bytes = 1U << 20U;

struct Case {
  const char* name;
  std::size_t bytes;
  std::size_t contents;  // a run
};

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "sealed_content: {} {}\n", result.error().message.en, result.error().hint);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Seals in one domain and nothing in any other.
class OneSealedDomain final : public storage::ContentKeys {
 public:
  explicit OneSealedDomain(KeyDomain sealed) : sealed_(sealed) {}
  Result<std::optional<storage::ContentSealingKey>> sealing_key(KeyDomain domain) override {
    if (domain != sealed_) return std::optional<storage::ContentSealingKey>();
    return std::optional(storage::ContentSealingKey{1, key_});
  }
  Result<storage::ContentOpeningKey> opening_key(KeyDomain, std::uint32_t) const override {
    return storage::ContentOpeningKey{storage::ContentKeyState::present, key_};
  }

 private:
  const KeyDomain sealed_;
  const Secret key_{random_bytes(32)};
};

// Of this process, all threads, in milliseconds.
double processor_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& time) {
    return 1000.0 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1000.0;
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

// Of one content, in milliseconds, run by run.
class Times {
 public:
  std::vector<double> wall;
  std::vector<double> processor;

  void begin_run() {
    wall.push_back(0);
    processor.push_back(0);
  }
  // One of a run's `contents`.
  void add(std::size_t contents, const std::function<void()>& act) {
    const double processor_began = processor_time();
    const auto began = std::chrono::steady_clock::now();
    act();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    const auto count = static_cast<double>(contents);
    wall.back() += took.count() / count;
    processor.back() += (processor_time() - processor_began) / count;
  }
};

struct Spread {
  double low, median, high;
};

Spread spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

void print(const Case& each, const char* act, const Times& clear, const Times& sealed) {
  const auto line = [&](const char* what, const std::vector<double>& a,
                        const std::vector<double>& b) {
    const Spread in_clear = spread(a);
    const Spread in_seal = spread(b);
    fmt::print("{:<8} {:<6} {:<5} {:>9.3f} ({:.3f}-{:.3f}) {:>9.3f} ({:.3f}-{:.3f}) {:>7.2f}\n",
               each.name, act, what, in_clear.median, in_clear.low, in_clear.high, in_seal.median,
               in_seal.low, in_seal.high, in_seal.median / in_clear.median);
  };
  line("wall", clear.wall, sealed.wall);
  line("cpu", clear.processor, sealed.processor);
}

class SealedContent {
 public:
  explicit SealedContent(std::size_t runs) : runs_(runs) {
    storage::StoreOptions options;
    options.folder = (folder_ / "store").string();
    options.name = "bench";
    options.content_keys = std::make_shared<OneSealedDomain>(sealed_);
    store_ = value_of(storage::Store::open(environment_, options));
  }

  void run() {
    fmt::print("{:<8} {:<6} {:<5} {:>24} {:>24} {:>7}\n", "size", "act", "ms", "clear", "sealed",
               "ratio");
    for (const Case& each : {Case{"20 KiB", 20U << 10U, 200}, Case{"1 MiB", 1U << 20U, 30},
                             Case{"100 MiB", 100U << 20U, 1}}) {
      measure(each);
    }
  }

 private:
  // One way and the other in turns, content by content: what else the machine does meets both.
  void measure(const Case& each) {
    Times written[2];
    Times read[2];
    const KeyDomain domains[2] = {{}, sealed_};
    for (std::size_t run = 0; run < runs_; ++run) {
      std::vector<ContentId> contents[2];
      for (const std::size_t way : {0, 1}) {
        written[way].begin_run();
        read[way].begin_run();
      }
      for (std::size_t i = 0; i < each.contents; ++i) {
        for (std::size_t turn = 0; turn < 2; ++turn) {
          const std::size_t way = (i + run + turn) % 2;
          written[way].add(each.contents,
                           [&] { contents[way].push_back(write(each, domains[way])); });
        }
      }
      for (std::size_t i = 0; i < each.contents; ++i) {
        for (std::size_t turn = 0; turn < 2; ++turn) {
          const std::size_t way = (i + run + turn) % 2;
          const ContentId& content = contents[way][i];
          read_all(content);  // brings it into the kernel's cache
          read[way].add(each.contents, [&] { read_all(content); });
        }
      }
      release(contents[0]);
      release(contents[1]);
    }
    value_of(store_->sweep_content());
    print(each, "write", written[0], written[1]);
    print(each, "read", read[0], read[1]);
  }

  // Each content is other bytes, and is named by a commit of its own.
  ContentId write(const Case& each, KeyDomain domain) {
    const auto writer = value_of(store_->write_content(domain));
    std::string first = piece_.substr(0, std::min(each.bytes, piece_bytes));
    first.replace(0, 8, random_bytes(8));
    value_of(writer->append(first));
    for (std::size_t at = first.size(); at < each.bytes; at += piece_bytes) {
      value_of(writer->append(piece_));
    }
    const auto staged = value_of(writer->finish());
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      commit.name_content(staged, owner_);
      return commit;
    }));
    return staged.id();
  }

  void read_all(const ContentId& content) const {
    const auto reader = value_of(store_->read_content(content));
    for (std::uint64_t at = 0; at < content.size; at += piece_bytes) {
      value_of(reader->read(at, piece_bytes));
    }
  }

  void release(const std::vector<ContentId>& contents) {
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (const ContentId& content : contents) commit.release_content(content, owner_);
      return commit;
    }));
  }

  const std::size_t runs_;
  const KeyDomain sealed_{make_uuid_v7(Instant{})};
  const Uuid owner_ = make_uuid_v7(Instant{});
  const std::string piece_ = random_bytes(piece_bytes);
  test::TempDir folder_;
  SystemClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment environment_{{}, clock_, log_, metrics_};
  std::unique_ptr<storage::Store> store_;
};

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures what encryption at rest costs"};
  std::size_t runs = 7;
  app.add_option("--runs", runs, "in turns, of which the median counts")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  dms::bench::SealedContent(runs).run();
  return 0;
}
