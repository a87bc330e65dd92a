// What German words find, through a whole index.

#include <array>
#include <tuple>

#include "search/index_fixture.h"

namespace dms::search::test {
namespace {

using Numbers = std::vector<std::uint32_t>;

class German : public IndexTest {
 protected:
  void SetUp() override {
    IndexTest::SetUp();
    put(document(1, "Die Häuser an der Hauptstraße wurden 2026 saniert."));
    put(document(2,
                 "Der Bebauungsplan „Obere Au“ liegt nach § 36 BauGB aus (Az. 621.41-2026/014)."));
    put(document(3, "Anfrage von max.muster@stadt.example zur Kanal-Sanierung, Seite 36."));
    put(document(4, "Die nosoko-\nmialen Infektionen; Haupt-\nund Nebenamt."));
    commit();
  }
};

TEST_F(German, FindsUmlautsHoweverTheyAreWritten) {
  EXPECT_EQ(found("häuser"), Numbers{1});
  EXPECT_EQ(found("HAEUSER"), Numbers{1});
  EXPECT_EQ(found("Ha\u0308user"), Numbers{1});
  EXPECT_EQ(found("hauptstrasse"), Numbers{1});
}

TEST_F(German, FindsOtherFormsOfAWord) {
  EXPECT_EQ(found("Haus"), Numbers{1});
  EXPECT_EQ(found("bebauungsplänen"), Numbers{2});
  EXPECT_EQ(found("Infektion"), Numbers{4});
}

TEST_F(German, FindsAPhraseOnlyAsItStands) {
  EXPECT_EQ(found("\"obere au liegt\""), Numbers{2});
  EXPECT_EQ(found("\"liegt obere au\""), Numbers{});
  EXPECT_EQ(found("\"das Haus\""), Numbers{}) << "a phrase is of exact words";
}

TEST_F(German, FindsCodesAddressesAndSections) {
  EXPECT_EQ(found("621.41-2026/014"), Numbers{2});
  EXPECT_EQ(found("621.41-2026/015"), Numbers{});
  EXPECT_EQ(found("621.4*"), Numbers{2});
  EXPECT_EQ(found("2026/014"), Numbers{2});
  EXPECT_EQ(found("621"), Numbers{2});
  EXPECT_EQ(found("\"621 2026 014\""), Numbers{2});
  EXPECT_EQ(found("max.muster@stadt.example"), Numbers{3});
  EXPECT_EQ(found("§ 36"), Numbers{2});
  EXPECT_EQ(found("§36 BauGB"), Numbers{2});
  EXPECT_EQ(found("36"), (Numbers{2, 3}));
}

TEST_F(German, FindsDatesAmountsAndParcelsAsTheyAreTyped) {
  put(document(5, "Am 18.10.2013 wurden 1.234,50 EUR für Flurstück 112/4 in der Au 7a gezahlt."));
  commit();
  for (const char* query : {"18.10.2013", "2013", "1.234,50", "Flurstück 112/4", "\"Au 7a\"",
                            "flurstueck 112/4 18.10.2013"}) {
    EXPECT_EQ(found(query), Numbers{5}) << query;
  }
  EXPECT_EQ(found("112/5"), Numbers{});
  EXPECT_EQ(found("234"), Numbers{}) << "a piece of an amount is no number";
}

TEST_F(German, FindsAccountNumbersHoweverTheyAreDivided) {
  put(document(10, "Bitte auf DE89370400440532013000 (IBAN) überweisen"));
  put(document(11, "IBAN: DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX"));
  put(document(12, "IBAN DE89\u00A03704\u00A00044\n0532\u00A00130\u00A000"));
  put(document(13, "Kennung DE89 3704 0044 0532 0130 01 ist keine, DE89 auch nicht"));
  commit();
  const Numbers all{10, 11, 12};
  EXPECT_EQ(found("DE89370400440532013000"), all);
  EXPECT_EQ(found("DE89 3704 0044 0532 0130 00"), all);
  EXPECT_EQ(found("\"de89 3704 0044 0532 0130 00\""), all);
  EXPECT_EQ(found("\"0044 0532\""), (Numbers{11, 12, 13})) << "its groups are words as before";
}

TEST_F(German, FiltersByWhatIsTypedIntoTheQuery) {
  static constexpr std::array<FilterWord, 3> words = {{{Filter::type, "rechnung", "invoice"},
                                                       {Filter::type, "brief", "letter"},
                                                       {Filter::status, "entwurf", "draft"}}};
  for (const auto& [number, type, year] :
       {std::tuple{11U, "invoice", 2024}, {12U, "letter", 2025}, {13U, "invoice", 2026}}) {
    IndexDocument made = document(number, "Quittung");
    made.filters.push_back({Filter::type, type});
    if (number == 12) made.filters.push_back({Filter::status, "draft"});
    made.date = Date{std::chrono::year{year} / 6 / 15};
    put(made);
  }
  commit();
  const auto filtered = [&](const std::string& query) {
    SearchRequest request;
    request.query = query;
    request.filter_words = words;
    return sorted_numbers(search(request));
  };
  EXPECT_EQ(filtered("Quittung art:Rechnung"), (Numbers{11, 13}));
  EXPECT_EQ(filtered("art:Rechnung"), (Numbers{11, 13}));
  EXPECT_EQ(filtered("Quittung art:Rechnung art:Brief bis:2025"), (Numbers{11, 12}));
  EXPECT_EQ(filtered("Quittung -art:Rechnung"), Numbers{12});
  EXPECT_EQ(filtered("Quittung -status:Entwurf"), (Numbers{11, 13}));
  EXPECT_EQ(filtered("Quittung -art:Rechnung -status:Entwurf"), Numbers{}) << "each is out";
  EXPECT_EQ(filtered("Quittung von:15.6.2025"), (Numbers{12, 13}));
  EXPECT_EQ(filtered("Quittung von:16.6.2025 bis:2025"), Numbers{});
}

TEST_F(German, JoinsWordsBrokenAtTheEndOfALine) {
  EXPECT_EQ(found("nosokomiale"), Numbers{4});
  EXPECT_EQ(found("\"nosokomialen Infektionen\""), Numbers{4});
  EXPECT_EQ(found("\"haupt und nebenamt\""), Numbers{4});
}

class Compound : public IndexTest {
 protected:
  void SetUp() override {
    IndexTest::SetUp();
    put(document(1, "Der Grundstückskaufvertrag ist notariell beurkundet."));
    put(document(2, "Die Abfallgebührensatzung wurde geändert."));
    put(document(3, "Eine Satzung über die Erhebung von Gebühren für Abfälle."));
    put(document(4, "Die Gemeinde hat ein Grundstück."));
    IndexDocument titled = document(5, "Siehe oben.");
    titled.fields.push_back({Field::subject, "Hundesteuerbescheid"});
    put(titled);
    commit();
  }

