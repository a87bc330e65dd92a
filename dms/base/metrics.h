#pragma once

// Counters, gauges and histograms, rendered in the Prometheus text format (0.0.4). Names and label
// values are fixed strings of ours, never data. Updating is lock-free and thread-safe; instruments
// live as long as their registry.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dms {

class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Cumulative buckets; bounds in seconds, ascending.
class Histogram {
 public:
  explicit Histogram(std::vector<double> upper_bounds_s);
  void observe(double seconds);
  // The lines of this histogram under `name` with `labels` ("" or `a="b"`).
  void render(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::vector<double> upper_bounds_s_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<double> sum_s_{0};
};

class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;
  // The same (name, labels) returns the same instrument. `labels` as in `lane="upload"`. One name
  // has one kind of instrument; another aborts.
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = "");
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = "");
  // `read` is called at each rendering, on the rendering thread; it must not use this
  // registry, and what it reads must outlive the last rendering. The same (name, labels) again
  // replaces it.
  void gauge(std::string_view name, std::string_view help, std::string_view labels,
             std::function<double()> read);
  std::string render() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms
