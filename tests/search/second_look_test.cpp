// The order of the first hits: words beside each other, gathered, near the beginning; and pages of
// it that neither repeat nor skip.

#include <algorithm>
#include <random>

#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;

class SecondLookTest : public IndexTest {
 protected:
  Numbers ranked(const std::string& query, std::size_t limit = 100) {
    SearchRequest request;
    request.query = query;
    request.limit = limit;
    return numbers(search(request));
  }

  static std::string filler(std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += "und ";
    return text;
  }
};

TEST_F(SecondLookTest, NeighboursComeBeforeScatteredWords) {
  // As long as each other, each word as often: weights alone tell no difference, and the first put
  // in would stay first.
  put(document(1, "umbau " + filler(60) + "wildpark " + filler(60) + "stadion"));
  put(document(2, filler(60) + "wildpark umbau stadion " + filler(60)));
  put(document(3, filler(60) + "umbau wildpark stadion " + filler(60)));
  commit();
  EXPECT_EQ(ranked("Umbau Wildpark Stadion"), (Numbers{3, 2, 1}));
}

TEST_F(SecondLookTest, TheBeginningComesFirst) {
  put(document(1, filler(120) + "umbau stadion"));
  put(document(2, "umbau stadion " + filler(120)));
  commit();
  EXPECT_EQ(ranked("Umbau Stadion"), (Numbers{2, 1}));
}

TEST_F(SecondLookTest, OtherFieldsHavePlacesOfTheirOwn) {
  IndexDocument split = document(1, filler(30) + "umbau " + filler(90));
  split.fields.push_back({Field::notes, "stadion"});
  IndexDocument joined = document(2, filler(120));
  joined.fields.push_back({Field::notes, "umbau stadion"});
  put(split);
  put(joined);
  commit();
  EXPECT_EQ(ranked("Umbau Stadion"), (Numbers{2, 1}));
}

TEST_F(SecondLookTest, OddQueriesAreRankedToo) {
  for (std::uint32_t i = 1; i <= 60; ++i) put(document(i, "kanal tunnel § 36 621.41"));
  commit();
  for (const char* query : {"kanal", "kanal*", "kanal tun*", "kanal ODER tunnel", "-kanal", "§ 36",
                            "\"kanal tunnel\" 621.41", "inhalt:kanal betreff:tunnel", "kanal kanal",
                            "text:kanal text:tunnel"}) {
    const Numbers all = ranked(query);
    EXPECT_EQ(all.empty(), query[0] == '-') << query;
    EXPECT_EQ(std::set<std::uint32_t>(all.begin(), all.end()).size(), all.size()) << query;
  }
}

TEST_F(SecondLookTest, PagesOfItNeitherRepeatNorSkip) {
  std::mt19937 random(20261129);  // NOLINT(cert-msc51-cpp): the same run each time
  for (std::uint32_t i = 1; i <= 90; ++i) {
    std::string text;
    for (int word = 0; word < 40; ++word) {
      const unsigned kind = static_cast<unsigned>(random()) % 8;
      text += kind == 0 ? "umbau " : kind == 1 ? "stadion " : kind == 2 ? "wildpark " : "und ";
    }
    put(document(i, text));
  }
  commit();
  const std::string query = "Umbau Stadion Wildpark";
  const Numbers whole = ranked(query);
  ASSERT_GT(whole.size(), 70U);
  // Page sizes whose ends lie before, at and behind the end of what is looked at twice.
  for (const std::size_t limit : {1U, 7U, 20U, 25U, 49U, 50U, 51U}) {
    SearchRequest request;
    request.query = query;
    request.limit = limit;
    Numbers paged;
    do {
      const SearchResults page = search(request);
      for (const std::uint32_t number : numbers(page)) paged.push_back(number);
      request.after = page.next;
    } while (request.after);
    EXPECT_EQ(paged, whole) << limit;
  }
}

TEST_F(SecondLookTest, APageGoesOnWhereItsLastHitStands) {
  for (std::uint32_t i = 1; i <= 60; ++i) put(document(i, "umbau " + filler(i) + "stadion"));
  commit();
  SearchRequest request;
  request.query = "Umbau Stadion";
  request.limit = 20;
  const SearchResults first = search(request);
  const Numbers before = ranked(request.query);
  // What is new and better than all moves everything down by one.
  put(document(100, "umbau stadion"));
  commit();
  request.after = first.next;
  const Numbers second = numbers(search(request));
  ASSERT_EQ(second.size(), 20U);
  EXPECT_EQ(second, Numbers(before.begin() + 20, before.begin() + 40));
}

}  // namespace
}  // namespace dms::search::test
