// Counts by facet against counts made by hand from all documents: over several askers, queries and
// choices. The filters' terms on disk, by way of ordinary searches, are a second oracle.

#include <array>
#include <map>
#include <optional>
#include <random>

#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

constexpr std::array all_facets = {Facet::type, Facet::status, Facet::unit, Facet::sender,
                                   Facet::year};
constexpr std::array<const char*, 3> types = {"letter", "invoice", "notice"};
constexpr std::array<const char*, 2> statuses = {"draft", "final"};
constexpr std::array<const char*, 4> units = {"amt-1", "amt-2", "amt-3", "amt-4"};
constexpr std::array<const char*, 3> senders = {"Müller GmbH", "Stadtwerke", "Geheimdienst"};
constexpr std::array<const char*, 3> words = {"kanal", "tunnel", "rathaus"};
constexpr int first_year = 2020;
constexpr int years = 4;

// What a document is, as the oracle sees it.
struct Known {
  std::uint32_t group = 0;
  std::string word;
  std::map<Facet, std::string> values;
};

std::optional<Filter> filter_of(Facet facet) {
  switch (facet) {
    case Facet::type:
      return Filter::type;
    case Facet::status:
      return Filter::status;
    case Facet::unit:
      return Filter::unit;
    case Facet::sender:
      return Filter::sender;
    case Facet::year:
      break;
  }
  return std::nullopt;
}

using Counts = std::map<std::string, std::uint64_t>;
using Choice = std::map<Facet, std::set<std::string>>;

class FacetTest : public IndexTest {
 protected:
  unsigned below(std::size_t count) { return static_cast<unsigned>(random_() % count); }

  void put_random(std::uint32_t number) {
    Known known;
    known.group = 1 + below(10);
    known.word = words[below(words.size())];
    known.values[Facet::type] = types[below(types.size())];
    known.values[Facet::status] = statuses[below(statuses.size())];
    known.values[Facet::unit] = units[below(units.size())];
    if (below(3) > 0) known.values[Facet::sender] = senders[below(senders.size())];
    const int year = first_year + static_cast<int>(below(years));
    known.values[Facet::year] = std::to_string(year);
    IndexDocument made = document(number, known.word, known.group);
    made.date = std::chrono::year{year} / 12 / (below(2) == 0 ? 31 : 1);
    for (const auto& [facet, value] : known.values) {
      if (const auto filter = filter_of(facet)) made.filters.push_back({*filter, value});
    }
    put(made);
    known_[number] = known;
  }

  SearchResults ask(const std::string& query, const Choice& choice, const GroupVisible& visible) {
    SearchRequest request;
    request.query = query;
    request.limit = 1;
    request.facets.assign(all_facets.begin(), all_facets.end());
    for (const auto& [facet, values] : choice) {
      for (const std::string& value : values) {
        if (const auto filter = filter_of(facet)) {
          request.filters.push_back({*filter, value});
        } else {
          const std::chrono::year year{std::stoi(value)};
          request.from = year / 1 / 1;
          request.to = year / 12 / 31;
        }
      }
    }
    return search(request, visible);
  }

  Counts by_hand(Facet counted, const std::string& query, const Choice& choice,
                 const std::set<std::uint32_t>& groups) const {
    Counts counts;
    for (const auto& [number, known] : known_) {
      if (groups.count(known.group) == 0 || (!query.empty() && known.word != query)) continue;
      const auto fits = [&](const auto& chosen) {
        if (chosen.first == counted) return true;
        const auto value = known.values.find(chosen.first);
        return value != known.values.end() && chosen.second.count(value->second) > 0;
      };
      if (!std::all_of(choice.begin(), choice.end(), fits)) continue;
      const auto value = known.values.find(counted);
      if (value != known.values.end()) ++counts[value->second];
    }
    return counts;
  }

  Choice random_choice() {
    Choice choice;
    if (below(2) == 0) choice[Facet::type] = {types[below(3)], types[below(3)]};
    if (below(3) == 0) choice[Facet::status] = {statuses[below(2)]};
    if (below(3) == 0) choice[Facet::sender] = {senders[below(3)]};
    if (below(3) == 0) choice[Facet::unit] = {units[below(4)], units[below(4)]};
    if (below(3) == 0) choice[Facet::year] = {std::to_string(first_year + int(below(years)))};
    return choice;
  }

  std::map<std::uint32_t, Known> known_;
  std::mt19937 random_{20261129};  // NOLINT(cert-msc51-cpp): the same run each time
};

TEST_F(FacetTest, ADocumentSeenSinglyDoesNotTellItsUnit) {
  const auto put_of = [&](std::uint32_t number, std::uint32_t group, const char* unit) {
    IndexDocument made = document(number, "kanal", group);
    made.filters = {{Filter::unit, unit}, {Filter::type, "letter"}};
    put(made);
  };
  put_of(1, 1, "amt-1");
  put_of(2, 2, "amt-2");
  put_of(3, 2, "amt-2");
  commit();
  SearchRequest request;
  request.query = "kanal";
  request.facets = {Facet::unit, Facet::type};
  const GroupVisible first = [](const Uuid& group) { return group == uuid_of(1); };
  const auto results = index_->search(request, Visibility{first, {uuid_of(2)}});
  ASSERT_TRUE(results);
  EXPECT_EQ(results->total_estimate, 2U);
  const auto& units_told = results->facets[0].values;
  ASSERT_EQ(units_told.size(), 1U);
  EXPECT_EQ(units_told[0].value, "amt-1");
  EXPECT_EQ(units_told[0].count, 1U);
  ASSERT_EQ(results->facets[1].values.size(), 1U);
  EXPECT_EQ(results->facets[1].values[0].count, 2U);
}

