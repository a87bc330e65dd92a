// Suggestions and spelling out of what the asker may see. Words are planted that stand in hidden
// documents alone, and some that hidden documents have far more often.

#include <algorithm>
#include <random>

#include "search/index_fixture.h"
#include "search/similar_words.h"

namespace dms::search::test {
namespace {

using Texts = std::vector<std::string>;

bool only_one(const Uuid& group) {
  return group == uuid_of(1);
}

class KnownWordsTest : public IndexTest {
 protected:
  void put_subject(std::uint32_t number, std::string subject, std::uint32_t group = 1,
                   std::string body = "") {
    IndexDocument made = document(number, std::move(body), group);
    made.fields.push_back({Field::subject, std::move(subject)});
    put(made);
  }

  Texts complete(const std::string& typed, const GroupVisible& visible = everything,
                 std::size_t limit = 10) {
    const auto found = index_->complete(typed, limit, visible);
    EXPECT_TRUE(found);
    Texts texts;
    if (found) {
      for (const Completion& completion : *found) texts.push_back(completion.text);
    }
    return texts;
  }

  std::vector<Correction> corrections(const std::string& query,
                                      const GroupVisible& visible = everything) {
    const auto found = index_->corrections(query, {}, visible);
    EXPECT_TRUE(found);
    return found ? *found : std::vector<Correction>{};
  }

