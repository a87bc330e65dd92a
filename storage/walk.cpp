#include "storage/walk.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "storage/database.h"

namespace dms::storage {

namespace {

constexpr std::chrono::seconds progress_interval{1};
// How long a cancelled walk may go on waiting.
constexpr std::chrono::milliseconds wait_max{100};
// Steps without content are short: the clock is asked after so many.
constexpr std::uint32_t steps_per_look = 256;
// By then a store whose disk is well again has been opened anew.
constexpr std::uint32_t retry_after_s = 30;

}  // namespace

Walk::Walk(const VerifyControl& control, const VerifyReport& report, const Database* written)
    : control_(control),
      report_(report),
      written_(written),
      begun_(std::chrono::steady_clock::now()),
      next_progress_(begun_ + progress_interval) {}

Result<void> Walk::step(std::uint64_t content_bytes) {
  content_bytes_ += content_bytes;
  if (content_bytes == 0 && ++steps_ % steps_per_look != 0) return {};
  const Time now = std::chrono::steady_clock::now();
  if (control_.progress && now >= next_progress_) {
    control_.progress(report_);
    next_progress_ = now + progress_interval;
  }
  if (control_.content_bytes_per_s_max > 0) keep_pace(now);
  return may_go_on();
}

Result<void> Walk::may_go_on() const {
  if (control_.is_cancelled != nullptr && *control_.is_cancelled) {
    return fail(operator_error(ErrorCode::unavailable, "the walk was cancelled"));
  }
  if (written_ == nullptr) return {};
  const Result<void> writable = written_->writable();
  if (writable) return {};
  Error error = operator_error(
      ErrorCode::unavailable,
      "the walk ended, for the store is to be opened again: " + writable.error().hint);
  error.retry_after_s = retry_after_s;
  return fail(std::move(error));
}

void Walk::keep_pace(Time now) {
  const std::chrono::duration<double> due(static_cast<double>(content_bytes_) /
                                          static_cast<double>(control_.content_bytes_per_s_max));
  const Time end = begun_ + std::chrono::duration_cast<Time::duration>(due);
  while (now < end && may_go_on()) {
    std::this_thread::sleep_for(std::min<Time::duration>(end - now, wait_max));
    now = std::chrono::steady_clock::now();
  }
}

}  // namespace dms::storage
