// Fields, filters, dates, sorting, paging and the life of an index.

#include "search/index.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "search/index_fixture.h"
#include "search/language.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;
using std::chrono::year;

class Index : public IndexTest {
 protected:
  SearchRequest by_date(SortOrder sort) {
    SearchRequest request;
    request.query = "Kanal";
    request.sort = sort;
    return request;
  }

  IndexDocument dated(std::uint32_t number, std::optional<Date> date) {
    IndexDocument made = document(number, "Kanal");
    made.date = date;
    return made;
  }

  // All pages of `request`, two hits a page; `between` runs after each.
  Numbers pages(
      SearchRequest request, const std::function<void()>& between = [] {}) {
    Numbers all;
    request.limit = 2;
    for (int page = 0; page < 1000; ++page) {
      const SearchResults results = search(request);
      const Numbers numbers = IndexTest::numbers(results);
      all.insert(all.end(), numbers.begin(), numbers.end());
      if (!results.next) return all;
      request.after = results.next;
      between();
    }
    ADD_FAILURE() << "paging does not end";
    return all;
  }
};

TEST_F(Index, SearchesFieldsTogetherAndAlone) {
  IndexDocument letter = document(1, "Der Text spricht vom Kanal.");
  letter.fields = {{Field::subject, "Sanierung Rathaus"},
                   {Field::author, "Erika Muster"},
                   {Field::sender, "Ingenieurbüro Brücke"},
                   {Field::recipient, "Bauamt Nord"},
                   {Field::reference, "621.41-2026/014"},
                   {Field::file_name, "anschreiben_entwurf.docx"},
                   {Field::notes, "eilt sehr"}};
  put(letter);
  put(document(2, "Rathaus, Muster, Brücke, Entwurf, eilt"));
  commit();
  EXPECT_EQ(found("rathaus"), (Numbers{1, 2}));
  EXPECT_EQ(found("betreff:rathäuser"), Numbers{1});
  EXPECT_EQ(found("inhalt:rathaus"), Numbers{2});
  EXPECT_EQ(found("author:muster"), Numbers{1});
  EXPECT_EQ(found("korrespondent:bruecke"), Numbers{1});
  EXPECT_EQ(found("korrespondent:bauamt"), Numbers{1});
  EXPECT_EQ(found("-korrespondent:bauamt rathaus"), Numbers{2});
  for (const char* name : {"absender", "sender", "from"}) {
    EXPECT_EQ(found(std::string(name) + ":bruecke"), Numbers{1}) << name;
    EXPECT_EQ(found(std::string(name) + ":bauamt"), Numbers{}) << name;
  }
  for (const char* name : {"empfänger", "empfaenger", "recipient", "to"}) {
    EXPECT_EQ(found(std::string(name) + ":bauamt"), Numbers{1}) << name;
    EXPECT_EQ(found(std::string(name) + ":bruecke"), Numbers{}) << name;
  }
  EXPECT_EQ(found("bauamt"), Numbers{1}) << "without a field in all of them";
  EXPECT_EQ(found("az:621.41-2026/014"), Numbers{1});
  EXPECT_EQ(found("621.41-2026/014"), Numbers{1});
  EXPECT_EQ(found("datei:entwurf"), Numbers{1});
  EXPECT_EQ(found("notiz:eilt"), Numbers{1});
  EXPECT_EQ(found("betreff:kanal"), Numbers{});
  EXPECT_EQ(found("rathaus kanal"), Numbers{1}) << "words may stand in different fields";
  EXPECT_EQ(found("\"rathaus erika\""), Numbers{}) << "a phrase stays inside one field";
  EXPECT_EQ(found("betreff:\"sanierung rathaus\""), Numbers{1});
}

TEST_F(Index, RanksASubjectBeforeABody) {
  put(document(1, "Ein Text über den Kanal und vieles andere mehr."));
  IndexDocument subject = document(2, "Ein Text über vieles andere mehr, auch das.");
  subject.fields = {{Field::subject, "Kanal"}};
  put(subject);
  commit();
  SearchRequest request;
  request.query = "kanal";
  EXPECT_EQ(numbers(search(request)), (Numbers{2, 1}));
}

TEST_F(Index, UnderstandsOperators) {
  put(document(1, "Kanal Straße"));
  put(document(2, "Kanal Brücke"));
  put(document(3, "Tunnel"));
  commit();
  EXPECT_EQ(found("kanal straße"), Numbers{1}) << "few words: all of them";
  EXPECT_EQ(found("kanal -straße"), Numbers{2});
  EXPECT_EQ(found("-kanal"), Numbers{3});
  EXPECT_EQ(found("straße ODER tunnel"), (Numbers{1, 3}));
  EXPECT_EQ(found("kan*"), (Numbers{1, 2}));
  EXPECT_EQ(found("kanal tunnel"), (Numbers{1, 2, 3})) << "nothing has all: any";
  EXPECT_EQ(found("+kanal tunnel"), (Numbers{1, 2})) << "but never without a required one";
  EXPECT_EQ(found("kanal UND tunnel"), Numbers{});
  EXPECT_EQ(found("\"kanal tunnel\" straße"), Numbers{}) << "nor without a phrase";
  EXPECT_EQ(found("kanal straße tunnel brücke"), (Numbers{1, 2, 3})) << "many words: any";
  EXPECT_EQ(found(""), (Numbers{1, 2, 3}));
  EXPECT_EQ(found("!?"), Numbers{});
}

