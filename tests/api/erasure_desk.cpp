#include "erasure_desk.h"

#include <boost/json/parse.hpp>

namespace dms::test {

namespace {

using Names = std::vector<std::string>;

constexpr std::chrono::seconds patience{90};
const std::string nobody = "00000000-0000-7000-8000-000000000000";

std::string body_of(const char* kind, const Names& ids, const std::string& reason) {
  boost::json::object body;
  boost::json::array named;
  for (const std::string& id : ids) named.emplace_back(id);
  body[kind] = std::move(named);
  if (!reason.empty()) body["reason"] = reason;
  return boost::json::serialize(body);
}

HeaderList match(const ApiAnswer& seen) {
  return {{"If-Match", std::string(seen.header("etag"))}};
}

}  // namespace

std::string ErasureApi::dossiers_of(const Names& ids, const std::string& reason) {
  return body_of("dossiers", ids, reason);
}

std::string ErasureApi::documents_of(const Names& ids, const std::string& reason) {
  return body_of("documents", ids, reason);
}

std::string ErasureApi::file(const std::string& dossier, const std::string& subject,
                             const std::string& bytes) {
  const ApiAnswer filed = first_.file(dossier, subject, "text.txt", bytes);
  EXPECT_EQ(filed.status, 201U) << filed.body;
  return filed.text("id");
}

void ErasureApi::add_version(const std::string& document, const std::string& bytes) {
  const std::string path = "/api/v1/documents/" + document;
  const ApiAnswer added =
      first_.upload(path + "/versions", "{}", "text.txt", bytes, match(first_.get(path)));
  EXPECT_EQ(added.status, 201U) << added.body;
}

void ErasureApi::close_dossier(const std::string& dossier) {
  const std::string path = "/api/v1/dossiers/" + dossier;
  EXPECT_EQ(first_.send("POST", path + "/close", "", match(first_.get(path))).status, 200U);
}

void ErasureApi::hold(const std::string& dossier, const std::string& reasons) {
  const std::string path = "/api/v1/dossiers/" + dossier;
  const ApiAnswer held = first_.send("PUT", path + "/holds", R"({"reasons":)" + reasons + "}",
                                     match(first_.get(path)));
  EXPECT_EQ(held.status, 200U) << held.body;
}

std::string ErasureApi::start_routing(const std::string& document) {
  const std::string who = outsider_.get("/api/v1/me").text("id");
  const ApiAnswer started = first_.send(
      "POST", "/api/v1/routings",
      R"({"document_id":")" + document +
          R"(","stages":[{"steps":[{"directive":"process","assignee":{"kind":"user","id":")" + who +
          R"("}}]}]})");
  EXPECT_EQ(started.status, 201U) << started.body;
  return started.text("id");
}

void ErasureApi::withdraw_routing(const std::string& routing) {
  const std::string path = "/api/v1/routings/" + routing;
  EXPECT_EQ(first_.send("POST", path + "/withdraw", "{}", match(first_.get(path))).status, 200U);
}

std::string ErasureApi::end_routing_of(const std::string& document) {
  const std::string routing = start_routing(document);
  const ApiAnswer tasks = outsider_.get("/api/v1/tasks?limit=500");
  for (const auto& task : tasks.json.at("items").as_array()) {
    if (task.at("routing_id").as_string() != routing) continue;
    const std::string path =
        "/api/v1/tasks/" + std::string(task.at("id").as_string()) + "/decision";
    const std::string revision = std::to_string(task.at("revision").to_number<std::uint64_t>());
    const ApiAnswer decided = outsider_.send(
        "POST", path,
        R"({"decision":"done","comment":"Zwetschgenknödelrezept gesehen","version":)" +
            boost::json::serialize(task.at("version")) + "}",
        {{"If-Match", "\"" + revision + "\""}});
    EXPECT_EQ(decided.status, 200U) << decided.body;
  }
  return first_.get("/api/v1/routings/" + routing).text("state");
}

ApiAnswer ErasureApi::propose(const std::string& body) {
  return first_.send("POST", "/api/v1/erasures", body);
}

ApiAnswer ErasureApi::act(ApiClient& client, const ApiAnswer& seen, const std::string& what) {
  return client.send("POST", "/api/v1/erasures/" + seen.text("id") + "/" + what, "", match(seen));
}

std::string ErasureApi::state_of(const ApiAnswer& erasure) {
  return first_.get("/api/v1/erasures/" + erasure.text("id")).text("state");
}

