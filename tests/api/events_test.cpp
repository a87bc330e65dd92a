// Live events over the wire: heard within a second by those who may see, and by nobody else.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>

#include "dms/base/time.h"
#include "support/event_stream.h"
#include "town.h"

namespace dms::test {
namespace {

using std::chrono::seconds;

constexpr seconds soon{1};
constexpr seconds patience{10};

EventStream listen(ApiClient& who, HeaderList headers = {}) {
  EventStream stream(server().client());
  headers.emplace_back("Cookie", who.cookie());
  const HttpsResponse head = stream.open("/api/v1/events", headers);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(head.header("Cache-Control"), "no-store");
  const auto first = stream.next(patience);
  EXPECT_TRUE(first && first->name == "ready");
  return stream;
}

// Whether the stream tells within `wait` that this happened to the object.
bool hears(EventStream& stream, std::string_view object, std::string_view id,
           std::string_view change, seconds wait = soon) {
  const auto until = std::chrono::steady_clock::now() + wait;
  while (const auto event = stream.next(std::chrono::duration_cast<std::chrono::milliseconds>(
             until - std::chrono::steady_clock::now()))) {
    if (event->name != "change") continue;
    const auto json = boost::json::parse(event->data);
    const auto* of = json.as_object().if_contains("id");
    if (json.at("object").as_string() == object && json.at("change").as_string() == change &&
        of != nullptr && of->as_string() == id) {
      return true;
    }
  }
  return false;
}

std::string me(ApiClient& client) {
  return client.get("/api/v1/me").text("id");
}

TEST(Events, AFiledDocumentIsHeardOfWithinASecond) {
  ApiClient clerk = person("h.brandt");
  ApiClient colleague = person("k.amrein");
  const std::string dossier = open_dossier(clerk, "660.1", "Zuhören");
  EventStream own = listen(clerk);
  EventStream others = listen(colleague);
  const std::string id = clerk.file(dossier, "Brief", "b.txt", "Text").text("id");
  EXPECT_TRUE(hears(others, "document", id, "filed"));
  EXPECT_TRUE(hears(others, "dossier", dossier, "documents"));
  EXPECT_TRUE(hears(own, "document", id, "filed")) << "for his other windows";
}

TEST(Events, WhoMayNotSeeHearsNothingAtAll) {
  ApiClient trusted = person("h.brandt");
  ApiClient other = person("k.amrein");
  ApiClient administrator = person("administrator");
  const std::string dossier = open_dossier(trusted, "030.2", "Personalakte Leise");
  EventStream hearing = listen(trusted);
  EventStream deaf = listen(other);
  EventStream keeper = listen(administrator);
  const std::string id = trusted.file(dossier, "Leise", "l.txt", "Text").text("id");
  ASSERT_TRUE(hears(hearing, "document", id, "filed"));
  // Of what other tests have filed a text may be made meanwhile, which everybody hears.
  for (EventStream* each : {&deaf, &keeper}) {
    while (const auto event = each->next(each == &deaf ? soon : std::chrono::milliseconds(100))) {
      EXPECT_EQ(event->data.find(id), std::string::npos) << event->data;
      EXPECT_EQ(event->data.find(dossier), std::string::npos) << event->data;
    }
  }
}

TEST(Events, AHolderHearsOfHisTask) {
  ApiClient clerk = person("h.brandt");
  ApiClient holder = person("l.petersen");
  const std::string dossier = open_dossier(clerk, "660.1", "Mitzeichnen");
  const std::string id = clerk.file(dossier, "Brief", "b.txt", "Text").text("id");
  EventStream stream = listen(holder);
  const ApiAnswer started = clerk.send(
      "POST", "/api/v1/routings",
      R"({"document_id":")" + id +
          R"(","stages":[{"steps":[{"directive":"co_sign","assignee":{"kind":"user","id":")" +
          me(holder) + R"("}}]}]})",
      {{"Idempotency-Key", "listening-" + id}});
  ASSERT_EQ(started.status, 201U) << started.body;
  std::string task;
  const ApiAnswer tasks = holder.get("/api/v1/tasks?limit=500");
  for (const auto& each : tasks.json.at("items").as_array()) {
    if (each.at("routing_id").as_string() == started.text("id")) {
      task = std::string(each.at("id").as_string());
    }
  }
  EXPECT_TRUE(hears(stream, "task", task, "opened"));
}

