// A dossier's documents by column, over the wire: every order's pages are one list, a cursor is
// good for its own order only, and what is no order is said to be none.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "town.h"

namespace dms::test {
namespace {

constexpr std::array subjects = {"Plan 10", "Zufahrt", "Äcker",    "Straße",
                                 "Bach",    "Plan 2",  "Strassen", "Abwasser"};

class Sorting : public ::testing::Test {
 protected:
  void SetUp() override {
    dossier_ = open_dossier(clerk_, "660.1", "Sortierung");
    ASSERT_FALSE(dossier_.empty());
    for (const char* subject : subjects) {
      ASSERT_EQ(clerk_.file(dossier_, subject, "brief.txt", subject).status, 201U);
    }
  }
  std::string target(const std::string& query) const {
    return "/api/v1/dossiers/" + dossier_ + "/documents?" + query;
  }
  std::vector<std::string> listed(const std::string& sort) {
    std::vector<std::string> found;
    std::string cursor;
    do {
      const ApiAnswer page =
          clerk_.get(target("limit=3&sort=" + sort + (cursor.empty() ? "" : "&cursor=" + cursor)));
      EXPECT_EQ(page.status, 200U) << page.body;
      if (page.status != 200U) break;
      for (const auto& item : page.json.at("items").as_array()) {
        found.emplace_back(item.at("subject").as_string());
      }
      cursor = percent_encoded(page.text("next_cursor"));
    } while (!cursor.empty());
    return found;
  }

  ApiClient clerk_ = person("h.brandt");
  std::string dossier_;
};

TEST_F(Sorting, BySubjectAsInAGermanDictionary) {
  const std::vector<std::string> ordered = {"Abwasser", "Äcker",  "Bach",     "Plan 2",
                                            "Plan 10",  "Straße", "Strassen", "Zufahrt"};
  EXPECT_EQ(listed("subject"), ordered);
  EXPECT_EQ(listed("-subject"), std::vector<std::string>(ordered.rbegin(), ordered.rend()));
}

TEST_F(Sorting, EveryOrderShowsEachDocumentOnce) {
  std::vector<std::string> all(subjects.begin(), subjects.end());
  EXPECT_EQ(listed("filed"), all);
  std::sort(all.begin(), all.end());
  for (const std::string column :
       {"filed", "subject", "date", "received", "reference", "type", "status", "modified"}) {
    for (const std::string& sort : {column, "-" + column}) {
      std::vector<std::string> found = listed(sort);
      std::sort(found.begin(), found.end());
      EXPECT_EQ(found, all) << sort;
    }
  }
}

TEST_F(Sorting, ACursorIsGoodForItsOwnOrderOnly) {
  const ApiAnswer first = clerk_.get(target("limit=2&sort=subject"));
  const std::string cursor = percent_encoded(first.text("next_cursor"));
  EXPECT_EQ(clerk_.get(target("limit=2&sort=subject&cursor=" + cursor)).status, 200U);
  for (const char* other : {"limit=2&sort=-subject", "limit=2&sort=date", "limit=2"}) {
    const ApiAnswer refused = clerk_.get(target(std::string(other) + "&cursor=" + cursor));
    EXPECT_EQ(refused.status, 400U) << other;
  }
}

TEST_F(Sorting, WhatIsNoOrderIsRefusedInBothLanguages) {
  for (const char* sort : {"", "-", "colour", "--date", "Subject", "sender", "subject,date"}) {
    const std::string query = target("sort=" + percent_encoded(sort));
    const ApiAnswer german = clerk_.get(query, {{"Accept-Language", "de"}});
    ASSERT_EQ(german.status, 400U) << sort;
    const auto& error = german.json.at("errors").at(0);
    EXPECT_EQ(error.at("pointer").as_string(), "/sort");
    const ApiAnswer english = clerk_.get(query, {{"Accept-Language", "en"}});
    EXPECT_NE(english.json.at("errors"), german.json.at("errors"));
  }
}

}  // namespace
}  // namespace dms::test
