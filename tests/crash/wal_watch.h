#pragma once

// Looks all the while how large the write-ahead logs of a server's tenants are.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <thread>

namespace dms::test {

// On a thread of its own, from construction to destruction, at every few milliseconds; over kills
// and starts too. A log that waits for its deletion counts with the live ones.
class WalWatch {
 public:
  // `data` is a server's data folder. It may be gone at times.
  explicit WalWatch(std::filesystem::path data);
  ~WalWatch();
  WalWatch(const WalWatch&) = delete;
  WalWatch& operator=(const WalWatch&) = delete;

  // In bytes, of the tenant with most; thread-safe.
  std::uint64_t now() const { return now_; }
  std::uint64_t largest() const { return largest_; }
  // What the largest must never be over: twice what the store writes its memtables out at.
  static std::uint64_t bytes_max();
  // What a store at work lets it grow to before it writes its memtables out.
  static std::uint64_t bytes_full();

 private:
  void watch();

  const std::filesystem::path data_;
  std::atomic<bool> is_over_{false};
  std::atomic<std::uint64_t> now_{0};
  std::atomic<std::uint64_t> largest_{0};
  std::thread thread_;
};

}  // namespace dms::test
