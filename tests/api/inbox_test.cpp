// Post over the wire: taken in, looked at, proposed, filed, undone, handed on; and what it looks
// like to who may not.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

const std::string inbox_path = "/api/v1/inbox";

// The id of the inbox called so, of those that `client` sees.
std::string inbox_id(ApiClient& client, std::string_view name) {
  const ApiAnswer answer = client.get("/api/v1/inboxes");
  for (const auto& inbox : answer.json.at("items").as_array()) {
    if (inbox.at("name").as_string() == name) return std::string(inbox.at("id").as_string());
  }
  return "";
}

HeaderList match(const ApiAnswer& answer) {
  return {{"If-Match", std::string(answer.header("etag"))}};
}

class InboxOverTheWire : public ::testing::Test {
 protected:
  ApiAnswer receive(std::string_view file, std::string_view bytes, std::string_view more = "",
                    HeaderList headers = {}) {
    const std::string metadata = R"({"inbox_id":")" + inbox_ + "\"" + std::string(more) + "}";
    return clerk_.upload(inbox_path, metadata, file, bytes, std::move(headers));
  }
  static std::string path(const ApiAnswer& item, std::string_view what = "") {
    return inbox_path + "/" + item.text("id") + std::string(what);
  }
  ApiAnswer reread(const ApiAnswer& item) { return clerk_.get(path(item)); }
  ApiAnswer file(const ApiAnswer& item, const std::string& dossier) {
    return clerk_.send("POST", path(item, "/file"), R"({"dossier_id":")" + dossier + "\"}",
                       match(reread(item)));
  }

  ApiClient clerk_ = person("h.brandt");
  ApiClient other_ = person("k.amrein");
  std::string inbox_ = inbox_id(clerk_, "Posteingang Hauptamt");
};

TEST_F(InboxOverTheWire, TakesInShowsAndLists) {
  const ApiAnswer item = receive("Anfrage Archiv.txt", "Sehr geehrte Damen");
  ASSERT_EQ(item.status, 201U) << item.body;
  EXPECT_EQ(item.header("location"), path(item));
  EXPECT_EQ(item.text("subject"), "Anfrage Archiv") << "the file's name, where none is given";
  EXPECT_EQ(item.text("state"), "received");
  EXPECT_EQ(clerk_.get(path(item, "/content")).body, "Sehr geehrte Damen");
  EXPECT_TRUE(eventually([&] { return reread(item).text("text_state") == "extracted"; }));
  EXPECT_EQ(clerk_.get(path(item, "/text")).body, "Sehr geehrte Damen");
  EXPECT_TRUE(eventually(
      [&] { return clerk_.get(path(item, "/preview")).header("x-rendition-state") != "pending"; },
      std::chrono::seconds(60)));
  const std::string shown(clerk_.get(path(item, "/preview")).header("content-type"));
  EXPECT_TRUE(shown.empty() || shown == "application/pdf") << shown;
  const ApiAnswer list = clerk_.get(inbox_path + "?inbox=" + inbox_ + "&limit=1");
  EXPECT_EQ(list.json.at("items").at(0).at("id").as_string(), item.text("id")) << "newest first";
  EXPECT_FALSE(list.text("next_cursor").empty());
  EXPECT_EQ(
      clerk_.get(inbox_path + "?inbox=" + inbox_ + "&cursor=" + list.text("next_cursor")).status,
      200U);
  EXPECT_EQ(clerk_.get(inbox_path + "?state=lost").status, 400U);
  EXPECT_EQ(clerk_.get(inbox_path + "?mine=true&state=filed").status, 400U);
  EXPECT_EQ(clerk_.get(inbox_path + "?unit=" + inbox_).status, 404U) << "no org unit's id";
  EXPECT_EQ(clerk_.get(inbox_path + "?what=1").status, 400U);
}

TEST_F(InboxOverTheWire, LooksAbsentToWhoMayNotSeeIt) {
  const ApiAnswer item = receive("brief.txt", "Text");
  const ApiAnswer absent = other_.get(inbox_path + "/00000000-0000-7000-8000-000000000000");
  for (const char* what : {"", "/content", "/text", "/preview", "/proposals"}) {
    const ApiAnswer hidden = other_.get(path(item, what));
    EXPECT_EQ(hidden.status, 404U) << what;
    EXPECT_EQ(hidden.text("detail"), absent.text("detail")) << what;
  }
  EXPECT_EQ(other_.send("DELETE", path(item), "", match(item)).status, 404U);
  EXPECT_EQ(other_.send("PATCH", path(item), R"({"note":"x"})", match(item)).status, 404U);
  EXPECT_EQ(other_.upload(inbox_path, R"({"inbox_id":")" + inbox_ + "\"}", "a.txt", "x").status,
            404U);
  EXPECT_EQ(other_.get(inbox_path + "?inbox=" + inbox_).status, 404U);
  EXPECT_EQ(stranger().get(path(item)).status, 401U);
  ApiClient administrator = person("administrator");
  EXPECT_EQ(administrator.get(path(item)).status, 404U);
}

