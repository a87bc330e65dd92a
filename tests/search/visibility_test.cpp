// What the asker may not see is in no hit, no count and no page. The groups' terms on disk are the
// oracle for the columns in memory.

#include <xapian.h>

#include <algorithm>
#include <random>

#include "search/fields.h"
#include "search/index_fixture.h"
#include "search/query_xapian.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr std::uint32_t groups = 30;
constexpr std::array<const char*, 9> vocabulary = {
    "kanal", "tunnel", "bruecke", "strasse", "plan", "antrag", "bescheid", "rathaus", "bauantrag"};

class VisibilityTest : public IndexTest {
 protected:
  std::string random_words(unsigned count_max) {
    std::string text;
    const unsigned count = 1 + static_cast<unsigned>(random_()) % count_max;
    for (unsigned i = 0; i < count; ++i) {
      text += std::string(vocabulary[random_() % vocabulary.size()]) + " ";
    }
    return text;
  }

  std::string random_word() { return vocabulary[random_() % vocabulary.size()]; }

  // Of all that the syntax has.
  std::string random_query() {
    std::string text;
    const unsigned count = 1 + static_cast<unsigned>(random_()) % 4;
    for (unsigned i = 0; i < count; ++i) {
      switch (random_() % 9) {
        case 0:
          text += "\"" + random_word() + " " + random_word() + "\" ";
          break;
        case 1:
          text += random_word().substr(0, 3) + "* ";
          break;
        case 2:
          text += "-" + random_word() + " ";
          break;
        case 3:
          text += "-\"" + random_word() + " " + random_word() + "\" ";
          break;
        case 4:
          text += "+" + random_word() + " ";
          break;
        case 5:
          text += random_word() + " ODER " + random_word() + " ";
          break;
        case 6:
          text += "betreff:" + random_word() + " ";
          break;
        case 7: {
          const std::string beginning = random_word().substr(0, 2) + "*";
          text += beginning + " ODER " + beginning + " ";
          break;
        }
        default:
          text += random_word() + " ";
      }
    }
    return text;
  }

  void change_some() {
    for (int i = 0; i < 60; ++i) {
      const auto number = static_cast<std::uint32_t>(random_() % 400 + 1);
      if (random_() % 5 == 0) {
        ASSERT_TRUE(index_->remove(uuid_of(number)));
      } else {
        const auto group = static_cast<std::uint32_t>(random_() % groups + 1);
        IndexDocument made = document(number, random_words(6), group);
        if (random_() % 3 == 0) made.fields.push_back({Field::subject, random_words(2)});
        // One that is a facet, and one that is none.
        made.filters = {{Filter::type, random_() % 2 == 0 ? "letter" : "notice"},
                        {Filter::author, random_() % 2 == 0 ? "anna" : "bert"}};
        put(made);
      }
    }
    commit();
  }

  // The same question, put to Xapian with an OR of the groups' terms.
  Numbers oracle(const std::string& query, const std::set<std::uint32_t>& visible,
                 Matching matching, const std::vector<FilterValue>& filters = {}) {
    std::vector<Xapian::Query> terms;
    for (const std::uint32_t group : visible) {
      terms.emplace_back(fields::group_term(uuid_of(group)));
    }
    const Xapian::Database database(folder());
    Xapian::Enquire enquire(database);
    enquire.set_query({Xapian::Query::OP_FILTER, to_xapian(parse_query(query), matching),
                       Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end())});
    for (const FilterValue& value : filters) {
      enquire.set_query({Xapian::Query::OP_FILTER, enquire.get_query(),
                         Xapian::Query(fields::filter_term(value))});
    }
    const Xapian::MSet hits = enquire.get_mset(0, 1000);
    Numbers found;
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) {
      const std::string data = hit.get_document().get_data();
      found.push_back(number_of(*uuid_from_raw(std::string_view(data).substr(1, 16))));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  Numbers all_pages(const std::string& query, const Visibility& visible, SortOrder sort,
                    const std::vector<FilterValue>& filters = {}) {
    SearchRequest request;
    request.filters = filters;
    request.query = query;
    request.sort = sort;
    request.limit = 7;
    Numbers all;
    do {
      const auto results = index_->search(request, visible).value();
      for (const Hit& hit : results.hits) {
        EXPECT_TRUE(visible.group(hit.group));
        all.push_back(number_of(hit.document));
      }
      total_ = results.total_estimate;
      request.after = results.next;
    } while (request.after);
    std::sort(all.begin(), all.end());
    return all;
  }

  std::mt19937 random_{20261122};  // NOLINT(cert-msc51-cpp): the same run each time
  std::uint64_t total_ = 0;
};

