// Spreadsheets and presentations made by hand, and how numbers are shown.

#include <gtest/gtest.h>

#include "search/extract/parse/number_format.h"
#include "search/extract/parse/presentation.h"
#include "search/extract/parse/spreadsheet.h"
#include "search/extract/parse/xml_text.h"

namespace dms::search::extract {
namespace {

std::string shown(double value, std::string_view code) {
  return format_cell_number(value, code, DateSystem::from_1900);
}

TEST(NumberFormat, NumbersAsAGermanProgramShowsThem) {
  EXPECT_EQ(shown(1234.5, ""), "1234,5");
  EXPECT_EQ(shown(1234.5, "General"), "1234,5");
  EXPECT_EQ(shown(123456789012345, "General"), "123456789012345");
  EXPECT_EQ(shown(1234.5, "#,##0.00"), "1.234,50");
  EXPECT_EQ(shown(1234567.5, "#,##0"), "1.234.568");
  EXPECT_EQ(shown(-1234.5, "#,##0.00 \"€\";-#,##0.00 \"€\""), "-1.234,50 €");
  EXPECT_EQ(shown(-3, "0;[Red](0)"), "(3)");
  EXPECT_EQ(shown(0, "0;-0;\"null\""), "null");
  EXPECT_EQ(shown(12.5, "#,##0.00 [$€-407]"), "12,50 €");
  EXPECT_EQ(shown(0.125, "0.0%"), "12,5%");
  EXPECT_EQ(shown(1234, "00000"), "01234");
  EXPECT_EQ(shown(12.50, "0.##"), "12,5");
  EXPECT_EQ(shown(0.5, "#.00"), ",50");
  EXPECT_EQ(shown(5, "0 \"Stück\""), "5 Stück");
  EXPECT_EQ(shown(1234567, "0.0,"), "1234,6");
  EXPECT_EQ(shown(30123456, "000\\-000\\-000"), "030-123-456");
}

TEST(NumberFormat, DatesAndTimes) {
  EXPECT_EQ(shown(46000, "dd.mm.yyyy"), "09.12.2025");
  EXPECT_EQ(shown(46000, "d. mmmm yyyy"), "9. Dezember 2025");
  EXPECT_EQ(shown(46000, "[$-409]d\\-mmm\\-yy"), "9-Dec-25");
  EXPECT_EQ(shown(46000, "dddd, ddd"), "Dienstag, Di");
  EXPECT_EQ(shown(46000.75, "yyyy-mm-dd hh:mm:ss"), "2025-12-09 18:00:00");
  EXPECT_EQ(shown(0.5, "h:mm AM/PM"), "12:00 PM");
  EXPECT_EQ(shown(1.5, "[h]:mm"), "36:00");
  EXPECT_EQ(shown(60, "d.m.yyyy"), "28.2.1900");
  EXPECT_EQ(format_cell_number(0, "yyyy-mm-dd", DateSystem::from_1904), "1904-01-01");
  EXPECT_EQ(shown(-1, "yyyy"), "-1");
  EXPECT_EQ(shown(1e300, "yyyy").substr(0, 2), "1e");
}

TEST(HeaderText, HasNoCodes) {
  EXPECT_EQ(header_text("&L&\"Arial,Fett\"&12Kopf&C&KFF0000Mitte&RSeite &P"), "Kopf\nMitte\nSeite");
  EXPECT_EQ(header_text("A && B&"), "A & B&");
  EXPECT_EQ(header_text("&\"ohne Ende"), "");
}

ZipParts workbook(std::string_view rows, std::string_view more = {}) {
  ZipParts parts;
  parts.parts["xl/workbook.xml"] =
      "<workbook><sheets><sheet name='Kosten' sheetId='1' r:id='rId1'/></sheets></workbook>";
  parts.parts["xl/_rels/workbook.xml.rels"] =
      "<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>"
      "<Relationship Id='rId2' Type='x/sharedStrings' Target='sharedStrings.xml'/>"
      "<Relationship Id='rId3' Type='x/styles' Target='styles.xml'/></Relationships>";
  parts.parts["xl/sharedStrings.xml"] =
      "<sst><si><t>Posten</t></si><si><r><t>Bau</t></r><r><t>hof</t></r><rPh><t>x</t></rPh></si>"
      "</sst>";
  parts.parts["xl/styles.xml"] =
      "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='#,##0.00'/></numFmts><cellXfs>"
      "<xf numFmtId='0'/><xf numFmtId='164'/></cellXfs></styleSheet>";
  parts.parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>" + std::string(rows) +
                                            "</sheetData>" + std::string(more) + "</worksheet>";
  return parts;
}

std::string sheet_text(ZipParts parts) {
  TextSink sink(1U << 20U);
  parse_spreadsheet(std::move(parts), sink);
  return sink.finish().text;
}

TEST(Spreadsheet, RowsAreLinesOfCells) {
  EXPECT_EQ(
      sheet_text(workbook(
          "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row><row/>"
          "<row><c s='1'><v>1234.5</v></c><c t='b'><v>1</v></c><c t='str'><f>X</f><v>ja</v></c>"
          "<c t='inlineStr'><is><t>da</t></is></c><c t='s'><v>99</v></c></row>",
          "<headerFooter><oddHeader>&amp;CKopf</oddHeader></headerFooter>")),
      "Kosten\nPosten\tBauhof\n1.234,50\tWAHR\tja\tda\nKopf");
}

TEST(Spreadsheet, WithoutItsWorkbookIsDamaged) {
  TextSink sink(100);
  EXPECT_EQ(parse_spreadsheet(ZipParts{}, sink).cause, Cause::missing_part);
}

TEST(Presentation, SlidesArePagesWithNotesInTheirOrder) {
  ZipParts parts;
  parts.parts["ppt/presentation.xml"] =
      "<p><sldIdLst><sldId id='256' r:id='rId2'/><sldId id='257' r:id='rId1'/></sldIdLst></p>";
  parts.parts["ppt/_rels/presentation.xml.rels"] =
      "<Relationships><Relationship Id='rId1' Type='x/slide' Target='slides/slide1.xml'/>"
      "<Relationship Id='rId2' Type='x/slide' Target='slides/slide2.xml'/>"
      "<Relationship Id='rId3' Type='x/slideMaster' Target='slideMasters/m.xml'/></Relationships>";
  parts.parts["ppt/slides/slide1.xml"] =
      "<sld><txBody><p><pPr><buAutoNum type='arabicPeriod'/></pPr><r><t>Letzte</t></r></p><p><pPr>"
      "<buAutoNum type='arabicPeriod'/></pPr><r><t>Folie</t></r></p></txBody></sld>";
  parts.parts["ppt/slides/slide2.xml"] = "<sld><p><r><t>Erste</t></r></p></sld>";
  parts.parts["ppt/slides/_rels/slide2.xml.rels"] =
      "<Relationships><Relationship Id='a' Type='x/notesSlide' Target='../notesSlides/n.xml'/>"
      "<Relationship Id='b' Type='x/comments' Target='../comments/c.xml'/>"
      "</Relationships>";
  parts.parts["ppt/notesSlides/n.xml"] = "<notes><p><r><t>Notiz</t></r></p></notes>";
  parts.parts["ppt/comments/c.xml"] = "<cmLst><cm><text>Rückfrage</text></cm></cmLst>";
  parts.parts["ppt/slideMasters/m.xml"] =
      "<m><sp><nvSpPr><nvPr><ph/></nvPr></nvSpPr><p><r><t>Titel bearbeiten</t></r></p></sp>"
      "<sp><nvSpPr><nvPr/></nvSpPr><p><r><t>Stadt Musterbach</t></r></p></sp></m>";
  TextSink sink(1U << 20U);
  EXPECT_EQ(parse_presentation(std::move(parts), sink).state, TextState::extracted);
  EXPECT_EQ(sink.finish().text, "Erste\nRückfrage\nNotiz\n\f1. Letzte\n2. Folie\nStadt Musterbach");
}

TEST(FlatPackage, IsTheDocumentThatItHolds) {
  TextSink sink(1U << 20U);
  parse_xml(
      "<pkg:package xmlns:pkg='p'><pkg:part pkg:name='/word/document.xml'><pkg:xmlData><w:document>"
      "<w:body><w:p><w:r><w:t>Zu</w:t></w:r><w:r><w:t>sammen</w:t></w:r></w:p></w:body></"
      "w:document>"
      "</pkg:xmlData></pkg:part></pkg:package>",
      sink);
  EXPECT_EQ(sink.finish().text, "Zusammen");
}

}  // namespace
}  // namespace dms::search::extract
