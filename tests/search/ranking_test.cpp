// Which of several hits comes first. How much each of it should count is measured on real texts
// (tests/relevance).

#include "index_fixture.h"

namespace dms::search {
namespace {

using namespace test;
using Numbers = std::vector<std::uint32_t>;

constexpr Date today{std::chrono::year{2026} / 3 / 2};

class RankingTest : public IndexTest {
 protected:
  void SetUp() override {
    IndexTest::SetUp();
    // Words that all have are worth nothing, so there are others.
    for (std::uint32_t i = 100; i < 120; ++i) put(document(i, "Anderes aus dem Rathaus"));
  }

  void put_dated(std::uint32_t number, const std::string& body, Date date) {
    IndexDocument made = document(number, body);
    made.date = date;
    put(made);
  }

  void put_with(std::uint32_t number, Field field, const std::string& said,
                const std::string& body) {
    IndexDocument made = document(number, body);
    made.fields.push_back({field, said});
    put(made);
  }

  Numbers ranked(const std::string& query, std::optional<Date> seen_from = std::nullopt) {
    SearchRequest request;
    request.query = query;
    request.today = seen_from;
    return numbers(search(request));
  }
};

TEST_F(RankingTest, OfWhatSaysAsMuchTheRecentComesFirst) {
  put_dated(1, "Friedhofsgebühren werden neu gefasst", Date{std::chrono::year{2009} / 5 / 4});
  put_dated(2, "Friedhofsgebühren werden neu gefasst", Date{std::chrono::year{2025} / 5 / 4});
  put_dated(3, "Friedhofsgebühren werden neu gefasst", Date{std::chrono::year{2017} / 5 / 4});
  commit();
  EXPECT_EQ(ranked("Friedhofsgebühren"), (Numbers{1, 2, 3})) << "nothing but their order";
  EXPECT_EQ(ranked("Friedhofsgebühren", today), (Numbers{2, 3, 1}));
  EXPECT_EQ(ranked("Friedhofsgebühren neu", today), (Numbers{2, 3, 1}));
}

TEST_F(RankingTest, WhatSaysMuchMoreComesFirstHoweverOld) {
  put_dated(1, "Winterdienst Winterdienst Winterdienst Streuplan",
            Date{std::chrono::year{2001} / 1 / 9});
  put_dated(2, "Der Winterdienst wird unter anderem erwähnt, und vieles sonst, was zu tun ist",
            Date{std::chrono::year{2026} / 2 / 27});
  commit();
  EXPECT_EQ(ranked("Winterdienst Streuplan", today).front(), 1U);
}

TEST_F(RankingTest, ADayToComeIsNoMoreThanToday) {
  put_dated(1, "Haushaltssatzung beschlossen", Date{std::chrono::year{2099} / 1 / 1});
  put_dated(2, "Haushaltssatzung beschlossen", today);
  commit();
  EXPECT_EQ(ranked("Haushaltssatzung", today), (Numbers{1, 2})) << "as in their order";
}

TEST_F(RankingTest, TheSubjectSaysMoreThanTheText) {
  put_with(1, Field::notes, "Stellungnahme", "Kanalsanierung");
  put_with(2, Field::subject, "Kanalsanierung", "Stellungnahme");
  commit();
  EXPECT_EQ(ranked("Kanalsanierung"), (Numbers{2, 1}));
  EXPECT_EQ(ranked("Stellungnahme").size(), 2U);
}

TEST_F(RankingTest, APhraseInTheSubjectSaysMoreThanOneInTheText) {
  put_with(1, Field::subject, "Vermerk", "Besprochen wurde der Bau der Turnhalle");
  put_with(2, Field::subject, "Bau der Turnhalle", "Besprochen wurde ein Vermerk");
  commit();
  EXPECT_EQ(ranked("\"Bau der Turnhalle\""), (Numbers{2, 1}));
}

TEST_F(RankingTest, WhoseReferenceItIsComesBeforeWhoNamesIt) {
  put_with(1, Field::subject, "Bauantrag Haller", "Mit Bezug auf 621.41-2026/014");
  put_with(2, Field::reference, "621.41-2026/014", "Bauantrag der Familie Haller");
  commit();
  EXPECT_EQ(ranked("621.41-2026/014").front(), 2U);
}

}  // namespace
}  // namespace dms::search
