#pragma once

// How much may lie in opened attachments at the same time. Each is a file of its own, in memory or
// in a staging folder, until the last byte of an answer is sent, and a client may take its time.

#include <atomic>
#include <cstdint>

#include "dms/base/result.h"

namespace dms {

// Thread-safe. Outlives its shares.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  // Given back when it goes. Movable.
  class Share {
   public:
    Share(Share&& other) noexcept;
    Share& operator=(Share&&) = delete;
    ~Share() { give_back(bytes_); }
    // `busy` as for take(); then it stays as it was.
    Result<void> resize(std::uint64_t bytes);

   private:
    friend class ByteBudget;
    Share(ByteBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {}
    void give_back(std::uint64_t bytes);

    ByteBudget* budget_;
    std::uint64_t bytes_;
  };
  // `busy` where that is more than is left.
  Result<Share> take(std::uint64_t bytes);

  std::uint64_t bytes_max() const { return bytes_max_; }
  std::uint64_t taken() const { return taken_; }

 private:
  bool add(std::uint64_t bytes);

  const std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> taken_ = 0;
};

// That of the process, for all tenants together: 512 MiB, room for two of the largest.
ByteBudget& attachment_budget();

}  // namespace dms