TEST_F(FacetTest, AgreeWithCountsMadeByHand) {
  std::uint64_t counted = 0;
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 20; ++i) put_random(1 + below(300));
    const std::uint32_t gone = 1 + below(300);
    ASSERT_TRUE(index_->remove(uuid_of(gone)));
    known_.erase(gone);
    commit();
    if (round % 10 == 9) open();  // from the disk
    std::set<std::uint32_t> groups;
    for (std::uint32_t group = 1; group <= 10; ++group) {
      if (below(2) == 0) groups.insert(group);
    }
    const GroupVisible visible = [&](const Uuid& group) {
      return groups.count(number_of(group)) > 0;
    };
    const std::string query = below(3) == 0 ? "" : words[below(words.size())];
    const Choice choice = random_choice();
    const SearchResults results = ask(query, choice, visible);
    ASSERT_EQ(results.facets.size(), all_facets.size());
    for (std::size_t i = 0; i < all_facets.size(); ++i) {
      EXPECT_EQ(results.facets[i].facet, all_facets[i]);
      Counts found;
      for (const FacetCount& value : results.facets[i].values) {
        if (value.count > 0) found[value.value] = value.count;
        counted += value.count;
      }
      EXPECT_EQ(found, by_hand(all_facets[i], query, choice, groups)) << round << " facet " << i;
      EXPECT_EQ(results.facets[i].other, 0U);
    }
  }
  EXPECT_GT(counted, 1000U) << "so much was compared";
}

TEST_F(FacetTest, ACountIsWhatChoosingItFinds) {
  for (std::uint32_t number = 1; number <= 200; ++number) put_random(number);
  commit();
  const GroupVisible visible = [](const Uuid& group) { return number_of(group) % 2 == 0; };
  const Choice choice{{Facet::status, {"draft"}}};
  const SearchResults results = ask("kanal", choice, visible);
  for (const FacetCounts& facet : results.facets) {
    for (const FacetCount& value : facet.values) {
      Choice other = choice;
      other[facet.facet] = {value.value};
      EXPECT_EQ(ask("kanal", other, visible).total_estimate, value.count) << value.value;
    }
  }
}

TEST_F(FacetTest, WhatIsHiddenIsNamedNowhere) {
  IndexDocument hidden = document(1, "kanal", 2);
  hidden.filters = {{Filter::sender, "Geheimdienst"}, {Filter::type, "notice"}};
  hidden.date = std::chrono::year{1999} / 1 / 1;
  put(hidden);
  IndexDocument seen = document(2, "kanal", 1);
  seen.filters = {{Filter::sender, "Stadtwerke"}};
  put(seen);
  commit();
  const SearchResults results = ask("", {}, [](const Uuid& group) { return group == uuid_of(1); });
  std::string all;
  for (const FacetCounts& facet : results.facets) {
    for (const FacetCount& value : facet.values) all += value.value + " ";
    EXPECT_EQ(facet.other, 0U);
  }
  EXPECT_EQ(all, "Stadtwerke 2026 ");
}

TEST_F(FacetTest, BeyondFiftyValuesTheChosenOneIsStillNamed) {
  for (std::uint32_t number = 1; number <= 120; ++number) {
    IndexDocument made = document(number, "kanal");
    // The first thirty twice.
    made.filters = {{Filter::sender, "Firma " + std::to_string(number % 90)}};
    put(made);
  }
  commit();
  const SearchResults results =
      ask("kanal", {{Facet::sender, {"Firma 89", "Niemand"}}}, everything);
  const FacetCounts& facet = results.facets[3];
  ASSERT_EQ(facet.facet, Facet::sender);
  Counts found;
  std::uint64_t sum = facet.other;
  for (const FacetCount& value : facet.values) {
    found[value.value] = value.count;
    sum += value.count;
  }
  EXPECT_EQ(facet.values.size(), 52U);
  EXPECT_EQ(found.at("Firma 89"), 1U);
  EXPECT_EQ(found.at("Niemand"), 0U);
  EXPECT_EQ(found.at("Firma 7"), 2U);
  EXPECT_EQ(sum, 120U);
}

TEST_F(FacetTest, CountsGoBeyondTenThousand) {
  open(5000);
  for (std::uint32_t i = 1; i <= 10'050; ++i) {
    IndexDocument made = document(i, "kanal", i % 2 + 1);
    made.filters = {{Filter::type, "letter"}};
    put(made);
  }
  commit();
  const SearchResults results = ask("kanal", {}, everything);
  EXPECT_EQ(results.total_estimate, 10'050U);
  EXPECT_EQ(results.facets[0].values[0].count, 10'050U);
}

TEST_F(FacetTest, OnlyTheFirstPageCounts) {
  for (std::uint32_t i = 1; i <= 5; ++i) put(document(i, "kanal"));
  commit();
  SearchRequest request;
  request.query = "kanal";
  request.limit = 2;
  request.facets = {Facet::year};
  const SearchResults first = search(request);
  EXPECT_EQ(first.facets.size(), 1U);
  request.after = first.next;
  EXPECT_TRUE(search(request).facets.empty());
}

}  // namespace
}  // namespace dms::search::test
