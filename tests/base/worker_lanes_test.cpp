#include "dms/base/worker_lanes.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

namespace dms {
namespace {

// Occupies one thread of a lane until it is released.
class Blocker {
 public:
  explicit Blocker(WorkerLane& lane) {
    EXPECT_TRUE(lane.post([gates = gates_] {
                      gates->started.count_down();
                      gates->released.wait();
                    })
                    .has_value());
    gates_->started.wait();
  }
  void release() { gates_->released.count_down(); }

 private:
  struct Gates {
    std::latch started{1};
    std::latch released{1};
  };
  std::shared_ptr<Gates> gates_ = std::make_shared<Gates>();
};

TEST(WorkerLane, RunsWhatIsPosted) {
  WorkerLane lane({.name = "test", .threads = 3, .queue_limit = 1000});
  std::atomic<int> count = 0;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(lane.post([&count] { ++count; }).has_value());
  lane.stop();
  EXPECT_EQ(count, 500);
}

TEST(WorkerLane, RefusesAsBusyWhenItsQueueIsFull) {
  WorkerLane lane({.name = "test", .threads = 1, .queue_limit = 2});
  Blocker blocker(lane);
  EXPECT_TRUE(lane.post([] {}).has_value());
  EXPECT_TRUE(lane.post([] {}).has_value());
  EXPECT_EQ(lane.queued(), 2U);
  const auto refused = lane.post([] {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(refused.error().retry_after_s, 1U);
  blocker.release();
  lane.stop();
  EXPECT_EQ(lane.queued(), 0U);
}

// A pause that held its place would leave the second task waiting for ever.
TEST(WorkerLane, RunsAnotherTaskWhileOnePauses) {
  WorkerLane lane({.name = "test", .threads = 2, .queue_limit = 10, .running_max = 1});
  std::promise<void> second_ran;
  std::future<void> second = second_ran.get_future();
  std::promise<bool> first_saw_it;
  ASSERT_TRUE(lane.post([&] {
                    const WorkerLane::Pause pause;
                    first_saw_it.set_value(second.wait_for(std::chrono::seconds(30)) ==
                                           std::future_status::ready);
                  })
                  .has_value());
  ASSERT_TRUE(lane.post([&] { second_ran.set_value(); }).has_value());
  EXPECT_TRUE(first_saw_it.get_future().get());
}

TEST(WorkerLane, ForgetsNoTaskWhileOthersPause) {
  WorkerLane lane({.name = "test", .threads = 4, .queue_limit = 10'000, .running_max = 1});
  std::latch done(5000);
  for (int i = 0; i < 5000; ++i) {
    const auto posted = lane.post([&done, i] {
      if (i % 3 == 0) {
        const WorkerLane::Pause pause;
        std::this_thread::yield();
      }
      done.count_down();
    });
    ASSERT_TRUE(posted.has_value());
  }
  done.wait();  // before any stop(), which would wake every thread
  EXPECT_EQ(lane.queued(), 0U);
}

TEST(WorkerLane, StopsAfterWhatIsQueuedAndTakesNoMore) {
  std::atomic<int> count = 0;
  WorkerLane lane({.name = "test", .threads = 1, .queue_limit = 10});
  Blocker blocker(lane);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(lane.post([&count] { ++count; }).has_value());
  blocker.release();
  lane.stop();
  lane.stop();
  EXPECT_EQ(count, 5);
  EXPECT_EQ(lane.post([] {}).error().code, ErrorCode::busy);
}

TEST(WorkerLane, RunsItsThreadsAtTheSameTime) {
  WorkerLane lane({.name = "test", .threads = 2, .queue_limit = 10});
  Blocker first(lane);
  Blocker second(lane);  // would wait for ever on a lane of one thread
  second.release();
  first.release();
}

TEST(WorkerLane, NamesItsThreads) {
  WorkerLane lane({.name = "background", .threads = 1, .queue_limit = 1});
  std::promise<std::string> name;
  // The thread may have begun before it was named: post only after the constructor has returned.
  ASSERT_TRUE(lane.post([&name] {
                    std::array<char, 16> text{};
                    pthread_getname_np(pthread_self(), text.data(), text.size());
                    name.set_value(text.data());
                  })
                  .has_value());
  EXPECT_EQ(name.get_future().get(), "background");
  EXPECT_EQ(lane.name(), "background");
}

TEST(WorkerLaneDeathTest, EndsTheProcessWhereATaskThrows) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        WorkerLane lane({.name = "test", .threads = 1, .queue_limit = 1});
        static_cast<void>(lane.post([] { throw std::runtime_error("a bug of ours"); }));
        lane.stop();
      },
      "a bug of ours");
}

}  // namespace
}  // namespace dms
