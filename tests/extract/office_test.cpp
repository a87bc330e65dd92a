// DOCX and OpenDocument made by hand: what is text, in which order, and what is a limit.

#include <gtest/gtest.h>

#include "search/extract/parse/opendocument.h"
#include "search/extract/parse/word.h"
#include "search/extract/parse/word_numbering.h"
#include "search/extract/parse/zip_parts.h"
#include "support/zip_builder.h"

namespace dms::search::extract {
namespace {

using test::make_docx;
using test::make_odt;
using test::make_zip;

struct Outcome {
  Parsed parsed;
  std::string text;
};

Outcome word(std::string_view bytes) {
  TextSink sink(8U << 20U);
  Outcome outcome{parse_word(bytes, sink), {}};
  outcome.text = sink.finish().text;
  return outcome;
}

Outcome open_document(std::string_view bytes) {
  TextSink sink(8U << 20U);
  Outcome outcome{parse_open_document(bytes, sink), {}};
  outcome.text = sink.finish().text;
  return outcome;
}

std::string paragraph(std::string_view text) {
  return "<w:p><w:r><w:t>" + std::string(text) + "</w:t></w:r></w:p>";
}

std::string numbered(std::string_view text, int level, int list = 1) {
  return "<w:p><w:pPr><w:numPr><w:ilvl w:val='" + std::to_string(level) + "'/><w:numId w:val='" +
         std::to_string(list) + "'/></w:numPr></w:pPr><w:r><w:t>" + std::string(text) +
         "</w:t></w:r></w:p>";
}

std::string relationships(std::string_view kinds_and_targets) {
  return "<Relationships>" + std::string(kinds_and_targets) + "</Relationships>";
}

std::string relationship(std::string_view kind, std::string_view target, bool external = false) {
  return "<Relationship Type='http://x/" + std::string(kind) + "' Target='" + std::string(target) +
         "'" + (external ? " TargetMode='External'/>" : "/>");
}

TEST(Word, ParagraphsTabsAndBreaks) {
  const std::string body =
      "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>eins</w:t><w:tab/><w:t>zwei</w:t>"
      "<w:br/><w:t xml:space='preserve'> drei</w:t></w:r></w:p>" +
      paragraph("vier &amp; f&#252;nf");
  EXPECT_EQ(word(make_docx(body)).text, "eins\tzwei\n drei\nvier & fünf");
}

TEST(Word, PagesEndWhereWordBrokeThem) {
  const std::string body = paragraph("eins") +
                           "<w:p><w:r><w:br w:type='page'/></w:r><w:r><w:lastRenderedPageBreak/>"
                           "<w:t>zwei</w:t></w:r></w:p>";
  EXPECT_EQ(word(make_docx(body)).text, "eins\n\fzwei");
}

TEST(Word, ShapesStoredTwiceAreReadOnce) {
  const std::string body =
      "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + paragraph("Kasten") +
      "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph("Kasten") +
      "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>";
  EXPECT_EQ(word(make_docx(body)).text, "Kasten");
}

TEST(Word, TrackedChangesShowTheNewState) {
  EXPECT_EQ(word(make_docx("<w:p><w:ins><w:r><w:t>neu</w:t></w:r></w:ins><w:del><w:r><w:delText>alt"
                           "</w:delText></w:r></w:del></w:p>"))
                .text,
            "neu");
}

TEST(Word, PartsComeInTheirOrder) {
  const std::string bytes = make_docx(
      paragraph("Text"),
      {{"word/_rels/document.xml.rels",
        relationships(
            relationship("footer", "footer1.xml") + relationship("footnotes", "footnotes.xml") +
            relationship("header", "header1.xml") + relationship("comments", "/word/comments.xml") +
            relationship("hyperlink", "https://example.org/a", true) +
            relationship("attachedTemplate", "file:///C:/x.dotx", true))},
       {"word/header1.xml", "<w:hdr>" + paragraph("Kopf") + "</w:hdr>"},
       {"word/footer1.xml", "<w:ftr>" + paragraph("Fuß") + "</w:ftr>"},
       {"word/footnotes.xml", "<w:footnotes>" + paragraph("Note") + "</w:footnotes>"},
       {"word/comments.xml", "<w:comments>" + paragraph("Anmerkung") + "</w:comments>"}});
  EXPECT_EQ(word(bytes).text, "Kopf\nText\nNote\nAnmerkung\nFuß\nhttps://example.org/a");
}

TEST(Word, TitleAndAuthorComeFromTheProperties) {
  const Outcome outcome = word(
      make_docx(paragraph("x"),
                {{"docProps/core.xml",
                  "<c:p xmlns:dc='d'><dc:title>T</dc:title><dc:creator>A</dc:creator></c:p>"}}));
  EXPECT_EQ(outcome.parsed.title, "T");
  EXPECT_EQ(outcome.parsed.author, "A");
}

TEST(Word, NumbersOfListsAreCounted) {
  const std::string numbering =
      "<w:numbering><w:abstractNum w:abstractNumId='0'>"
      "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='§ %1'/>"
      "</w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/>"
      "<w:lvlText w:val='%1.%2)'/></w:lvl></w:abstractNum>"
      "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
      "<w:num w:numId='2'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'>"
      "<w:startOverride w:val='7'/></w:lvlOverride></w:num></w:numbering>";
  const std::string bytes = make_docx(
      numbered("A", 0) + numbered("B", 1) + numbered("C", 1) + numbered("D", 0) + numbered("E", 1) +
          numbered("F", 0, 2) + numbered("G", 0, 99),
      {{"word/_rels/document.xml.rels", relationships(relationship("numbering", "numbering.xml"))},
       {"word/numbering.xml", numbering}});
  EXPECT_EQ(word(bytes).text, "§ 1 A\n1.a) B\n1.b) C\n§ 2 D\n2.a) E\n§ 7 F\nG");
}

TEST(Word, NumberFormats) {
  EXPECT_EQ(format_number(14, "lowerRoman"), "xiv");
  EXPECT_EQ(format_number(1994, "upperRoman"), "MCMXCIV");
  EXPECT_EQ(format_number(28, "upperLetter"), "BB");
  EXPECT_EQ(format_number(7, "decimalZero"), "07");
  EXPECT_EQ(format_number(7, "none"), "");
  EXPECT_EQ(format_number(32767, "lowerRoman"), "32767");
  EXPECT_EQ(format_number(0, "lowerLetter"), "0");
}

TEST(Word, WithoutAMainPartIsDamaged) {
  const Outcome outcome = word(make_zip({{"word/other.xml", "<a/>"}}));
  EXPECT_EQ(outcome.parsed.state, TextState::damaged);
  EXPECT_EQ(outcome.parsed.cause, Cause::missing_part);
}

TEST(Word, WithBrokenXmlIsDamaged) {
  const Outcome outcome = word(make_zip({{"word/document.xml", "<w:document><w:p>"}}));
  EXPECT_EQ(outcome.parsed.state, TextState::damaged);
  EXPECT_EQ(outcome.parsed.cause, Cause::broken_markup);
}

TEST(Word, CutShortIsDamaged) {
  const std::string bytes = make_docx(paragraph("x"));
  const Outcome outcome = word(std::string_view(bytes).substr(0, bytes.size() / 2));
  EXPECT_EQ(outcome.parsed.state, TextState::damaged);
}

TEST(Word, DeepNestingIsCutNotFollowed) {
  std::string body = paragraph("oben");
  for (int i = 0; i < 100'000; ++i) body += "<w:sdt>";
  body += paragraph("unten");
  for (int i = 0; i < 100'000; ++i) body += "</w:sdt>";
  const Outcome outcome = word(make_docx(body));
  EXPECT_EQ(outcome.text, "oben");
  EXPECT_EQ(outcome.parsed.cause, Cause::nested_too_deep);
}

TEST(Word, EntitiesAreNotExpanded) {
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>"
      "<!ENTITY f SYSTEM 'file:///etc/passwd'>]><w:document><w:p><w:t>x &b; &f;</w:t></w:p>"
      "</w:document>";
  EXPECT_EQ(word(make_zip({{"word/document.xml", bomb}})).text, "x &b; &f;");
}

TEST(Word, ArchiveThatExpandsTooMuchExceedsTheLimit) {
  const std::string bytes = make_docx(std::string(64U << 20U, ' '));
  ASSERT_LT(bytes.size(), 1U << 20U);
  const Outcome outcome = word(bytes);
  EXPECT_EQ(outcome.parsed.state, TextState::limit_exceeded);
  EXPECT_EQ(outcome.parsed.cause, Cause::expands_too_much);
}

TEST(Zip, PartsAndEntriesAreLimited) {
  const auto all = [](std::string_view) { return true; };
  const std::string bytes =
      make_zip({{"a", std::string(1000, 'a')}, {"b", std::string(1000, 'b')}});
  EXPECT_EQ(read_zip(bytes, all).parts.size(), 2U);
  ZipLimits limits;
  limits.part_bytes = 999;
  EXPECT_EQ(read_zip(bytes, all, limits).trouble, Cause::expands_too_much);
  limits = {};
  limits.total_bytes = 1999;
  EXPECT_EQ(read_zip(bytes, all, limits).trouble, Cause::expands_too_much);
  limits = {};
  limits.entries = 1;
  EXPECT_EQ(read_zip(bytes, all, limits).trouble, Cause::too_many_parts);
  EXPECT_EQ(read_zip("PK\x03\x04 nonsense", all).trouble, Cause::broken_container);
}

TEST(OpenDocument, ParagraphsSpacesAndPages) {
  EXPECT_EQ(open_document(make_odt("<text:h>Kopf</text:h><text:p>a\n  b<text:s text:c='3'/>c"
                                   "<text:tab/>d<text:line-break/>e</text:p>"
                                   "<text:p><text:soft-page-break/>neu</text:p>"))
                .text,
            "Kopf\na b   c\td\ne\n\fneu");
}

TEST(OpenDocument, NotesCommentsAndAddressesComeAfterTheText) {
  EXPECT_EQ(
      open_document(
          make_odt("<text:p>Wort<text:note><text:note-citation>1</text:note-citation>"
                   "<text:note-body><text:p>Fußnote</text:p></text:note-body></text:note>folgt "
                   "<text:a xlink:href='https://example.org/'>Verweis</text:a>"
                   "<office:annotation><text:p>Kommentar</text:p></office:annotation></text:p>"))
          .text,
      "Wortfolgt Verweis\nFußnote\nKommentar\nhttps://example.org/");
}

TEST(OpenDocument, DeletedTextIsLeftOut) {
  EXPECT_EQ(
      open_document(make_odt("<text:tracked-changes><text:p>alt</text:p></text:tracked-changes>"
                             "<text:p>neu</text:p>"))
          .text,
      "neu");
}

TEST(OpenDocument, EncryptedIsToldFromTheManifest) {
  const Outcome outcome = open_document(make_odt(
      "\x01\x02", {{"META-INF/manifest.xml",
                    "<manifest:manifest><manifest:file-entry manifest:full-path='content.xml'>"
                    "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"}}));
  EXPECT_EQ(outcome.parsed.state, TextState::encrypted);
}

TEST(OpenDocument, WithoutContentIsDamaged) {
  EXPECT_EQ(open_document(make_zip({{"styles.xml", "<a/>"}})).parsed.cause, Cause::missing_part);
  EXPECT_EQ(open_document("nonsense").parsed.state, TextState::damaged);
}

}  // namespace
}  // namespace dms::search::extract
