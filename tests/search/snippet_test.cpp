#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dms/base/text.h"
#include "search/index.h"

namespace dms::search {
namespace {

std::vector<std::string> marked(const Snippet& snippet) {
  std::vector<std::string> list;
  for (const Snippet::Mark& mark : snippet.marks) {
    list.push_back(snippet.text.substr(mark.begin, mark.end - mark.begin));
  }
  return list;
}

using Marks = std::vector<std::string>;

// Words without any of the query, `count` times.
std::string filling(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "Füllwörter über Ähnliches und Öderes. ";
  return text;
}

TEST(Snippet, MarksWhatTheAnalysisMatches) {
  const Snippet snippet =
      make_snippet("Die Häuser nach § 36\nBauGB, Az. 621.41-2026/014; im Jahr 36.",
                   "Haus §36 621.41-2026/014 bau*", 200);
  EXPECT_EQ(snippet.text, "Die Häuser nach § 36 BauGB, Az. 621.41-2026/014; im Jahr 36.");
  EXPECT_EQ(marked(snippet), (Marks{"Häuser", "36", "BauGB", "621.41-2026/014"}));
}

TEST(Snippet, MarksTheWholeOfAnAccountNumber) {
  const std::string text = "Konto DE89 3704 0044 0532 0130 00 bei der Bank";
  for (const char* typed : {"DE89370400440532013000", "DE89 3704 0044 0532 0130 00"}) {
    EXPECT_EQ(marked(make_snippet(text, typed, 200)), Marks{"DE89 3704 0044 0532 0130 00"});
  }
  EXPECT_EQ(marked(make_snippet("Konto DE89370400440532013000", "DE89 3704 0044 0532 0130 00", 99)),
            Marks{"DE89370400440532013000"});
}

TEST(Snippet, MarksThePartOfACompound) {
  const auto marks = [](std::string_view text, std::string_view query) {
    return marked(make_snippet(text, query, 200));
  };
  EXPECT_EQ(marks("Ein Grundstückskaufvertrag.", "Kaufvertrag"), Marks{"kaufvertrag"});
  EXPECT_EQ(marks("Die ABFALLGEBÜHRENSATZUNG", "gebuehr"), Marks{"GEBÜHREN"});
  EXPECT_EQ(marks("Die Abfallge-\nbührensatzung", "Gebühr"), Marks{"ge- bühren"});
  EXPECT_EQ(marks("Die Satzung für Abfälle: Gebühren", "Abfallgebührensatzung"),
            (Marks{"Satzung", "Abfälle", "Gebühren"}));
  EXPECT_EQ(marks("Mehrzweckhallen und Kaufhäuser", "Haus Halle"), (Marks{"hallen", "häuser"}));
  EXPECT_EQ(marks("Der Grundstückskaufvertrag", "-Kaufvertrag betreff:Grundstück"), Marks{});
}

TEST(Snippet, MarksPhrasesOnlyAsAWhole) {
  const Snippet snippet = make_snippet("offene Tür, offene Ganztagsschule, Ganztagsschule",
                                       "\"offene Ganztagsschule\"", 200);
  EXPECT_EQ(marked(snippet), Marks{"offene Ganztagsschule"});
}

TEST(Snippet, MarksNothingOfExcludedWordsAndOtherFields) {
  const Snippet snippet = make_snippet("Kanal und Straße", "betreff:Kanal -Straße", 200);
  EXPECT_TRUE(snippet.marks.empty());
  EXPECT_EQ(snippet.text, "Kanal und Straße");
}

TEST(Snippet, ChoosesThePassageWithMostOfTheQuery) {
  const std::string text = "Kanal Kanal Kanal. " + filling(50) +
                           "Der Kanal braucht eine Sanierung. " + filling(50) + "Sanierung.";
  const Snippet snippet = make_snippet(text, "Sanierung Kanal", 160);
  EXPECT_NE(snippet.text.find("Der Kanal braucht eine Sanierung."), std::string::npos);
  EXPECT_EQ(marked(snippet), (Marks{"Kanal", "Sanierung"}));
  EXPECT_LE(snippet.text.size(), 160U);
  EXPECT_GE(snippet.text.size(), 80U);
}

TEST(Snippet, NeverCutsACodePointAndCutsBetweenWords) {
  const std::string text = filling(30) + "Kanal " + filling(30);
  for (std::size_t length = 40; length < 240; ++length) {
    const Snippet snippet = make_snippet(text, "kanal", length);
    ASSERT_TRUE(is_valid_utf8(snippet.text)) << length;
    ASSERT_LE(snippet.text.size(), length);
    ASSERT_EQ(marked(snippet), Marks{"Kanal"}) << length;
    const std::string last = snippet.text.substr(snippet.text.rfind(' ') + 1);
    ASSERT_NE(text.find(last + " "), std::string::npos) << length << ": " << last;
  }
  std::string unbroken;
  for (int i = 0; i < 1000; ++i) unbroken += "ä";
  EXPECT_TRUE(is_valid_utf8(make_snippet(unbroken + " Kanal " + unbroken, "kanal", 101).text));
  EXPECT_TRUE(is_valid_utf8(make_snippet(unbroken, "kanal", 101).text));
}

TEST(Snippet, BeginsAtTheTextWhereNothingMatches) {
  const Snippet snippet = make_snippet("\n\n  Anfang  des Textes " + filling(20), "kanal", 60);
  EXPECT_EQ(snippet.text.rfind("Anfang des Textes", 0), 0U);
  EXPECT_TRUE(snippet.marks.empty());
  EXPECT_EQ(make_snippet("", "kanal", 60).text, "");
  EXPECT_EQ(make_snippet("Text", std::string(5000, 'x'), 60).text, "Text");
}

TEST(Snippet, ShowsAWordThatIsLongerThanTheSnippet) {
  const std::string word(500, 'x');
  const Snippet snippet = make_snippet("vorher " + word + " nachher", word, 50);
  EXPECT_EQ(marked(snippet), Marks{word});
}

TEST(MatchedWords, AreEachOnceAsTheyAreWrittenAndCountedByPage) {
  const std::vector<std::string_view> pages = {
      "Der Kanal. Die Kanäle und der Kanal,", "nichts",
      "Abwasserkanal,\n  Kanal- und Straßenbau nach § 36 BauGB; Nr. 36"};
  const MatchedWords found = matched_words(pages, "Kanal §36 -Straße betreff:Nr", 10);
  EXPECT_EQ(found.counts, (std::vector<std::uint64_t>{3, 0, 3}));
  std::vector<std::pair<std::string, Marks>> words;
  for (const Snippet& word : found.words) words.emplace_back(word.text, marked(word));
  EXPECT_EQ(words, (std::vector<std::pair<std::string, Marks>>{{"Kanal", {"Kanal"}},
                                                               {"Kanäle", {"Kanäle"}},
                                                               {"Abwasserkanal", {"kanal"}},
                                                               {"§ 36", {"36"}}}));
}

TEST(MatchedWords, PhrasesAreWholeAndBrokenWordsAsTheyAreBroken) {
  const std::vector<std::string_view> pages = {"offene   Ganztags-\nschule, offene Tür",
                                               "die offene\nGanztagsschule"};
  const MatchedWords found = matched_words(pages, "\"offene Ganztagsschule\"", 10);
  ASSERT_EQ(found.words.size(), 2U);
  EXPECT_EQ(found.words[0].text, "offene Ganztags- schule");
  EXPECT_EQ(found.words[1].text, "offene Ganztagsschule");
}

TEST(MatchedWords, AreBoundedWhateverTheQuery) {
  const std::vector<std::string_view> pages = {"Kanal Kanals Kanäle kanal"};
  const MatchedWords found = matched_words(pages, "kanal", 2);
  EXPECT_EQ(found.words.size(), 2U);
  EXPECT_EQ(found.counts, std::vector<std::uint64_t>{4});
  EXPECT_EQ(matched_words(pages, "", 2).words.size(), 0U);
  EXPECT_EQ(matched_words(pages, "\xFFkanal", 2).words.size(), 2U);
}

}  // namespace
}  // namespace dms::search
