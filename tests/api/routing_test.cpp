// Sending a document round, over the wire: tasks, signatures, slip, substitution.

#include <gtest/gtest.h>

#include "dms/base/time.h"
#include "town.h"

namespace dms::test {
namespace {

std::string id_of(ApiClient& client) {
  return client.get("/api/v1/me").text("id");
}

std::string user(const std::string& id) {
  return R"({"kind":"user","id":")" + id + R"("})";
}

std::string step(const std::string& directive, const std::string& assignee) {
  return R"({"directive":")" + directive + R"(","assignee":)" + user(assignee) + "}";
}

std::string quoted(std::uint64_t revision) {
  return "\"" + std::to_string(revision) + "\"";
}

std::string member(const boost::json::value& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

// The asker's open task in `routing`; null where he has none.
boost::json::value task_in(ApiClient& client, const std::string& routing) {
  const ApiAnswer answer = client.get("/api/v1/tasks?limit=500");
  for (const auto& task : answer.json.at("items").as_array()) {
    if (member(task, "routing_id") == routing) return task;
  }
  return nullptr;
}

ApiAnswer decide(ApiClient& client, const boost::json::value& task, const std::string& decision,
                 const std::string& more = "") {
  const std::string body = R"({"decision":")" + decision + R"(","version":)" +
                           boost::json::serialize(task.at("version")) + more + "}";
  const std::string path = "/api/v1/tasks/" + member(task, "id") + "/decision";
  return client.send("POST", path, body,
                     {{"If-Match", quoted(task.at("revision").to_number<std::uint64_t>())}});
}

class RoutingApi : public ::testing::Test {
 protected:
  // Of the clerk, about a personnel matter that the others may not see.
  std::string start(const std::string& stages) {
    const std::string dossier = open_dossier(clerk_, "030.2", "Personalsache");
    EXPECT_FALSE(dossier.empty());
    document_ = clerk_.file(dossier, "Höhergruppierung", "antrag.txt", "Antrag").text("id");
    const ApiAnswer started =
        clerk_.send("POST", "/api/v1/routings",
                    R"({"document_id":")" + document_ + R"(","stages":)" + stages + "}");
    EXPECT_EQ(started.status, 201U) << started.body;
    return started.text("id");
  }
  unsigned reading(ApiClient& client) {
    return client.get("/api/v1/documents/" + document_ + "/content").status;
  }
  ApiAnswer routing(const std::string& id) { return clerk_.get("/api/v1/routings/" + id); }

  ApiClient clerk_ = person("h.brandt");
  ApiClient treasurer_ = person("k.amrein");
  ApiClient colleague_ = person("l.petersen");
  ApiClient outsider_ = person("s.novak");
  const std::string treasurer_id_ = id_of(treasurer_);
  const std::string colleague_id_ = id_of(colleague_);
  std::string document_;
};

TEST_F(RoutingApi, TwoSignSideBySideThenOneFinallyAndEachReadsAsLongAsHeMust) {
  const std::string id = start("[{\"steps\":[" + step("co_sign", treasurer_id_) + "," +
                               step("co_sign", colleague_id_) + "]},{\"steps\":[" +
                               step("final_sign", treasurer_id_) + "]}]");
  EXPECT_EQ(reading(outsider_), 404U);
  EXPECT_EQ(outsider_.get("/api/v1/routings/" + id).status, 404U);
  EXPECT_EQ(reading(treasurer_), 200U);

  const auto first = task_in(treasurer_, id);
  ASSERT_FALSE(first.is_null());
  EXPECT_EQ(member(first, "directive"), "co_sign");
  EXPECT_EQ(decide(treasurer_, first, "sign").status, 200U);
  EXPECT_EQ(decide(treasurer_, first, "sign").status, 409U) << "twice";
  EXPECT_EQ(reading(treasurer_), 404U) << "no task is open for him";
  EXPECT_TRUE(task_in(treasurer_, id).is_null()) << "the other has not signed yet";

  EXPECT_EQ(decide(colleague_, task_in(colleague_, id), "sign").status, 200U);
  EXPECT_EQ(reading(colleague_), 404U);
  EXPECT_EQ(decide(treasurer_, task_in(treasurer_, id), "sign").status, 200U);
  const ApiAnswer done = routing(id);
  EXPECT_EQ(done.text("state"), "completed");
  const auto& slip = done.json.at("slip").as_array();
  ASSERT_EQ(slip.size(), 4U) << done.body;
  EXPECT_EQ(member(slip[3], "act"), "signed");
  EXPECT_EQ(member(slip[3], "by"), treasurer_id_);
  EXPECT_FALSE(slip[3].at("older_version").as_bool());
}

TEST_F(RoutingApi, WhoMustDecideFindsTheDocumentForAsLongAsHeMust) {
  const std::string dossier = open_dossier(clerk_, "030.2", "Personalsache Zwirbelhuber");
  document_ = clerk_.file(dossier, "Entlassung", "e.txt", "Ein Pfeifenstopferdiplom").text("id");
  ASSERT_TRUE(finds(clerk_, "Pfeifenstopferdiplom", document_));
  const auto search = [&](ApiClient& client) {
    return client.get("/api/v1/search?q=Pfeifenstopferdiplom");
  };
  const auto count = [&](ApiClient& client) {
    const ApiAnswer answer = search(client);
    EXPECT_EQ(answer.json.at("items").as_array().size(),
              answer.json.at("total_estimate").to_number<std::size_t>())
        << answer.body;
    return answer.json.at("items").as_array().size();
  };
  EXPECT_EQ(count(treasurer_), 0U);
  const ApiAnswer started =
      clerk_.send("POST", "/api/v1/routings",
                  R"({"document_id":")" + document_ + R"(","stages":[{"steps":[)" +
                      step("co_sign", treasurer_id_) + R"(]},{"steps":[)" +
                      step("co_sign", colleague_id_) + "]}]}");
  ASSERT_EQ(started.status, 201U) << started.body;
  EXPECT_EQ(count(treasurer_), 1U);
  EXPECT_EQ(count(colleague_), 0U) << "not his turn yet";
  EXPECT_EQ(count(outsider_), 0U);
  const auto hit = search(treasurer_).json.at("items").as_array().at(0);
  EXPECT_EQ(member(hit, "document_id"), document_);
  EXPECT_NE(member(hit.at("snippet"), "text").find("Pfeifenstopferdiplom"), std::string::npos);
  EXPECT_FALSE(hit.as_object().contains("dossier_title")) << "the dossier stays hidden";
  EXPECT_FALSE(hit.as_object().contains("file_reference"));
  EXPECT_EQ(decide(treasurer_, task_in(treasurer_, started.text("id")), "sign").status, 200U);
  EXPECT_EQ(count(treasurer_), 0U) << "at once, and from the count as well";
  EXPECT_EQ(count(colleague_), 1U);
}

TEST_F(RoutingApi, ASignatureStaysWithTheVersionItWasGivenFor) {
  const std::string id = start("[{\"steps\":[" + step("co_sign", treasurer_id_) +
                               "]},{\"steps\":[" + step("final_sign", colleague_id_) + "]}]");
  EXPECT_EQ(decide(treasurer_, task_in(treasurer_, id), "sign").status, 200U);
  const auto before = task_in(colleague_, id);
  const ApiAnswer version = clerk_.upload("/api/v1/documents/" + document_ + "/versions", "{}",
                                          "antrag.txt", "Antrag, neu", {{"If-Match", "\"1\""}});
  ASSERT_EQ(version.status, 201U) << version.body;
  EXPECT_TRUE(eventually([&] {
    return routing(id).json.at("slip").as_array().back().at("older_version").as_bool();
  })) << "the routing learns of it by itself";
  EXPECT_EQ(decide(colleague_, before, "sign").status, 412U) << "he saw the older one";
  EXPECT_EQ(decide(colleague_, task_in(colleague_, id), "sign").status, 200U);
  EXPECT_FALSE(routing(id).json.at("slip").as_array().back().at("older_version").as_bool());
}

TEST_F(RoutingApi, ReturningTakesACommentAndLeadsBackToTheInitiator) {
  const std::string id = start("[{\"steps\":[" + step("approve", treasurer_id_) + "]}]");
  const auto task = task_in(treasurer_, id);
  const ApiAnswer mute = decide(treasurer_, task, "return");
  EXPECT_EQ(mute.status, 400U) << mute.body;
  EXPECT_EQ(decide(treasurer_, task, "return", R"(,"comment":"Anlage fehlt")").status, 200U);
  const auto rework = task_in(clerk_, id);
  ASSERT_FALSE(rework.is_null());
  EXPECT_EQ(member(rework, "kind"), "rework");
  EXPECT_EQ(decide(clerk_, rework, "done").status, 200U);
  EXPECT_FALSE(task_in(treasurer_, id).is_null()) << "asked again";
}

TEST_F(RoutingApi, ADeputySignsForTheAbsentAndTheSlipSaysSo) {
  const std::string id = start("[{\"steps\":[" + step("approve", treasurer_id_) + "]}]");
  EXPECT_TRUE(task_in(colleague_, id).is_null());
  EXPECT_EQ(reading(colleague_), 404U);
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const ApiAnswer away =
      treasurer_.send("POST", "/api/v1/substitutions",
                      R"({"deputy":")" + colleague_id_ + R"(","first_day":")" +
                          format_date(Date{today - std::chrono::days(1)}) + R"(","last_day":")" +
                          format_date(Date{today + std::chrono::days(30)}) + R"("})");
  ASSERT_EQ(away.status, 201U) << away.body;
  const auto task = task_in(colleague_, id);
  ASSERT_FALSE(task.is_null());
  EXPECT_EQ(member(task, "on_behalf_of"), treasurer_id_);
  EXPECT_EQ(reading(colleague_), 200U);
  EXPECT_EQ(decide(colleague_, task, "sign").status, 403U) << "in whose name?";
  EXPECT_EQ(
      decide(colleague_, task, "sign", R"(,"on_behalf_of":")" + treasurer_id_ + R"(")").status,
      200U);
  const auto last = routing(id).json.at("slip").as_array().back();
  EXPECT_EQ(member(last, "by"), colleague_id_);
  EXPECT_EQ(member(last, "on_behalf_of"), treasurer_id_);
  EXPECT_EQ(treasurer_
                .send("DELETE", std::string(away.header("location")), "",
                      {{"If-Match", std::string(away.header("etag"))}})
                .status,
            204U);
}

TEST_F(RoutingApi, WhatIsWrongIsTold) {
  const std::string id = start("[{\"steps\":[" + step("approve", treasurer_id_) + "]}]");
  const auto task = task_in(treasurer_, id);
  EXPECT_EQ(decide(outsider_, task, "sign").status, 404U);
  EXPECT_EQ(
      clerk_.send("POST", "/api/v1/routings/" + id + "/withdraw", "{}", {{"If-Match", "\"99\""}})
          .status,
      412U);
  EXPECT_EQ(clerk_.send("POST", "/api/v1/routings/" + id + "/withdraw", "{}").status, 428U);
  EXPECT_EQ(clerk_
                .send("POST", "/api/v1/routings/" + id + "/withdraw", R"({"comment":"erledigt"})",
                      {{"If-Match", std::string(routing(id).header("etag"))}})
                .status,
            200U);
  EXPECT_EQ(decide(treasurer_, task, "sign").status, 409U) << "withdrawn meanwhile";
  const ApiAnswer nobody = clerk_.send(
      "POST", "/api/v1/routings",
      R"({"document_id":")" + document_ + R"(","stages":[{"steps":[{"directive":"approve"}]}]})");
  EXPECT_EQ(nobody.status, 400U) << nobody.body;
  EXPECT_EQ(outsider_
                .send("POST", "/api/v1/routings",
                      R"({"document_id":")" + document_ + R"(","stages":[{"steps":[)" +
                          step("approve", treasurer_id_) + "]}]}")
                .status,
            404U);
  EXPECT_EQ(clerk_.get("/api/v1/routings").status, 400U) << "of which document?";
}

}  // namespace
}  // namespace dms::test