  std::string corrected(const std::string& query, const GroupVisible& visible = everything) {
    return correct_query(query, corrections(query, visible));
  }
};

TEST_F(KnownWordsTest, CompletesAsItIsWritten) {
  put_subject(1, "Änderung der Straßenführung");
  put_subject(2, "Straßenbau in der STRASSE");
  put_subject(3, "Straßenbau");
  commit();
  EXPECT_EQ(complete("stra"), (Texts{"Straßenbau", "STRASSE", "Straßenführung"}));
  EXPECT_EQ(complete("Strass"), complete("straß"));
  EXPECT_EQ(complete("ae"), Texts{"Änderung"});
  EXPECT_EQ(complete("Ä"), Texts{"Änderung"});
  EXPECT_EQ(complete("s"), Texts{}) << "one letter says nothing";
  EXPECT_EQ(complete(""), Texts{});
  EXPECT_EQ(complete("stra "), Texts{}) << "no word is begun";
  EXPECT_EQ(complete("strassenbau"), Texts{}) << "nothing is left to complete";
}

TEST_F(KnownWordsTest, GoesOnWithWhatStandsBeforeIt) {
  put_subject(1, "Satzung Abfallgebühren");
  put_subject(2, "Sanierung Rathaus");
  put_subject(3, "Sanierung Kanal");
  commit();
  EXPECT_EQ(complete("rathaus sa"), Texts{"rathaus Sanierung"});
  EXPECT_EQ(complete("\"rathaus\" betreff:sa"), Texts{"\"rathaus\" betreff:Sanierung"});
  EXPECT_EQ(complete("kanal rathaus sa"), Texts{}) << "they stand together nowhere";
  EXPECT_EQ(complete("abfallgebühren sa"), Texts{"abfallgebühren Satzung"});
}

TEST_F(KnownWordsTest, AHiddenWordCompletesNothing) {
  put_subject(1, "Kündigung Geheimrat", 2);
  put_subject(2, "Kündigungsfrist", 1);
  for (std::uint32_t i = 10; i < 60; ++i) put_subject(i, "Kündigungsschutzklage", 2);
  commit();
  EXPECT_EQ(complete("kuend"), (Texts{"Kündigungsschutzklage", "Kündigung", "Kündigungsfrist"}));
  EXPECT_EQ(complete("kuend", only_one), Texts{"Kündigungsfrist"});
  EXPECT_EQ(complete("geheim", only_one), Texts{});
  EXPECT_EQ(complete("kuendigungsfrist gehe", only_one), Texts{});
}

TEST_F(KnownWordsTest, TheOrderTellsNothingOfHiddenOnes) {
  for (std::uint32_t i = 1; i <= 3; ++i) put_subject(i, "Kanalbau", 1);
  put_subject(4, "Kanalnetz", 1);
  for (std::uint32_t i = 10; i < 40; ++i) put_subject(i, "Kanalnetz", 2);
  commit();
  EXPECT_EQ(complete("kanal"), (Texts{"Kanalnetz", "Kanalbau"}));
  EXPECT_EQ(complete("kanal", only_one), (Texts{"Kanalbau", "Kanalnetz"}));
}

TEST_F(KnownWordsTest, WhichAreOfferedTellsNothingOfHiddenOnes) {
  for (std::uint32_t i = 1; i <= 3; ++i) put_subject(i, "Kanalbau", 1);
  for (std::uint32_t i = 4; i <= 5; ++i) put_subject(i, "Kanalnetz", 1);
  put_subject(6, "Kanalrohr Kanalamt", 1);
  for (std::uint32_t i = 10; i < 40; ++i) put_subject(i, "Kanalrohr Kanalamt", 2);
  commit();
  EXPECT_EQ(complete("kanal", only_one, 2), (Texts{"Kanalbau", "Kanalnetz"}));
  EXPECT_EQ(complete("kanal", only_one, 1), Texts{"Kanalbau"});
}

TEST_F(KnownWordsTest, ABeginningBeforeItIsNotSearchedFor) {
  put_subject(1, "Sanierung Rathaus");
  commit();
  EXPECT_EQ(complete("rathaus sa"), Texts{"rathaus Sanierung"});
  EXPECT_EQ(complete("rath* sa"), Texts{});
  EXPECT_EQ(complete("rathaus ODER rath* -xy* sa"), Texts{});
}

TEST_F(KnownWordsTest, NotEveryWordIsSearchedFor) {
  std::string many;
  for (char a = 'a'; a <= 'e'; ++a) {
    for (char b = 'a'; b <= 'h'; ++b) many += std::string("zau") + a + b + " ";
  }
  put_subject(1, many);
  put_subject(2, many);
  put_subject(3, "Zaunbau Rathaus");
  commit();
  EXPECT_EQ(complete("rathaus zau"), Texts{}) << "forty are more frequent";
  EXPECT_EQ(complete("rathaus zaun"), Texts{"rathaus Zaunbau"});
}

TEST_F(KnownWordsTest, WordsOutOfTheContentAreFoundButNotSuggested) {
  IndexDocument made = document(1, "");
  made.fields.push_back({Field::subject, "Niederschrift"});
  made.fields.push_back({Field::sender, "Quendolin", true});
  put(made);
  commit();
  EXPECT_EQ(found("quendolin").size(), 1U);
  EXPECT_EQ(complete("quen"), Texts{});
  EXPECT_TRUE(corrections("Quendoln").empty());
  EXPECT_EQ(complete("nieder"), Texts{"Niederschrift"});
}

TEST_F(KnownWordsTest, CompletesAmongManyWords) {
  std::mt19937 random(20261129);  // NOLINT(cert-msc51-cpp): the same run each time
  for (std::uint32_t i = 1; i <= 300; ++i) {
    std::string subject;
    for (int word = 0; word < 12; ++word) {
      subject += "za";
      for (int letter = 0; letter < 6; ++letter) {
        subject += static_cast<char>('a' + static_cast<char>(random() % 26));
      }
      subject += ' ';
    }
    put_subject(i, subject);
  }
  for (std::uint32_t i = 301; i <= 305; ++i) put_subject(i, "Zaunbau");
  commit();
  const Texts found = complete("za");
  ASSERT_EQ(found.size(), 10U);
  EXPECT_EQ(found.front(), "Zaunbau");
}

TEST_F(KnownWordsTest, CorrectsWhatIsMistyped) {
  put_subject(1, "Bebauungsplan Müllerwiese");
  put_subject(2, "Kanal Sanierung Rathaus");
  commit();
  EXPECT_EQ(corrected("Bebaungsplan"), "Bebauungsplan");
  EXPECT_EQ(corrected("Bebuaungspaln"), "Bebauungsplan") << "two exchanges";
  EXPECT_EQ(corrected("Kanla"), "Kanal");
  EXPECT_EQ(corrected("Kannal  \"Sanirung Rathaus\" -xyz"), "Kanal  \"Sanierung Rathaus\" -xyz");
  EXPECT_EQ(corrected("betreff:Rahthaus ODER Rathaus"), "betreff:Rathaus ODER Rathaus");
  EXPECT_EQ(corrected("Kanal Sanierung"), "") << "nothing is wrong";
  EXPECT_EQ(corrected("Sanierungen"), "") << "another form of a known word";
  EXPECT_EQ(corrected("Xyzzyplugh 2024 621.41 §36 !? \""), "") << "like nothing";
  EXPECT_EQ(corrected("Kanla -Kannal Kann*"), "Kanal -Kannal Kann*")
      << "neither what is excluded nor a beginning is corrected";
}

TEST_F(KnownWordsTest, WhatFewHaveYieldsToWhatManyHave) {
  for (std::uint32_t i = 1; i <= 20; ++i) put_subject(i, "Abfall");
  put_subject(30, "Abfal");
  put_subject(31, "Anfall");
  commit();
  EXPECT_EQ(corrected("Abfal"), "Abfall");
  EXPECT_EQ(corrected("Abfall"), "");
  for (std::uint32_t i = 40; i <= 42; ++i) put_subject(i, "Abfal");
  commit();
  EXPECT_EQ(corrected("Abfal"), "") << "four documents write it so";
}

TEST_F(KnownWordsTest, AHiddenWordCorrectsNothing) {
  for (std::uint32_t i = 1; i <= 50; ++i) put_subject(i, "Geheimvertrag", 2, "Schwarzgeld");
  put_subject(60, "Kanal", 1, "Rathaus");
  commit();
  EXPECT_EQ(corrected("Geheimvertag"), "Geheimvertrag");
  EXPECT_EQ(corrected("Geheimvertag", only_one), "");
  EXPECT_EQ(corrections("Schwarzgled").size(), 1U);
  EXPECT_TRUE(corrections("Schwarzgled", only_one).empty());
  // The visible one is offered, though the hidden one is nearer and more frequent.
  for (std::uint32_t i = 70; i <= 99; ++i) put_subject(i, "Rathausen", 2);
  put_subject(61, "Rathausuhr", 1);
  commit();
  EXPECT_EQ(corrected("Rathausenn", only_one), "");
  EXPECT_EQ(corrected("Rathausehr", only_one), "Rathausuhr");
}

TEST_F(KnownWordsTest, HiddenDocumentsDoNotMakeAWordKnown) {
  // For who sees all, "Abfal" is frequent; for who does not, it is a mistake.
  for (std::uint32_t i = 1; i <= 50; ++i) put_subject(i, "Abfal", 2);
  put_subject(60, "Abfall", 1);
  commit();
  EXPECT_EQ(corrected("Abfal"), "");
  EXPECT_EQ(corrected("Abfal", only_one), "Abfall");
}

TEST_F(KnownWordsTest, AWordOfTextsNamesADocumentThatHasIt) {
  put(document(1, "Schwarzgeld", 2));
  put(document(2, "Schwarzgeld", 1));
  commit();
  const auto found = corrections("Schwarzgled", only_one);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].exact, "schwarzgled");
  EXPECT_EQ(found[0].meant.exact, "schwarzgeld");
  EXPECT_EQ(found[0].meant.written, "");
  EXPECT_EQ(found[0].meant.document, uuid_of(2));
  EXPECT_EQ(found[0].meant.documents, 1U);
}