TEST(Events, AStreamGoesOnWhereItBrokeOff) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Abgerissen");
  std::string last;
  {
    EventStream stream = listen(clerk);
    const std::string id = clerk.file(dossier, "Erstes", "b.txt", "Text").text("id");
    ASSERT_TRUE(hears(stream, "document", id, "filed"));
    const auto event = stream.next(soon);
    ASSERT_TRUE(event);
    last = event->id;
    stream.http().abort();
  }
  const std::string missed = clerk.file(dossier, "Zweites", "b.txt", "Text").text("id");
  EventStream again = listen(clerk, {{"Last-Event-ID", last}});
  EXPECT_TRUE(hears(again, "document", missed, "filed"));
}

TEST(Events, SigningOutEndsTheStreamsOfTheSessionAlone) {
  ApiClient leaving = person("h.brandt");
  ApiClient staying = person("h.brandt");
  EventStream first = listen(leaving);
  EventStream second = listen(staying);
  ASSERT_EQ(leaving.send("DELETE", "/api/v1/session", "").status, 204U);
  const auto event = first.next(soon);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "ended");
  EXPECT_EQ(event->data, R"({"reason":"session"})");
  EXPECT_TRUE(first.ends(patience));
  EXPECT_FALSE(second.next(std::chrono::milliseconds(100)));
  const std::string dossier = open_dossier(staying, "660.1", "Geblieben");
  EXPECT_TRUE(hears(second, "dossier", dossier, "opened"));
}

TEST(Events, TheFourthStreamOfASessionEndsTheFirst) {
  ApiClient clerk = person("h.brandt");
  EventStream first = listen(clerk);
  EventStream second = listen(clerk);
  EventStream third = listen(clerk);
  EventStream fourth = listen(clerk);
  const auto event = first.next(soon);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data, R"({"reason":"replaced"})");
  EXPECT_TRUE(first.ends(patience));
  const std::string dossier = open_dossier(clerk, "660.1", "Vier");
  for (EventStream* stream : {&second, &third, &fourth}) {
    EXPECT_TRUE(hears(*stream, "dossier", dossier, "opened"));
  }
}

TEST(Events, AreForPeopleWithASession) {
  ApiClient nobody = stranger();
  EXPECT_EQ(nobody.get("/api/v1/events").status, 401U);
  ApiClient clerk = person("h.brandt");
  EXPECT_EQ(clerk.get("/api/v1/events?since=1").status, 400U);
  const std::string tomorrow =
      format_rfc3339(std::chrono::time_point_cast<std::chrono::microseconds>(
          std::chrono::system_clock::now() + std::chrono::hours(24)));
  const ApiAnswer token =
      clerk.send("POST", "/api/v1/tokens",
                 R"({"name":"Zuhörer","rights":["see","read"],"expires":")" + tomorrow + "\"}");
  ApiClient machine = stranger();
  machine.use_token(token.text("secret"));
  const ApiAnswer refused = machine.get("/api/v1/events");
  EXPECT_EQ(refused.status, 403U) << token.body;
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
}

TEST(Events, DoNotHoldUpTheServersEnd) {
  ServerProcess own;
  ApiClient clerk(own.client(), "https://localhost:" + std::to_string(own.port()));
  ASSERT_TRUE(clerk.sign_in("h.brandt", own.password_of("h.brandt")));
  EventStream stream(own.client());
  ASSERT_EQ(stream.open("/api/v1/events", {{"Cookie", clerk.cookie()}}).status, 200U);
  ASSERT_TRUE(stream.next(patience));
  const auto started = std::chrono::steady_clock::now();
  own.signal(15);
  EXPECT_TRUE(stream.ends(patience));
  EXPECT_LT(std::chrono::steady_clock::now() - started, seconds(2));
  stream.http().close();
  clerk.http().close();
  EXPECT_EQ(own.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - started, seconds(6));
}

}  // namespace
}  // namespace dms::test
