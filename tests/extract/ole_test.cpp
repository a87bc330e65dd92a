// Files of Microsoft's programs before 2007 made by hand: what is text, what is a state.

#include <gtest/gtest.h>

#include <cstdint>

#include "search/extract/parse/job.h"
#include "search/extract/parse/ole/compound_document.h"
#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/ole/compressed_rtf.h"
#include "search/extract/parse/ole/excel_strings.h"
#include "support/compound_builder.h"
#include "support/zip_builder.h"

namespace dms::search::extract {
namespace {

using test::make_compound_file;

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8U * static_cast<unsigned>(i)));
  }
  return out;
}

std::string wide(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out += le(static_cast<unsigned char>(c), 2);
  return out;
}

class OleTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { preload_parsers(); }
  static ParsedFile read(const test::CompoundStreams& streams) {
    return parse_file(make_compound_file(streams), 1U << 20U);
  }
};

TEST_F(OleTest, StreamsAreFoundByNameInTheirStorage) {
  const std::string large(5000, 'x');
  const std::string bytes =
      make_compound_file({{"Eins", "1"}, {"ordner/Zwei", large}, {"ordner/Drei", "3"}});
  const auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->read(file->root(), "eins", 10), "1");
  EXPECT_EQ(file->find(file->root(), "Zwei"), nullptr);
  const CompoundFile::Entry* folder = file->find(file->root(), "ordner");
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(file->read(*folder, "Zwei", 10'000), large);
  EXPECT_EQ(file->read(*folder, "Zwei", 7), "xxxxxxx");
  EXPECT_EQ(file->children(*folder).size(), 2U);
}

TEST_F(OleTest, ACutOrLoopingFileGivesWhatIsThere) {
  const std::string bytes = make_compound_file({{"A", std::string(4000, 'a')}});
  for (std::size_t size = 0; size <= bytes.size(); size += 97) {
    const std::string_view part = std::string_view(bytes).substr(0, size);
    const auto file = CompoundFile::open(part);
    if (!file) continue;
    EXPECT_LE(file->read(file->root(), "A", 10'000).size(), 4000U);
  }
  // Every sector is said to be followed by the first.
  std::string looping = bytes;
  looping.replace(looping.size() - 512, 32, std::string(32, '\0'));
  const auto file = CompoundFile::open(looping);
  if (file) {
    EXPECT_LE(file->read(file->root(), "A", 1U << 20U).size(), 4000U);
  }
}

TEST_F(OleTest, TypesAreToldByWhatIsInside) {
  EXPECT_EQ(read({{"WordDocument", "x"}}).extraction.mime_type, "application/msword");
  EXPECT_EQ(read({{"Workbook", "x"}}).extraction.mime_type, "application/vnd.ms-excel");
  EXPECT_EQ(read({{"PowerPoint Document", "x"}}).extraction.mime_type,
            "application/vnd.ms-powerpoint");
  EXPECT_EQ(read({{"__properties_version1.0", "x"}}).extraction.mime_type,
            "application/vnd.ms-outlook");
}

TEST_F(OleTest, AContainerThatCannotBeReadIsDamaged) {
  const std::string bytes = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(2000, 'x');
  const ParsedFile file = parse_file(bytes, 1000);
  EXPECT_EQ(file.extraction.mime_type, "application/x-ole-storage");
  EXPECT_EQ(file.extraction.state, TextState::damaged);
  EXPECT_EQ(read({{"Zeichnung", "x"}}).extraction.state, TextState::unsupported);
  const std::string archive = test::make_zip({{"a.txt", "x"}, {"b.txt", std::string(500, 'y')}});
  EXPECT_EQ(parse_file(archive, 1000).extraction.state, TextState::unsupported);
  const ParsedFile cut = parse_file(archive.substr(0, archive.size() / 2), 1000);
  EXPECT_EQ(cut.extraction.state, TextState::damaged);
  EXPECT_EQ(cut.cause, Cause::broken_container);
}

TEST_F(OleTest, OfficeFilesBehindAPasswordSaySo) {
  const ParsedFile file = read({{"EncryptionInfo", "x"}, {"EncryptedPackage", "x"}});
  EXPECT_EQ(file.extraction.state, TextState::encrypted);
  EXPECT_EQ(file.cause, Cause::password);
}

// A document whose text is one piece of bytes.
test::CompoundStreams word_streams(std::string_view text, std::uint16_t flags) {
  constexpr std::size_t text_at = 1024;
  std::string document = le(0xa5ec, 2) + le(0xc1, 2);
  document.resize(0x0a, '\0');
  document += le(flags, 2);
  document.resize(text_at, '\0');
  document += text;
  document.replace(0x1a2, 8, le(0, 4) + le(21, 4));
  const std::string pieces =
      le(0, 4) + le(text.size(), 4) + le(0, 2) + le(0x40000000U | text_at * 2, 4) + le(0, 2);
  return {{"WordDocument", document}, {"0Table", "\x02" + le(pieces.size(), 4) + pieces}};
}

TEST_F(OleTest, WordTextHasParagraphsCellsAndFieldResults) {
  const ParsedFile file =
      read(word_streams("Kopf\ra\x07"
                        "b\x07\x07"
                        "Gr\xfc\xdf"
                        "e \x80\r\x13HYPERLINK \"https://example.org/x\"\x14hier\x15\r\x02"
                        "Ende",
                        0));
  EXPECT_EQ(file.extraction.state, TextState::extracted);
  EXPECT_EQ(file.extraction.text, "Kopf\na\tb\t\nGrüße €\nhier\nEnde\nhttps://example.org/x");
}

TEST_F(OleTest, AnEncryptedWordDocumentSaysSo) {
  EXPECT_EQ(read(word_streams("geheim", 0x0100)).extraction.state, TextState::encrypted);
}

std::string biff(std::uint16_t type, std::string_view content) {
  return le(type, 2) + le(content.size(), 2) + std::string(content);
}

TEST_F(OleTest, CellsAreShownAsTheyAreFormatted) {
  const std::string beginning = biff(0x0809, le(0x0600, 2) + le(5, 2));
  const std::string strings = le(1, 4) + le(1, 4) + le(5, 2) + le(0, 1) + "Summe";
  std::string workbook = beginning + biff(0x041e, le(164, 2) + le(8, 2) + le(0, 1) + "#,##0.00") +
                         biff(0x00e0, le(0, 2) + le(164, 2)) + biff(0x00e0, le(0, 2) + le(14, 2)) +
                         biff(0x00fc, strings);
  workbook += biff(0x00fd, le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4));
  workbook += biff(0x027e, le(0, 2) + le(1, 2) + le(0, 2) + le(123450U << 2U | 3U, 4));
  workbook += biff(0x027e, le(1, 2) + le(0, 2) + le(1, 2) + le(46000U << 2U | 2U, 4));
  const ParsedFile file = read({{"Workbook", workbook}});
  EXPECT_EQ(file.extraction.text, "Summe\t1.234,50\n09.12.2025 (2025-12-09)");
}

TEST_F(OleTest, AWorkbookBehindAPasswordSaysSo) {
  const std::string workbook = biff(0x0809, le(0x0600, 2)) + biff(0x002f, le(0, 6));
  EXPECT_EQ(read({{"Workbook", workbook}}).extraction.state, TextState::encrypted);
}

TEST_F(OleTest, StringsGoOnInTheNextRecord) {
  const std::string first = le(4, 2) + le(0, 1) + "ab";
  const std::string second = le(1, 1) + wide("cd") + le(1, 2) + le(0, 1) + "e";
  ExcelStrings strings({first, second});
  EXPECT_EQ(strings.read_rich(), "abcd");
  EXPECT_EQ(strings.read_rich(), "e");
  EXPECT_TRUE(strings.at_end());
}

std::string atom(std::uint16_t type, std::string_view content, std::uint16_t head = 0) {
  return le(head, 2) + le(type, 2) + le(content.size(), 4) + std::string(content);
}

TEST_F(OleTest, SlidesArePagesAndWhatWasReplacedIsNotRead) {
  const std::string old = atom(0x0fa8, "verworfen");
  const std::string slide = atom(0x03ee, atom(0x0fa0, wide("Kasten")), 0xf);
  const std::string persist = le(2, 4) + std::string(16, '\0');
  const std::string list = atom(0x03f3, persist) + atom(0x0fa8, "Eins") + atom(0x03f3, persist) +
                           atom(0x0fa8, "Zwei\rund mehr");
  const std::string main = atom(0x03e8, atom(0x0ff0, list, 0xf), 0xf);
  const std::size_t slide_at = old.size();
  const std::size_t main_at = slide_at + slide.size();
  const std::size_t directory_at = main_at + main.size();
  const std::string directory =
      atom(0x1772, le(2U << 20U | 1U, 4) + le(main_at, 4) + le(slide_at, 4));
  const std::string edit =
      atom(0x0ff5, std::string(12, '\0') + le(directory_at, 4) + le(1, 4) + std::string(8, '\0'));
  std::string user(16, '\0');
  user += le(directory_at + directory.size(), 4);
  const ParsedFile file = read(
      {{"Current User", user}, {"PowerPoint Document", old + slide + main + directory + edit}});
  // The edit names its directory 12 bytes into its content.
  EXPECT_EQ(file.extraction.text, "Eins\nKasten\n\fZwei\nund mehr");
}

TEST_F(OleTest, RtfOfOutlookIsUnpacked) {
  // [MS-OXRTFCP] 4.1.1
  const std::string example(
      "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63"
      "\x70\x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64"
      "\x7d\x0a\x80\x0f\xa0",
      49);
  EXPECT_EQ(decompress_rtf(example, 1000), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  EXPECT_EQ(decompress_rtf(example.substr(0, 20), 1000).substr(0, 3), "{\\r");
}

std::string property(std::uint16_t id, std::uint16_t type, std::uint64_t value) {
  return le(type, 2) + le(id, 2) + le(6, 4) + le(value, 8);
}

TEST_F(OleTest, AnOutlookMessageIsAMail) {
  const std::string head(32, '\0');
  const std::uint64_t sent = (1772438400ULL + 11644473600ULL) * 10'000'000ULL;
  const ParsedFile file =
      read({{"__properties_version1.0", head + property(0x0039, 0x0040, sent)},
            {"__substg1.0_0037001F", wide("Bauantrag")},
            {"__substg1.0_0C1A001F", wide("Petra Ackerlund")},
            {"__substg1.0_5D01001F", wide("petra@example.org")},
            {"__substg1.0_1035001F", wide("<1@example.org>")},
            {"__substg1.0_1039001F", wide("<0@example.org> <00@example.org>")},
            {"__substg1.0_1000001F", wide("Guten Tag")},
            {"__substg1.0_10130102", "<img src='cid:logo@x'>"},
            {"__recip_version1.0_#00000000/__substg1.0_3001001F", wide("Amt")},
            {"__recip_version1.0_#00000000/__substg1.0_39FE001F", wide("amt@example.org")},
            {"__attach_version1.0_#00000000/__substg1.0_3707001F", wide("Anlage.txt")},
            {"__attach_version1.0_#00000000/__substg1.0_37010102", "Inhalt der Anlage"},
            {"__attach_version1.0_#00000001/__substg1.0_3712001F", wide("logo@x")},
            {"__attach_version1.0_#00000001/__substg1.0_37010102", "GIF89a\1\1\1"}});
  EXPECT_EQ(file.extraction.mime_type, "application/vnd.ms-outlook");
  ASSERT_TRUE(file.extraction.mail);
  const MailFacts& mail = *file.extraction.mail;
  EXPECT_EQ(mail.from, "Petra Ackerlund <petra@example.org>");
  EXPECT_EQ(mail.to, std::vector<std::string>{"Amt <amt@example.org>"});
  EXPECT_EQ(mail.sent_at, parse_rfc3339("2026-03-02T08:00:00Z"));
  EXPECT_EQ(mail.message_id, "1@example.org");
  EXPECT_EQ(mail.thread, (std::vector<std::string>{"0@example.org", "00@example.org"}));
  ASSERT_EQ(file.extraction.attachments.size(), 2U);
  for (const Attachment& each : file.extraction.attachments) {
    EXPECT_EQ(each.inline_part, each.mime_type == "image/gif") << each.name;
  }
  EXPECT_EQ(file.extraction.text, "Guten Tag\nAnlage.txt\nInhalt der Anlage");
}

// Outlook gives an id to every picture; those of the text it marks as such.
TEST_F(OleTest, OfAMessageASmallPictureWithAnIdAloneIsSeen) {
  const std::string logo("GIF89a\x40\x01\x50\x00\x80", 11);
  const ParsedFile file =
      read({{"__properties_version1.0", std::string(32, '\0')},
            {"__substg1.0_1000001F", wide("Guten Tag")},
            {"__attach_version1.0_#00000000/__substg1.0_3712001F", wide("bild@x")},
            {"__attach_version1.0_#00000000/__substg1.0_37010102", logo}});
  ASSERT_EQ(file.extraction.attachments.size(), 1U);
  EXPECT_EQ(file.extraction.attachments.front().mime_type, "image/gif");
  EXPECT_FALSE(file.extraction.attachments.front().inline_part);
}

}  // namespace
}  // namespace dms::search::extract
