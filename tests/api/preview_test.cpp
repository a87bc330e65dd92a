// What is shown in the browser: previews of harmless types alone, facts beside the text.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <tuple>

#include "town.h"

namespace dms::test {
namespace {

const std::string pdf =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    "/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n";
const std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\0\0\0\0\x3a\x7e\x9b\x55",
                      33);
const std::string html = "<!DOCTYPE html><html><script>alert(1)</script><p>Aushang</p></html>";
const std::string svg =
    "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script>"
    "<text>Lageplan</text></svg>";
const std::string xml = "<?xml version=\"1.0\"?><akte><ort>Krähenwinkelschleuse</ort></akte>";
const std::string mail =
    "From: Petra Ackerlund <p@example.org>\r\nTo: amt@musterbach.example\r\nSubject: Zaunfrage\r\n"
    "Date: Wed, 18 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n\r\nWie hoch darf er sein?\r\n";
const std::string oasis = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const std::string invoice = "<?xml version=\"1.0\"?><Invoice xmlns=\"" + oasis +
                            "\"><ID>RE 4711</ID><IssueDate>2026-11-20</IssueDate>"
                            "<AccountingSupplierParty><Party><PartyName><Name>Salzkontor</Name>"
                            "</PartyName></Party></AccountingSupplierParty><LegalMonetaryTotal>"
                            "<PayableAmount currencyID=\"EUR\">1234.5</PayableAmount>"
                            "</LegalMonetaryTotal></Invoice>";

class PreviewApi : public ::testing::Test {
 protected:
  // Filed, and its text read.
  std::string filed(const std::string& name, const std::string& bytes) {
    std::string id = clerk_.file(dossier_, name, name, bytes).text("id");
    document_ = "/api/v1/documents/" + id;
    EXPECT_TRUE(eventually([&] { return clerk_.get(document_).text("text_state") != "pending"; },
                           std::chrono::seconds(20)))
        << name;
    return id;
  }
  ApiAnswer preview(HeaderList headers = {}) {
    return clerk_.get(document_ + "/preview", std::move(headers));
  }

  // Once it is made, or is known not to be.
  ApiAnswer settled(const std::string& path) {
    ApiAnswer answer;
    EXPECT_TRUE(eventually(
        [&] {
          answer = clerk_.get(path);
          return answer.header("x-rendition-state") != "pending";
        },
        std::chrono::seconds(60)));
    return answer;
  }

