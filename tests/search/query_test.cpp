#include "search/query.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace dms::search {
namespace {

// A query as one line: clauses divided by blanks, alternatives by |, + and - for occurrence, the
// field's number before a colon, phrases in quotes, prefixes with a star. Exact forms only.
std::string outline(const Query& query) {
  std::string line;
  for (const QueryClause& clause : query.clauses) {
    if (!line.empty()) line += ' ';
    if (clause.occurrence == QueryClause::Occurrence::required) line += '+';
    if (clause.occurrence == QueryClause::Occurrence::excluded) line += '-';
    for (std::size_t i = 0; i < clause.alternatives.size(); ++i) {
      const QueryItem& item = clause.alternatives[i];
      if (i > 0) line += '|';
      if (item.field) line += std::to_string(static_cast<int>(*item.field)) + ":";
      if (item.kind == QueryItem::Kind::phrase) line += '"';
      for (std::size_t w = 0; w < item.words.size(); ++w) {
        if (w > 0) line += ' ';
        if (item.words[w].section) line += "§";
        line += item.words[w].exact;
      }
      if (item.kind == QueryItem::Kind::phrase) line += '"';
      if (item.kind == QueryItem::Kind::prefix) line += '*';
    }
  }
  return line;
}

std::string parsed(std::string_view text) {
  return outline(parse_query(text));
}

TEST(Query, TakesWordsPhrasesAndPrefixes) {
  EXPECT_EQ(parsed("Kanal  Sanierung"), "kanal sanierung");
  EXPECT_EQ(parsed("\"offene Ganztagsschule\" Bau"), "+\"offene ganztagsschule\" bau");
  EXPECT_EQ(parsed("Kanal*"), "kanal*");
  EXPECT_EQ(parsed("K* *"), "k") << "one letter would find half the index";
  EXPECT_EQ(parsed("621.41-2026/014"), "\"621.41 2026 014\"");
  EXPECT_EQ(parsed("621.41-2026*"), "621.41 2026*");
  EXPECT_EQ(parsed("a.b@c.example"), "\"a b c example\"");
  EXPECT_EQ(parsed("Müller-Lüdenscheidt"), "mueller luedenscheidt");
}

TEST(Query, TakesFieldsInBothLanguages) {
  EXPECT_EQ(parsed("betreff:Kanal subject:Kanal"), "0:kanal 0:kanal");
  EXPECT_EQ(parsed("Empfänger:Meier Absender:Haller"), "7:meier 3:haller");
  EXPECT_EQ(parsed("Korrespondent:Meier"), "3:meier|7:meier");
  EXPECT_EQ(parsed("betreff: Kanal Bau"), "0:kanal bau");
  EXPECT_EQ(parsed("az:621.41-2026/014"), "4:\"621.41 2026 014\"");
  EXPECT_EQ(parsed("-betreff:\"neue Halle\""), "-0:\"neue halle\"");
  EXPECT_EQ(parsed("unbekannt:Kanal"), "unbekannt kanal");
  EXPECT_EQ(parsed("betreff:"), "");
}

TEST(Query, TakesOperators) {
  EXPECT_EQ(parsed("+Kanal -Straße"), "+kanal -strasse");
  EXPECT_EQ(parsed("Kanal UND Bau"), "+kanal +bau");
  EXPECT_EQ(parsed("Kanal NICHT Bau"), "kanal -bau");
  EXPECT_EQ(parsed("Antrag Müller ODER Maier OR Schulz"), "antrag mueller|maier|schulz");
  EXPECT_EQ(parsed("ODER Kanal"), "kanal");
  EXPECT_EQ(parsed("Kanal ODER"), "kanal");
  EXPECT_EQ(parsed("Haupt - und Nebenamt"), "haupt und nebenamt");
  EXPECT_EQ(parsed("und oder nicht"), "und oder nicht") << "operators are in capitals";
  EXPECT_EQ(parsed("-Müller-Maier"), "-\"mueller maier\"");
}

TEST(Query, TakesSections) {
  EXPECT_EQ(parsed("§ 36 BauGB"), "§36 baugb");
  EXPECT_EQ(parsed("§36"), "§36");
  EXPECT_EQ(parsed("\"nach § 36\""), "+\"nach §36\"");
  EXPECT_EQ(parsed("§"), "");
}

TEST(Query, TakesAnythingElseAsWordsOrPunctuation) {
  EXPECT_EQ(parsed("\"offen"), "offen");
  EXPECT_EQ(parsed("19\" Schrank"), "19 schrank");
  EXPECT_EQ(parsed("(Kanal [Bau])"), "kanal bau");
  EXPECT_EQ(parsed("„neue Halle“"), "neue halle");
  EXPECT_EQ(parsed("\"\" +\"!\" - + -- ++ : * \" ("), "");
  EXPECT_EQ(parsed("+-x"), "+x");
}

constexpr std::array<FilterWord, 3> filter_words = {{{Filter::type, "rechnung", "invoice"},
                                                     {Filter::type, "brief", "letter"},
                                                     {Filter::status, "in arbeit", "in_process"}}};

TEST(Query, TakesFiltersThatHaveSuchAValue) {
  const Query query = parse_query(
      "art:Rechnung -typ:BRIEF status:\"In Arbeit\" Kanal von:2.2024 bis:2025", filter_words);
  EXPECT_EQ(outline(query), "kanal");
  EXPECT_EQ(query.filters, (std::vector<QueryFilter>{{Filter::type, "invoice", false},
                                                     {Filter::type, "letter", true},
                                                     {Filter::status, "in_process", false}}));
  using std::chrono::year;
  EXPECT_EQ(query.from, Date{year{2024} / 2 / 1});
  EXPECT_EQ(query.to, Date{year{2025} / 12 / 31});
  EXPECT_FALSE(query.blank);
  EXPECT_TRUE(parse_query("art:rechnung", filter_words).blank) << "everything that passes";
}

TEST(Query, TakesDaysInTheWaysTheyAreWritten) {
  using std::chrono::year;
  const auto last = [](std::string_view text) { return parse_query(text).to; };
  EXPECT_EQ(last("bis:2.3.2026"), Date{year{2026} / 3 / 2});
  EXPECT_EQ(last("TO:2026-03-02"), Date{year{2026} / 3 / 2});
  EXPECT_EQ(last("bis:02.2024"), Date{year{2024} / 2 / 29});
  EXPECT_EQ(last("bis:2024-12,"), Date{year{2024} / 12 / 31});
  EXPECT_EQ(parse_query("from:2024-12").from, Date{year{2024} / 12 / 1});
  for (const char* none : {"bis:31.2.2026", "bis:13.2026", "bis:26", "bis:1.2.3.2026",
                           "bis:", "bis:99999", "bis:2026-", "bis:gestern", "bis:-2026"}) {
    EXPECT_EQ(last(none), std::nullopt) << none;
  }
}

TEST(Query, TakesFiltersWithoutSuchAValueAsWords) {
  EXPECT_EQ(outline(parse_query("art:Unsinn bis:gestern status:\"In", filter_words)),
            "art unsinn bis gestern status in");
  EXPECT_EQ(parsed("art:Rechnung Kanal"), "kanal") << "passages are not cut for filters";
}

TEST(Query, TakesFromAndToForPartiesWhereNoDayFollows) {
  EXPECT_EQ(parsed("from:Maier to: \"Amt Nord\""), parsed("absender:Maier empfänger:\"Amt Nord\""));
  EXPECT_EQ(outline(parse_query("from:31.2.2026 to: 99999")), "\"from 31.2.2026\" to 99999");
  EXPECT_NE(parsed("absender:Maier"), parsed("empfänger:Maier"));
}

TEST(Query, TellsBlankFromWordless) {
  EXPECT_TRUE(parse_query("").blank);
  EXPECT_TRUE(parse_query(" \t\u00A0\n").blank);
  EXPECT_FALSE(parse_query("!?").blank);
}

TEST(Query, TakesTheBeginningOfWhatIsTooLong) {
  std::string words;
  for (std::size_t i = 0; i < query_words_max; ++i) words += "a ";
  EXPECT_FALSE(parse_query(words).shortened);
  const Query more = parse_query(words + "b");
  EXPECT_TRUE(more.shortened);
  EXPECT_EQ(more.clauses.size(), query_words_max);
  const Query phrase = parse_query("\"" + words + " b\"");
  EXPECT_TRUE(phrase.shortened);
  EXPECT_EQ(phrase.clauses.front().alternatives.front().words.size(), query_words_max);
  std::string letters;
  for (std::size_t i = 0; i < query_code_points_max; ++i) letters += "ä";
  EXPECT_FALSE(parse_query(letters).shortened);
  EXPECT_TRUE(parse_query(letters + "x").shortened);
  EXPECT_FALSE(parse_query(letters + "x").clauses.empty());
  const Query cut = parse_query("Kanal " + letters);
  EXPECT_TRUE(cut.shortened);
  EXPECT_EQ(outline(cut), "kanal") << "no half words";
  EXPECT_TRUE(parse_query(std::string(1 << 20, 'x')).shortened);
}

TEST(Query, IllFormedBytesDivideWords) {
  EXPECT_EQ(parsed("Kanal\xFFStra\xC3\x9F"
                   "e \xC3("),
            "kanal strasse");
  EXPECT_EQ(parsed("-\xFFKanal betreff:\xC3 \"offene\xE2\x82Tür\""), "-kanal +\"offene tuer\"");
  EXPECT_EQ(parsed("\xFF"), "");
  EXPECT_FALSE(parse_query("\xFF").blank);
  EXPECT_EQ(parse_query("bis:2025\xFF von:2024").from, Date{std::chrono::year{2024} / 1 / 1});
  EXPECT_TRUE(parse_query(std::string(5000, '\x80')).shortened);
}

TEST(Query, ExcludedDaysAreNotFound) {
  using std::chrono::year;
  const Query before = parse_query("-von:2024 Kanal");
  EXPECT_EQ(before.from, std::nullopt);
  EXPECT_EQ(before.to, Date{year{2023} / 12 / 31});
  EXPECT_EQ(outline(before), "kanal");
  const Query after = parse_query("NICHT bis:2.2024");
  EXPECT_EQ(after.from, Date{year{2024} / 3 / 1});
  EXPECT_EQ(after.to, std::nullopt);
  EXPECT_TRUE(after.blank);
  const Query within = parse_query("-von:2024 von:2022 bis:2025 -bis:2022-06 -von:2025 -bis:2021");
  EXPECT_EQ(within.from, Date{year{2022} / 7 / 1});
  EXPECT_EQ(within.to, Date{year{2023} / 12 / 31});
}

TEST(Query, TakesFiltersWithABlankBehindTheColon) {
  const auto query =
      parse_query("art: Rechnung -typ: BRIEF status:\u00A0 \"In Arbeit\" von: 2024 bis: 2025 Kanal",
                  filter_words);
  EXPECT_EQ(outline(query), "kanal");
  EXPECT_EQ(query.filters, (std::vector<QueryFilter>{{Filter::type, "invoice", false},
                                                     {Filter::type, "letter", true},
                                                     {Filter::status, "in_process", false}}));
  using std::chrono::year;
  EXPECT_EQ(query.from, Date{year{2024} / 1 / 1});
  EXPECT_EQ(query.to, Date{year{2025} / 12 / 31});
  EXPECT_EQ(outline(parse_query("art: Unsinn von: Maier bis: \"2024", filter_words)),
            "art unsinn von maier bis 2024");
  EXPECT_EQ(outline(parse_query("status: art:", filter_words)), "status art");
  EXPECT_EQ(parsed("art: Kanal"), "art kanal") << "without words to tell it, it may be none";
}

TEST(Query, AnAccountNumberIsOneWordHoweverItIsWritten) {
  for (const char* typed : {"DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
                            "de89\u00A03704 0044 05320130 00", "\"DE89 3704 0044 0532 0130 00\""}) {
    const Query query = parse_query(typed);
    ASSERT_EQ(query.clauses.size(), 1U) << typed;
    const QueryItem& item = query.clauses.front().alternatives.front();
    EXPECT_EQ(item.kind, QueryItem::Kind::word) << typed;
    EXPECT_EQ(item.words.front().exact, "de89370400440532013000") << typed;
  }
  EXPECT_EQ(parsed("DE89 3704 0044 0532 0130 01"), "de89 3704 0044 0532 0130 01") << "wrong digit";
  EXPECT_EQ(parsed("-DE89 3704 0044 0532 0130 00, Miete"), "-de89370400440532013000 miete");
}

}  // namespace
}  // namespace dms::search
