// Plain text, HTML, pdftotext's output, and the sink they all write to.

#include <gtest/gtest.h>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/html.h"
#include "search/extract/parse/pdf_text.h"
#include "search/extract/parse/plain.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t large = 1U << 20U;

std::string plain(std::string_view bytes, std::string_view charset = {}) {
  TextSink sink(large);
  parse_plain(bytes, charset, sink);
  return sink.finish().text;
}

std::string html(std::string_view bytes, std::string_view charset = {}) {
  TextSink sink(large);
  parse_html(bytes, charset, sink);
  return sink.finish().text;
}

TEST(TextSink, NormalisesAndDropsControls) {
  TextSink sink(large);
  sink.append(
      "Gru\xcc\x88\xc3\x9f"
      "e\x01\x1b[2J\xc2\x85 \xef\xbf\xbf"
      "Ende\xff \n");
  EXPECT_EQ(sink.finish().text, "Grüße[2J\n Ende\xef\xbf\xbd");
}

TEST(TextSink, VerticalTabsEndLines) {
  TextSink sink(large);
  sink.append("Das\x0bInstrument");
  EXPECT_EQ(sink.finish().text, "Das\nInstrument");
}

TEST(TextSink, CutsOnACodePoint) {
  TextSink sink(5);
  sink.append("ääääää");
  EXPECT_TRUE(sink.full());
  const TextSink::Finished finished = sink.finish();
  EXPECT_EQ(finished.text, "ää");
  EXPECT_TRUE(finished.cut);
}

TEST(TextSink, WhiteSpaceAloneIsNoText) {
  TextSink sink(large);
  sink.append(" \n\t");
  sink.hard_page_break();
  EXPECT_EQ(sink.finish().text, "");
}

TEST(TextSink, TwoPageBreaksWithoutTextCountOnce) {
  TextSink sink(large);
  sink.page_break();
  sink.append("eins");
  sink.page_break();
  sink.page_break();
  sink.append("zwei");
  EXPECT_EQ(sink.finish().text, "eins\fzwei");
}

TEST(Plain, KnowsCharacterSetsByMarkNameAndLooks) {
  EXPECT_EQ(plain("Grüße"), "Grüße");
  EXPECT_EQ(plain("\xef\xbb\xbfGrüße"), "Grüße");
  EXPECT_EQ(plain("Gr\xfc\xdf"
                  "e \x80"),
            "Grüße €");  // Windows-1252
  EXPECT_EQ(plain(std::string_view("\xff\xfeG\0r\0\xfc\0", 8)), "Grü");
  EXPECT_EQ(plain(std::string_view("\xfe\xff\0G\0r\0\xfc", 8)), "Grü");
  EXPECT_EQ(plain("Gr\xfc\xdf"
                  "e",
                  "iso-8859-1"),
            "Grüße");
  EXPECT_EQ(plain("\x1b$B$3$s\x1b(B", "ISO-2022-JP"), "こん");
  EXPECT_EQ(plain("Gr\xfc\xdf"
                  "e",
                  "no-such-charset"),
            "Grüße");
}

TEST(Plain, LineEndsOfAnySystemBecomeLineFeeds) {
  EXPECT_EQ(plain("a\r\nb\rc\nd"), "a\nb\nc\nd");
}

TEST(Plain, FormFeedsStayPages) {
  EXPECT_EQ(plain("eins\fzwei"), "eins\fzwei");
}

TEST(Html, ShowsWhatAReaderSees) {
  EXPECT_EQ(html("<html><head><title>T</title><style>p{}</style></head><body><script>x()</script>"
                 "<h1>Kopf</h1><p>Ein\n  <b>fett</b>er Satz.<br>Zeile<ul><li>A<li>B</ul>"
                 "<img alt='Wappen'></body>"),
            "Kopf\nEin fetter Satz.\nZeile\nA\nB\nWappen");
}

TEST(Html, TitleIsMetadata) {
  TextSink sink(large);
  EXPECT_EQ(parse_html("<title>Amts&shy;blatt &amp; mehr</title><p>x", {}, sink).title,
            "Amts\xc2\xad"
            "blatt & mehr");
}