TEST_F(VisibilityTest, AgreesWithTheGroupsTerms) {
  std::set<std::uint32_t> visible;
  SeenDocuments seen;
  for (int round = 0; round < 12; ++round) {
    change_some();
    // What was seen before is kept for two rounds.
    if (round % 3 == 0) {
      visible.clear();
      seen = {};
      for (std::uint32_t group = 1; group <= groups; ++group) {
        if (random_() % 3 == 0) visible.insert(group);
      }
    }
    const GroupVisible may_see = [&](const Uuid& group) {
      return visible.count(number_of(group)) > 0;
    };
    for (int asked = 0; asked < 40; ++asked) {
      const SortOrder order = asked % 2 == 0 ? SortOrder::relevance : SortOrder::newest_first;
      const std::string query = asked % 4 < 2 ? random_words(6) : random_query();
      std::vector<FilterValue> filters;
      if (random_() % 3 == 0) filters.push_back({Filter::type, "letter"});
      if (random_() % 3 == 0) filters.push_back({Filter::author, "anna"});
      Numbers expected = oracle(query, visible, Matching::all, filters);
      const std::uint64_t enough =
          order == SortOrder::relevance ? enough_with_all(parse_query(query)) : 1;
      if (expected.size() < enough) expected = oracle(query, visible, Matching::any, filters);
      EXPECT_EQ(all_pages(query, {may_see, {}}, order, filters), expected) << query;
      EXPECT_EQ(total_, expected.size()) << query;
      EXPECT_EQ(all_pages(query, {may_see, {}, &seen}, order, filters), expected) << query;
      EXPECT_EQ(total_, expected.size()) << query;
    }
  }
}

