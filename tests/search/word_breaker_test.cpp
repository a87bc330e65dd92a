#include "search/word_breaker.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace dms::search {
namespace {

std::vector<std::string> words(std::string_view text, WordBreaker::Method method) {
  WordBreaker breaker(method);
  breaker.start(text);
  std::vector<std::string> list;
  for (WordBreaker::Word word; breaker.next(word);) {
    list.emplace_back(text.substr(word.begin, word.end - word.begin));
  }
  return list;
}

TEST(WordBreaker, CutsAsIcuDoes) {
  // Bits of text that meet each other in every way; the fast way and ICU must cut them alike.
  const std::vector<std::string> bits = {
      "a",      "B",      "ä",      "ß",      "é",      "×",      "÷", "1",  "23",     ".",
      ",",      ";",      ":",      "'",      "_",      "@",      "-", "/",  "(",      "\"",
      " ",      "\n",     "\t",     "§",      "€",      "„",      "“", "’",  "–",      "…",
      "\u00A0", "\u00AD", "\u0301", "\u200D", "\u2011", "·",      "Ж", "東", "京",     "ไทย",
      "½",      "²",      "\u0130", "🙂",   "\r\n",   "\u2028", "%", "+",  "\u05D0", "「"};
  std::mt19937 random(20261122);  // NOLINT(cert-msc51-cpp): the same texts each time
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const unsigned count = 1 + static_cast<unsigned>(random() % 12);
    // Mostly plain text, so that both ways are taken.
    const std::size_t choice = round % 3 == 0 ? bits.size() : 31;
    for (unsigned i = 0; i < count; ++i) text += bits[random() % choice];
    ASSERT_EQ(words(text, WordBreaker::Method::fast), words(text, WordBreaker::Method::icu_alone))
        << text;
  }
}

TEST(WordBreaker, SurvivesIllFormedText) {
  const std::string text = "gut \xC3 \xC3\xC3( \xE2\x80 \xE2 \xC2 \xFF ende\xC3";
  EXPECT_EQ(words(text, WordBreaker::Method::fast), (std::vector<std::string>{"gut", "ende"}));
}

}  // namespace
}  // namespace dms::search
