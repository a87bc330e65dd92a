// RTF made by hand: what a page shows, in which character set.

#include <gtest/gtest.h>

#include "search/extract/parse/rtf.h"

namespace dms::search::extract {
namespace {

std::string text_of(std::string_view rtf) {
  TextSink sink(1U << 20U);
  parse_rtf(rtf, sink);
  return sink.finish().text;
}

TEST(Rtf, ParagraphsTabsCellsAndSymbols) {
  EXPECT_EQ(text_of("{\\rtf1\\ansi Eins\\par Zwei\\tab drei\\line vier\\par a\\cell b\\cell\\row "
                    "\\ldblquote x\\rdblquote\\emdash\\~y\\_z \\{\\}\\\\}"),
            "Eins\nZwei\tdrei\nvier\na\tb\t\n\u201cx\u201d\u2014\u00a0y-z {}\\");
}

TEST(Rtf, BytesAreReadInTheFontsCharacterSet) {
  EXPECT_EQ(
      text_of("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset238 "
              "Arial CE;}{\\f2\\fcharset128 MS Gothic;}}\\f0 Gr\\'fc\\'dfe \\f1 "
              "za\\'bf\\'f3\\'b3\\'e6 \\f2 \\'93\\'8c\\'8b\\'9e}"),
      "Grüße zażółć 東京");
}

TEST(Rtf, UnicodeReplacesItsStandIns) {
  EXPECT_EQ(text_of("{\\rtf1\\uc1 \\u228?\\u8364\\'80x}"), "ä€x");
  EXPECT_EQ(text_of("{\\rtf1{\\uc2 \\u228ae}\\u228?\\uc0\\u246 y}"), "ääöy");
  EXPECT_EQ(text_of("{\\rtf1\\u-10188?\\u-8388?x}"), "\U0001d33cx");
  EXPECT_EQ(text_of("{\\rtf1\\u-10187?x}"), "x");
  EXPECT_EQ(text_of("{\\rtf1 {\\upr{a}{\\*\\ud{b}}}}"), "b");
}

TEST(Rtf, WhatIsNotShownIsNotRead) {
  EXPECT_EQ(
      text_of("{\\rtf1{\\colortbl;\\red0;}{\\stylesheet{Standard;}}{\\*\\generator X;}"
              "{\\pict 89504e47}{\\*\\unknown{\\b tief}}da {\\v weg}{\\deleted weg}\\bin3 xyz "
              "hier}"),
      "da  hier");
}

TEST(Rtf, FieldsShowTheirResultAndNameTheirAddress) {
  EXPECT_EQ(text_of("{\\rtf1 {\\field{\\*\\fldinst{HYPERLINK \"https://example.org/a\"}}{\\fldrslt "
                    "hier}}.}"),
            "hier.\nhttps://example.org/a");
}

TEST(Rtf, NotesFollowTheBody) {
  EXPECT_EQ(text_of("{\\rtf1 Satz{\\footnote Note} geht weiter\\par {\\header Kopf}}"),
            "Satz geht weiter\nKopf\nNote");
}

TEST(Rtf, PropertiesAreMetadata) {
  TextSink sink(1000);
  const Parsed parsed = parse_rtf(
      "{\\rtf1\\ansi{\\info{\\title Titel}{\\author J\\'f6rg}{\\keywords Weg, Bau}}Text}", sink);
  EXPECT_EQ(parsed.title, "Titel");
  EXPECT_EQ(parsed.author, "Jörg");
  EXPECT_EQ(sink.finish().text, "Text\nWeg, Bau");
}

TEST(Rtf, OddInputIsSurvived) {
  for (const char* odd :
       {"{\\rtf1", "}}}}{", "{\\rtf1\\", "{\\rtf1\\'", "{\\rtf1\\'4", "\\u",
        "{\\rtf1\\bin99999999 x", "{\\rtf1\\u99999999999 x}", "\\*", "{\\*\\ud x"}) {
    text_of(odd);
  }
  EXPECT_EQ(text_of(std::string(100'000, '{') + "x" + std::string(100'000, '}') + "y"), "xy");
}

}  // namespace
}  // namespace dms::search::extract
