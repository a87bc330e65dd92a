#include "wal_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/database.h"

namespace dms::test {

namespace {

namespace fs = std::filesystem;

// Rare enough for a folder of ten thousand tables; a log grows by some megabytes meanwhile.
constexpr std::chrono::milliseconds look_interval{100};

// Files may go while they are looked at, and the whole folder with its disk.
std::uint64_t log_bytes(const fs::path& database) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator at(database, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".log") continue;
    std::error_code gone;
    const std::uintmax_t size = fs::file_size(at->path(), gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

std::uint64_t largest_log(const fs::path& data) {
  std::uint64_t largest = 0;
  std::error_code error;
  for (fs::directory_iterator at(data, error), end; !error && at != end; at.increment(error)) {
    largest = std::max(largest, log_bytes(at->path() / "store" / "db"));
  }
  return largest;
}

}  // namespace

WalWatch::WalWatch(fs::path data) : data_(std::move(data)), thread_([this] { watch(); }) {}

WalWatch::~WalWatch() {
  is_over_ = true;
  thread_.join();
}

std::uint64_t WalWatch::bytes_max() {
  return 2 * storage::wal_bytes_max;
}

std::uint64_t WalWatch::bytes_full() {
  return storage::wal_bytes_max;
}

void WalWatch::watch() {
  while (!is_over_) {
    now_ = largest_log(data_);
    largest_ = std::max(largest_.load(), now_.load());
    std::this_thread::sleep_for(look_interval);
  }
}

}  // namespace dms::test
