#include "dms/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dms {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";

TEST(Text, TellsValidUtf8) {
  for (const std::string text : {"", "abc", "Straße", "日本", "😀", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
  for (const std::string text : {"\xff", "\xc3", "a\x80", "\xc0\xaf", "\xed\xa0\x80",
                                 "\xf4\x90\x80\x80", "\xe2\x82", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(text));
    EXPECT_TRUE(is_valid_utf8(replace_ill_formed(text)));
  }
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Text, ReplacesWhatIsIllFormedAndKeepsTheRest) {
  EXPECT_EQ(replace_ill_formed("a\xff"
                               "ü\xe2\x82z"),
            std::string("a") + replacement + "ü" + replacement + "z");
  EXPECT_EQ(replace_ill_formed("Straße"), "Straße");
}

TEST(Text, ComposesCanonically) {
  EXPECT_EQ(to_nfc("Mu\u0308ller"), "Müller");
  EXPECT_EQ(to_nfc("ﬁ"), "ﬁ");
}

TEST(Text, FoldsTheWaysAGermanWordIsWritten) {
  const std::vector<std::vector<std::string>> groups = {
      {"Müller", "MUELLER", "mueller", "Mu\u0308ller", "MÜLLER"},
      {"Straße", "STRASSE", "strasse", "STRAẞE"},
      {"Grundstück", "Grundstueck"},
      {"Äpfel", "aepfel"},
      {"Café", "cafe", "CAFE\u0301"},
      {"Schulze\u00adHof", "schulzehof"},  // soft hyphen
      {"ﬁnden", "finden"},
      {"Ａｋｔｅ", "akte"}};
  for (const auto& group : groups) {
    for (const std::string& word : group)
      EXPECT_EQ(fold_german(word), fold_german(group[0])) << word;
  }
  EXPECT_NE(fold_german("Muller"), fold_german("Müller"));
  EXPECT_EQ(fold_german("हिन्दी"), to_nfc("हिन्दी"));
  EXPECT_EQ(fold_german("한국"), "한국");
}

TEST(Text, FoldingTwiceChangesNothing) {
  for (const std::string text : {"Übergrößenträger", "ǟ ö̂ ü̈ ÿ", "İstanbul ıI", "Ǆ ﷺ ½"}) {
    EXPECT_EQ(fold_german(fold_german(text)), fold_german(text)) << text;
  }
}

TEST(Text, SortsAsAGermanDirectoryDoes) {
  std::vector<std::string> words = {"Zebra",  "Masse",  "Maße",  "Götz",  "Göthe",
                                    "Arbeit", "Goethe", "Äpfel", "Apfel", "Goldmann"};
  std::sort(words.begin(), words.end(), [](const std::string& a, const std::string& b) {
    return sort_key_german(a) < sort_key_german(b);
  });
  const auto position = [&](const std::string& word) {
    return std::find(words.begin(), words.end(), word) - words.begin();
  };
  EXPECT_LT(position("Apfel"), position("Äpfel"));
  EXPECT_LT(position("Äpfel"), position("Arbeit"));
  EXPECT_LT(position("Goldmann"), position("Göthe"));
  EXPECT_LT(position("Göthe"), position("Götz"));
  EXPECT_EQ(std::abs(position("Maße") - position("Masse")), 1);  // in which order is ICU's
  EXPECT_LT(sort_key_german("apfel 2"), sort_key_german("Birne 1"));
  EXPECT_EQ(sort_key_german("c\u0308\u0328"), sort_key_german("c\u0328\u0308"));
  EXPECT_FALSE(sort_key_german(std::string(5000, 'z')).empty());
}

TEST(Text, SortsDigitsByCharacterOrByValue) {
  const auto by_value = [](std::string_view text) {
    return sort_key_german(text, DigitOrder::value);
  };
  EXPECT_LT(sort_key_german("Plan 10"), sort_key_german("Plan 2"));
  EXPECT_LT(by_value("Plan 2"), by_value("Plan 10"));
  EXPECT_LT(by_value("621.41-2026/9"), by_value("621.41-2026/014"));
  EXPECT_LT(by_value("Plan 99999999999999999999"), by_value("Plan 100000000000000000000"));
}

// Case and accents decide only where all else is equal, so the order is total.
TEST(Text, SortKeysTellEveryDifferenceApart) {
  const std::vector<std::string> ordered = {"Strasse", "Straße", "Strassen", "strauß", "Strauß"};
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    EXPECT_LT(sort_key_german(ordered[i - 1]), sort_key_german(ordered[i])) << ordered[i];
  }
}

TEST(Text, SortKeysHoldNoZero) {
  std::string all;
  for (char c = 1; c < 127; ++c) all.push_back(c);
  EXPECT_EQ(sort_key_german(all + "äöüßé漢字😀", DigitOrder::value).find('\0'), std::string::npos);
  EXPECT_FALSE(sort_key_version().empty());
}

TEST(Text, CountsAndCutsAtCodePoints) {
  EXPECT_EQ(count_code_points("aß😀"), 3U);
  EXPECT_EQ(truncate_utf8("aß😀", 99), "aß😀");
  EXPECT_EQ(truncate_utf8("aß😀", 6), "aß");
  EXPECT_EQ(truncate_utf8("aß", 2), "a");
  EXPECT_EQ(truncate_utf8("ß", 1), "");
}

TEST(CleanLine, TrimsAndComposes) {
  EXPECT_EQ(*clean_line(" \u00a0Mu\u0308ller \t", "/name", {}), "Müller");
  EXPECT_EQ(*clean_line("", "/name", {0, 10}), "");
  EXPECT_EQ(*clean_line("\u200fשלום", "/name", {}), "\u200fשלום");
}

TEST(CleanLine, RefusesWhatDoesNotBelongInALine) {
  for (const std::string_view text :
       {std::string_view("a\nb"), std::string_view("a\0b", 3), std::string_view("a\tb"),
        std::string_view("a\x7f"), std::string_view("a\u0085b"), std::string_view("a\u2028b"),
        std::string_view("a\u202eb"), std::string_view("a\u2066b"), std::string_view("a\ufdd0"),
        std::string_view("a\xff"), std::string_view("   "), std::string_view("abcdef")}) {
    const auto result = clean_line(text, "/name", {1, 5});
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, ErrorCode::invalid);
    EXPECT_EQ(result.error().fields.at(0).pointer, "/name");
  }
  EXPECT_TRUE(clean_line("ßßßßß", "/name", {1, 5}).has_value());
  EXPECT_FALSE(clean_line("ab", "/name", {3, 5}).has_value());
}

