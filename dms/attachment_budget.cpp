#include "dms/attachment_budget.h"

#include <utility>

namespace dms {

namespace {

constexpr std::uint64_t attachment_bytes_max = 512ULL << 20U;

Error too_much_open() {
  Error error = make_error(ErrorCode::busy,
                           "Gerade sind zu viele Anlagen geöffnet. Bitte versuchen Sie es gleich "
                           "noch einmal.",
                           "Too many attachments are open just now. Please try again shortly.");
  error.retry_after_s = 10;
  return error;
}

}  // namespace

bool ByteBudget::add(std::uint64_t bytes) {
  std::uint64_t before = taken_;
  do {
    if (bytes > bytes_max_ - before) return false;
  } while (!taken_.compare_exchange_weak(before, before + bytes));
  return true;
}

Result<ByteBudget::Share> ByteBudget::take(std::uint64_t bytes) {
  if (!add(bytes)) return fail(too_much_open());
  return Share(*this, bytes);
}

ByteBudget::Share::Share(Share&& other) noexcept
    : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}

Result<void> ByteBudget::Share::resize(std::uint64_t bytes) {
  if (bytes > bytes_ && !budget_->add(bytes - bytes_)) return fail(too_much_open());
  if (bytes < bytes_) give_back(bytes_ - bytes);
  bytes_ = bytes;
  return {};
}

void ByteBudget::Share::give_back(std::uint64_t bytes) {
  budget_->taken_ -= bytes;
}

ByteBudget& attachment_budget() {
  static ByteBudget budget(attachment_bytes_max);
  return budget;
}

}  // namespace dms
