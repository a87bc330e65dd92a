// Streams of events: sent as they come, ended by their end, their client's or the server's, and
// cheap in between.

#include <atomic>
#include <future>
#include <mutex>

#include "support/event_stream.h"
#include "test_server.h"

namespace dms::web::test {
namespace {

using dms::test::EventStream;

// Hands out one queue a request and remembers it, as an application would.
class EventsTest : public testing::Test {
 protected:
  // No sign of life comes within a test unless it says so: what is noticed is noticed without.
  explicit EventsTest(std::chrono::milliseconds heartbeat = std::chrono::hours(1))
      : server_(make_application(table()), options(heartbeat)) {}

  static TestServer::Options options(std::chrono::milliseconds heartbeat) {
    TestServer::Options options;
    options.lane_threads = 1;
    options.http.event_heartbeat = heartbeat;
    options.http.idle_timeout = std::chrono::seconds(1);
    options.http.body_timeout = std::chrono::seconds(2);
    return options;
  }
  std::vector<Route> table() {
    const auto open = [this](Exchange& exchange) {
      const auto caller = std::make_shared<int>();
      exchange.state = caller;
      const auto queue = std::make_shared<EventQueue>(4);
      Response response;
      response.headers.set("Content-Type", "text/event-stream");
      response.body = EventBody{queue};
      const std::lock_guard lock(mutex_);
      newest_ = queue;
      newest_caller_ = caller;
      return Result<Response>(std::move(response));
    };
    return {get_route("/events", open),
            get_route("/hello", [](Exchange&) { return text_response("hello"); })};
  }

  EventStream listen() {
    EventStream stream(server_.client());
    head_ = stream.open("/events");
    EXPECT_EQ(head_.status, 200U);
    return stream;
  }
  // The queue of the newest stream; null where its connection is over.
  std::shared_ptr<EventQueue> queue() {
    const std::lock_guard lock(mutex_);
    return newest_.lock();
  }
  bool push(std::string_view data) {
    const auto held = queue();
    return held && held->push(format_event({.id = "", .name = "n", .data = data}));
  }

  std::mutex mutex_;
  std::weak_ptr<EventQueue> newest_;  // guarded by mutex_, as the next
  std::weak_ptr<int> newest_caller_;  // what the application keeps for the request
  HttpsResponse head_;
  TestServer server_;
};

class LivelyEventsTest : public EventsTest {
 protected:
  LivelyEventsTest() : EventsTest(std::chrono::milliseconds(200)) {}
};

TEST_F(EventsTest, AreSentAsTheyComeAndHoldNoThread) {
  EventStream first = listen();
  EXPECT_EQ(head_.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(head_.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(head_.header("Connection"), "close");
  EventStream second = listen();
  for (const char* data : {"1", "2", "3"}) {
    EXPECT_TRUE(push(data));
    const auto event = second.next(patience);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->data, data);
  }
  // Two streams are open, and the only thread of the lane is free.
  EXPECT_EQ(server_.client().get("/hello")->body, "hello");
  EXPECT_TRUE(has_metric(server_, "http_event_streams_total{transport=\"tls\"} 2"));
}

TEST_F(LivelyEventsTest, GiveSignsOfLifeAndOutliveTheTimeouts) {
  EventStream stream = listen();
  // Longer than the idle and the body timeout.
  EXPECT_FALSE(stream.next(std::chrono::milliseconds(2600)));
  EXPECT_GE(stream.comments(), 5U);
  EXPECT_TRUE(push("still here"));
  const auto event = stream.next(patience);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data, "still here");
}

TEST_F(EventsTest, HoldNothingButTheirQueue) {
  EventStream stream = listen();
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return newest_caller_.expired();
  }));
  EXPECT_TRUE(push("still here"));
  EXPECT_TRUE(stream.next(patience));
}

TEST_F(EventsTest, EndWithTheirQueueAndItsLastWord) {
  EventStream stream = listen();
  queue()->end(format_event({.id = "", .name = "ended", .data = "{}"}));
  const auto event = stream.next(patience);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "ended");
  EXPECT_TRUE(stream.ends(patience));
  EXPECT_TRUE(stream.http().closed_by_peer(patience));
}

TEST_F(EventsTest, AreForgottenWhenTheClientGoes) {
  {
    EventStream polite = listen();
    ASSERT_TRUE(queue());
    polite.http().close();
    EXPECT_TRUE(eventually([&] { return queue() == nullptr; }));
  }
  EventStream rude = listen();
  ASSERT_TRUE(queue());
  rude.http().abort();
  EXPECT_TRUE(eventually([&] { return queue() == nullptr; }));
  EventStream talkative = listen();
  ASSERT_TRUE(queue());
  ASSERT_TRUE(talkative.http().send_raw("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_TRUE(talkative.ends(patience));
  EXPECT_TRUE(eventually([&] { return queue() == nullptr; }));
}

TEST_F(EventsTest, EndAtOnceWithTheServer) {
  EventStream stream = listen();
  ASSERT_TRUE(queue());
  auto stopped = std::async(std::launch::async, [&] {
    const auto started = std::chrono::steady_clock::now();
    server_.server->stop(patience);
    return std::chrono::steady_clock::now() - started;
  });
  EXPECT_TRUE(stream.ends(std::chrono::seconds(5)));
  stream.http().close();
  EXPECT_LT(stopped.get(), std::chrono::seconds(5));
}

TEST_F(EventsTest, WaitForASlowReaderInASmallQueueAndThenCutHimOff) {
  HttpsClientOptions narrow = server_.client_options();
  narrow.receive_buffer_bytes = 4096;
  EventStream stream{HttpsClient(narrow)};
  ASSERT_EQ(stream.open("/events").status, 200U);
  const std::string large(1U << 20U, 'x');
  // He reads nothing: what the sockets do not take stays in the queue, which fills.
  EXPECT_TRUE(eventually([&] { return !push(large); }));
  EXPECT_EQ(server_.client().get("/hello")->body, "hello") << "nobody else waits for him";
  EXPECT_TRUE(eventually([&] { return queue() == nullptr; })) << "cut off by the body timeout";
}

TEST_F(EventsTest, HaveAHeadForHeadAndTheEndOfTheLineForHttp10) {
  HttpsClient client = server_.client();
  const auto head = client.send({.method = "HEAD", .target = "/events"});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200U);
  EXPECT_TRUE(eventually([&] { return queue() == nullptr; }));
  EXPECT_EQ(client.get("/hello")->body, "hello");

  HttpsClient old = server_.client();
  ASSERT_TRUE(old.connect());
  ASSERT_TRUE(old.send_raw("GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return push("old"); }));
  queue()->end(format_event({.id = "", .name = "", .data = "end"}));
  const auto answer = old.read_response();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body.ends_with("data: end\n\n")) << answer->body;
}

}  // namespace
}  // namespace dms::web::test
