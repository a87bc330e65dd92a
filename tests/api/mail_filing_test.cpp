// Mails that come as files, over the wire and through the sandbox: what their heads give to the
// fields that nobody named, what a person named, and what came before as the same message.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

std::string mail(std::string_view id, std::string_view text = "Wie hoch darf er sein?") {
  return "From: Petra Ackerlund <p@example.org>\r\nTo: amt@musterbach.example\r\n"
         "Date: Wed, 18 Nov 2026 09:00:00 +0100\r\nSubject: =?utf-8?q?Zaunh=C3=B6he?=\r\n"
         "Message-ID: <" +
         std::string(id) + ">\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
         std::string(text);
}

class MailFiling : public ::testing::Test {
 protected:
  ApiAnswer file(std::string_view more, std::string_view name, std::string_view bytes) {
    const std::string metadata = R"({"dossier_id":")" + dossier_ + "\"" + std::string(more) + "}";
    return clerk_.upload("/api/v1/documents", metadata, name, bytes);
  }
  ApiAnswer receive(std::string_view more, std::string_view name, std::string_view bytes) {
    const std::string metadata = R"({"inbox_id":")" + inbox() + "\"" + std::string(more) + "}";
    return clerk_.upload("/api/v1/inbox", metadata, name, bytes);
  }
  std::string inbox() {
    const ApiAnswer inboxes = clerk_.get("/api/v1/inboxes");
    for (const auto& each : inboxes.json.at("items").as_array()) {
      if (each.at("name").as_string() == "Posteingang Hauptamt") {
        return std::string(each.at("id").as_string());
      }
    }
    return "";
  }

  ApiClient clerk_ = person("h.brandt");
  std::string dossier_ = open_dossier(clerk_, "660.1", "Zaunhöhen");
};

TEST_F(MailFiling, TakesWhatNobodyNamedFromTheMail) {
  const ApiAnswer filed =
      file(R"(,"from_mail":true,"direction":"incoming")", "Anfrage.eml", mail("1@filing"));
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Zaunhöhe");
  EXPECT_EQ(filed.text("sender"), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(filed.text("letter_date"), "2026-11-18");
  EXPECT_EQ(filed.text("type"), "email");
}

TEST_F(MailFiling, LeavesWhatAPersonNamed) {
  const ApiAnswer filed = file(
      R"(,"from_mail":true,"subject":"Zaun","sender":"Frau Ackerlund","type":"letter","letter_date":null)",
      "Anfrage.eml", mail("2@filing"));
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Zaun");
  EXPECT_EQ(filed.text("sender"), "Frau Ackerlund");
  EXPECT_EQ(filed.text("type"), "letter");
  EXPECT_FALSE(filed.json.as_object().contains("letter_date"));
  const ApiAnswer plain = file(R"(,"subject":"Zaun")", "Anfrage.eml", mail("2@filing"));
  EXPECT_EQ(plain.text("sender"), "") << "it is to be asked for";
}

TEST_F(MailFiling, OfAnyOtherFileTheSubjectIsItsName) {
  const ApiAnswer filed = file(R"(,"from_mail":true)", "Kein Brief.eml", "Sehr geehrte Damen\n\n");
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Kein Brief");
  EXPECT_EQ(filed.text("type"), "other");
  const ApiAnswer without = file("", "Anfrage.eml", mail("3@filing"));
  EXPECT_EQ(without.status, 400U) << without.body;
  EXPECT_EQ(without.json.at("errors").at(0).at("pointer").as_string(), "/subject");
}

TEST_F(MailFiling, AMailInTheInboxIsItsOwnAndIsKnownAgain) {
  const ApiAnswer item = receive("", "gespeichert.eml", mail("4@filing"));
  ASSERT_EQ(item.status, 201U) << item.body;
  EXPECT_EQ(item.text("subject"), "Zaunhöhe");
  EXPECT_EQ(item.text("sender"), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(item.text("type"), "email");
  EXPECT_EQ(item.text("duplicate_of"), "");
  const ApiAnswer again =
      receive(R"(,"subject":"Noch einmal")", "zwei.eml", mail("4@filing", "Saved again."));
  EXPECT_EQ(again.text("subject"), "Noch einmal");
  EXPECT_EQ(again.text("duplicate_of"), item.text("id"));
  const std::string path = "/api/v1/inbox/" + item.text("id");
  ASSERT_TRUE(eventually([&] { return clerk_.get(path).json.as_object().contains("mail"); },
                         std::chrono::seconds(30)));
  EXPECT_EQ(clerk_.get(path).json.at("mail").at("subject").as_string(), "Zaunhöhe");
  EXPECT_EQ(clerk_.get("/api/v1/inbox?limit=5").body.find("\"mail\""), std::string::npos)
      << "lists are short";
}

}  // namespace
}  // namespace dms::test
