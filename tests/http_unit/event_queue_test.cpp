// Events on their way to one listener: their bytes, and a queue that stays small.

#include "web/http/event_queue.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

TEST(FormatEvent, WritesFieldsAndAnEmptyLine) {
  EXPECT_EQ(format_event({.id = "7", .name = "change", .data = "{}"}),
            "id: 7\nevent: change\ndata: {}\n\n");
  EXPECT_EQ(format_event({.id = "", .name = "", .data = ""}), "data: \n\n");
}

TEST(FormatEvent, LetsNoLineBreakMakeAField) {
  EXPECT_EQ(format_event({.id = "7\nevent: x", .name = "a\r\nid: 8", .data = "1\n2\r\n3\r4"}),
            "id: 7event: x\nevent: aid: 8\ndata: 1\ndata: 2\ndata: 3\ndata: 4\n\n");
}

class EventQueueTest : public testing::Test {
 protected:
  EventQueueTest() {
    queue_.set_wake([this] { ++wakes_; });
  }
  EventQueue queue_{3};
  int wakes_ = 0;
};

TEST_F(EventQueueTest, GivesAllThatWaitsInOrderAndWakesOnceForIt) {
  EXPECT_TRUE(queue_.push("a"));
  EXPECT_TRUE(queue_.push("b"));
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(queue_.take().bytes, "ab");
  EXPECT_EQ(queue_.take().bytes, "");
  EXPECT_TRUE(queue_.push("c"));
  EXPECT_EQ(wakes_, 2);
}

TEST_F(EventQueueTest, RefusesWhatIsTooMuchAndKeepsWhatItHas) {
  for (const char* event : {"a", "b", "c"}) EXPECT_TRUE(queue_.push(event));
  EXPECT_FALSE(queue_.push("d"));
  EXPECT_EQ(queue_.take().bytes, "abc");
  EXPECT_TRUE(queue_.push("d"));
}

TEST_F(EventQueueTest, ReplacesWhatWaitsByOneEvent) {
  for (const char* event : {"a", "b", "c"}) EXPECT_TRUE(queue_.push(event));
  queue_.replace("reload");
  EXPECT_TRUE(queue_.push("d"));
  EXPECT_EQ(queue_.take().bytes, "reloadd");
}

TEST_F(EventQueueTest, SaysALastWordAndNothingAfterIt) {
  EXPECT_TRUE(queue_.push("a"));
  queue_.end("last");
  EXPECT_TRUE(queue_.push("b")) << "an ended queue is not full";
  queue_.replace("c");
  queue_.end("again");
  const EventQueue::Taken taken = queue_.take();
  EXPECT_EQ(taken.bytes, "last");
  EXPECT_TRUE(taken.is_ended);
}

TEST_F(EventQueueTest, WakesForAnEndWithoutAWord) {
  queue_.end();
  EXPECT_EQ(wakes_, 1);
  EXPECT_TRUE(queue_.take().is_ended);
}

}  // namespace
}  // namespace dms::web