TEST_F(InboxOverTheWire, FindsWhatWaitsByItsWords) {
  const ApiAnswer item = receive("anlage.txt", "Die Quellfassung am Hang ist undicht");
  ASSERT_EQ(item.status, 201U) << item.body;
  const std::string search = inbox_path + "?q=quellfassung";
  const auto hits = [&](ApiClient& client, const std::string& query) {
    const ApiAnswer answer = client.get(query);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    return answer.json.at("items").as_array();
  };
  ASSERT_TRUE(eventually([&] { return hits(clerk_, search).size() == 1; }));
  ASSERT_TRUE(
      eventually([&] { return hits(clerk_, search).at(0).as_object().contains("snippet"); }));
  const auto hit = hits(clerk_, search + "&inbox=" + inbox_).at(0);
  EXPECT_EQ(hit.at("id").as_string(), item.text("id"));
  EXPECT_EQ(hit.at("subject").as_string(), "anlage");
  EXPECT_EQ(hit.at("snippet").at("text").as_string(), "Die Quellfassung am Hang ist undicht");
  EXPECT_EQ(hit.at("snippet").at("marks").at(0).at("begin").to_number<int>(), 4);
  EXPECT_FALSE(hit.as_object().contains("page")) << "it has one";
  EXPECT_TRUE(hits(clerk_, search + "&mine=true").empty());
  const ApiAnswer hidden = other_.get(search);
  EXPECT_TRUE(hidden.json.at("items").as_array().empty());
  EXPECT_EQ(hidden.json.at("total_estimate").to_number<int>(), 0);
  EXPECT_EQ(other_.get(search + "&inbox=" + inbox_).status, 404U);
  EXPECT_EQ(clerk_.get(search + "&state=received").status, 400U);
  EXPECT_EQ(clerk_.get(search + "&limit=101").status, 400U);
  EXPECT_EQ(clerk_.get(inbox_path + "?q=%FF").status, 200U) << "odd, but no error";
  EXPECT_EQ(stranger().get(search).status, 401U);
  EXPECT_TRUE(clerk_.get("/api/v1/search?q=quellfassung").json.at("items").as_array().empty());
  ASSERT_EQ(file(item, open_dossier(clerk_, "660.1", "Quellfassung Hang")).status, 200U);
  EXPECT_TRUE(hits(clerk_, search).empty());
}

TEST_F(InboxOverTheWire, CreatesOnceAKey) {
  const HeaderList key = {{"Idempotency-Key", "post-1"}};
  const ApiAnswer first = receive("a.txt", "einmal", "", key);
  const ApiAnswer again = receive("a.txt", "einmal", "", key);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.text("id"), first.text("id"));
  EXPECT_EQ(receive("a.txt", "anders", "", key).status, 422U);
}

TEST_F(InboxOverTheWire, FilesProposesAndUndoes) {
  const std::string dossier = open_dossier(clerk_, "660.1", "Straßenunterhaltung Lindengasse");
  const std::string reference = clerk_.get("/api/v1/dossiers/" + dossier).text("file_reference");
  const std::string letter =
      "Ihr Zeichen: " + reference + "\nUnser Zeichen: 66/4711\nBitte bis zum 31.12.2098 antworten";
  const ApiAnswer item =
      receive("brief.txt", letter, R"(,"subject":"Schlagloch","sender":"Anna Weber")");
  ASSERT_EQ(item.status, 201U) << item.body;
  ASSERT_TRUE(eventually([&] { return reread(item).text("text_state") == "extracted"; }));
  EXPECT_FALSE(clerk_.get(path(item, "/proposals")).json.as_object().contains("fields"));
  EXPECT_EQ(clerk_.get(path(item, "/proposals?fields=yes")).status, 400U);
  const ApiAnswer proposals = clerk_.get(path(item, "/proposals?fields=true"));
  ASSERT_FALSE(proposals.json.at("items").as_array().empty());
  EXPECT_EQ(proposals.json.at("items").at(0).at("dossier_id").as_string(), dossier);
  EXPECT_EQ(proposals.json.at("items").at(0).at("reasons").at(0).as_string(), "your_reference");
  // What the letter says of itself is told with its place, and stands in no field by itself. A
  // deadline so far ahead is none.
  const auto& fields = proposals.json.at("fields").as_array();
  ASSERT_EQ(fields.size(), 1U) << proposals.body;
  EXPECT_EQ(fields.at(0).at("field").as_string(), "foreign_reference");
  EXPECT_EQ(fields.at(0).at("value").as_string(), "66/4711");
  EXPECT_EQ(fields.at(0).at("quote").as_string(), "66/4711");
  EXPECT_EQ(fields.at(0).at("page").as_int64(), 1);
  EXPECT_EQ(reread(item).text("foreign_reference"), "");
  EXPECT_EQ(clerk_.send("POST", path(item, "/file"), R"({"dossier_id":")" + dossier + "\"}").status,
            428U);
  const ApiAnswer filed = file(item, dossier);
  ASSERT_EQ(filed.status, 200U) << filed.body;
  const std::string document(filed.json.at("filing").at("document_id").as_string());
  const ApiAnswer shown = clerk_.get("/api/v1/documents/" + document);
  EXPECT_EQ(shown.text("subject"), "Schlagloch");
  EXPECT_EQ(shown.text("sender"), "Anna Weber");
  EXPECT_EQ(shown.json.at("receipt_stamp"), item.json.at("receipt_stamp"));
  EXPECT_EQ(clerk_.get("/api/v1/documents/" + document + "/content").body, letter);
  EXPECT_EQ(clerk_.get(path(item, "/content")).status, 404U);
  EXPECT_TRUE(finds(clerk_, "Schlagloch", document));
  EXPECT_EQ(
      clerk_.send("POST", path(item, "/file"), R"({"dossier_id":")" + dossier + "\"}", match(item))
          .status,
      412U)
      << "repeating it is harmless";
  const ApiAnswer undone = clerk_.send("POST", path(item, "/undo-filing"), "", match(reread(item)));
  ASSERT_EQ(undone.status, 200U) << undone.body;
  EXPECT_EQ(undone.text("state"), "received");
  EXPECT_TRUE(clerk_.get("/api/v1/documents/" + document).json.as_object().contains("binned"));
  EXPECT_EQ(clerk_.get(path(item, "/content")).status, 200U);
}

