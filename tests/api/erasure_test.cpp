// Destroying for good, over the wire: who proposes, who releases, what refuses, what is left.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "dms/base/time.h"
#include "erasure_desk.h"
#include "support/event_stream.h"

namespace dms::test {
namespace {

using Names = std::vector<std::string>;

TEST_F(ErasureApi, ADossierGoesForGoodOnceASecondPersonSaysSo) {
  const std::string dossier = open_dossier(first_, "660.1", "Schneepflug");
  const std::string one = file(dossier, "Angebot Quittenbaum", "Ein Zwetschgenknödelrezept");
  const std::string two = file(dossier, "Zuschlag", "Ein anderer Text");
  add_version(two, "Noch ein Zwetschgenknödelrezept");
  ASSERT_TRUE(finds(first_, "Zwetschgenknödelrezept", one));
  ASSERT_TRUE(finds(first_, "Zwetschgenknödelrezept", two));
  ASSERT_EQ(end_routing_of(one), "completed");
  close_dossier(dossier);

  const ApiAnswer check = first_.send("POST", "/api/v1/erasures/check", dossiers_of({dossier}));
  ASSERT_EQ(check.status, 200U) << check.body;
  EXPECT_TRUE(check.json.at("possible").as_bool()) << check.body;
  EXPECT_TRUE(check.json.at("complete").as_bool());
  EXPECT_EQ(number(check, "documents"), 2U);
  EXPECT_EQ(number(check, "versions"), 3U);

  const ApiAnswer proposed = propose(dossiers_of({dossier}, "Aufbewahrung vorbei"));
  ASSERT_EQ(proposed.status, 201U) << proposed.body;
  EXPECT_EQ(proposed.header("location"), "/api/v1/erasures/" + proposed.text("id"));
  EXPECT_EQ(first_.get("/api/v1/documents/" + one).status, 200U) << "nothing has happened yet";
  const ApiAnswer own = act(first_, proposed, "release");
  EXPECT_EQ(own.status, 403U);
  EXPECT_NE(own.text("detail").find("zweite Person"), std::string::npos) << own.body;
  EXPECT_EQ(state_of(proposed), "proposed");

  const ApiAnswer released = act(second_, proposed, "release");
  ASSERT_EQ(released.status, 200U) << released.body;
  const ApiAnswer done = await_end(released);
  ASSERT_EQ(done.text("state"), "done") << done.body;
  EXPECT_EQ(number(done, "dossiers"), 1U);
  EXPECT_EQ(number(done, "documents"), 2U);
  EXPECT_EQ(number(done, "versions"), 3U);
  EXPECT_GT(number(done, "bytes_to_free"), 0U);
  EXPECT_EQ(number(done, "bytes_freed"), number(done, "bytes_to_free")) << done.body;
  const auto& object = done.json.at("objects").as_array().at(0).as_object();
  EXPECT_EQ(object.at("state").as_string(), "destroyed");
  EXPECT_FALSE(object.contains("title")) << done.body;

  expect_absent("/api/v1/dossiers/" + dossier, "/api/v1/dossiers/");
  expect_absent("/api/v1/dossiers/" + dossier + "/documents", "/api/v1/dossiers/", "/documents");
  for (const std::string& id : {one, two}) expect_document_absent(id);
  for (const char* word : {"Zwetschgenknödelrezept", "Quittenbaum", "Schneepflug"}) {
    const ApiAnswer hits = first_.get(std::string("/api/v1/search?q=") + percent_encoded(word));
    EXPECT_TRUE(hits.json.at("items").as_array().empty()) << hits.body;
    EXPECT_EQ(number(hits, "total_estimate"), 0U) << word;
  }
}

TEST_F(ErasureApi, WhatIsLeftIsThatItHappened) {
  const std::string dossier = open_dossier(first_, "660.1", "Was bleibt");
  const std::string gone = file(dossier, "Rosenkohlverordnung", "geheimer Inhalt");
  const std::string stays = file(dossier, "Bleibt", "bleibender Inhalt");
  ASSERT_FALSE(details_of(dossier, gone).empty());
  const ApiAnswer proposed = propose(documents_of({gone}, "falsch abgelegt"));
  ASSERT_EQ(proposed.status, 201U) << proposed.body;
  ASSERT_EQ(await_end(act(second_, proposed, "release")).text("state"), "done");

  expect_document_absent(gone);
  EXPECT_EQ(first_.get("/api/v1/documents/" + stays + "/content").body, "bleibender Inhalt");
  const Names left = details_of(dossier, gone);
  ASSERT_EQ(left.size(), 1U) << "the events stay, their details do not";
  EXPECT_EQ(left[0], R"({"erasure":")" + proposed.text("id") + R"("})") << "but for what did it";
  EXPECT_FALSE(details_of(dossier, stays).empty());
  const Names kinds = kinds_of(dossier, gone);
  EXPECT_NE(std::ranges::find(kinds, "document.filed"), kinds.end());
  EXPECT_NE(std::ranges::find(kinds, "document.erased"), kinds.end());

  const std::string id = proposed.text("id");
  const ApiAnswer history = first_.get("/api/v1/audit?object=" + id);
  ASSERT_EQ(history.status, 200U) << history.body;
  EXPECT_EQ(kinds_of(id, id), (Names{"erasure.done", "erasure.released", "erasure.proposed"}));
  const Names protocol = details_of(id, id);
  ASSERT_EQ(protocol.size(), 3U) << history.body;
  EXPECT_NE(protocol[0].find("falsch abgelegt"), std::string::npos);
  EXPECT_NE(protocol[0].find(gone), std::string::npos);
  EXPECT_EQ(history.body.find("Rosenkohl"), std::string::npos);
  ApiClient admin = person("administrator");
  EXPECT_EQ(admin.get("/api/v1/audit.csv").body.find("Rosenkohl"), std::string::npos);
  const ApiAnswer verified = admin.get("/api/v1/audit/verify");
  ASSERT_EQ(verified.status, 200U) << verified.body;
  EXPECT_TRUE(verified.json.at("clean").as_bool()) << verified.body;
}

TEST_F(ErasureApi, WhatStandsAgainstItIsToldWithItsReason) {
  const std::string dossier = open_dossier(first_, "660.1", "Gehindert");
  const std::string document = file(dossier, "Im Umlauf", "Text");
  EXPECT_EQ(reasons_against(dossiers_of({dossier})), Names{"dossier_open"});
  EXPECT_EQ(reasons_against(documents_of({document})), Names{}) << "filed wrongly, say";
  expect_refused(dossiers_of({dossier}, "Grund"), "/dossiers/0");

  const std::string routing = start_routing(document);
  EXPECT_EQ(reasons_against(documents_of({document})), Names{"routing_open"});
  expect_refused(documents_of({document}, "Grund"), "/documents/0");
  close_dossier(dossier);
  EXPECT_EQ(reasons_against(dossiers_of({dossier})), Names{"routing_open"});
  withdraw_routing(routing);
  EXPECT_EQ(reasons_against(dossiers_of({dossier})), Names{});

  hold(dossier, R"(["Rechtsstreit"])");
  EXPECT_EQ(reasons_against(dossiers_of({dossier})), Names{"on_hold"});
  EXPECT_EQ(reasons_against(documents_of({document})), Names{"on_hold"});
  expect_refused(dossiers_of({dossier}, "Grund"), "/dossiers/0");
  hold(dossier, "[]");

  const ApiAnswer proposed = propose(dossiers_of({dossier}, "Grund"));
  ASSERT_EQ(proposed.status, 201U) << proposed.body;
  EXPECT_EQ(reasons_against(documents_of({document})), Names{"in_other_erasure"});
  hold(dossier, R"(["Doch ein Rechtsstreit"])");
  const ApiAnswer refused = act(second_, proposed, "release");
  EXPECT_EQ(refused.status, 409U) << refused.body;
  const auto now = second_.get("/api/v1/erasures/" + proposed.text("id"));
  EXPECT_EQ(now.text("state"), "proposed");
  EXPECT_EQ(now.json.at("objects").at(0).at("reasons").at(0).as_string(), "on_hold");
  EXPECT_EQ(act(first_, proposed, "withdraw").status, 200U);
}

TEST_F(ErasureApi, WithdrawnIsWithdrawn) {
  const std::string document = file(open_dossier(first_, "660.1", "Zurück"), "Bleibt", "Text");
  const ApiAnswer proposed = propose(documents_of({document}, "Grund"));
  const std::string path = "/api/v1/erasures/" + proposed.text("id") + "/withdraw";
  EXPECT_EQ(second_.send("POST", path, "").status, 428U);
  EXPECT_EQ(second_.send("POST", path, "", {{"If-Match", "\"77\""}}).status, 412U);
  const ApiAnswer withdrawn = act(second_, proposed, "withdraw");
  ASSERT_EQ(withdrawn.status, 200U) << withdrawn.body;
  EXPECT_EQ(withdrawn.text("state"), "withdrawn");
  EXPECT_FALSE(withdrawn.text("ended_at").empty());
  EXPECT_EQ(act(second_, withdrawn, "release").status, 409U);
  EXPECT_EQ(act(second_, withdrawn, "withdraw").status, 409U);
  EXPECT_EQ(first_.get("/api/v1/documents/" + document).status, 200U);
  const ApiAnswer again = propose(documents_of({document}, "Grund"));
  ASSERT_EQ(again.status, 201U) << "it is in no erasure any more";
  EXPECT_EQ(act(first_, again, "withdraw").status, 200U) << "also by who proposed it";
}

TEST_F(ErasureApi, WhoMayNotDisposeLearnsNothingOfIt) {
  const std::string dossier = open_dossier(first_, "660.1", "Ohne Recht");
  const std::string seen = file(dossier, "Gesehen", "Text");
  const std::string hidden = file(open_dossier(first_, "030.2", "Personalsache"), "Geheim", "Text");
  for (const char* path : {"/api/v1/erasures/check", "/api/v1/erasures"}) {
    const std::string reason = std::string(path).ends_with("check") ? "" : "Grund";
    EXPECT_EQ(outsider_.send("POST", path, documents_of({seen}, reason)).status, 403U) << path;
    EXPECT_EQ(outsider_.send("POST", path, documents_of({hidden}, reason)).status, 404U) << path;
    EXPECT_EQ(outsider_.send("POST", path, documents_of({seen, hidden}, reason)).status / 100, 4U);
    EXPECT_EQ(stranger().send("POST", path, documents_of({seen}, reason)).status, 401U) << path;
  }
  const ApiAnswer proposed = propose(documents_of({seen}, "Grund"));
  ASSERT_EQ(proposed.status, 201U) << proposed.body;
  EXPECT_TRUE(lists(first_, proposed.text("id")));
  EXPECT_TRUE(lists(second_, proposed.text("id")));
  EXPECT_FALSE(lists(outsider_, proposed.text("id")));
  const std::string none = "/api/v1/erasures/00000000-0000-7000-8000-000000000000";
  const std::string path = "/api/v1/erasures/" + proposed.text("id");
  EXPECT_EQ(without_id(outsider_.get(path)), without_id(outsider_.get(none)));
  for (const char* what : {"/release", "/withdraw"}) {
    const HeaderList match = {{"If-Match", "\"1\""}};
    const ApiAnswer answer = outsider_.send("POST", path + what, "", match);
    EXPECT_EQ(answer.status, 404U) << what;
    EXPECT_EQ(without_id(answer), without_id(outsider_.send("POST", none + what, "", match)));
  }
  EXPECT_EQ(state_of(proposed), "proposed");
  EXPECT_EQ(act(first_, proposed, "withdraw").status, 200U);
}

TEST_F(ErasureApi, NoProgramReleases) {
  const std::string document = file(open_dossier(first_, "660.1", "Maschine"), "Scan", "Text");
  const ApiAnswer proposed = propose(documents_of({document}, "Grund"));
  const auto tomorrow = std::chrono::time_point_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now() + std::chrono::hours(24));
  const ApiAnswer token =
      second_.send("POST", "/api/v1/tokens",
                   R"({"name":"Automat","rights":["see","read","dispose"],"expires":")" +
                       format_rfc3339(tomorrow) + R"("})");
  ASSERT_EQ(token.status, 201U) << token.body;
  ApiClient machine = stranger();
  machine.use_token(token.text("secret"));
  const ApiAnswer answer = act(machine, proposed, "release");
  EXPECT_EQ(answer.status, 403U) << answer.body;
  EXPECT_EQ(state_of(proposed), "proposed");
  EXPECT_EQ(act(first_, proposed, "withdraw").status, 200U);
}