TEST(CleanParagraphs, KeepsLinesAndTabs) {
  EXPECT_EQ(*clean_paragraphs("a\r\n\tb\n\nc\n", "/note", {}), "a\n\tb\n\nc");
  EXPECT_FALSE(clean_paragraphs("a\rb", "/note", {}).has_value());
  EXPECT_FALSE(clean_paragraphs("a\u202eb", "/note", {}).has_value());
}

TEST(CleanFileName, TakesNamesAsTheyAre) {
  for (const std::string name : {"a.pdf", "Bescheid (1) – Müller.docx", ".hidden", "..a", " a "}) {
    EXPECT_EQ(*clean_file_name(name, "/name"), name);
  }
  EXPECT_EQ(*clean_file_name("u\u0308.pdf", "/name"), "ü.pdf");
  EXPECT_TRUE(clean_file_name(std::string(255, 'a'), "/name").has_value());
}

TEST(CleanFileName, RefusesNamesThatLead) {
  std::string long_name;
  for (int i = 0; i < 128; ++i) long_name += "ß";
  for (const std::string_view name :
       {std::string_view(""), std::string_view("."), std::string_view(".."), std::string_view(" "),
        std::string_view("../a"), std::string_view("a/b"), std::string_view("a\\b"),
        std::string_view("a\0.pdf", 6), std::string_view("a\n"), std::string_view("a\u202efdp.exe"),
        std::string_view("a\u200f.pdf"), std::string_view("\xff"), std::string_view(long_name)}) {
    EXPECT_FALSE(clean_file_name(name, "/name").has_value()) << name;
  }
}

}  // namespace
}  // namespace dms
