// What a mail carries, with the real sandbox: opened, looked at, made a document of its own; and
// mails that belong together.

#include <gtest/gtest.h>

#include <chrono>

#include "town.h"

namespace dms::test {
namespace {

const std::string pdf =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    "/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n";

std::string part(const std::string& name, const std::string& bytes) {
  return "--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
         "Content-Disposition: attachment; filename=\"" +
         name + "\"\r\n\r\n" + bytes + "\r\n";
}

// A picture that the body shows, a PDF, a page of HTML.
std::string mail_with_attachments(const std::string& mark) {
  return "From: Petra Ackerlund <p@example.org>\r\nTo: amt@musterbach.example\r\nSubject: " + mark +
         "\r\nMessage-ID: <" + mark +
         "@example.org>\r\nDate: Wed, 18 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
         "<p>anbei</p><img src=\"cid:logo@x\">\r\n--x\r\nContent-Type: image/png\r\n"
         "Content-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n"
         "Content-Disposition: inline; filename=\"logo.png\"\r\n\r\n"
         "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABc3UBGAAAAABJRU5E"
         "rkJggg==\r\n" +
         part("Lageplan_Zaun.pdf", pdf + mark) +
         part("hinweis.html", "<html><script>alert(1)</script><p>Zwirbelzaun</p></html>") +
         "--x--\r\n";
}

class AttachmentApi : public ::testing::Test {
 protected:
  // Filed, and read; its address.
  std::string filed(ApiClient& client, const std::string& dossier, const std::string& mail) {
    const std::string id = client.file(dossier, "Zaunfrage", "zaun.eml", mail).text("id");
    EXPECT_FALSE(id.empty());
    std::string document = "/api/v1/documents/" + id;
    EXPECT_TRUE(eventually([&] { return client.get(document).text("text_state") != "pending"; },
                           std::chrono::seconds(60)));
    return document;
  }
  // The address of the attachment of that name, as the document lists it.
  std::string attachment(const std::string& document, std::string_view name) {
    const ApiAnswer answer = clerk_.get(document);
    for (const auto& each : answer.json.at("attachments").as_array()) {
      if (each.at("name").as_string() != name) continue;
      return document + "/versions/1/attachments/" +
             std::to_string(each.at("number").to_number<int>());
    }
    ADD_FAILURE() << name << " is not in " << answer.body;
    return document;
  }

