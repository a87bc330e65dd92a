// Mails made by hand, and the detection that leads to their parser.

#include <gtest/gtest.h>

#include "search/extract/parse/detect.h"
#include "search/extract/parse/dispatch.h"
#include "search/extract/parse/job.h"
#include "search/extract/parse/mail.h"
#include "support/scanned_pages.h"
#include "support/zip_builder.h"

namespace dms::search::extract {
namespace {

class MailTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { preload_parsers(); }

  ParsedFile read(std::string_view bytes) { return parse_file(bytes, 1U << 20U); }
};

const std::string header =
    "From: =?iso-8859-1?Q?J=F6rg?= <joerg@example.org>\r\nTo: amt@musterbach.example\r\n"
    "Date: Mon, 2 Mar 2026 09:00:00 +0100\r\nSubject: "
    "=?utf-8?B?QmF1YW50cmFnIMOWc3RlciBTdHJhw59l?=\r\n"
    "MIME-Version: 1.0\r\n";

std::string multipart(std::string_view kind, const std::vector<std::string>& parts) {
  std::string bytes = "Content-Type: multipart/" + std::string(kind) + "; boundary=\"=x=\"\r\n\r\n";
  for (const std::string& part : parts) bytes += "--=x=\r\n" + part + "\r\n";
  return bytes + "--=x=--\r\n";
}

TEST_F(MailTest, HeaderAndBodyAreText) {
  const ParsedFile mail = read(header +
                               "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdf"
                               "e aus dem Amt\r\n");
  EXPECT_EQ(mail.extraction.mime_type, "message/rfc822");
  EXPECT_EQ(mail.extraction.state, TextState::extracted);
  EXPECT_EQ(mail.extraction.title, "Bauantrag Öster Straße");
  EXPECT_EQ(mail.extraction.author, "Jörg <joerg@example.org>");
  EXPECT_EQ(mail.extraction.text, "Grüße aus dem Amt");
}

TEST_F(MailTest, TheHeadIsFacts) {
  const ParsedFile mail = read(header +
                               "Cc: \"Amt, Bau\" <bau@musterbach.example>, "
                               "=?utf-8?Q?B=C3=BCro?= <buero@example.org>\r\n\r\nText");
  ASSERT_TRUE(mail.extraction.mail);
  const MailFacts& facts = *mail.extraction.mail;
  EXPECT_EQ(facts.from, "Jörg <joerg@example.org>");
  EXPECT_EQ(facts.to, std::vector<std::string>{"amt@musterbach.example"});
  EXPECT_EQ(facts.cc, (std::vector<std::string>{"\"Amt, Bau\" <bau@musterbach.example>",
                                                "Büro <buero@example.org>"}));
  EXPECT_EQ(facts.sent_at, parse_rfc3339("2026-03-02T08:00:00Z"));
  EXPECT_EQ(facts.subject, "Bauantrag Öster Straße");
}

TEST_F(MailTest, IdsTellWhatTheMailAnswers) {
  const ParsedFile mail = read(header +
                               "Message-ID: <2@example.org>\r\nIn-Reply-To: <1@example.org>\r\n"
                               "References: <0@example.org>\r\n <1@example.org> <\r\n\r\nText");
  ASSERT_TRUE(mail.extraction.mail);
  EXPECT_EQ(mail.extraction.mail->message_id, "2@example.org");
  EXPECT_EQ(mail.extraction.mail->answers, std::vector<std::string>{"1@example.org"});
  EXPECT_EQ(mail.extraction.mail->thread,
            (std::vector<std::string>{"0@example.org", "1@example.org"}));
}

TEST_F(MailTest, AHeadAgainstTheRulesIsReadAsFarAsItGoes) {
  const ParsedFile mail = read(
      "Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0100\r\nFrom: Petra petra@example.org\r\n"
      "To: amt@example.org\r\nDate: gestern\r\nSubject: x\r\n\r\nText");
  ASSERT_TRUE(mail.extraction.mail);
  EXPECT_EQ(mail.extraction.mail->from, "Petra petra@example.org");
  EXPECT_EQ(mail.extraction.mail->sent_at, parse_rfc3339("2026-03-02T08:00:00Z"));
}

TEST_F(MailTest, OnlyPicturesThatTheBodyShowsAreHidden) {
  const std::string picture =
      "Content-Type: image/gif; name=a.gif\r\nContent-ID: <a@b>\r\n\r\n"
      "GIF89a\1\1\1";
  const std::string text = "Content-Type: text/plain; name=b.txt\r\nContent-ID: <b@b>\r\n\r\nb";
  const auto hidden = [&](const std::string& body) {
    std::string found;
    for (const Attachment& each :
         read(header + multipart("related", {body, picture, text})).extraction.attachments) {
      found += each.inline_part ? 'h' : 's';
    }
    return found;
  };
  EXPECT_EQ(hidden("Content-Type: text/html\r\n\r\n<img src='cid:a@b'><a href='cid:b@b'>"), "hs");
  EXPECT_EQ(hidden("Content-Type: text/html\r\n\r\nFoto anbei"), "ss");
  EXPECT_EQ(hidden("Content-Type: text/plain\r\n\r\ncid:a@b"), "ss");
}

TEST_F(MailTest, LogosBesideTheTextAreHiddenAndPhotographsAreNot) {
  const auto picture = [](int width, int height, const std::string& how) {
    return "Content-Type: image/png; name=bild.png\r\n" + how +
           "Content-Transfer-Encoding: binary\r\n\r\n" +
           test::as_png("P5\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n" +
                        std::string(static_cast<std::size_t>(width * height), '\x80'));
  };
  const auto hidden = [&](const std::string& part) {
    const ParsedFile mail =
        read(header +
             multipart("mixed", {"Content-Type: text/plain\r\n\r\nMit freundlichen Grüßen", part}));
    EXPECT_EQ(mail.extraction.attachments.size(), 1U);
    return mail.extraction.attachments.front().inline_part;
  };
  const std::string beside = "Content-Disposition: inline\r\n";
  EXPECT_TRUE(hidden(picture(300, 80, beside)));
  EXPECT_TRUE(hidden(picture(300, 80, "Content-ID: <logo@amt>\r\n")));
  EXPECT_FALSE(hidden(picture(1600, 1200, beside))) << "a photograph";
  EXPECT_FALSE(hidden(picture(300, 80, "Content-Disposition: attachment\r\n")));
  EXPECT_FALSE(hidden(
      picture(300, 80, "Content-Disposition: ATTACHMENT\r\nContent-ID: <f_k3jx91@mail>\r\n")));
  EXPECT_TRUE(
      hidden("Content-Type: image/gif\r\nContent-Disposition: inline\r\n"
             "Content-Transfer-Encoding: binary\r\n\r\n" +
             std::string("GIF89a\x40\x01\x50\x00\x80", 11)));
}

TEST_F(MailTest, OfAMailWithinAMailTheHeadIsText) {
  const ParsedFile mail = read(
      header + multipart("mixed", {"Content-Type: text/plain\r\n\r\naußen",
                                   "Content-Type: message/rfc822\r\n\r\n" + header + "\r\ninnen"}));
  EXPECT_EQ(mail.extraction.text,
            "außen\nFrom: Jörg <joerg@example.org>\nTo: amt@musterbach.example\n"
            "Date: Mon, 2 Mar 2026 09:00:00 +0100\nSubject: Bauantrag Öster Straße\n\ninnen");
}

TEST_F(MailTest, ManyRecipientsAreCutToALimit) {
  std::string many = "From: a@example.org\r\nTo: b@example.org";
  for (int i = 0; i < 500; ++i) many += ",\r\n x" + std::to_string(i) + "@example.org";
  const ParsedFile mail = read(many + "\r\n\r\nText");
  ASSERT_TRUE(mail.extraction.mail);
  EXPECT_EQ(mail.extraction.mail->to.size(), MailFacts::parties_max);
}

TEST_F(MailTest, OfAlternativesThePlainOneIsRead) {
  const ParsedFile mail =
      read(header + multipart("alternative", {"Content-Type: text/plain\r\n\r\nschlicht",
                                              "Content-Type: text/html\r\n\r\n<p>bunt"}));
  EXPECT_NE(mail.extraction.text.find("schlicht"), std::string::npos);
  EXPECT_EQ(mail.extraction.text.find("bunt"), std::string::npos);
  const ParsedFile only_html =
      read(header + multipart("alternative", {"Content-Type: text/plain\r\n\r\n  ",
                                              "Content-Type: text/html\r\n\r\n<p>bunt"}));
  EXPECT_NE(only_html.extraction.text.find("bunt"), std::string::npos);
}

TEST_F(MailTest, AttachmentsAreTypedByTheirBytesAndRead) {
  const std::string docx = test::make_docx("<w:p><w:t>Anlage</w:t></w:p>");
  const ParsedFile mail = read(
      header +
      multipart(
          "mixed",
          {"Content-Type: text/html\r\n\r\nanbei <img src='cid:a@b'>",
           "Content-Type: image/png\r\nContent-Disposition: attachment; "
           "filename*=utf-8''Pl%C3%A4ne.pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
               docx,
           "Content-Type: image/gif; name=logo.gif\r\nContent-ID: <a@b>\r\n\r\nGIF89a\1\1\1"}));
  ASSERT_EQ(mail.extraction.attachments.size(), 2U);
  EXPECT_EQ(mail.extraction.attachments[0].name, "Pläne.pdf");
  EXPECT_EQ(mail.extraction.attachments[0].mime_type,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_FALSE(mail.extraction.attachments[0].inline_part);
  EXPECT_EQ(mail.extraction.attachments[1].mime_type, "image/gif");
  EXPECT_TRUE(mail.extraction.attachments[1].inline_part);
  EXPECT_NE(mail.extraction.text.find("Pläne.pdf\nAnlage"), std::string::npos);
}

TEST_F(MailTest, NamesOfAttachmentsCannotDeceive) {
  const ParsedFile mail =
      read(header + multipart("mixed", {"Content-Type: text/plain\r\n\r\nx",
                                        "Content-Disposition: attachment; filename=\"=?utf-8?B?"
                                        "4oCucmNzLmV4ZQo=?=\"\r\n\r\ny"}));
  ASSERT_EQ(mail.extraction.attachments.size(), 1U);
  EXPECT_EQ(mail.extraction.attachments[0].name, "rcs.exe");
}

TEST_F(MailTest, ForwardedMessagesAreReadToALimit) {
  std::string mail = header + "\r\ninnerste";
  for (int i = 0; i < 20; ++i) {
    mail =
        header + multipart("mixed", {"Content-Type: text/plain\r\n\r\nStufe " + std::to_string(i),
                                     "Content-Type: message/rfc822\r\n\r\n" + mail});
    // Every level needs a boundary of its own.
    std::size_t at = 0;
    while ((at = mail.find("=x=", at)) != std::string::npos)
      mail.replace(at, 3, "=b" + std::to_string(i) + "=");
  }
  const ParsedFile parsed = read(mail);
  EXPECT_EQ(parsed.extraction.state, TextState::extracted);
  EXPECT_EQ(parsed.cause, Cause::nested_too_deep);
  EXPECT_NE(parsed.extraction.text.find("Stufe 19"), std::string::npos);
  EXPECT_NE(parsed.extraction.text.find("Stufe 15"), std::string::npos);
  EXPECT_EQ(parsed.extraction.text.find("Stufe 1\n"), std::string::npos);
}

TEST_F(MailTest, NonsenseInAHeaderIsSurvived) {
  const ParsedFile mail = read("From: \xff\xfe\r\nDate: never\r\nSubject: =?x?Q?=\r\n\r\nText");
  EXPECT_EQ(mail.extraction.state, TextState::extracted);
  EXPECT_NE(mail.extraction.text.find("Text"), std::string::npos);
  ASSERT_TRUE(mail.extraction.mail);
  EXPECT_FALSE(mail.extraction.mail->sent_at);
}

TEST_F(MailTest, TypesAreToldByBytesAlone) {
  EXPECT_EQ(detect_type("%PDF-1.7\n"), "application/pdf");
  EXPECT_EQ(detect_type("Sehr geehrte Damen und Herren"), "text/plain");
  EXPECT_EQ(detect_type("Hinweis: Das hier ist ein Text: kein Brief.\n\nNoch einer."),
            "text/plain");
  EXPECT_EQ(detect_type("<?xml version='1.0'?><rechnung/>"), "text/xml");
  EXPECT_EQ(detect_type(
                "<?xml version='1.0'?><!-- c --><!DOCTYPE html>\n<html lang='de'><p>x</p></html>"),
            "application/xhtml+xml");
  EXPECT_EQ(detect_type(std::string_view("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)), "image/png");
  EXPECT_EQ(detect_type(""), "application/x-empty");
  EXPECT_EQ(detect_type(test::make_docx("")),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(detect_type(test::make_odt("")), "application/vnd.oasis.opendocument.text");
  EXPECT_EQ(detect_type(test::make_zip({{"a.txt", "x"}})), "application/zip");
  // What a damaged file says of itself is not repeated.
  EXPECT_EQ(detect_type(test::make_zip(
                {{"mimetype", "application/vnd.oasis.opendocument.spre\xff\x01"}, {"b", "x"}})),
            "application/zip");
}

TEST_F(MailTest, GuessesAtProgrammingLanguagesAreText) {
  EXPECT_EQ(refine_type("text/x-algol68", "begin"), "text/plain");
  EXPECT_EQ(refine_type("application/CDFV2", ""), "application/cdfv2");
  EXPECT_EQ(refine_type("application/octet-stream", "x%PDF-1.4 … %%EOF"), "application/pdf");
}

TEST_F(MailTest, TextWithSomeControlCharactersIsText) {
  const std::string bullets =
      "Die Verwaltung pr\u00FCft, \n\x01 ob es geht; \n\x01 was es kostet.\n";
  EXPECT_EQ(detect_type(bullets), "text/plain");
  EXPECT_EQ(detect_type("Das\x0bInstrument\x0bNahverkehrsplan"), "text/plain");
  // Cut in the middle of a character, where the beginning of a large file ends.
  const std::string large = bullets + std::string(detect_bytes_max - bullets.size() - 1, 'x');
  EXPECT_EQ(detect_type(large + "\xc3"), "text/plain");
  EXPECT_EQ(detect_type(bullets + std::string(1, '\0')), "application/octet-stream");
  EXPECT_EQ(detect_type(bullets + "\xff"), "application/octet-stream");
  EXPECT_EQ(detect_type("a\x01"
                        "b\x02"
                        "c\x03"),
            "application/octet-stream");
}

TEST_F(MailTest, UnknownTypesAreUnsupported) {
  TextSink sink(100);
  EXPECT_EQ(parse_as("image/bmp", "BM", sink).state, TextState::unsupported);
  EXPECT_EQ(parse_as("image/tiff", "II*", sink).state, TextState::damaged);
  EXPECT_EQ(parse_as("application/encrypted", "x", sink).state, TextState::encrypted);
  EXPECT_EQ(parse_as("text/plain", "x", sink, nesting_max + 1).cause, Cause::nested_too_deep);
}

}  // namespace
}  // namespace dms::search::extract