TEST_F(KnownWordsTest, CorrectsEachWordOnceAndNotTooMany) {
  put_subject(1, "Kanal Rathaus Abfall Straße Wasser Friedhof Schule Garten Bauhof Museum");
  commit();
  EXPECT_EQ(corrections("Kanla Kanla \"Kanla\" betreff:Kanla").size(), 1U);
  EXPECT_EQ(corrected("Kanla Rathuas Kanla"), "Kanal Rathaus Kanal");
  const std::string ten =
      "Kanla Rathuas Afball Srtasse Wasesr Freidhof Shcule Gatren Buahof Musuem";
  EXPECT_EQ(corrections(ten).size(), 8U);
}

TEST_F(KnownWordsTest, CompoundsOfKnownWordsAreNoMistakes) {
  put(document(1, "Der Abfall und die Satzung"));
  put(document(2, "Abfallsatzungen"));
  commit();
  EXPECT_TRUE(corrections("Satzungsabfall").empty());
}

TEST(SimilarWords, DistancesAreThoseOfTheWholeTable) {
  EXPECT_EQ(distance_within("kanal", "kanal", 2), 0U);
  EXPECT_EQ(distance_within("kanal", "kanla", 2), 1U);
  EXPECT_EQ(distance_within("kanal", "knaal", 2), 1U);
  EXPECT_EQ(distance_within("kanal", "kana", 2), 1U);
  EXPECT_EQ(distance_within("kanal", "kannal", 2), 1U);
  EXPECT_EQ(distance_within("kanal", "banal", 2), 1U);
  EXPECT_EQ(distance_within("kanal", "baenal", 2), 2U);
  EXPECT_GT(distance_within("kanal", "rathaus", 2), 2U);
}

