// Counts, corrections and suggestions over the wire, and that they stop where rights do.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "town.h"

namespace dms::test {
namespace {

// {"letter": 2, …} of the facet's values.
std::map<std::string, int> counts(const ApiAnswer& answer, std::string_view facet) {
  std::map<std::string, int> counts;
  for (const auto& each : answer.json.at("facets").as_array()) {
    if (each.at("facet").as_string() != facet) continue;
    for (const auto& value : each.at("values").as_array()) {
      counts[std::string(value.at("value").as_string())] = value.at("count").to_number<int>();
    }
  }
  return counts;
}

TEST(Search, CountsCorrectsAndSuggestsOverTheWire) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Quellwassernutzung");
  for (const char* subject : {"Quellwasseranalyse Nord", "Quellwasseranalyse Süd"}) {
    const std::string id = clerk.file(dossier, subject, "a.txt", "Mineralgehalt").text("id");
    ASSERT_TRUE(finds(clerk, subject, id));
  }
  const ApiAnswer answer =
      clerk.get("/api/v1/search?q=Quellwasseranalyse&facets=year,type,unit,status,sender");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(answer.json.at("facets").as_array().size(), 5U);
  EXPECT_EQ(counts(answer, "type").begin()->second, 2);
  EXPECT_EQ(counts(answer, "unit").size(), 1U);
  EXPECT_EQ(counts(answer, "sender").size(), 0U);
  EXPECT_EQ(answer.body.find("corrected_query"), std::string::npos);

  const ApiAnswer mistyped = clerk.get("/api/v1/search?q=Quellwaseranalyse+Nord");
  ASSERT_EQ(mistyped.status, 200U) << mistyped.body;
  EXPECT_EQ(mistyped.text("corrected_query"), "Quellwasseranalyse Nord");
  EXPECT_EQ(mistyped.body.find("facets"), std::string::npos) << "nobody asked";

  const ApiAnswer suggested = clerk.get("/api/v1/search/suggest?q=quellwas");
  ASSERT_EQ(suggested.status, 200U) << suggested.body;
  EXPECT_NE(suggested.body.find("\"Quellwasseranalyse\""), std::string::npos) << suggested.body;
  EXPECT_EQ(suggested.json.at("dossiers").as_array().size(), 1U);
  EXPECT_EQ(suggested.json.at("dossiers").at(0).at("id").as_string(), dossier);
  EXPECT_EQ(suggested.json.at("documents").as_array().size(), 2U);
}

TEST(Search, RefusesWhatItDoesNotKnow) {
  ApiClient clerk = person("h.brandt");
  for (const char* query :
       {"?facets=colour", "?facets=type,", "?facets=sender,sender", "?type=letter,letter",
        "?sender=", "?sort=%FF", "?%FF=x", "/suggest?q=ab&limit=5"}) {
    const ApiAnswer answer = clerk.get(std::string("/api/v1/search") + query);
    EXPECT_EQ(answer.status, 400U) << query << " " << answer.body;
  }
  const ApiAnswer twice = clerk.get("/api/v1/search?facets=sender,type,sender");
  EXPECT_EQ(twice.status, 400U);
  EXPECT_NE(twice.body.find("\"/facets\""), std::string::npos) << twice.body;
  EXPECT_EQ(clerk.get("/api/v1/search/suggest").status, 200U) << "nothing for nothing";
}

TEST(Search, IllFormedTextIsAQueryToo) {
  ApiClient clerk = person("h.brandt");
  for (const char* path : {"", "/suggest"}) {
    const ApiAnswer answer =
        clerk.get(std::string("/api/v1/search") + path + "?q=Moor%FFwasser+%C3(");
    EXPECT_EQ(answer.status, 200U) << path << " " << answer.body;
  }
}

TEST(Search, TakesAPastedParagraphByItsFirstWords) {
  ApiClient clerk = person("h.brandt");
  std::string words = "q=Moorwasser";
  for (int i = 0; i < 100; ++i) words += "+wort";
  const ApiAnswer answer = clerk.get("/api/v1/search?" + words);
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_TRUE(answer.json.at("query_shortened").as_bool());
  EXPECT_EQ(clerk.get("/api/v1/search/suggest?" + words).status, 200U);
  EXPECT_EQ(clerk.get("/api/v1/search?q=Moorwasser").body.find("shortened"), std::string::npos);
}

TEST(Search, WhatIsHiddenIsNeitherCountedNorSuggestedNorCorrectedTo) {
  ApiClient trusted = person("h.brandt");
  ApiClient other = person("administrator");
  const std::string dossier = open_dossier(trusted, "660.1", "Hausbootregister");
  const std::string id =
      trusted.file(dossier, "Hausbootbescheid Fünfstück", "a.txt", "Liegeplatz").text("id");
  ASSERT_TRUE(finds(trusted, "Hausbootbescheid", id));
  EXPECT_NE(trusted.get("/api/v1/search/suggest?q=hausboot").body.find("Fünfstück"),
            std::string::npos);
  EXPECT_EQ(trusted.get("/api/v1/search?q=Hausbootbescheit").text("corrected_query"),
            "Hausbootbescheid");
  EXPECT_EQ(other.get("/api/v1/search/suggest?q=hausboot").body,
            R"({"queries":[],"dossiers":[],"documents":[]})");
  const ApiAnswer hidden = other.get("/api/v1/search?q=Hausbootbescheit&facets=type,unit");
  EXPECT_EQ(hidden.body.find("corrected_query"), std::string::npos) << hidden.body;
  EXPECT_TRUE(counts(hidden, "unit").empty());
}

TEST(Search, SaysWhereADocumentMeansAQueryAndWhatIsLikeIt) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Fährbetrieb");
  const std::string asked =
      clerk.file(dossier, "Gierseilfähre", "a.txt", "Die Gierseilfähre Kahnstein ruht").text("id");
  const std::string alike =
      clerk.file(dossier, "Anleger", "b.txt", "Am Anleger Kahnstein liegt die Gierseilfähre")
          .text("id");
  // How soon is not what this test is about.
  for (const std::string& id : {asked, alike}) {
    const auto is_read = [&] { return finds(clerk, "Kahnstein", id); };
    ASSERT_TRUE(eventually(is_read, std::chrono::seconds(30)));
  }
  const std::string path = "/api/v1/documents/" + asked;
  EXPECT_EQ(clerk.get(path + "/matches?q=seilf%C3%A4hre").body,
            R"({"pages":[{"page":1,"count":1}],"words":[{"text":"Gierseilfähre",)"
            R"("marks":[{"begin":4,"end":14}]}]})");
  EXPECT_EQ(clerk.get(path + "/matches").body, R"({"pages":[],"words":[]})");
  EXPECT_EQ(clerk.get(path + "/matches?q=%FF").body, R"({"pages":[],"words":[]})");
  const ApiAnswer similar = clerk.get(path + "/similar?limit=5");
  ASSERT_EQ(similar.status, 200U) << similar.body;
  ASSERT_FALSE(similar.json.at("items").as_array().empty()) << similar.body;
  EXPECT_EQ(similar.json.at("items").at(0).at("document_id").as_string(), alike);
  EXPECT_EQ(similar.body.find(asked), std::string::npos) << "not itself";
  EXPECT_EQ(clerk.get(path + "/similar?limit=51").status, 400U);