TEST_F(Index, ABeginningFindsRareWordsHoweverManyOthersBeginSo) {
  std::string frequent;
  for (int i = 0; i < 300; ++i) frequent += "kan" + std::to_string(i) + " ";
  for (std::uint32_t number = 1; number <= 3; ++number) put(document(number, frequent, 2));
  put(document(4, "Kanzleischrift"));
  put(document(5, "Kanal"));
  commit();
  const GroupVisible one = [](const Uuid& group) { return group == uuid_of(1); };
  EXPECT_EQ(found("kan*", one), (Numbers{4, 5}));
  EXPECT_EQ(found("inhalt:kan* -kanz*", one), Numbers{5});
  SearchRequest request;
  request.query = "kan*";
  EXPECT_FALSE(search(request).is_beginning_shortened);
}

TEST_F(Index, SaysSoWhereTooManyWordsBeginAlike) {
  std::string many;
  for (std::size_t i = 0; i < beginning_words_max; ++i) many += "kan" + std::to_string(i) + " ";
  put(document(1, many + many));
  put(document(2, "Kanzlei"));
  put(document(3, "Graben"));
  commit();
  SearchRequest request;
  request.query = "kan*";
  const SearchResults results = search(request);
  EXPECT_TRUE(results.is_beginning_shortened);
  EXPECT_EQ(numbers(results), Numbers{1}) << "of words as frequent the first";
  request.query = "kan1*";
  EXPECT_FALSE(search(request).is_beginning_shortened);
}

TEST_F(Index, HitsAreCountedToTheLast) {
  const auto more = static_cast<std::uint32_t>(paged_hits_max + 2);
  for (std::uint32_t number = 1; number <= more; ++number) put(document(number, "salz"));
  commit();
  for (const char* query : {"salz", ""}) {
    SearchRequest request;
    request.query = query;
    EXPECT_EQ(search(request).total_estimate, more) << query;
  }
}

TEST_F(Index, ExcludedDaysAreLeftOut) {
  using std::chrono::year;
  put(dated(1, year{2023} / 12 / 31));
  put(dated(2, year{2024} / 1 / 1));
  commit();
  EXPECT_EQ(found("von:2024"), Numbers{2});
  EXPECT_EQ(found("-von:2024"), Numbers{1});
  EXPECT_EQ(found("-bis:2023"), Numbers{2});
}

TEST_F(Index, FiltersByValuesAndDates) {
  IndexDocument letter = dated(1, year{2026} / 1 / 10);
  letter.filters = {{Filter::type, "letter"}, {Filter::unit, "u1"}};
  IndexDocument invoice = dated(2, year{2026} / 2 / 10);
  invoice.filters = {{Filter::type, "invoice"}, {Filter::unit, "u1"}};
  put(letter);
  put(invoice);
  put(dated(3, std::nullopt));  // counts by its modification on 2026-03-02
  commit();
  SearchRequest request;
  request.query = "kanal";
  request.filters = {{Filter::type, "letter"}, {Filter::type, "invoice"}};
  EXPECT_EQ(sorted_numbers(search(request)), (Numbers{1, 2}));
  request.filters = {{Filter::type, "letter"}, {Filter::unit, "u1"}};
  EXPECT_EQ(sorted_numbers(search(request)), Numbers{1});
  request.filters = {{Filter::type, "letter"}, {Filter::unit, "u2"}};
  EXPECT_EQ(search(request).total_estimate, 0U);
  request.filters = {};
  request.from = year{2026} / 1 / 10;
  request.to = year{2026} / 2 / 10;
  EXPECT_EQ(sorted_numbers(search(request)), (Numbers{1, 2}));
  request.to = year{2026} / 2 / 9;
  EXPECT_EQ(sorted_numbers(search(request)), Numbers{1});
  request.from = year{2026} / 3 / 1;
  request.to = std::nullopt;
  EXPECT_EQ(sorted_numbers(search(request)), Numbers{3});
  request.query = "";
  EXPECT_EQ(sorted_numbers(search(request)), Numbers{3});
  request.from = year{2026} / 2 / 30;
  EXPECT_EQ(index_->search(request, everything).error().code, ErrorCode::invalid);
  request.from = std::nullopt;
  request.filters = {{Filter::author, std::string(300, 'x')}};
  EXPECT_EQ(index_->search(request, everything).error().code, ErrorCode::invalid);
}

