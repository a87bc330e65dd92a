#include "dms/base/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>
#include <variant>

#include "dms/base/mutex.h"

namespace dms {

namespace {

// From 1 ms to 10 s: what a person notices, and what a queue does.
const std::vector<double> default_bounds_s = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,  0.5,    1,     2.5,  5,     10};

// `name{labels} value`, or without braces where there are no labels.
template <class Value>
void append_sample(std::string& out, std::string_view name, std::string_view labels, Value value) {
  out += name;
  if (!labels.empty()) out += fmt::format("{{{}}}", labels);
  out += fmt::format(" {}\n", value);
}

std::string with_bound(std::string_view labels, std::string_view bound) {
  return fmt::format("{}{}le=\"{}\"", labels, labels.empty() ? "" : ",", bound);
}

using Gauge = std::function<double()>;
// Counters and histograms are shared by their users and so never move.
using Instrument = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Histogram>, Gauge>;

struct Family {
  std::string help;
  std::map<std::string, Instrument, std::less<>> instruments;  // by labels
};

std::string_view type_name(const Instrument& instrument) {
  static constexpr std::string_view names[] = {"counter", "histogram", "gauge"};
  return names[instrument.index()];
}

void render_instrument(std::string& out, std::string_view name, std::string_view labels,
                       const Instrument& instrument) {
  if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&instrument)) {
    append_sample(out, name, labels, (*counter)->value());
  } else if (const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&instrument)) {
    (*histogram)->render(out, name, labels);
  } else {
    append_sample(out, name, labels, std::get<Gauge>(instrument)());
  }
}

}  // namespace

Histogram::Histogram(std::vector<double> upper_bounds_s)
    : upper_bounds_s_(std::move(upper_bounds_s)), buckets_(upper_bounds_s_.size() + 1) {}

void Histogram::observe(double seconds) {
  const auto bucket = std::lower_bound(upper_bounds_s_.begin(), upper_bounds_s_.end(), seconds);
  buckets_[static_cast<std::size_t>(bucket - upper_bounds_s_.begin())].fetch_add(
      1, std::memory_order_relaxed);
  sum_s_.fetch_add(seconds, std::memory_order_relaxed);
}

void Histogram::render(std::string& out, std::string_view name, std::string_view labels) const {
  const std::string bucket_name = fmt::format("{}_bucket", name);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    count += buckets_[i].load(std::memory_order_relaxed);
    const std::string bound =
        i < upper_bounds_s_.size() ? fmt::format("{}", upper_bounds_s_[i]) : "+Inf";
    append_sample(out, bucket_name, with_bound(labels, bound), count);
  }
  append_sample(out, fmt::format("{}_sum", name), labels, sum_s_.load(std::memory_order_relaxed));
  append_sample(out, fmt::format("{}_count", name), labels, count);
}

struct MetricsRegistry::State {
  mutable Mutex mutex;
  std::map<std::string, Family, std::less<>> families DMS_GUARDED_BY(mutex);

  // The instrument of that name and labels, made by `make` where there is none yet.
  template <class Make>
  Instrument& find_or_make(std::string_view name, std::string_view help, std::string_view labels,
                           Make make) DMS_REQUIRES(mutex) {
    Family& family =
        families.try_emplace(std::string(name), Family{std::string(help), {}}).first->second;
    const auto found = family.instruments.find(labels);
    if (found != family.instruments.end()) return found->second;
    Instrument made = make();
    const bool is_of_the_kind =
        family.instruments.empty() || family.instruments.begin()->second.index() == made.index();
    if (!is_of_the_kind) std::abort();
    return family.instruments.emplace(std::string(labels), std::move(made)).first->second;
  }
};

MetricsRegistry::MetricsRegistry() : state_(std::make_unique<State>()) {}
MetricsRegistry::~MetricsRegistry() = default;

Counter& MetricsRegistry::counter(std::string_view name, std::string_view help,
                                  std::string_view labels) {
  const MutexLock lock(state_->mutex);
  Instrument& instrument =
      state_->find_or_make(name, help, labels, [] { return std::make_unique<Counter>(); });
  auto* counter = std::get_if<std::unique_ptr<Counter>>(&instrument);
  if (counter == nullptr) std::abort();
  return **counter;
}

Histogram& MetricsRegistry::histogram(std::string_view name, std::string_view help,
                                      std::string_view labels) {
  const MutexLock lock(state_->mutex);
  Instrument& instrument = state_->find_or_make(
      name, help, labels, [] { return std::make_unique<Histogram>(default_bounds_s); });
  auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&instrument);
  if (histogram == nullptr) std::abort();
  return **histogram;
}

void MetricsRegistry::gauge(std::string_view name, std::string_view help, std::string_view labels,
                            std::function<double()> read) {
  const MutexLock lock(state_->mutex);
  Instrument& instrument = state_->find_or_make(name, help, labels, [] { return Gauge(); });
  auto* gauge = std::get_if<Gauge>(&instrument);
  if (gauge == nullptr) std::abort();
  *gauge = std::move(read);
}

// Gauges are read under the lock: a `read` must not use this registry.
std::string MetricsRegistry::render() const {
  const MutexLock lock(state_->mutex);
  std::string out;
  for (const auto& [name, family] : state_->families) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                       type_name(family.instruments.begin()->second));
    for (const auto& [labels, instrument] : family.instruments) {
      render_instrument(out, name, labels, instrument);
    }
  }
  return out;
}

}  // namespace dms