TEST_F(ErasureApi, ARequestSentTwiceProposesOnceAndANonsensicalOneNothing) {
  const std::string document = file(open_dossier(first_, "660.1", "Zweimal"), "Brief", "Text");
  const HeaderList key = {{"Idempotency-Key", "vernichtung-" + document}};
  const std::string body = documents_of({document}, "Grund");
  const ApiAnswer one = first_.send("POST", "/api/v1/erasures", body, key);
  const ApiAnswer two = first_.send("POST", "/api/v1/erasures", body, key);
  ASSERT_EQ(one.status, 201U) << one.body;
  EXPECT_EQ(two.text("id"), one.text("id")) << two.body;
  EXPECT_EQ(act(first_, one, "withdraw").status, 200U);
  const Names wrong = {documents_of({document}),
                       documents_of({document}, " "),
                       documents_of({}, "Grund"),
                       documents_of({document, document}, "Grund"),
                       R"({"documents":["x"],"reason":"Grund"})",
                       R"({"documents":[],"reason":"Grund","extra":1})",
                       "[]",
                       ""};
  for (const std::string& each : wrong) EXPECT_EQ(propose(each).status, 400U) << each;
}

TEST_F(ErasureApi, IsHeardOfByThoseWhoMayReleaseItAndByNobodyElse) {
  const std::string document = file(open_dossier(first_, "660.1", "Hören"), "Brief", "Text");
  EventStream hearing = listen(second_);
  EventStream deaf = listen(outsider_);
  const ApiAnswer proposed = propose(documents_of({document}, "Grund"));
  EXPECT_TRUE(hears(hearing, proposed.text("id"), "proposed"));
  EXPECT_EQ(act(first_, proposed, "withdraw").status, 200U);
  EXPECT_TRUE(hears(hearing, proposed.text("id"), "withdrawn"));
  EXPECT_FALSE(hears(deaf, proposed.text("id"), "proposed"));
}