TEST_F(Index, SortsByDate) {
  put(dated(1, year{2026} / 1 / 3));
  put(dated(2, year{1969} / 1 / 1));
  put(dated(3, year{2026} / 1 / 3));
  put(dated(4, year{2026} / 1 / 5));
  commit();
  EXPECT_EQ(pages(by_date(SortOrder::newest_first)), (Numbers{4, 3, 1, 2}));
  EXPECT_EQ(pages(by_date(SortOrder::oldest_first)), (Numbers{2, 1, 3, 4}));
  SearchRequest blank;
  EXPECT_EQ(pages(blank), (Numbers{4, 3, 1, 2})) << "without words the newest come first";
}

TEST_F(Index, TellsWhatAHitIs) {
  IndexDocument made = document(7, "Die Häuser am Kanal");
  made.group = uuid_of(5);
  made.body_sha256 = sha256("rendition");
  put(made);
  commit();
  SearchRequest request;
  request.query = "Haus Kanal Tunnel Brücke";
  const SearchResults results = search(request);
  ASSERT_EQ(results.hits.size(), 1U);
  EXPECT_EQ(results.hits[0].group, uuid_of(5));
  EXPECT_EQ(results.hits[0].body_sha256, sha256("rendition"));
  EXPECT_GT(results.hits[0].score, 0);
  EXPECT_LE(results.hits[0].score, 100);
  EXPECT_EQ(results.total_estimate, 1U);
  EXPECT_FALSE(results.next);
}

TEST_F(Index, PagesThroughEverythingOnce) {
  Numbers expected;
  for (std::uint32_t i = 1; i <= 61; ++i) {
    std::string text;
    for (std::uint32_t k = 0; k < i % 7; ++k) text += "wort ";
    put(document(i, "Kanal " + text));
    expected.push_back(i);
  }
  commit();
  for (const SortOrder sort :
       {SortOrder::relevance, SortOrder::newest_first, SortOrder::oldest_first}) {
    Numbers all = pages(by_date(sort));
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, expected);
  }
}

TEST_F(Index, PagesStayTogetherWhileDocumentsAreAdded) {
  for (std::uint32_t i = 1; i <= 40; ++i) put(dated(i, year{2026} / 1 / (i % 28 + 1)));
  commit();
  std::uint32_t added = 1000;
  for (const SortOrder sort :
       {SortOrder::relevance, SortOrder::newest_first, SortOrder::oldest_first}) {
    int rounds = 8;
    Numbers all = pages(by_date(sort), [&] {
      if (--rounds < 0) return;
      // Every page meets documents before, behind and beside the cursor, and other statistics.
      put(dated(added++, year{2025} / 1 / 1));
      put(dated(added++, year{2027} / 1 / 1));
      put(document(added++, "etwas ganz anderes, das die mittlere Länge ändert"));
      commit();
    });
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end()) << "a hit came twice";
    for (std::uint32_t i = 1; i <= 40; ++i) {
      EXPECT_TRUE(std::binary_search(all.begin(), all.end(), i)) << i << " was left out";
    }
  }
}

TEST_F(Index, GoesOnWhereTheLastHitIsGone) {
  for (std::uint32_t i = 1; i <= 6; ++i) put(dated(i, year{2026} / 1 / std::chrono::day(i)));
  commit();
  for (const SortOrder sort : {SortOrder::relevance, SortOrder::newest_first}) {
    SearchRequest request = by_date(sort);
    request.limit = 3;
    const SearchResults first = search(request);
    ASSERT_EQ(first.hits.size(), 3U);
    ASSERT_TRUE(index_->remove(first.hits.back().document));
    commit();
    request.after = first.next;
    const Numbers rest = numbers(search(request));
    EXPECT_EQ(rest.size(), 3U);
    for (const Hit& hit : first.hits) {
      EXPECT_EQ(std::count(rest.begin(), rest.end(), number_of(hit.document)), 0);
    }
    put(dated(number_of(first.hits.back().document), year{2026} / 1 / 4));
    commit();
  }
}

TEST_F(Index, RefusesACursorOfAnotherKind) {
  put(document(1, "Kanal"));
  put(document(2, "Kanal"));
  commit();
  SearchRequest request = by_date(SortOrder::newest_first);
  request.limit = 1;
  request.after = search(request).next;
  ASSERT_TRUE(request.after);
  request.sort = SortOrder::relevance;
  EXPECT_EQ(index_->search(request, everything).error().code, ErrorCode::invalid);
  request.sort = SortOrder::newest_first;
  for (const std::string& bad : {std::string(), std::string("x"), *request.after + "x",
                                 std::string(request.after->size(), '\xFF')}) {
    request.after = bad;
    EXPECT_EQ(index_->search(request, everything).error().code, ErrorCode::invalid);
  }
}