  ApiClient other = person("administrator");
  const std::string absent = "/api/v1/documents/0190aaaa-0000-7000-8000-000000000000";
  for (const char* what : {"/matches?q=x", "/similar"}) {
    const ApiAnswer hidden = other.get(path + what);
    EXPECT_EQ(hidden.status, 404U);
    EXPECT_EQ(hidden.text("detail"), other.get(absent + what).text("detail"));
  }
}

TEST(Search, IsSavedUnderANameForOneselfAlone) {
  ApiClient clerk = person("h.brandt");
  ApiClient other = person("k.amrein");
  const std::string path = "/api/v1/saved-searches";
  const ApiAnswer made =
      clerk.send("POST", path,
                 R"({"name":"Kähne","q":"Kahnstein","type":["letter","invoice"],"sort":"newest"})");
  ASSERT_EQ(made.status, 201U) << made.body;
  const std::string one = path + "/" + made.text("id");
  EXPECT_EQ(made.header("location"), one);
  EXPECT_EQ(clerk.get(one).body, made.body);
  EXPECT_EQ(clerk.send("POST", path, R"({"name":"kähne"})").status, 409U);
  EXPECT_EQ(clerk.send("POST", path, R"({"name":""})").status, 400U);
  EXPECT_EQ(clerk.send("POST", path, R"({"name":"x","colour":"red"})").status, 400U);
  const ApiAnswer counts = clerk.get(path + "/counts");
  ASSERT_EQ(counts.status, 200U) << counts.body;
  bool is_counted = false;
  for (const auto& count : counts.json.at("items").as_array()) {
    if (count.at("id").as_string() != made.text("id")) continue;
    is_counted = true;
    EXPECT_EQ(count.at("new_hits").as_int64(), 0);
  }
  EXPECT_TRUE(is_counted) << counts.body;
  EXPECT_EQ(clerk.send("POST", one + "/looked", "").status, 204U);

  EXPECT_EQ(other.get(one).status, 404U);
  EXPECT_EQ(other.send("POST", one + "/looked", "").status, 404U);
  EXPECT_EQ(other.get(path).body.find("Kähne"), std::string::npos);

  const HeaderList revision{{"If-Match", "\"1\""}};
  EXPECT_EQ(clerk.send("PUT", one, R"({"name":"Boote"})").status, 428U);
  const ApiAnswer renamed = clerk.send("PUT", one, R"({"name":"Boote","q":"Kahn"})", revision);
  ASSERT_EQ(renamed.status, 200U) << renamed.body;
  EXPECT_EQ(renamed.text("q"), "Kahn");
  EXPECT_EQ(clerk.send("PUT", one, R"({"name":"Boote"})", revision).status, 412U);
  EXPECT_EQ(clerk.send("DELETE", one, "", {{"If-Match", "\"2\""}}).status, 204U);
  EXPECT_EQ(clerk.get(one).status, 404U);
}

}  // namespace
}  // namespace dms::test
