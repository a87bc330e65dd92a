// Text into blocks, blocks into files, mails in threads.

#include "deploy/demo/sheet.h"

#include <gtest/gtest.h>

#include "deploy/demo/mail.h"
#include "deploy/demo/render.h"

namespace dms::demo {
namespace {

TEST(Body, IsReadAsBlocks) {
  const auto blocks = parse_body(
      "# Beschluss\n1. Erstens\n   geht es weiter.\na) Unterpunkt\n\nEin Absatz,\nnoch derselbe. "
      "\\\n"
      "Neue Zeile.\n| 3 | 1 |\n| Was | Betrag |\n| Salz | 4,00 € |\n|= Summe | 4,00 € |\n");
  ASSERT_EQ(blocks.size(), 5U);
  EXPECT_EQ(std::get<Heading>(blocks[0]).text, "Beschluss");
  EXPECT_EQ(std::get<Item>(blocks[1]).label, "1.");
  EXPECT_EQ(std::get<Item>(blocks[1]).text, "Erstens geht es weiter.");
  EXPECT_EQ(std::get<Item>(blocks[2]).label, "a)");
  EXPECT_EQ(std::get<Paragraph>(blocks[3]).text, "Ein Absatz, noch derselbe.\nNeue Zeile.");
  const Table& table = std::get<Table>(blocks[4]);
  EXPECT_EQ(table.widths, (std::vector<int>{3, 1}));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[1].cells, (std::vector<std::string>{"Salz", "4,00 €"}));
  EXPECT_TRUE(table.rows[2].is_total);
  EXPECT_FALSE(table.rows[1].is_total);
}

Sheet long_letter() {
  Sheet sheet;
  sheet.sender = {"Gemeinde Musterbach",
                  "Bauamt",
                  "Rathausplatz 1",
                  "79999 Musterbach",
                  "",
                  "",
                  {"Sprechzeiten Mo–Fr"},
                  Stationery::municipality};
  sheet.recipient = sheet.sender;
  sheet.date = *parse_date("2026-11-13");
  sheet.subject = "Größenänderung";
  for (int i = 0; i < 60; ++i) {
    sheet.body.emplace_back(Paragraph{"Ein Absatz mit Umlauten und dem Euro: ä ö ü ß §, 3,50 €."});
  }
  sheet.signature = {"Mit freundlichen Grüßen", {"Im Auftrag", "Jonas Keller"}, true, {"Plan"}};
  return sheet;
}

TEST(Rendering, MakesFilesOfTheirKind) {
  const Sheet sheet = long_letter();
  const auto pdf = render_pdf(sheet);
  ASSERT_TRUE(pdf.has_value()) << pdf.error().hint;
  EXPECT_TRUE(pdf->starts_with("%PDF-"));
  EXPECT_NE(pdf->find("/Count 3"), std::string::npos) << "it runs on to further pages";
  for (const auto& office : {render_docx(sheet), render_odt(sheet)}) {
    ASSERT_TRUE(office.has_value()) << office.error().hint;
    EXPECT_TRUE(office->starts_with("PK"));
    EXPECT_NE(office->find("Größenänderung"), std::string::npos);
  }
}

TEST(Mail, IsPlainAsciiAndNamesWhatItAnswers) {
  Mail mail;
  mail.from = {"Berna Özdemir", "b.oezdemir@musterbach.example"};
  mail.to = {{"Rathaus", "rathaus@musterbach.example"}};
  mail.sent = *parse_rfc3339("2026-07-01T07:30:00Z");
  mail.subject = "Verkürzte Öffnungszeiten";
  mail.message_id = "2@example";
  mail.references = {"0@example", "1@example"};
  mail.text = "Grüße = gut \n.";
  mail.attachments = {{"plan.pdf", "application/pdf", "%PDF-"}};
  const std::string file = render_mail(mail);
  for (const char c : file) EXPECT_TRUE(c == '\r' || c == '\n' || (c >= ' ' && c <= '~'));
  for (const char* part :
       {"From: =?UTF-8?B?QmVybmEgw5Z6ZGVtaXI=?= <b.oezdemir@musterbach.example>\r\n",
        "Date: Wed, 01 Jul 2026 09:30:00 +0200\r\n", "In-Reply-To: <1@example>\r\n",
        "References:\r\n <0@example>\r\n <1@example>\r\n", "Message-ID: <2@example>\r\n",
        "Gr=C3=BC=C3=9Fe =3D gut=20\r\n", "filename=\"plan.pdf\"", "JVBERi0="}) {
    EXPECT_NE(file.find(part), std::string::npos) << part << "\n" << file;
  }
}

}  // namespace
}  // namespace dms::demo