TEST_F(Index, ReplacesAndRemoves) {
  put(document(1, "Kanal"));
  commit();
  put(document(1, "Tunnel"));
  put(document(2, "Brücke"));
  ASSERT_TRUE(index_->remove(uuid_of(2)));
  ASSERT_TRUE(index_->remove(uuid_of(3))) << "what is not there is removed already";
  EXPECT_EQ(found("kanal"), Numbers{1}) << "not before the commit";
  commit();
  EXPECT_EQ(found("kanal"), Numbers{});
  EXPECT_EQ(found("tunnel"), Numbers{1});
  EXPECT_EQ(found("brücke"), Numbers{});
  EXPECT_EQ(index_->document_count(), 1U);
}

TEST_F(Index, KeepsItsPositionWithItsDocuments) {
  EXPECT_EQ(*index_->position(), std::nullopt);
  put(document(1, "Kanal"));
  const IndexPosition position{uuid_of(7), 18'446'744'073'709'551'615U, sha256("x"), 0, 3};
  ASSERT_TRUE(index_->commit(position));
  put(document(2, "Kanal"));
  open();
  IndexPosition expected = position;
  expected.analysis_version = analysis_version;
  EXPECT_EQ(*index_->position(), expected);
  EXPECT_EQ(found("kanal"), Numbers{1}) << "closing commits nothing";
  ASSERT_TRUE(index_->commit({uuid_of(7), 5, {}, 0})) << "a commit without documents";
  EXPECT_EQ((*index_->position())->sequence, 5U);
}

TEST_F(Index, CommitsByItselfUnderTheOldPosition) {
  open(3);
  commit();
  for (std::uint32_t i = 1; i <= 4; ++i) put(document(i, "Kanal"));
  EXPECT_EQ(found("kanal"), (Numbers{1, 2, 3}));
  open();
  EXPECT_EQ((*index_->position())->sequence, 1U);
  EXPECT_EQ(found("kanal"), (Numbers{1, 2, 3}));
}

TEST_F(Index, IsForItsOwnerAndOneWriterOnly) {
  struct stat status {};
  ASSERT_EQ(stat(folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  const auto second = SearchIndex::open({folder()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
}

TEST_F(Index, RefusesAnImpossibleFilterAndGoesOn) {
  IndexDocument bad = document(1, "Kanal");
  bad.filters = {{Filter::author, std::string(201, 'x')}};
  EXPECT_FALSE(index_->put(bad));
  put(document(2, "Kanal"));
  commit();
  EXPECT_EQ(found("kanal"), Numbers{2});
}

TEST_F(Index, IsReplacedByARebuiltOne) {
  put(document(1, "alt"));
  commit();
  const std::string rebuilt = (temporary_ / "rebuilt").string();
  {
    auto other = SearchIndex::open({rebuilt});
    ASSERT_TRUE(other);
    ASSERT_TRUE((*other)->put(document(2, "neu")));
    ASSERT_TRUE((*other)->commit({uuid_of(99), 42, {}, 0}));
  }
  ASSERT_TRUE(replace_index(folder(), rebuilt));
  const auto through_the_old = index_->search({}, everything);
  ASSERT_FALSE(through_the_old) << "old columns must not decide about new documents";
  EXPECT_EQ(through_the_old.error().code, ErrorCode::busy);
  EXPECT_FALSE(std::filesystem::exists(rebuilt));
  open();
  EXPECT_EQ(found("neu"), Numbers{2});
  EXPECT_EQ(found("alt"), Numbers{});
  EXPECT_EQ((*index_->position())->sequence, 42U);
  EXPECT_FALSE(replace_index(folder(), (temporary_ / "absent").string()));
  EXPECT_EQ(found("neu"), Numbers{2});
}

TEST_F(Index, TakesTheEmptyPlaceToo) {
  index_.reset();
  const std::string target = (temporary_ / "fresh").string();
  ASSERT_TRUE(replace_index(target, folder()));
  EXPECT_TRUE(SearchIndex::open({target}));
}

TEST_F(Index, IndexesHugeTextsAndOddWords) {
  std::string text(1 << 20, 'x');
  for (int i = 0; i < 200'000; ++i) text += " wort" + std::to_string(i);
  put(document(1, text));
  put(document(2, std::string("Null\0byte Kanal \xFF\xFE Ende", 23)));
  put(document(3, ""));
  commit();
  EXPECT_EQ(found("wort199999"), Numbers{1});
  EXPECT_EQ(found("\"wort5 wort6\""), Numbers{1});
  EXPECT_EQ(found("kanal ende"), Numbers{2});
}

}  // namespace
}  // namespace dms::search::test