TEST(SimilarWords, EndsWhereNoTermsAreLeft) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  Xapian::Document document;
  for (const char* word : {"kanab", "kanac", "kanad"}) document.add_term(word);
  database.add_document(document);
  std::size_t left = 100;
  EXPECT_EQ(similar_words(database, "kanal", left).size(), 3U);
  EXPECT_LT(left, 100U);
  left = 2;
  EXPECT_EQ(similar_words(database, "kanal", left).size(), 2U);
  EXPECT_EQ(left, 0U);
  EXPECT_TRUE(similar_words(database, "kanal", left).empty());
}

TEST(SimilarWords, NoneIsPassedOver) {
  // Against a look at every word.
  std::mt19937 random(20261129);  // NOLINT(cert-msc51-cpp): the same run each time
  const auto word = [&](std::size_t letters) {
    std::string text;
    while (text.size() < letters) text += static_cast<char>('a' + static_cast<char>(random() % 3));
    return text;
  };
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  std::set<std::string> words;
  for (int i = 0; i < 800; ++i) words.insert(word(3 + random() % 8));
  for (const std::string& known : words) {
    Xapian::Document document;
    document.add_term(random() % 2 == 0 ? known : "W" + known + "\t" + known);
    document.add_term("Gcafe");
    document.add_term("621." + known);
    database.add_document(document);
  }
  std::size_t compared = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string asked = word(4 + random() % 7);
    std::set<std::string> expected;
    for (const std::string& known : words) {
      const unsigned distance = distance_within(asked, known, 9);
      const bool same_letter = known.front() == asked.front();
      const unsigned most = same_letter ? mistakes_max(asked.size()) : 1;
      if (known != asked && distance <= most) expected.insert(known);
    }
    std::set<std::string> found;
    std::size_t terms_left = 1'000'000;
    for (const SimilarWord& similar : similar_words(database, asked, terms_left)) {
      found.insert(similar.exact);
      EXPECT_EQ(similar.distance, distance_within(asked, similar.exact, 9));
    }
    EXPECT_EQ(found, expected) << asked;
    compared += expected.size();
  }
  EXPECT_GT(compared, 300U);
}

}  // namespace
}  // namespace dms::search::test
