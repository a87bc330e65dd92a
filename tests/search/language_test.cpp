#include "search/language.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dms/base/text.h"

namespace dms::search {
namespace {

std::vector<Token> tokens(std::string_view text) {
  Analyzer analyzer;
  analyzer.start(text);
  std::vector<Token> list;
  for (Token token; analyzer.next(token);) list.push_back(token);
  return list;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  for (const Token& token : tokens(text)) list.push_back(token.exact);
  return list;
}

using Words = std::vector<std::string>;

TEST(Language, CutsAtPunctuationButNotBetweenDigits) {
  EXPECT_EQ(words("z.B. am 18.10.2013, Az. 621.41-2026/014"),
            (Words{"z", "b", "am", "18.10.2013", "az", "621.41", "2026", "014"}));
  EXPECT_EQ(words("max.muster@stadt.example"), (Words{"max", "muster", "stadt", "example"}));
  EXPECT_EQ(words("bauantrag_2026_neu.pdf"), (Words{"bauantrag", "2026", "neu", "pdf"}));
  EXPECT_EQ(words("Bürger:innen geht’s 1.000,50 €"),
            (Words{"buerger", "innen", "geht", "s", "1.000,50"}));
  EXPECT_EQ(words(" \t!?.,;:-_/ "), Words{});
}

TEST(Language, FoldsEachWordAsTheBaseDoes) {
  // The fast way for plain German words must say what fold_german says.
  for (const char* word : {"Straße", "ÄÖÜäöüß", "GROẞ", "Café", "naïve", "Łódź", "a\u0308", "ﬁnden",
                           "ΑΘΗΝΑ", "Москва", "ABC123", "x", "36a", "Ã", "ÿ"}) {
    const Words folded = words(word);
    ASSERT_EQ(folded.size(), 1U) << word;
    EXPECT_EQ(folded.front(), fold_german(word));
  }
}

TEST(Language, TellsWhereATokenStands) {
  const std::string text = "Über §\u00A036a BauGB";
  const auto list = tokens(text);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(text.substr(list[0].begin, list[0].end - list[0].begin), "Über");
  EXPECT_EQ(text.substr(list[1].begin, list[1].end - list[1].begin), "36a");
  EXPECT_TRUE(list[1].section);
  EXPECT_TRUE(list[1].has_digit);
  EXPECT_FALSE(list[2].section);
}

TEST(Language, JoinsOverLineEndsOnlyWhereAWordGoesOn) {
  EXPECT_EQ(words("Bebau-\n  ungsplan"), Words{"bebauungsplan"});
  EXPECT_EQ(words("Bebau-\r\nungs- \nplan"), Words{"bebauungsplan"});
  EXPECT_EQ(words("Bebau\u00AD\nung"), Words{"bebauung"});
  EXPECT_EQ(words("Be\u00ADbauung"), Words{"bebauung"});
  EXPECT_EQ(words("Haupt-\nund Neben-\noder"), (Words{"haupt", "und", "neben", "oder"}));
  EXPECT_EQ(words("MRSA-\nErkrankung"), (Words{"mrsa", "erkrankung"}));
  EXPECT_EQ(words("Bebau- ung"), (Words{"bebau", "ung"}));
  EXPECT_EQ(words("2013-\nalt"), (Words{"2013", "alt"}));
  EXPECT_EQ(words("Ende-\n"), Words{"ende"});
  const std::string text = "die nosoko-\nmialen da";
  const auto list = tokens(text);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(text.substr(list[1].begin, list[1].end - list[1].begin), "nosoko-\nmialen");
}

TEST(Language, StemsAlikeWhateverTheSpelling) {
  const Analyzer analyzer;
  const auto stem = [&](std::string_view word) { return analyzer.stem(fold_german(word)); };
  EXPECT_EQ(stem("Häuser"), stem("Haus"));
  EXPECT_EQ(stem("Haeuser"), stem("Häuser"));
  EXPECT_EQ(stem("Gebühren"), stem("Gebuehr"));
  EXPECT_NE(stem("neuer"), "");
}

TEST(Language, TellsTheRowsOfACompoundsParts) {
  const Analyzer analyzer;
  Words rows;
  for (const CompoundPart& part : analyzer.parts("wasserversorgungsbeitragssatzung")) {
    rows.push_back(part.stem);
  }
  const auto stem = [&](const char* word) { return analyzer.stem(word); };
  EXPECT_EQ(rows,
            (Words{stem("wasser"), stem("versorgung"), stem("beitrag"), stem("satzung"),
                   stem("wasserversorgung"), stem("versorgungsbeitrag"), stem("beitragssatzung"),
                   stem("wasserversorgungsbeitrag"), stem("versorgungsbeitragssatzung")}));
  EXPECT_EQ(analyzer.single_parts("kaufvertrag"), (Words{stem("kauf"), stem("vertrag")}));
  EXPECT_TRUE(analyzer.parts("satzung").empty());
}

TEST(Language, FindsThePlaceOfAnExactFormInItsSource) {
  const auto place = [](std::string_view source, std::size_t offset) {
    return source_offset(source, fold_german(source), offset);
  };
  EXPECT_EQ(place("Gebührensatzung", 9), 9U) << "ue is one letter of two bytes";
  EXPECT_EQ(place("Straßenbau", 11), std::string_view("Straßenbau").size());
  EXPECT_EQ(source_offset("Kauf-\nvertrag", "kaufvertrag", 4), 4U);
  EXPECT_EQ(source_offset("Cafétisch", "cafetisch", 4), 5U);
  EXPECT_EQ(source_offset("xyz", "kauf", 1), std::nullopt);
}

TEST(Language, CutsEndlessWordsOnACodePoint) {
  for (const std::string letter : {"a", "ä", "é", "Ж", "\U0001D400"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += letter;
    const Words list = words(text);
    ASSERT_EQ(list.size(), 1U) << letter;
    EXPECT_LE(list.front().size(), word_bytes_max);
    EXPECT_GE(list.front().size(), word_bytes_max - 3);
    EXPECT_TRUE(is_valid_utf8(list.front()));
  }
}

TEST(Language, EndlesslyBrokenWordsStayBounded) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "ab-\n";
  for (const Token& token : tokens(text)) EXPECT_LE(token.end - token.begin, 1000U);
}

TEST(Language, SurvivesIllFormedText) {
  EXPECT_EQ(words("gut \xC3( \xFF\xFE schlecht\xE2\x82"), (Words{"gut", "schlecht"}));
  EXPECT_EQ(words(std::string("a\0b", 3)), (Words{"a", "b"}));
}

TEST(Language, OneAnalyzerCutsManyTexts) {
  Analyzer analyzer;
  Token token;
  analyzer.start("eins-\nzwei drei");
  ASSERT_TRUE(analyzer.next(token));
  analyzer.start("vier");
  ASSERT_TRUE(analyzer.next(token));
  EXPECT_EQ(token.exact, "vier");
  EXPECT_FALSE(analyzer.next(token));
  EXPECT_FALSE(analyzer.next(token));
}

}  // namespace
}  // namespace dms::search
