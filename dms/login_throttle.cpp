#include "dms/login_throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "dms/base/text.h"

namespace dms {

namespace {

// Bounds what a stranger's user name costs in memory.
constexpr std::size_t account_bytes_max = 256;

struct Rule {
  unsigned free_failures;
  std::chrono::seconds first_delay;
  std::chrono::seconds longest_delay;
  std::chrono::seconds memory;
  std::size_t entries_max;
};

// Failures by key, those used longest ago at the list's end. Guarded by the owner's mutex.
class FailureTable {
 public:
  explicit FailureTable(const Rule& rule) : rule_(rule) {}

  // How long `key` must wait yet; zero or less: not at all.
  std::chrono::microseconds wait(const std::string& key, Instant now) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end() || is_forgotten(*found->second, now)) return {};
    return found->second->last + delay(found->second->failures) - now;
  }

  void count(const std::string& key, Instant now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
      entries_.push_front({key, 1, now});
      by_key_[key] = entries_.begin();
    } else {
      entries_.splice(entries_.begin(), entries_, found->second);
      Entry& entry = entries_.front();
      entry.failures = is_forgotten(entry, now) ? 1 : entry.failures + 1;
      entry.last = now;
    }
    while (!entries_.empty() &&
           (entries_.size() > rule_.entries_max || is_forgotten(entries_.back(), now))) {
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
  }

  void forget(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    entries_.erase(found->second);
    by_key_.erase(found);
  }

  void take_one_back(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    if (found->second->failures <= 1) {
      forget(key);
    } else {
      --found->second->failures;
    }
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned failures;
    Instant last;
  };

  bool is_forgotten(const Entry& entry, Instant now) const {
    return entry.last + rule_.memory <= now;
  }

  std::chrono::seconds delay(unsigned failures) const {
    if (failures < rule_.free_failures) return {};
    const unsigned doublings = std::min(failures - rule_.free_failures, 20U);
    return std::min(rule_.first_delay * (1U << doublings), rule_.longest_delay);
  }

  Rule rule_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

// IPv4 whole, of IPv6 the /64 that one customer has; an IPv4 address in IPv6 clothes is IPv4.
std::string address_key(std::string_view address) {
  std::string text(address.substr(0, 64));
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return {reinterpret_cast<const char*>(bytes.data()), 4};
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
    return {reinterpret_cast<const char*>(bytes.data()) + mapped.size(), 4};
  }
  return {reinterpret_cast<const char*>(bytes.data()), 8};
}

std::string pair_key(std::string_view account, const std::string& address) {
  return address + '/' + std::string(truncate_utf8(account, account_bytes_max));
}

Rule account_rule(const LoginThrottleOptions& options) {
  return {options.free_failures_per_account, options.first_delay, options.longest_delay_per_account,
          options.memory, options.entries_max};
}

Rule address_rule(const LoginThrottleOptions& options) {
  return {options.free_failures_per_address, options.first_delay, options.longest_delay_per_address,
          options.memory, options.entries_max};
}

}  // namespace

struct LoginThrottle::State {
  State(const Clock& present, const LoginThrottleOptions& options)
      : clock(present), pairs(account_rule(options)), addresses(address_rule(options)) {}

  const Clock& clock;
  mutable std::mutex mutex;
  FailureTable pairs;      // guarded by mutex
  FailureTable addresses;  // guarded by mutex
};

LoginThrottle::LoginThrottle(const Clock& clock, LoginThrottleOptions options)
    : state_(std::make_unique<State>(clock, options)) {}

LoginThrottle::~LoginThrottle() = default;

Result<void> LoginThrottle::admit(std::string_view account, std::string_view address) {
  const std::string from = address_key(address);
  const std::string pair = pair_key(account, from);
  const Instant now = state_->clock.now();
  const std::lock_guard lock(state_->mutex);
  const auto wait = std::max(state_->pairs.wait(pair, now), state_->addresses.wait(from, now));
  if (wait > std::chrono::microseconds::zero()) {
    Error error =
        make_error(ErrorCode::rate_limited, "Zu viele Versuche. Bitte warten Sie einen Augenblick.",
                   "Too many attempts. Please wait a moment.");
    error.retry_after_s =
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    return fail(std::move(error));
  }
  state_->pairs.count(pair, now);
  state_->addresses.count(from, now);
  return {};
}

void LoginThrottle::succeeded(std::string_view account, std::string_view address) {
  const std::string from = address_key(address);
  const std::lock_guard lock(state_->mutex);
  state_->pairs.forget(pair_key(account, from));
  state_->addresses.take_one_back(from);
}

std::size_t LoginThrottle::entries() const {
  const std::lock_guard lock(state_->mutex);
  return state_->pairs.size() + state_->addresses.size();
}

}  // namespace dms
