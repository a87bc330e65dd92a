// A scan filed over HTTPS: found by a word that stands in its picture only, with its page.

#include <gtest/gtest.h>

#include <chrono>

#include "support/scanned_pages.h"
#include "town.h"

namespace dms::test {
namespace {

// A page takes some seconds of a processor, more of a busy machine.
constexpr std::chrono::seconds patience{600};

class RecognitionApi : public ::testing::Test {
 protected:
  ApiClient clerk_ = person("h.brandt");
  const std::string dossier_ = open_dossier(clerk_, "660.1", "Texterkennung");
};

TEST_F(RecognitionApi, AScanIsFoundByAWordInItsPicture) {
  const PageImage image =
      draw_page({"Gemeinde Musterbach", "Krähenwinkelbrücke", "Bauwerk 17"}, 20);
  const std::string pdf = as_pdf({{"", "Deckblatt zum Vorgang"}, {turned(image, 90), ""}});
  const std::string id = clerk_.file(dossier_, "Gescanntes Gutachten", "scan.pdf", pdf).text("id");
  const std::string document = "/api/v1/documents/" + id;
  ASSERT_TRUE(eventually(
      [&] {
        const std::string state = clerk_.get(document).text("text_state");
        return state != "pending" && state != "recognising";
      },
      patience));
  const ApiAnswer shown = clerk_.get(document);
  EXPECT_EQ(shown.text("text_state"), "extracted");
  EXPECT_NE(shown.body.find("\"recognised_pages\":[2]"), std::string::npos) << shown.body;
  EXPECT_EQ(shown.body.find("\"recognition\""), std::string::npos);

  ApiAnswer found;
  EXPECT_TRUE(eventually(
      [&] {
        found = clerk_.get("/api/v1/search?q=kraehenwinkelbruecke");
        return found.body.find(id) != std::string::npos;
      },
      std::chrono::seconds(60)))
      << found.body;
  EXPECT_NE(found.body.find("\"page\":2"), std::string::npos) << found.body;

  const ApiAnswer words = clerk_.get(document + "/words?page=2");
  EXPECT_EQ(words.status, 200U) << words.body;
  EXPECT_NE(words.body.find("\"rotation\":270"), std::string::npos) << words.body;
  EXPECT_NE(words.body.find("\"text\":\"Krähenwinkelbrücke\",\"begin\":"), std::string::npos)
      << words.body;
  const ApiAnswer of_text = clerk_.get(document + "/words?page=1");
  EXPECT_NE(of_text.body.find("\"recognised\":false"), std::string::npos) << of_text.body;
  EXPECT_EQ(clerk_.get(document + "/words?page=3").status, 404U);
  for (const char* query : {"/words", "/words?page=0", "/words?page=x", "/words?page=1&a=b"}) {
    EXPECT_EQ(clerk_.get(document + query).status, 400U) << query;
  }
}

TEST_F(RecognitionApi, IsAskedForOnceMoreByWhoMayEdit) {
  const std::string pdf = as_pdf({{"", "Seite mit Text"}});
  const std::string id = clerk_.file(dossier_, "Ohne Bild", "text.pdf", pdf).text("id");
  const std::string recognition = "/api/v1/documents/" + id + "/recognition";
  ASSERT_TRUE(eventually(
      [&] { return clerk_.get("/api/v1/documents/" + id).text("text_state") != "pending"; },
      std::chrono::seconds(60)));
  EXPECT_EQ(clerk_.send("POST", recognition, "").status, 409U);
  const std::string scan = as_png(draw_page({"Hundesteuer"}, 24));
  const std::string picture = clerk_.file(dossier_, "Bild", "bild.png", scan).text("id");
  const std::string path = "/api/v1/documents/" + picture;
  ASSERT_TRUE(
      eventually([&] { return clerk_.get(path).text("text_state") == "extracted"; }, patience));
  EXPECT_EQ(clerk_.send("POST", path + "/recognition", "").status, 202U);
  ASSERT_TRUE(
      eventually([&] { return clerk_.get(path).text("text_state") == "extracted"; }, patience));
  ApiClient outsider = person("s.novak");
  EXPECT_EQ(outsider.send("POST", "/api/v1/documents/" + dossier_ + "/recognition", "").status,
            404U);
}

}  // namespace
}  // namespace dms::test
