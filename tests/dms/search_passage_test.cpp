#include "dms/search_passage.h"

#include "indexing_fixture.h"

namespace dms {
namespace {

using test::IndexedTest;

// Plain text, of about so many bytes.
std::string filler(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i)
    text += "Zeile " + std::to_string(i) + " bleibt leer.\n";
  return text;
}

std::string marked(const search::Snippet& snippet) {
  std::string words;
  for (const auto& mark : snippet.marks) {
    if (!words.empty()) words += ' ';
    words += snippet.text.substr(mark.begin, mark.end - mark.begin);
  }
  return words;
}

class SearchPassageTest : public IndexedTest {
 protected:
  SearchHit only_hit(const std::string& query) {
    const SearchAnswer answer = search(clerk_, query);
    EXPECT_EQ(answer.hits.size(), 1U) << query;
    return answer.hits.empty() ? SearchHit() : answer.hits.front();
  }
};

TEST_F(SearchPassageTest, ThePageIsTheFirstThatSaysMostOfTheQuery) {
  file(dossier_.id, "Gutachten",
       "Der Kanal.\fKanäle und Kosten.\fKosten der Sanierung am Kanal.\f"
       "Kanal, Sanierung, Kosten.\fSanierung");
  wait();
  EXPECT_EQ(only_hit("Kanal").page, 1U);
  EXPECT_EQ(only_hit("Kosten Kanal").page, 2U);
  EXPECT_EQ(only_hit("Kosten Sanierung Kanal").page, 3U);
  EXPECT_EQ(marked(only_hit("Kosten Sanierung Kanal").snippet), "Kosten Sanierung Kanal");
  EXPECT_EQ(only_hit("Kanal Sanierung ODER Zaun -Mauer").page, 3U);
}

TEST_F(SearchPassageTest, APhraseWeighsMoreThanWords) {
  file(dossier_.id, "Konzept",
       "Schule, offene Tür: Kosten der Ganztagsschule.\fDie offene Ganztagsschule.\f"
       "Die offene\nGanztags-\nschule: Kosten.");
  wait();
  EXPECT_EQ(only_hit("\"offene Ganztagsschule\" Tür").page, 2U);
  EXPECT_EQ(only_hit("\"offene Ganztagsschule\" Kosten").page, 3U);
}

TEST_F(SearchPassageTest, WithoutAWordInTheTextThereIsNoPage) {
  file(dossier_.id, "Jahresbericht", "Eins ist da.\fZwei ist da.");
  wait();
  const SearchHit hit = only_hit("Jahresbericht");
  EXPECT_EQ(hit.page, std::nullopt);
  EXPECT_EQ(hit.snippet.text, "Eins ist da.");
  EXPECT_TRUE(hit.snippet.marks.empty());
  EXPECT_EQ(only_hit("betreff:Jahresbericht").page, std::nullopt);
  EXPECT_EQ(only_hit("Jahresbericht zwei").page, 2U);
  EXPECT_EQ(only_hit("").page, std::nullopt);
}

TEST_F(SearchPassageTest, LooksThroughTheWholeText) {
  file(dossier_.id, "Band", filler(1U << 20U) + "\f" + filler(900U << 10U) + "Ein Quellwasser.\f");
  // No page, and no blank to cut it at.
  file(dossier_.id, "Liste",
       filler(700U << 10U) + std::string(40U << 10U, 'x') + " Moorwasser am Deich");
  wait();
  EXPECT_EQ(only_hit("Quellwasser").page, 2U);
  EXPECT_EQ(marked(only_hit("Quellwasser").snippet), "Quellwasser");
  const SearchHit hit = only_hit("Moorwasser");
  EXPECT_EQ(hit.page, std::nullopt);
  EXPECT_EQ(marked(hit.snippet), "Moorwasser");
}

TEST_F(SearchPassageTest, OfPagesWithoutNumberTheFirstAreLookedThrough) {
  std::string text;
  for (int page = 1; page <= 22'000; ++page) {
    text += page == 19'000 ? "Quellwasser\f" : page == 21'500 ? "Zaun\f" : "x\f";
  }
  file(dossier_.id, "Leerseiten", text);
  wait();
  EXPECT_EQ(only_hit("Quellwasser").page, 19'000U);
  EXPECT_EQ(only_hit("Zaun").page, std::nullopt);
}

// Wherever a text is cut, for memory or for analysis.
TEST_F(SearchPassageTest, FindsWhatStandsWhereTheTextIsCut) {
  const std::size_t part = 16U << 10U;
  for (std::size_t before = part - 24; before < part + 4; before += 3) {
    std::string text = filler(before);
    text.resize(before - 1);
    file(
        dossier_.id, "Cut " + std::to_string(before),
        text + " Die grüne Überführung" + std::to_string(before) + " wird gebaut. " + filler(part));
  }
  wait();
  for (std::size_t before = part - 24; before < part + 4; before += 3) {
    const std::string word = "Überführung" + std::to_string(before);
    EXPECT_EQ(marked(only_hit("\"grüne " + word + "\"").snippet), "grüne " + word);
  }
}

}  // namespace
}  // namespace dms