TEST_F(VisibilityTest, AsksAgainOnlyForWhatWasWrittenSince) {
  for (std::uint32_t i = 1; i <= 10'000; ++i) put(document(i, "kanal", i % 100 + 1));
  commit();
  std::set<std::uint32_t> asked;
  SeenDocuments seen;
  const GroupVisible even = [&](const Uuid& group) {
    EXPECT_TRUE(asked.insert(number_of(group)).second) << "twice in a search";
    return number_of(group) % 2 == 0;
  };
  SearchRequest request;
  request.query = "kanal";
  request.facets = {Facet::unit};
  const auto count = [&] {
    asked.clear();
    return index_->search(request, {even, {uuid_of(2)}, &seen}).value().total_estimate;
  };
  EXPECT_EQ(count(), 5001U);
  EXPECT_EQ(asked.size(), 100U);
  EXPECT_EQ(count(), 5001U);
  EXPECT_TRUE(asked.empty());
  put(document(10'001, "kanal", 102));
  put(document(10'002, "kanal", 103));
  commit();
  EXPECT_EQ(count(), 5002U);
  EXPECT_TRUE(asked.contains(102) && asked.contains(103));
  ASSERT_TRUE(index_->remove(uuid_of(1)));
  commit();
  EXPECT_EQ(count(), 5001U);
  EXPECT_FALSE(asked.contains(103)) << "its block was not written to";
  const std::array three{uuid_of(3)};
  index_->hide(three);
  EXPECT_EQ(count(), 5000U);
  index_->show(three);
  EXPECT_EQ(count(), 5001U);
}

TEST_F(VisibilityTest, SingleDocumentsAreSeenBesides) {
  for (std::uint32_t i = 1; i <= 300; ++i) put(document(i, "geheim kanal", 2));
  put(document(301, "kanal", 1));
  commit();
  // Unknown ones and those seen anyway count nothing.
  const Visibility visible{[](const Uuid& group) { return group == uuid_of(1); },
                           {uuid_of(299), uuid_of(7), uuid_of(301), uuid_of(5000)}};
  SearchRequest request;
  for (const char* query : {"kanal", ""}) {
    request.query = query;
    const auto results = index_->search(request, visible);
    ASSERT_TRUE(results);
    EXPECT_EQ(sorted_numbers(*results), (Numbers{7, 299, 301})) << query;
    EXPECT_EQ(results->total_estimate, 3U) << query;
  }
  request.query = "geheim";
  request.limit = 1;
  const auto first = index_->search(request, visible);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->total_estimate, 2U);
  ASSERT_TRUE(first->next);
  request.after = first->next;
  const auto second = index_->search(request, visible);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->hits.size(), 1U);
  EXPECT_FALSE(second->next);
  ASSERT_TRUE(index_->remove(uuid_of(7)));
  commit();
  request.after.reset();
  EXPECT_EQ(numbers(*index_->search(request, visible)), Numbers{299});
}

TEST_F(VisibilityTest, HiddenDocumentsLeaveNoTraceInCounts) {
  for (std::uint32_t i = 1; i <= 300; ++i) put(document(i, "geheim kanal", 2));
  put(document(301, "kanal", 1));
  commit();
  const GroupVisible only_one = [](const Uuid& group) { return group == uuid_of(1); };
  SearchRequest request;
  request.query = "kanal";
  request.limit = 1;
  const SearchResults results = search(request, only_one);
  EXPECT_EQ(numbers(results), Numbers{301});
  EXPECT_EQ(results.total_estimate, 1U);
  EXPECT_FALSE(results.next);
  request.query = "geheim";
  EXPECT_EQ(search(request, only_one).total_estimate, 0U);
  request.query = "";
  EXPECT_EQ(search(request, only_one).total_estimate, 1U);
  EXPECT_EQ(search(request, [](const Uuid&) { return false; }).total_estimate, 0U);
}

TEST_F(VisibilityTest, FollowsAMoveToAnotherGroup) {
  const GroupVisible only_one = [](const Uuid& group) { return group == uuid_of(1); };
  put(document(1, "kanal", 1));
  commit();
  EXPECT_EQ(found("kanal", only_one), Numbers{1});
  put(document(1, "kanal", 2));
  commit();
  EXPECT_EQ(found("kanal", only_one), Numbers{});
  open();
  EXPECT_EQ(found("kanal", only_one), Numbers{});
  EXPECT_EQ(found("kanal"), Numbers{1});
}

TEST_F(VisibilityTest, CountsGoBeyondTenThousand) {
  open(5000);
  for (std::uint32_t i = 1; i <= 10'050; ++i) put(document(i, "kanal", i % 2 + 1));
  commit();
  SearchRequest request;
  request.query = "kanal";
  EXPECT_EQ(search(request).total_estimate, 10'050U);
  const GroupVisible only_one = [](const Uuid& group) { return group == uuid_of(1); };
  EXPECT_EQ(search(request, only_one).total_estimate, 5025U);
}

TEST_F(VisibilityTest, WhatIsHiddenIsInNoHitCountFacetOrWordUntilItIsShown) {
  for (std::uint32_t i = 1; i <= 20; ++i) {
    IndexDocument made = document(i, "kanal");
    made.fields.push_back({Field::subject, i == 7 ? "Wanderdüne" : "Salzwiese"});
    made.filters = {{Filter::type, i == 7 ? "letter" : "notice"}};
    put(made);
  }
  commit();
  SearchRequest request;
  request.query = "kanal";
  request.facets = {Facet::type};
  const std::vector<Uuid> moved{uuid_of(7), uuid_of(999)};
  EXPECT_EQ(search(request).total_estimate, 20U);
  index_->hide(moved);
  const auto expect_hidden = [&] {
    const SearchResults results = search(request);
    EXPECT_EQ(results.total_estimate, 19U);
    ASSERT_EQ(results.facets.size(), 1U);
    EXPECT_EQ(results.facets.front().values.size(), 1U);
    EXPECT_EQ(found("wanderdüne"), Numbers{});
    EXPECT_TRUE(index_->complete("wand", 5, everything)->empty());
    const auto singly = index_->search(request, Visibility{everything, {uuid_of(7)}});
    ASSERT_TRUE(singly);
    EXPECT_EQ(singly->total_estimate, 19U);
  };
  expect_hidden();
  put(document(30, "tunnel"));
  commit();
  expect_hidden();  // whatever is committed beside it
  index_->show(moved);
  EXPECT_EQ(search(request).total_estimate, 20U);
  EXPECT_EQ(found("wanderdüne"), Numbers{7});
  EXPECT_EQ(index_->complete("wand", 5, everything)->size(), 1U);
}

}  // namespace
}  // namespace dms::search::test