TEST(Html, EntitiesAndCharsetsAreRead) {
  EXPECT_EQ(html("<p>Stra&szlig;e &#8364; &uuml;"), "Straße € ü");
  EXPECT_EQ(html("<meta charset=iso-8859-1><p>Gr\xfc\xdf"
                 "e"),
            "Grüße");
  EXPECT_EQ(html("<meta http-equiv=x content='text/html; charset=windows-1251'><p>\xcf\xf0"), "Пр");
  EXPECT_EQ(html("<?xml version='1.0' encoding='ISO-8859-15'?><p>\xa4"), "€");
  EXPECT_EQ(html("<p>Gr\xc3\xbc\xc3\x9f"
                 "e"),
            "Grüße");
}

TEST(Html, PreformattedTextKeepsItsLines) {
  EXPECT_EQ(html("<pre>a  b\n  c</pre>"), "a  b\n  c");
}

TEST(Html, CellsAreApartAndRowsAreLines) {
  EXPECT_EQ(html("<table><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table>"), "1 2 \n3 4");
}

TEST(Html, BrokenMarkupStillGivesText) {
  EXPECT_EQ(html("<p>eins<<b>zwei</p></b></x><!-- offen"), "eins<zwei");
  EXPECT_NE(html(std::string(20'000, '<') + " Text").find("Text"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<div>";
  EXPECT_EQ(html(deep + "tief"), "tief");
}

TEST(Html, DeclaredEntitiesAreNotExpanded) {
  EXPECT_EQ(
      html("<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>x &a; y").find("root"),
      std::string::npos);
}

std::string tool_output(std::string_view text) {
  return "<html><head>\n<title>Sat&amp;zung</title>\n<meta name=\"Author\" content=\"A "
         "&lt;B&gt;\"/>\n"
         "</head>\n<body>\n<pre>\n" +
         std::string(text) + "</pre>\n</body>\n</html>\n";
}

TEST(PdfText, PagesTitleAndAuthorAreRead) {
  TextSink sink(large);
  const Parsed parsed = parse_pdf_text(tool_output("Seite 1\n\f\f</pre>Seite 3\n\f"), "", sink);
  EXPECT_EQ(parsed.title, "Sat&zung");
  EXPECT_EQ(parsed.author, "A <B>");
  EXPECT_EQ(sink.finish().text, "Seite 1\n\f\f</pre>Seite 3");
}

TEST(PdfText, WhatTheToolSaysDecidesTheState) {
  TextSink sink(large);
  EXPECT_EQ(parse_pdf_text("", "Command Line Error: Incorrect password\n", sink).state,
            TextState::encrypted);
  EXPECT_EQ(parse_pdf_text("", "Syntax Error: Couldn't read xref table\n", sink).state,
            TextState::damaged);
  EXPECT_EQ(parse_pdf_text("", "Out of memory\n", sink).state, TextState::limit_exceeded);
  EXPECT_EQ(parse_pdf_text("", tool_not_started, sink).cause, Cause::tool_unavailable);
}

TEST(PdfText, PagesBeforeACrashAreKept) {
  TextSink sink(large);
  const Parsed parsed = parse_pdf_text("<pre>\nSeite 1\n\fSeite", "", sink);
  EXPECT_EQ(parsed.state, TextState::extracted);
  EXPECT_EQ(parsed.cause, Cause::parser_crashed);
  EXPECT_EQ(sink.finish().text, "Seite 1\n\fSeite");
}

TEST(PdfText, WordsDividedAtLineEndsAreMadeWhole) {
  EXPECT_EQ(join_hyphenated("Grundstücks-\nkaufvertrag"), "Grundstückskaufvertrag");
  EXPECT_EQ(join_hyphenated("Vor-\nund Nachname"), "Vor-\nund Nachname");
  EXPECT_EQ(join_hyphenated("Vor-\nundank"), "Vorundank");
  EXPECT_EQ(join_hyphenated("Haupt-\nAusschuss"), "Haupt-\nAusschuss");
  EXPECT_EQ(join_hyphenated("2020-\njetzt"), "2020-\njetzt");
  EXPECT_EQ(join_hyphenated("-\nx-"), "-\nx-");
  EXPECT_EQ(join_hyphenated("a-\n"), "a-\n");
}

}  // namespace
}  // namespace dms::search::extract
