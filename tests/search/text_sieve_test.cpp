// The quick look must pass over nothing that the analysis would find.

#include "search/text_sieve.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace dms::search {
namespace {

using Parts = TextSieve::Parts;

struct Asked {
  const char* query;
  const char* text;
};

TEST(TextSieve, TheQuickLookPassesOverNothingThatIsFound) {
  static constexpr std::array<Asked, 30> all = {{
      {"Haus", "Die HÄUSER"},
      {"Haus", "Die Ha\u0308user"},
      {"Müller", "Herr Mueller"},
      {"Mueller", "Frau MÜLLER"},
      {"Straße", "in der STRASSE"},
      {"Strasse", "in der Straßen"},
      {"Gemeinde", "der Ge-\nmeinden"},
      {"Gemeinde", "der Ge\u00AD\nmeinden"},
      {"Kaufvertrag", "der Grundstückskaufvertrag"},
      {"Abfallgebührensatzung", "Satzung"},
      {"Abfallgebührensatzung", "wegen der Gebühren"},
      {"Abfall*", "Abfälle, Abfallgebühren"},
      {"Kanä*", "Kanäle"},
      {"Offizier", "O\uFB03zier"},
      {"Café", "CAFE"},
      {"\"offene Ganztagsschule\"", "die offene,\n  Ganztags-\nschule"},
      {"621.41-2026/014", "Az.: 621.41-2026/014"},
      {"§36", "nach § 36"},
      {"DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
      {"ее", "ее"},  // Cyrillic
      {"ee", "ee"},
      {"Bauer", "die Bäuerinnen und der Bauer"},
      {"\"100 m Fläche\"", "100 m² Fläche"},
      {"\"100 m² Fläche\"", "100 m Fläche"},
      {"\"Salz Handel\"", "Salz™ Handel"},
      {"\"Salz™ Handel\"", "Salz Handel"},
      {"\"Akte 7\"", "Akte № 7"},
      {"\"2 Stunden\"", "2 ½ Stunden"},
      {"Ⓐⅳ", "aiv"},
      {"٤٢", "٤٢"},
  }};
  for (const Asked& asked : all) {
    TextSieve sieve(asked.query);
    EXPECT_EQ(sieve.found(asked.text, sieve.all()), sieve.all()) << asked.query;
    EXPECT_EQ(sieve.possible(asked.text), sieve.all()) << asked.query << " in " << asked.text;
  }
}

TEST(TextSieve, PhrasesOfWordsThatAreCutArePassedOverNeither) {
  for (const char* letter : {"x", "\u0436", "\u4E00"}) {  // one byte, two, three
    std::string word;
    while (word.size() < 90) word += letter;
    for (const std::string& phrase : {"am " + word + " entlang", word + " entlang", "am " + word}) {
      TextSieve sieve("\"" + phrase + "\"");
      const std::string text = "Dort " + phrase + " geht es.";
      EXPECT_EQ(sieve.found(text, sieve.all()), sieve.all()) << phrase;
      EXPECT_EQ(sieve.possible(text), sieve.all()) << phrase;
    }
  }
}

TEST(TextSieve, TellsTheWordsOfAQueryApart) {
  TextSieve sieve("Kanal \"offene Schule\" -Brücke betreff:Graben Zaun ODER Mauer");
  EXPECT_EQ(sieve.all(), Parts{0b1111});
  EXPECT_EQ(sieve.phrases(), Parts{0b0010});
  const char* text = "Mauern an Kanälen, Brücke, Graben, Schule";
  EXPECT_EQ(sieve.possible(text), Parts{0b1001});
  EXPECT_EQ(sieve.found(text, sieve.all()), Parts{0b1001});
  EXPECT_EQ(sieve.found(text, Parts{0b1000}), Parts{0b1000});
  EXPECT_EQ(sieve.possible("offen ist die Schule"), Parts{0});
}

TEST(TextSieve, OfNoWordsNothingIsFound) {
  TextSieve sieve("betreff:Kanal -Zaun");
  EXPECT_EQ(sieve.all(), Parts{0});
  EXPECT_EQ(sieve.possible("Kanal"), Parts{0});
  EXPECT_EQ(TextSieve("Kanal").possible("\xFFKanal\xC3"), Parts{1}) << "ill-formed text";
  EXPECT_EQ(TextSieve("Kanal").possible(""), Parts{0});
}

}  // namespace
}  // namespace dms::search