TEST_F(InboxOverTheWire, HandsOnManyAtOnce) {
  const ApiAnswer first = receive("a.txt", "a");
  const ApiAnswer second = receive("b.txt", "b");
  const std::string user = other_.get("/api/v1/me").text("id");
  const auto body = [&](int revision) {
    return R"({"items":[{"id":")" + first.text("id") + R"(","revision":1},{"id":")" +
           second.text("id") + R"(","revision":)" + std::to_string(revision) + R"(}],"user_id":")" +
           user + R"(","note":"bitte","deadline":"2027-01-04"})";
  };
  EXPECT_EQ(clerk_.send("POST", inbox_path + "/distribute", body(2)).status, 412U);
  EXPECT_EQ(other_.get(path(first)).status, 404U) << "all or none";
  EXPECT_EQ(clerk_.send("POST", inbox_path + "/distribute", body(1)).status, 204U);
  const ApiAnswer held = other_.get(path(first));
  EXPECT_EQ(held.text("note"), "bitte");
  EXPECT_EQ(held.text("deadline"), "2027-01-04");
  EXPECT_EQ(other_.get(inbox_path + "?mine=true").json.at("total_estimate").as_int64(), 2);
  EXPECT_EQ(other_.get(path(first, "/content")).body, "a");
  const ApiAnswer refused =
      clerk_.send("POST", inbox_path + "/distribute", R"({"items":[],"user_id":")" + user + "\"}",
                  {{"Accept-Language", "de"}});
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.json.at("errors").at(0).at("detail").as_string(),
            "Nennen Sie 1 bis 100 Eingänge.");
}

TEST_F(InboxOverTheWire, DiscardsAndRestores) {
  const ApiAnswer item = receive("werbung.txt", "Rabatt");
  const ApiAnswer gone = clerk_.send("DELETE", path(item), "", match(item));
  EXPECT_EQ(gone.text("state"), "discarded");
  EXPECT_EQ(clerk_.send("PATCH", path(item), R"({"note":"x"})", match(gone)).status, 409U);
  EXPECT_EQ(clerk_.send("POST", path(item, "/restore"), "", match(gone)).text("state"), "received");
}

TEST_F(InboxOverTheWire, IsMadeByAdministrators) {
  ApiClient administrator = person("administrator");
  const ApiAnswer unit =
      administrator.send("POST", "/api/v1/org-units", R"({"name":"Archiv am Markt"})");
  const std::string body =
      R"({"name":"Posteingang Archiv","org_unit_id":")" + unit.text("id") + "\"}";
  EXPECT_EQ(clerk_.send("POST", "/api/v1/inboxes", body).status, 403U);
  const ApiAnswer made = administrator.send("POST", "/api/v1/inboxes", body);
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(inbox_id(clerk_, "Posteingang Archiv"), "");
  const std::string scope = "/api/v1/scopes/" + made.text("id") + "/access";
  const ApiAnswer access = administrator.get(scope);
  ASSERT_EQ(access.status, 200U) << access.body;
  const std::string list = R"({"protected":false,"entries":[{"subject_kind":"user","subject":")" +
                           clerk_.get("/api/v1/me").text("id") + R"(","role":"clerk"}]})";
  const ApiAnswer given = administrator.send("PUT", scope, list, match(access));
  EXPECT_EQ(given.status, 200U) << given.body;
  EXPECT_EQ(inbox_id(clerk_, "Posteingang Archiv"), made.text("id"));
}

}  // namespace
}  // namespace dms::test
