// Places for those who wait: how many work, how many stand in line, and what the others are told.

#include "search/extract/client/awaited_place.h"

#include <gtest/gtest.h>

#include <latch>
#include <optional>
#include <thread>

namespace dms::test {
namespace {

using search::extract::AwaitedPlace;
using search::extract::AwaitedPlaces;

TEST(AwaitedPlace, IsRefusedPastThePatience) {
  AwaitedPlaces places({.count = 2, .waiting_max = 1, .patience = std::chrono::seconds{0}});
  const AwaitedPlace first(places);
  std::optional<AwaitedPlace> second(places);
  EXPECT_TRUE(first.is_taken());
  EXPECT_TRUE(second->is_taken());
  EXPECT_FALSE(AwaitedPlace(places).is_taken());
  second.reset();
  EXPECT_TRUE(AwaitedPlace(places).is_taken());
  EXPECT_TRUE(AwaitedPlace(places).is_taken()) << "given back each time";
}

// With a patience of an hour the last one would hang, not fail, were it to wait.
TEST(AwaitedPlace, FewStandInLineAndTheFirstFreePlaceIsTheirs) {
  AwaitedPlaces places({.count = 1, .waiting_max = 1, .patience = std::chrono::hours{1}});
  std::optional<AwaitedPlace> working(places);
  std::latch is_taken(1);
  std::thread waiter([&] {
    const AwaitedPlace place(places);
    EXPECT_TRUE(place.is_taken());
    is_taken.count_down();
  });
  // The waiter may not stand there yet; then this takes its turn in the line and gives it back.
  while (places.admitted.try_acquire()) {
    places.admitted.release();
    std::this_thread::yield();
  }
  EXPECT_FALSE(is_taken.try_wait());
  EXPECT_FALSE(AwaitedPlace(places).is_taken());
  working.reset();
  is_taken.wait();
  waiter.join();
}

TEST(AwaitedPlace, WhoGetsNoneIsToldWhenToComeBack) {
  const Error error = search::extract::all_places_taken();
  EXPECT_EQ(error.code, ErrorCode::busy);
  EXPECT_GT(error.retry_after_s, 0U);
}

}  // namespace
}  // namespace dms::test