TEST_F(ErasureApi, EverybodyMayAskWhatHeMayDoHimself) {
  const std::string dossier = open_dossier(first_, "660.1", "Rechte");
  const std::string document = file(dossier, "Brief", "Text");
  const std::string hidden = open_dossier(first_, "030.2", "Personalsache");
  const auto may_dispose = [](ApiClient& client, const std::string& object) {
    const ApiAnswer answer = client.get("/api/v1/rights?object=" + object);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    const auto& rights = answer.json.at("rights").as_array();
    EXPECT_NE(std::ranges::find(rights, boost::json::value("see")), rights.end());
    return std::ranges::find(rights, boost::json::value("dispose")) != rights.end();
  };
  for (const std::string& object : {dossier, document}) {
    EXPECT_TRUE(may_dispose(first_, object));
    EXPECT_FALSE(may_dispose(outsider_, object));
  }
  EXPECT_EQ(outsider_.get("/api/v1/rights?object=" + hidden).status, 404U);
  EXPECT_EQ(person("administrator").get("/api/v1/rights?object=" + dossier).status, 404U);
  EXPECT_EQ(first_.get("/api/v1/rights").status, 400U);
  EXPECT_EQ(stranger().get("/api/v1/rights?object=" + dossier).status, 401U);
}

}  // namespace
}  // namespace dms::test