  ApiClient clerk_ = person("h.brandt");
  const std::string dossier_ = open_dossier(clerk_, "660.1", "Vorschau");
  std::string document_;
};

TEST_F(PreviewApi, PdfAndPicturesAreSentToBeShown) {
  for (const auto& [name, bytes, type] :
       {std::tuple{"plan.txt", pdf, "application/pdf"}, std::tuple{"bild.txt", png, "image/png"}}) {
    filed(name, bytes);
    const ApiAnswer shown = preview();
    ASSERT_EQ(shown.status, 200U) << shown.body;
    EXPECT_EQ(shown.header("content-type"), type) << "by the bytes, not by the name";
    EXPECT_EQ(shown.header("content-disposition").substr(0, 7), "inline;");
    EXPECT_EQ(shown.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(shown.header("content-security-policy").substr(0, 28),
              "sandbox; default-src 'none';");
    EXPECT_EQ(shown.body, bytes);
    const std::string etag(shown.header("etag"));
    EXPECT_EQ(etag, clerk_.get(document_ + "/content").header("etag"));
    EXPECT_EQ(preview({{"If-None-Match", etag}}).status, 304U);
    const ApiAnswer part = preview({{"Range", "bytes=1-3"}});
    EXPECT_EQ(part.status, 206U);
    EXPECT_EQ(part.body, bytes.substr(1, 3));
    EXPECT_EQ(preview({{"Range", "bytes=99999-"}}).status, 416U);
    EXPECT_EQ(clerk_.get(document_ + "/versions/1/preview").body, bytes);
    EXPECT_EQ(clerk_.get(document_ + "/versions/2/preview").status, 404U);
    EXPECT_EQ(clerk_.get(document_ + "/content").header("content-disposition").substr(0, 11),
              "attachment;");
  }
}

// With LibreOffice and namespaces; in a chroot, where there are none, they are refused.
bool has_converter() {
  static const bool has_namespaces = [] {
    const pid_t process = ::fork();
    if (process == 0) ::_exit(::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 ? 0 : 1);
    int status = 1;
    return ::waitpid(process, &status, 0) == process && status == 0;
  }();
  return has_namespaces && ::access("/usr/lib/libreoffice/program/soffice.bin", R_OK) == 0;
}

TEST_F(PreviewApi, WhatCouldRunIsShownByItsTextOnly) {
  for (const auto& [name, bytes] : {std::pair{"aushang.pdf", html}, std::pair{"plan.png", svg},
                                    std::pair{"notiz.jpg", std::string("nur Text")},
                                    std::pair{"bild.png", std::string("II*\0\10\0\0\0\0\0", 10)}}) {
    filed(name, bytes);
    for (const std::string& path : {document_ + "/preview", document_ + "/versions/1/preview"}) {
      const ApiAnswer shown = settled(path);
      if (shown.status == 200U) {
        EXPECT_EQ(shown.header("content-type"), "application/pdf") << name;
        EXPECT_EQ(shown.body.substr(0, 5), "%PDF-") << name;
        EXPECT_EQ(shown.header("x-rendition-state"), "made") << name;
      } else {
        EXPECT_EQ(shown.status, 204U) << name;
        EXPECT_TRUE(shown.body.empty()) << name;
      }
    }
    EXPECT_EQ(clerk_.get(document_ + "/content").body, bytes);
  }
}

TEST_F(PreviewApi, IsForThoseWhoMayRead) {
  const std::string secret = open_dossier(clerk_, "030.2", "Vertraulich");
  const std::string id = clerk_.file(secret, "Plan", "plan.pdf", pdf).text("id");
  const std::string preview = "/api/v1/documents/" + id + "/preview";
  EXPECT_TRUE(
      eventually([&] { return clerk_.get(preview).status == 200U; }, std::chrono::seconds(20)));
  ApiClient other = person("t.wiegand");
  const ApiAnswer hidden = other.get(preview);
  EXPECT_EQ(hidden.status, 404U);
  const ApiAnswer absent =
      other.get("/api/v1/documents/00000000-0000-7000-8000-000000000000/preview");
  EXPECT_EQ(hidden.text("detail"), absent.text("detail"));
  EXPECT_EQ(stranger().get(preview).status, 401U);
}

TEST_F(PreviewApi, XmlIsFoundByItsTextAndShown) {
  const std::string id = filed("anlage.bin", xml);
  EXPECT_TRUE(finds(clerk_, "Krähenwinkelschleuse", id));
  EXPECT_EQ(clerk_.get(document_ + "/text").body, "Krähenwinkelschleuse");
  const ApiAnswer shown = settled(document_ + "/preview");
  ASSERT_EQ(shown.status, has_converter() ? 200U : 204U);
  EXPECT_EQ(shown.header("x-rendition-state"), has_converter() ? "made" : "refused");
}

TEST_F(PreviewApi, AThumbnailIsASmallPictureThatIsFetchedOnce) {
  filed("plan.pdf", pdf);
  const ApiAnswer small = settled(document_ + "/thumbnail");
  ASSERT_EQ(small.status, 200U) << small.body;
  EXPECT_EQ(small.header("content-type"), "image/jpeg");
  EXPECT_EQ(small.body.substr(0, 3), "\xff\xd8\xff");
  EXPECT_LT(small.body.size(), 20'000U);
  EXPECT_EQ(small.header("x-content-type-options"), "nosniff");
  const std::string etag(small.header("etag"));
  EXPECT_EQ(clerk_.get(document_ + "/thumbnail", {{"If-None-Match", etag}}).status, 304U);
  EXPECT_EQ(clerk_.get(document_).text("preview_state"), "made");
  EXPECT_EQ(person("t.wiegand").get(document_ + "/thumbnail").status,
            person("t.wiegand").get(document_ + "/content").status);
  EXPECT_EQ(stranger().get(document_ + "/thumbnail").status, 401U);
}

TEST_F(PreviewApi, APageIsDrawnForTheAsking) {
  filed("plan.pdf", pdf);
  EXPECT_EQ(settled(document_ + "/thumbnail").status, 200U);
  const ApiAnswer page = settled(document_ + "/pages/1/image");
  ASSERT_EQ(page.status, 200U);
  EXPECT_EQ(page.header("content-type"), "image/jpeg");
  EXPECT_EQ(page.body.substr(0, 3), "\xff\xd8\xff");
  EXPECT_EQ(settled(document_ + "/pages/2/image").status, 404U) << "it has one";
  EXPECT_EQ(clerk_.get(document_ + "/pages/0/image").status, 404U);
  EXPECT_EQ(stranger().get(document_ + "/pages/1/image").status, 401U);
}

TEST_F(PreviewApi, AnOfficeFileIsShownAsAPdfAndMadeAnewOnRequest) {
  filed("brief.bin", "{\\rtf1\\ansi Wasserschutzgebiet\\par}");
  const ApiAnswer shown = settled(document_ + "/preview");
  if (!has_converter()) {
    EXPECT_EQ(shown.status, 204U);
    EXPECT_EQ(shown.header("x-rendition-state"), "refused");
    return;
  }
  ASSERT_EQ(shown.status, 200U);
  EXPECT_EQ(shown.header("content-type"), "application/pdf");
  EXPECT_EQ(shown.header("content-disposition").substr(0, 7), "inline;");
  EXPECT_NE(shown.header("content-disposition").find("brief.pdf"), std::string::npos);
  EXPECT_EQ(clerk_.get(document_ + "/preview", {{"Range", "bytes=0-4"}}).body, "%PDF-");
  EXPECT_EQ(settled(document_ + "/thumbnail").status, 200U);
  EXPECT_EQ(clerk_.send("POST", document_ + "/renditions", "").status, 202U);
  EXPECT_EQ(clerk_.get(document_ + "/preview").status, 200U) << "stays until the new one is there";
  EXPECT_EQ(stranger().send("POST", document_ + "/renditions", "").status, 401U);
}

TEST_F(PreviewApi, AMailTellsItsHead) {
  filed("frage.txt", mail);
  const ApiAnswer document = clerk_.get(document_);
  ASSERT_TRUE(document.json.as_object().contains("mail")) << document.body;
  const auto& head = document.json.at("mail");
  EXPECT_EQ(head.at("from").as_string(), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(head.at("to").as_array().at(0).as_string(), "amt@musterbach.example");
  EXPECT_EQ(head.at("sent_at").as_string(), "2026-11-18T08:00:00.000000Z");
  EXPECT_EQ(head.at("subject").as_string(), "Zaunfrage");
  EXPECT_TRUE(head.at("cc").as_array().empty());
  EXPECT_EQ(clerk_.get(document_ + "/text").body, "Wie hoch darf er sein?");
}

TEST_F(PreviewApi, AnInvoiceTellsWhatIsToBePaid) {
  filed("rechnung.txt", invoice);
  const ApiAnswer document = clerk_.get(document_);
  ASSERT_TRUE(document.json.as_object().contains("invoice")) << document.body;
  const auto& facts = document.json.at("invoice");
  EXPECT_EQ(facts.at("kind").as_string(), "invoice");
  EXPECT_EQ(facts.at("number").as_string(), "RE 4711");
  EXPECT_EQ(facts.at("seller").as_string(), "Salzkontor");
  EXPECT_EQ(facts.at("issued_on").as_string(), "2026-11-20");
  EXPECT_EQ(facts.at("amount").as_string(), "1234.5");
  EXPECT_EQ(facts.at("currency").as_string(), "EUR");
  EXPECT_FALSE(facts.as_object().contains("due_on"));
  const ApiAnswer list = clerk_.get("/api/v1/dossiers/" + dossier_ + "/documents");
  EXPECT_EQ(list.body.find("RE 4711"), std::string::npos) << "lists are short";
  const ApiAnswer changed =
      clerk_.send("PATCH", document_, R"({"subject":"Salzrechnung"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(changed.status, 200U);
  EXPECT_TRUE(changed.json.as_object().contains("invoice"));
}

}  // namespace
}  // namespace dms::test
