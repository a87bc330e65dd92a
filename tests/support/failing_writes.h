#pragma once

// A disk that takes nothing: as with a full one, or one that failed, a store becomes read-only.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

namespace dms::test {

// As long as it lives no file of this process takes a byte more (EFBIG).
class FailingWrites {
 public:
  FailingWrites() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{0, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  }
  ~FailingWrites() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FailingWrites(const FailingWrites&) = delete;
  FailingWrites& operator=(const FailingWrites&) = delete;

 private:
  rlimit before_{};
};

}  // namespace dms::test
