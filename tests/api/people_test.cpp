// The directory of names, over the wire: what it tells, and what it never does.

#include <gtest/gtest.h>

#include "dms/base/time.h"
#include "town.h"

namespace dms::test {
namespace {

constexpr const char* unknown_id = "01900000-0000-7000-8000-000000000000";

std::string id_of(ApiClient& client) {
  return client.get("/api/v1/me").text("id");
}

TEST(People, AnybodySignedInFindsColleaguesByTheBeginningOfAName) {
  ApiClient clerk = person("s.novak");
  const ApiAnswer answer = clerk.get("/api/v1/people?q=brand");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  ASSERT_EQ(answer.json.at("items").as_array().size(), 1U) << answer.body;
  const auto& found = answer.json.at("items").at(0).as_object();
  EXPECT_NE(found.at("display_name").as_string().find("Brandt"), std::string::npos);
  for (const auto& [name, value] : found) {
    EXPECT_TRUE(name == "id" || name == "display_name" || name == "org_unit" || name == "absence")
        << name;
  }
  EXPECT_EQ(clerk.get("/api/v1/users").status, 403U) << "the whole record is another matter";
}

TEST(People, PagesAreBoundedAndTheCursorIsTheAskersOwn) {
  ApiClient clerk = person("s.novak");
  const ApiAnswer all = clerk.get("/api/v1/people");
  const std::size_t count = all.json.at("items").as_array().size();
  ASSERT_GT(count, 2U);
  EXPECT_EQ(all.json.at("total_estimate").to_number<std::size_t>(), count);
  const ApiAnswer first = clerk.get("/api/v1/people?limit=1");
  const std::string cursor = percent_encoded(first.text("next_cursor"));
  const ApiAnswer second = clerk.get("/api/v1/people?limit=1&cursor=" + cursor);
  ASSERT_EQ(second.status, 200U) << second.body;
  EXPECT_EQ(second.json.at("items").at(0), all.json.at("items").at(1));
  ApiClient other = person("k.amrein");
  EXPECT_EQ(other.get("/api/v1/people?limit=1&cursor=" + cursor).status, 400U);
}

TEST(People, NamesByIdsOfOnesOwnTenantOnly) {
  ApiClient clerk = person("s.novak");
  ApiClient colleague = person("k.amrein");
  const std::string target =
      "/api/v1/people?ids=" + id_of(colleague) + "," + unknown_id + "," + id_of(clerk);
  const ApiAnswer answer = clerk.get(target);
  ASSERT_EQ(answer.status, 200U) << answer.body;
  const auto& items = answer.json.at("items").as_array();
  ASSERT_EQ(items.size(), 2U) << answer.body;
  EXPECT_EQ(items[0].at("id").as_string(), id_of(colleague));
  EXPECT_TRUE(clerk.get("/api/v1/people?ids=").json.at("items").as_array().empty());
  ApiClient foreigner = neighbour("e.falk");
  EXPECT_TRUE(foreigner.get(target).json.at("items").as_array().empty());
}

TEST(People, WhoIsAwayIsToldUntilWhenAndWhoStandsIn) {
  ApiClient absent = person("k.amrein");
  ApiClient deputy = person("l.petersen");
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::string last_day = format_date(Date{today + std::chrono::days(30)});
  const ApiAnswer away = absent.send("POST", "/api/v1/substitutions",
                                     R"({"deputy":")" + id_of(deputy) + R"(","first_day":")" +
                                         format_date(Date{today - std::chrono::days(1)}) +
                                         R"(","last_day":")" + last_day + "\"}");
  ASSERT_EQ(away.status, 201U) << away.body;
  ApiClient clerk = person("s.novak");
  const std::string target = "/api/v1/people?ids=" + id_of(absent);
  const ApiAnswer seen = clerk.get(target);
  const auto absence = seen.json.at("items").at(0).at("absence");
  EXPECT_EQ(absence.at("until").as_string(), last_day);
  EXPECT_EQ(absence.at("deputies").at(0).as_string(), id_of(deputy));
  EXPECT_EQ(absent
                .send("DELETE", std::string(away.header("location")), "",
                      {{"If-Match", std::string(away.header("etag"))}})
                .status,
            204U);
  const ApiAnswer back = clerk.get(target);
  EXPECT_FALSE(back.json.at("items").at(0).as_object().contains("absence"));
}

TEST(People, WhatIsWrongIsToldAndStrangersGetNothing) {
  ApiClient clerk = person("s.novak");
  for (const char* query :
       {"?ids=karl", "?ids=,", "?q=a&ids=", "?q=a%0Ab", "?limit=201", "?name=a"}) {
    const ApiAnswer answer = clerk.get("/api/v1/people" + std::string(query));
    EXPECT_EQ(answer.status, 400U) << query;
    EXPECT_FALSE(answer.json.at("errors").as_array().empty()) << query;
  }
  ApiClient nobody = stranger();
  EXPECT_EQ(nobody.get("/api/v1/people").status, 401U);
}

}  // namespace
}  // namespace dms::test