  Numbers ranked(const std::string& query) {
    SearchRequest request;
    request.query = query;
    return numbers(search(request));
  }
};

TEST_F(Compound, IsFoundByItsPartsAndByRowsOfThem) {
  EXPECT_EQ(found("Kaufvertrag"), Numbers{1});
  EXPECT_EQ(found("Verträge"), Numbers{1});
  EXPECT_EQ(found("Grundstücke"), (Numbers{1, 4}));
  EXPECT_EQ(found("Satzung Abfallgebühren"), (Numbers{2, 3}));
  EXPECT_EQ(found("GEBUEHR"), (Numbers{2, 3}));
  EXPECT_EQ(found("betreff:Hundesteuer"), Numbers{5});
  EXPECT_EQ(found("inhalt:Hundesteuer"), Numbers{});
}

TEST_F(Compound, FindsItsPartsWhereTheyStandApart) {
  EXPECT_EQ(found("Abfallgebührensatzung"), (Numbers{2, 3}));
  EXPECT_EQ(ranked("Abfallgebührensatzung").front(), 2U);
}

TEST_F(Compound, CountsForLessThanTheWordItself) {
  EXPECT_EQ(ranked("Satzung"), (Numbers{3, 2}));
}

TEST_F(Compound, IsOneWordInPhrasesAndWhereItIsExcluded) {
  EXPECT_EQ(found("\"die abfallgebührensatzung wurde\""), Numbers{2});
  EXPECT_EQ(found("\"gebühren satzung\""), Numbers{});
  EXPECT_EQ(found("Abfall -Satzung"), Numbers{2}) << "who excludes a word means the word";
}

TEST_F(German, FindsPartsOfHyphenatedWords) {
  EXPECT_EQ(found("Sanierung Kanal"), Numbers{3});
  EXPECT_EQ(found("Kanal-Sanierungen"), Numbers{3});
}

}  // namespace
}  // namespace dms::search::test