ApiAnswer ErasureApi::await_end(const ApiAnswer& erasure) {
  ApiAnswer now = erasure;
  EXPECT_TRUE(eventually(
      [&] {
        now = first_.get("/api/v1/erasures/" + erasure.text("id"));
        EXPECT_EQ(now.json.as_object().contains("bytes_freed"), now.text("state") == "done")
            << now.body;
        return now.text("state") == "done" || now.text("state") == "refused";
      },
      patience))
      << now.body;
  return now;
}

Names ErasureApi::reasons_against(const std::string& body) {
  const ApiAnswer check = first_.send("POST", "/api/v1/erasures/check", body);
  EXPECT_EQ(check.status, 200U) << check.body;
  Names reasons;
  for (const auto& object : check.json.at("objects").as_array()) {
    for (const auto& reason : object.at("reasons").as_array()) {
      reasons.emplace_back(reason.as_string());
    }
  }
  EXPECT_EQ(check.json.at("possible").as_bool(), reasons.empty()) << check.body;
  return reasons;
}

void ErasureApi::expect_refused(const std::string& body, const std::string& pointer) {
  const ApiAnswer refused = propose(body);
  EXPECT_EQ(refused.status, 409U) << refused.body;
  ASSERT_FALSE(refused.json.at("errors").as_array().empty()) << refused.body;
  EXPECT_EQ(refused.json.at("errors").at(0).at("pointer").as_string(), pointer) << refused.body;
}

bool ErasureApi::lists(ApiClient& client, const std::string& erasure) {
  const ApiAnswer answer = client.get("/api/v1/erasures?limit=200");
  EXPECT_EQ(answer.status, 200U) << answer.body;
  for (const auto& item : answer.json.at("items").as_array()) {
    if (item.at("id").as_string() == erasure) return true;
  }
  return false;
}

void ErasureApi::expect_absent(const std::string& path, const std::string& before,
                               const std::string& after) {
  const ApiAnswer answer = first_.get(path);
  EXPECT_EQ(answer.status, 404U) << path;
  EXPECT_EQ(without_id(answer), without_id(first_.get(before + nobody + after))) << path;
}

void ErasureApi::expect_document_absent(const std::string& id) {
  const std::string all = "/api/v1/documents/";
  for (const char* part : {"", "/content", "/text", "/preview", "/thumbnail", "/pages/1/image",
                           "/versions", "/versions/1/content", "/versions/1/preview"}) {
    expect_absent(all + id + part, all, part);
  }
  expect_absent("/api/v1/routings?document=" + id, "/api/v1/routings?document=");
  expect_absent("/api/v1/audit?object=" + id, "/api/v1/audit?object=");
}

Names ErasureApi::details_of(const std::string& of, const std::string& object) {
  Names details;
  const ApiAnswer history = first_.get("/api/v1/audit?limit=200&object=" + of);
  for (const auto& event : history.json.at("items").as_array()) {
    const auto* detail = event.as_object().if_contains("detail");
    if (event.at("object").as_string() == object && detail != nullptr) {
      details.emplace_back(detail->as_string());
    }
  }
  return details;
}

Names ErasureApi::kinds_of(const std::string& of, const std::string& object) {
  Names kinds;
  const ApiAnswer history = first_.get("/api/v1/audit?limit=200&object=" + of);
  for (const auto& event : history.json.at("items").as_array()) {
    if (event.at("object").as_string() == object) kinds.emplace_back(event.at("kind").as_string());
  }
  return kinds;
}

EventStream ErasureApi::listen(ApiClient& who) {
  EventStream stream(server().client());
  EXPECT_EQ(stream.open("/api/v1/events", {{"Cookie", who.cookie()}}).status, 200U);
  const auto first = stream.next(std::chrono::seconds(10));
  EXPECT_TRUE(first && first->name == "ready");
  return stream;
}

bool ErasureApi::hears(EventStream& stream, const std::string& erasure, std::string_view change) {
  while (const auto event = stream.next(std::chrono::seconds(1))) {
    if (event->name != "change") continue;
    const auto told = boost::json::parse(event->data).as_object();
    if (told.at("object").as_string() != "erasure") continue;
    if (told.at("id").as_string() == erasure && told.at("change").as_string() == change) {
      return true;
    }
  }
  return false;
}

std::uint64_t ErasureApi::number(const ApiAnswer& answer, std::string_view name) {
  return answer.json.at(name).to_number<std::uint64_t>();
}

std::string ErasureApi::without_id(const ApiAnswer& answer) {
  boost::json::object body = answer.json.as_object();
  body.erase("request_id");
  return boost::json::serialize(body);
}

}  // namespace dms::test
