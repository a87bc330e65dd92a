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
        "?sender=", "/suggest?q=%FF", "/suggest?q=ab&limit=5"}) {
    const ApiAnswer answer = clerk.get(std::string("/api/v1/search") + query);
    EXPECT_EQ(answer.status, 400U) << query << " " << answer.body;
  }
  const ApiAnswer twice = clerk.get("/api/v1/search?facets=sender,type,sender");
  EXPECT_EQ(twice.status, 400U);
  EXPECT_NE(twice.body.find("\"/facets\""), std::string::npos) << twice.body;
  EXPECT_EQ(clerk.get("/api/v1/search/suggest").status, 200U) << "nothing for nothing";
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

}  // namespace
}  // namespace dms::test