  ApiClient clerk_ = person("h.brandt");
  const std::string dossier_ = open_dossier(clerk_, "660.1", "Anlagen");
};

TEST_F(AttachmentApi, BytesAreThoseThatTheMailCarries) {
  const std::string document = filed(clerk_, dossier_, mail_with_attachments("zaun-eins"));
  const auto listed = clerk_.get(document).json.at("attachments").as_array();
  ASSERT_EQ(listed.size(), 2U) << "the logo is hidden";
  EXPECT_EQ(listed.at(0).at("size").to_number<std::size_t>(), (pdf + "zaun-eins").size());

  const std::string plan = attachment(document, "Lageplan_Zaun.pdf");
  const ApiAnswer whole = clerk_.get(plan + "/content");
  ASSERT_EQ(whole.status, 200U) << whole.body;
  EXPECT_EQ(whole.body, pdf + "zaun-eins");
  EXPECT_EQ(whole.header("content-type"), "application/pdf");
  EXPECT_EQ(whole.header("content-disposition"),
            "attachment; filename=\"Lageplan_Zaun.pdf\"; filename*=UTF-8''Lageplan_Zaun.pdf");
  EXPECT_EQ(whole.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(whole.header("content-security-policy").substr(0, 28), "sandbox; default-src 'none';");
  const ApiAnswer some = clerk_.get(plan + "/content", {{"Range", "bytes=1-3"}});
  EXPECT_EQ(some.status, 206U);
  EXPECT_EQ(some.body, "PDF");
  const std::string etag(whole.header("etag"));
  EXPECT_EQ(clerk_.get(plan + "/content", {{"If-None-Match", etag}}).status, 304U);

  const std::string number = plan.substr(plan.rfind('/') + 1);
  EXPECT_EQ(clerk_.get(document + "/attachments/" + number + "/content").body, whole.body);
  for (const char* absent : {"/versions/1/attachments/0/content", "/versions/1/attachments/9/text",
                             "/versions/2/attachments/1/content", "/attachments/x/content",
                             "/attachments/-1/content", "/versions/1/attachments/9/preview"}) {
    EXPECT_EQ(clerk_.get(document + absent).status, 404U) << absent;
  }
}

TEST_F(AttachmentApi, PdfIsShownAndWhatCouldRunIsNot) {
  const std::string document = filed(clerk_, dossier_, mail_with_attachments("zaun-zwei"));
  const ApiAnswer plan = clerk_.get(attachment(document, "Lageplan_Zaun.pdf") + "/preview");
  ASSERT_EQ(plan.status, 200U) << plan.body;
  EXPECT_EQ(plan.body, pdf + "zaun-zwei");
  EXPECT_EQ(plan.header("content-disposition").substr(0, 7), "inline;");
  EXPECT_EQ(plan.header("accept-ranges"), "none");
  const std::string page = attachment(document, "hinweis.html");
  const ApiAnswer hidden = clerk_.get(page + "/preview");
  EXPECT_EQ(hidden.status, 204U);
  EXPECT_EQ(hidden.header("x-rendition-state"), "unsupported");
  EXPECT_EQ(clerk_.get(page + "/content").header("content-disposition").substr(0, 11),
            "attachment;");
  const ApiAnswer text = clerk_.get(page + "/text");
  ASSERT_EQ(text.status, 200U) << text.body;
  EXPECT_EQ(text.header("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(text.body, "Zwirbelzaun");
  const ApiAnswer none = clerk_.get(attachment(document, "Lageplan_Zaun.pdf") + "/text");
  EXPECT_EQ(none.status, 204U);
  EXPECT_EQ(none.header("x-text-state"), "empty");
}

TEST_F(AttachmentApi, IsForThoseWhoMayReadAndOnRecord) {
  const std::string secret = open_dossier(clerk_, "030.2", "Vertraulich");
  const std::string document = filed(clerk_, secret, mail_with_attachments("zaun-drei"));
  const std::string plan = attachment(document, "Lageplan_Zaun.pdf");
  ApiClient other = person("t.wiegand");
  for (const char* what : {"/content", "/preview", "/text"}) {
    EXPECT_EQ(other.get(plan + what).status, 404U) << what;
    EXPECT_EQ(stranger().get(plan + what).status, 401U) << what;
  }
  EXPECT_EQ(other.send("POST", plan + "/document", "{}").status, 404U);
  EXPECT_EQ(other.get(document + "/thread").status, 404U);

  ApiClient admin = person("administrator");
  const std::string reads = "/api/v1/audit/reads?object=" + document.substr(18);
  const auto count = [&] { return admin.get(reads).json.at("items").as_array().size(); };
  const std::size_t before = count();
  ASSERT_EQ(clerk_.get(plan + "/content").status, 200U);
  EXPECT_EQ(count(), before + 1);
  ASSERT_EQ(clerk_.get(plan + "/preview").status, 200U);
  EXPECT_EQ(count(), before + 2);
  ASSERT_EQ(clerk_.get(plan + "/text").status, 204U);
  EXPECT_EQ(count(), before + 3);
}

TEST_F(AttachmentApi, BecomesADocumentOfItsOwn) {
  const std::string document = filed(clerk_, dossier_, mail_with_attachments("zaun-vier"));
  const std::string plan = attachment(document, "Lageplan_Zaun.pdf");
  const HeaderList key = {{"Idempotency-Key", "anlage-1"}};
  const ApiAnswer made = clerk_.send("POST", plan + "/document", "{}", key);
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.header("location"), "/api/v1/documents/" + made.text("id"));
  EXPECT_EQ(made.text("dossier_id"), dossier_);
  EXPECT_EQ(made.text("subject"), "Lageplan Zaun");
  EXPECT_EQ(made.text("sender"), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(made.text("letter_date"), "2026-11-18");
  EXPECT_EQ(clerk_.get("/api/v1/documents/" + made.text("id") + "/content").body,
            pdf + "zaun-vier");

  const ApiAnswer again = clerk_.send("POST", plan + "/document", "{}", key);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.text("id"), made.text("id"));
  EXPECT_EQ(clerk_.send("POST", plan + "/document", R"({"subject":"x"})", key).status, 422U);

  const auto events =
      clerk_.get("/api/v1/audit?kind=document.filed&object=" + made.text("id")).json;
  const std::string detail(events.at("items").as_array().at(0).at("detail").as_string());
  EXPECT_NE(detail.find(R"("attachment_of":{"document":")" + document.substr(18)),
            std::string::npos)
      << detail;
}

TEST_F(AttachmentApi, IsFiledWhereAndAsTheBodySays) {
  const std::string document = filed(clerk_, dossier_, mail_with_attachments("zaun-fuenf"));
  const std::string plan = attachment(document, "Lageplan_Zaun.pdf") + "/document";
  const std::string target = open_dossier(clerk_, "660.1", "Pläne");
  const ApiAnswer made = clerk_.send(
      "POST", plan,
      R"({"dossier_id":")" + target + R"(","subject":"Der Plan","type":"plan","sender":""})");
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.text("dossier_id"), target);
  EXPECT_EQ(made.text("subject"), "Der Plan");
  EXPECT_EQ(made.text("type"), "plan");
  EXPECT_EQ(made.text("sender"), "");
  const ApiAnswer empty = clerk_.send("POST", plan, R"({"subject":""})");
  EXPECT_EQ(empty.status, 400U);
  EXPECT_EQ(empty.json.at("errors").as_array().at(0).at("pointer").as_string(), "/subject");
  EXPECT_EQ(clerk_.send("POST", plan, R"({"titel":"x"})").status, 400U);
  EXPECT_EQ(
      clerk_.send("POST", plan, R"({"dossier_id":"00000000-0000-7000-8000-000000000000"})").status,
      404U);
}

TEST_F(AttachmentApi, MailsOfOneThreadNameEachOther) {
  const std::string question = filed(clerk_, dossier_, mail_with_attachments("zaun-sechs"));
  const std::string answer = filed(clerk_, dossier_,
                                   "From: amt@musterbach.example\r\nTo: p@example.org\r\n"
                                   "Message-ID: <antwort-sechs@musterbach.example>\r\n"
                                   "In-Reply-To: <zaun-sechs@example.org>\r\nSubject: Re: Zaun\r\n"
                                   "Date: Thu, 19 Nov 2026 09:00:00 +0100\r\nMIME-Version: "
                                   "1.0\r\n\r\nZwei Meter.\r\n");
  const auto of = [&](const std::string& document) {
    return clerk_.get(document + "/thread").json.at("items").as_array();
  };
  ASSERT_EQ(of(question).size(), 1U);
  EXPECT_EQ(of(question).at(0).at("document_id").as_string(), answer.substr(18));
  EXPECT_EQ(of(question).at(0).at("sent_at").as_string(), "2026-11-19T08:00:00.000000Z");
  ASSERT_EQ(of(answer).size(), 1U);
  EXPECT_EQ(of(answer).at(0).at("from").as_string(), "Petra Ackerlund <p@example.org>");
}

TEST_F(AttachmentApi, OfWhatLiesInAnInboxIsForThoseWhoMayReadIt) {
  const auto inboxes = clerk_.get("/api/v1/inboxes").json.at("items").as_array();
  const std::string inbox(inboxes.at(0).at("id").as_string());
  const ApiAnswer item = clerk_.upload("/api/v1/inbox", R"({"inbox_id":")" + inbox + "\"}",
                                       "zaun.eml", mail_with_attachments("zaun-sieben"));
  ASSERT_EQ(item.status, 201U) << item.body;
  const std::string path = "/api/v1/inbox/" + item.text("id");
  ASSERT_TRUE(eventually([&] { return clerk_.get(path).text("text_state") != "pending"; },
                         std::chrono::seconds(60)));
  const auto listed = clerk_.get(path).json.at("attachments").as_array();
  ASSERT_EQ(listed.size(), 2U) << "the logo is hidden";
  const auto place = [&](std::size_t at) {
    return path + "/attachments/" + std::to_string(listed.at(at).at("number").to_number<int>());
  };
  EXPECT_EQ(listed.at(0).at("size").to_number<std::size_t>(), (pdf + "zaun-sieben").size());
  const ApiAnswer whole = clerk_.get(place(0) + "/content");
  EXPECT_EQ(whole.body, pdf + "zaun-sieben");
  EXPECT_EQ(whole.header("content-disposition").substr(0, 11), "attachment;");
  const ApiAnswer shown = clerk_.get(place(0) + "/preview");
  EXPECT_EQ(shown.body, pdf + "zaun-sieben");
  EXPECT_EQ(shown.header("accept-ranges"), "none");
  EXPECT_EQ(clerk_.get(place(1) + "/text").body, "Zwirbelzaun");
  EXPECT_EQ(clerk_.get(place(1) + "/preview").status, 204U);
  EXPECT_EQ(clerk_.get(path + "/attachments/0/content").status, 404U);
  EXPECT_EQ(clerk_.get(path + "/attachments/x/text").status, 404U);

  ApiClient other = person("k.amrein");
  ApiClient admin = person("administrator");
  for (const char* what : {"/content", "/preview", "/text"}) {
    EXPECT_EQ(other.get(place(0) + what).status, 404U) << what;
    EXPECT_EQ(admin.get(place(0) + what).status, 404U) << what;
    EXPECT_EQ(stranger().get(place(0) + what).status, 401U) << what;
  }
  const ApiAnswer reads = admin.get("/api/v1/audit/reads?object=" + item.text("id"));
  EXPECT_EQ(reads.json.at("items").as_array().size(), 3U) << reads.body;

  ASSERT_EQ(clerk_
                .send("POST", path + "/file", R"({"dossier_id":")" + dossier_ + "\"}",
                      {{"If-Match", std::string(clerk_.get(path).header("etag"))}})
                .status,
            200U);
  EXPECT_EQ(clerk_.get(place(0) + "/content").status, 404U) << "the document carries it now";
}

TEST_F(AttachmentApi, TheSameMessageInItsDossierIsToldToWhoMayReadIt) {
  const std::string first = filed(clerk_, dossier_, mail_with_attachments("zaun-acht"));
  const std::string again =
      filed(clerk_, dossier_, mail_with_attachments("zaun-acht") + "Weitergeleitet\r\n");
  const auto same_as = [](ApiClient& client, const std::string& document) {
    std::vector<std::string> same;
    const ApiAnswer thread = client.get(document + "/thread");
    for (const auto& mail : thread.json.at("items").as_array()) {
      if (!mail.at("same_message").as_bool()) continue;
      same.emplace_back(mail.at("document_id").as_string());
    }
    return same;
  };
  EXPECT_EQ(same_as(clerk_, again), std::vector<std::string>{first.substr(18)});
  EXPECT_EQ(same_as(clerk_, first), std::vector<std::string>{again.substr(18)});

  const std::string secret = open_dossier(clerk_, "030.2", "Zäune, vertraulich");
  filed(clerk_, secret, mail_with_attachments("zaun-acht") + "Geheim\r\n");
  ApiClient other = person("t.wiegand");
  EXPECT_EQ(same_as(clerk_, first).size(), 2U);
  EXPECT_EQ(same_as(other, first), std::vector<std::string>{again.substr(18)});
}

}  // namespace
}  // namespace dms::test
