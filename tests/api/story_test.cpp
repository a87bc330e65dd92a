// The story of the foundation, as a clerk lives it: sign in, file, add a version, find, move, bin.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

const std::string first_text = "Die Regenwasserzisterne am Dorfplatz wurde erneuert.";
const std::string second_text = "Der Brunnentrog am Dorfplatz bleibt stehen.";

TEST(Story, AClerkFilesVersionsAndFindsADocument) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Dorfplatz");
  ASSERT_FALSE(dossier.empty());

  const ApiAnswer filed = clerk.file(dossier, "Bericht Dorfplatz", "bericht.txt", first_text);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  const std::string id = filed.text("id");
  EXPECT_EQ(filed.header("location"), "/api/v1/documents/" + id);
  EXPECT_EQ(filed.header("etag"), "\"1\"");
  EXPECT_TRUE(finds(clerk, "Regenwasserzisternen", id)) << "stemmed, within two seconds";
  EXPECT_TRUE(finds(clerk, "\"am Dorfplatz wurde erneuert\"", id)) << "as a phrase";

  const std::string document = "/api/v1/documents/" + id;
  const ApiAnswer second = clerk.upload(document + "/versions", R"({"comment":"neu"})",
                                        "bericht.txt", second_text, {{"If-Match", "\"1\""}});
  ASSERT_EQ(second.status, 201U) << second.body;
  EXPECT_EQ(second.json.at("version").at("number").to_number<int>(), 2);
  EXPECT_TRUE(finds(clerk, "Brunnentrog", id));
  EXPECT_EQ(clerk.get(document + "/content").body, second_text);
  EXPECT_EQ(clerk.get(document + "/versions/1/content").body, first_text);
  EXPECT_EQ(clerk.get(document + "/text").body, second_text);

  const ApiAnswer stale = clerk.upload(document + "/versions", "{}", "bericht.txt", first_text,
                                       {{"If-Match", "\"1\""}});
  EXPECT_EQ(stale.status, 412U) << "the second of two writers";
  EXPECT_EQ(clerk.upload(document + "/versions", "{}", "b.txt", first_text).status, 428U);
}

TEST(Story, ContentIsAnsweredInPartsAndOnlyOnce) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Bereiche");
  const std::string id = clerk.file(dossier, "Ziffern", "ziffern.txt", "0123456789").text("id");
  const std::string content = "/api/v1/documents/" + id + "/content";
  const ApiAnswer whole = clerk.get(content);
  EXPECT_EQ(whole.header("content-disposition"),
            "attachment; filename=\"ziffern.txt\"; filename*=UTF-8''ziffern.txt");
  EXPECT_EQ(whole.header("x-content-type-options"), "nosniff");
  const ApiAnswer part = clerk.get(content, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206U);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.header("content-range"), "bytes 2-4/10");
  EXPECT_EQ(clerk.get(content, {{"Range", "bytes=10-"}}).status, 416U);
  const std::string etag(whole.header("etag"));
  EXPECT_EQ(clerk.get(content, {{"If-None-Match", etag}}).status, 304U);
}

TEST(Story, TheBinGivesBackWhatWasWronglyFiled) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Papierkorb");
  const ApiAnswer filed = clerk.file(dossier, "Irrläufer", "irr.txt", "Wasserglockenspiel");
  const std::string id = filed.text("id");
  const std::string document = "/api/v1/documents/" + id;
  ASSERT_TRUE(finds(clerk, "Wasserglockenspiel", id));
  const ApiAnswer binned = clerk.send("DELETE", document, "", {{"If-Match", "\"1\""}});
  ASSERT_EQ(binned.status, 200U) << binned.body;
  EXPECT_TRUE(eventually([&] {
    return clerk.get("/api/v1/search?q=Wasserglockenspiel").json.at("items").as_array().empty();
  }));
  const auto list = clerk.get("/api/v1/dossiers/" + dossier + "/documents");
  EXPECT_TRUE(list.json.at("items").as_array().empty());
  EXPECT_NE(clerk.get("/api/v1/bin").body.find(id), std::string::npos);
  const std::string etag(binned.header("etag"));
  ASSERT_EQ(clerk.send("POST", document + "/restore", "", {{"If-Match", etag}}).status, 200U);
  EXPECT_TRUE(finds(clerk, "Wasserglockenspiel", id)) << "searchable again, with one call";
}

TEST(Story, MovingADocumentMovesWhoMaySeeIt) {
  ApiClient trusted = person("h.brandt");
  ApiClient other = person("t.wiegand");
  const std::string open = open_dossier(trusted, "660.1", "Offen");
  const std::string secret = open_dossier(trusted, "030.2", "Personalakte Wanda Zierfuss");
  ASSERT_FALSE(secret.empty());
  const std::string id = trusted.file(open, "Vermerk", "v.txt", "Zierfussvermerk").text("id");
  ASSERT_TRUE(finds(other, "Zierfussvermerk", id));
  const std::string document = "/api/v1/documents/" + id;
  const ApiAnswer moved = trusted.send(
      "POST", document + "/move", R"({"dossier_id":")" + secret + R"("})", {{"If-Match", "\"1\""}});
  ASSERT_EQ(moved.status, 200U) << moved.body;
  EXPECT_TRUE(finds(trusted, "Zierfussvermerk", id));
  const ApiAnswer hidden = other.get("/api/v1/search?q=Zierfussvermerk");
  EXPECT_TRUE(hidden.json.at("items").as_array().empty());
  EXPECT_EQ(hidden.json.at("total_estimate").to_number<int>(), 0) << "not even counted";
  EXPECT_EQ(other.get(document).status, 404U);
}

TEST(Story, TheJournalTellsWhoDidWhat) {
  ApiClient clerk = person("h.brandt");
  const std::string dossier = open_dossier(clerk, "660.1", "Verlauf");
  const std::string id = clerk.file(dossier, "Vermerk", "v.txt", "Verlaufstext").text("id");
  clerk.get("/api/v1/documents/" + id + "/content");
  const ApiAnswer events = clerk.get("/api/v1/audit?object=" + id);
  ASSERT_EQ(events.status, 200U) << events.body;
  EXPECT_NE(events.body.find("document.filed"), std::string::npos) << events.body;
}

TEST(Story, TheDemoLettersOfEveryFormatAreFound) {
  ApiClient clerk = person("h.brandt");
  for (const char* query : {"Wiegeschein", "Gewässerrandstreifen", "Notbetreuung", "Zisterne",
                            "\"Streusalz\"", "Leitungsauskunft Mittelspannungsleitung"}) {
    EXPECT_FALSE(found(clerk, query).empty()) << query;
  }
}

}  // namespace
}  // namespace dms::test
