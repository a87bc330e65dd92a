// fuzz-links: aktenwerk_search PkgConfig::XAPIAN
// Query text of any bytes, then after a zero byte a text to cut a snippet from: every query is
// within its limits and can be run, completed and corrected, every token lies in its text, every
// mark in its snippet.

#include <xapian.h>

#include <algorithm>
#include <array>

#include "dms/base/text.h"
#include "search/columns.h"
#include "search/cursor.h"
#include "search/document_terms.h"
#include "search/fields.h"
#include "search/index.h"
#include "search/known_words.h"
#include "search/language.h"
#include "search/query.h"
#include "search/query_matches.h"
#include "search/query_xapian.h"
#include "search/second_look.h"
#include "search/similar_words.h"
#include "support/fuzz.h"

namespace dms::search {
namespace {

Xapian::Database small_database() {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const char* text : {"der kanal und die strasse", "621.41 2026 014",
                           "kanal §36 36 baugb abfallgebuehrensatzung"}) {
    Analyzer analyzer;
    analyzer.start(text);
    Xapian::Document document;
    Xapian::termpos position = 0;
    for (Token token; analyzer.next(token);) {
      document.add_posting(token.exact, ++position);
      document.add_term("Z" + analyzer.stem(token.exact));
      for (const CompoundPart& part : analyzer.parts(token.exact)) {
        document.add_term("K" + part.stem);
      }
    }
    document.add_boolean_term(fields::written_term("kanal", "Kanal"));
    document.add_value(fields::group_slot, std::string(16, 'g'));
    document.add_value(fields::day_slot, encode_day(20'000));
    document.set_data(encode_hit({{}, {}, {}}));
    database.add_document(document);
  }
  return database;
}

const Reader& small_reader() {
  static const Reader reader = [] {
    Reader made;
    made.database = small_database();
    made.columns = ColumnsBuilder(made.database).snapshot();
    return made;
  }();
  return reader;
}

// What is typed goes on as text, and a query stays one when its words are put right.
void check_suggestions(std::string_view text, const Query& query) {
  const Reader& reader = small_reader();
  static const GroupVisible everything = [](const Uuid&) { return true; };
  VisibleGroups groups(everything);
  const std::vector<Xapian::docid> none;
  KnownWords words(reader, {groups, none});
  for (const Completion& completion : words.complete(text, 5)) {
    FUZZ_REQUIRE(is_valid_utf8(completion.text) && completion.text.ends_with("Kanal"));
  }
  const auto corrections = words.corrections(query);
  for (const Correction& correction : corrections) {
    FUZZ_REQUIRE(correction.meant.documents > 0 && correction.meant.exact != correction.exact);
    const unsigned most = mistakes_max(correction.exact.size());
    FUZZ_REQUIRE(distance_within(correction.exact, correction.meant.exact, most) <= most);
  }
  FUZZ_REQUIRE(is_valid_utf8(correct_query(text, corrections)));
}

// The sets say what Xapian says, and all of it is ranked.
void check_matches(const Query& query, Matching matching, const Xapian::MSet& hits) {
  const Reader& reader = small_reader();
  static const GroupVisible everything = [](const Uuid&) { return true; };
  VisibleGroups groups(everything);
  const std::vector<Xapian::docid> none;
  AdmittedDocuments admitted(*reader.columns, {groups, none}, {});
  const std::vector<Terms> no_filters;
  QueryMatches matches(reader, query, no_filters, admitted);
  DocumentSet found = matches.documents(matching);
  for (Xapian::docid id = 1; id <= 3; ++id) {
    const bool is_hit = std::find(hits.begin(), hits.end(), id) != hits.end();
    FUZZ_REQUIRE(found.contains(id) == is_hit);
  }
  const bool has_words = std::any_of(query.clauses.begin(), query.clauses.end(), [](const auto& c) {
    return c.occurrence != QueryClause::Occurrence::excluded;
  });
  if (!has_words) return;
  SetPostings among(found);
  Xapian::Enquire enquire(reader.database);
  enquire.set_query({Xapian::Query::OP_FILTER, matches.ranked(matching), Xapian::Query(&among)});
  FUZZ_REQUIRE(enquire.get_mset(0, 10).size() == hits.size());
}

void check_query(std::string_view text) {
  static constexpr std::array<FilterWord, 2> filter_words = {
      {{Filter::type, "rechnung", "invoice"}, {Filter::status, "entwurf", "draft"}}};
  const Query query = parse_query(text, filter_words);
  std::size_t words = 0;
  for (const QueryClause& clause : query.clauses) {
    FUZZ_REQUIRE(!clause.alternatives.empty());
    for (const QueryItem& item : clause.alternatives) {
      FUZZ_REQUIRE(!item.words.empty());
      FUZZ_REQUIRE(item.words.size() == 1 || item.kind == QueryItem::Kind::phrase);
      words += item.words.size();
      for (const QueryWord& word : item.words) {
        FUZZ_REQUIRE(!word.exact.empty() && word.exact.size() <= word_bytes_max);
        FUZZ_REQUIRE(is_valid_utf8(word.exact) && is_valid_utf8(word.stem));
      }
    }
  }
  FUZZ_REQUIRE(words + query.filters.size() <= query_words_max);
  FUZZ_REQUIRE(!query.from || query.from->ok());
  FUZZ_REQUIRE(!query.to || query.to->ok());
  FUZZ_REQUIRE(!query.blank || query.clauses.empty());
  check_suggestions(text, query);
  const Xapian::Database& database = small_reader().database;
  for (const Matching matching : {Matching::all, Matching::any}) {
    Xapian::Enquire enquire(database);
    enquire.set_query(to_xapian(query, matching));
    const Xapian::MSet hits = enquire.get_mset(0, 10);
    FUZZ_REQUIRE(hits.size() <= 3);
    check_matches(query, matching, hits);
    auto order = SecondLook(database, query).order(hits);
    std::sort(order.begin(), order.end());
    FUZZ_REQUIRE(order.size() == hits.size());
    for (Xapian::doccount i = 0; i < hits.size(); ++i) FUZZ_REQUIRE(order[i] == i);
  }
}

void check_tokens(std::string_view text) {
  Analyzer analyzer;
  analyzer.start(text);
  std::size_t end = 0;
  for (Token token; analyzer.next(token); end = token.end) {
    FUZZ_REQUIRE(token.begin >= end && token.begin < token.end && token.end <= text.size());
    FUZZ_REQUIRE(!token.exact.empty() && token.exact.size() <= word_bytes_max);
    FUZZ_REQUIRE(is_valid_utf8(token.exact));
    for (const CompoundPart& part : analyzer.parts(token.exact)) {
      FUZZ_REQUIRE(part.begin < part.end && part.end <= token.exact.size() && !part.stem.empty());
    }
  }
}

void check_snippet(std::string_view text, std::string_view query) {
  const Snippet snippet = make_snippet(text, query, 100);
  FUZZ_REQUIRE(!is_valid_utf8(text) || is_valid_utf8(snippet.text));
  std::size_t end = 0;
  for (const Snippet::Mark& mark : snippet.marks) {
    FUZZ_REQUIRE(mark.begin >= end && mark.begin < mark.end && mark.end <= snippet.text.size());
    FUZZ_REQUIRE(!is_valid_utf8(text) ||
                 is_valid_utf8(snippet.text.substr(mark.begin, mark.end - mark.begin)));
    end = mark.end;
  }
}

void check_cursor(std::string_view bytes) {
  if (const auto cursor = decode_cursor(bytes)) FUZZ_REQUIRE(encode_cursor(*cursor) == bytes);
}

}  // namespace
}  // namespace dms::search

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = dms::test::fuzz_text(data, size);
  const std::size_t zero = input.find('\0');
  const std::string_view query = input.substr(0, zero);
  const std::string_view text = zero == std::string_view::npos ? input : input.substr(zero + 1);
  dms::search::check_query(query);
  dms::search::check_tokens(text);
  dms::search::check_snippet(text, query);
  dms::search::check_cursor(text);
  return 0;
}
