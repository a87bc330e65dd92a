// What tesseract says, read by us.

#include <gtest/gtest.h>

#include <string>

#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/picture_header.h"
#include "search/extract/parse/recognition.h"

namespace dms::test {
namespace {

using search::TextState;
using search::extract::parse_recognised;
using search::extract::ParsedPage;

constexpr std::string_view head =
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_"
    "num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t\n";

std::string word(int line, int left, int top, std::string_view text, int paragraph = 1) {
  return "5\t1\t1\t" + std::to_string(paragraph) + "\t" + std::to_string(line) + "\t1\t" +
         std::to_string(left) + "\t" + std::to_string(top) + "\t100\t20\t90.5\t" +
         std::string(text) + "\n";
}

ParsedPage parse(const std::string& rows) {
  return parse_recognised(std::string(head) + rows, "", 1U << 20U);
}

TEST(RecognisedText, HasLinesAndTheBoxOfEachWord) {
  const ParsedPage parsed =
      parse(word(1, 0, 0, "Amt") + word(1, 500, 0, "für") + word(2, 0, 1980, "Bauen"));
  EXPECT_EQ(parsed.page.text, "Amt für\nBauen");
  ASSERT_EQ(parsed.page.words.size(), 3U);
  EXPECT_EQ(parsed.page.words[1].offset, 4U);
  EXPECT_EQ(parsed.page.words[1].length, 4U);
  EXPECT_EQ(parsed.page.words[1].box, (search::PageBox{32767, 0, 39321, 655}));
  EXPECT_EQ(parsed.page.words[2].box, (search::PageBox{0, 64879, 6553, 65535}));
}

TEST(RecognisedText, JoinsWordsThatALineDivides) {
  const ParsedPage parsed = parse(word(1, 0, 0, "Grundstücks-") + word(2, 0, 30, "kauf,") +
                                  word(3, 0, 60, "Vor-") + word(4, 0, 90, "und"));
  EXPECT_EQ(parsed.page.text, "Grundstückskauf,\nVor-\nund");
  ASSERT_EQ(parsed.page.words.size(), 4U);
  EXPECT_EQ(parsed.page.words[0].length, std::string("Grundstücks").size());
  EXPECT_EQ(parsed.page.words[1].offset, std::string("Grundstücks").size());
}

TEST(RecognisedText, TellsTheRotationByTheOrderOfWords) {
  EXPECT_EQ(parse(word(1, 0, 0, "a") + word(1, 300, 9, "b")).page.rotation, 0);
  EXPECT_EQ(parse(word(1, 300, 0, "a") + word(1, 0, 9, "b")).page.rotation, 180);
  EXPECT_EQ(parse(word(1, 0, 0, "a") + word(1, 9, 300, "b")).page.rotation, 270);
  EXPECT_EQ(parse(word(1, 0, 300, "a") + word(1, 9, 0, "b")).page.rotation, 90);
}

TEST(RecognisedText, LeavesOutWhatIsNoWord) {
  const std::string unsure = "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t3.5\tzzz\n";
  const std::string beyond = "5\t1\t1\t1\t1\t1\t-5\t0\t9\t9\t90\tzzz\n";
  const std::string other_page = "5\t2\t1\t1\t1\t1\t0\t0\t9\t9\t90\tzzz\n";
  const std::string broken = "5\t1\t1\tx\t1\t1\t0\t0\t9\t9\t90\tzzz\n5\t1\n\n";
  const ParsedPage parsed = parse(unsure + beyond + other_page + broken + word(1, 0, 0, " \x01 ") +
                                  word(1, 0, 0, "Wort\x1b[2J"));
  EXPECT_EQ(parsed.page.text, "Wort[2J");
  EXPECT_EQ(parse("").page.state, TextState::empty);
}

TEST(RecognisedText, TellsWhyThereIsNone) {
  const auto cause = [](std::string_view messages) {
    return parse_recognised("", messages, 100).cause;
  };
  using search::extract::Cause;
  EXPECT_EQ(cause(search::extract::tool_not_started), Cause::tool_unavailable);
  EXPECT_EQ(cause("aktenwerk: picture too large"), Cause::picture_too_large);
  EXPECT_EQ(cause("terminate: std::bad_alloc"), Cause::out_of_memory);
  EXPECT_EQ(cause("Error during processing."), Cause::parser_crashed);
}

TEST(RecognisedText, IsLimited) {
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += word(i, 0, 0, "zwölf");
  const ParsedPage parsed = parse_recognised(std::string(head) + rows, "", 50);
  EXPECT_LE(parsed.page.text.size(), 50U);
  EXPECT_EQ(parsed.cause, search::extract::Cause::text_cut);
}

TEST(PictureHeader, CountsTiffPagesAlsoWhereTheyGoInCircles) {
  using search::extract::count_tiff_pages;
  const auto tiff = [](char next) {
    return std::string("II*\0\x08\0\0\0", 8) + std::string("\0\0", 2) + next + std::string(3, '\0');
  };
  EXPECT_EQ(count_tiff_pages(tiff(0), 10), 1U);
  EXPECT_EQ(count_tiff_pages(tiff(8), 10), 10U);
  EXPECT_EQ(count_tiff_pages("II*", 10), 0U);
  EXPECT_EQ(count_tiff_pages(tiff(0).substr(0, 8), 10), 0U);
}

TEST(PictureHeader, ReadsTheOrientationOfAPhoto) {
  using search::extract::exif_orientation;
  const std::string tiff = std::string("MM\0*\0\0\0\x08\0\x01", 10) +
                           std::string("\x01\x12\0\x03\0\0\0\x01\0\x06\0\0", 12) +
                           std::string(4, '\0');
  const std::string exif = std::string("Exif\0\0", 6) + tiff;
  const std::string jpeg = std::string("\xff\xd8\xff\xe0\0\x04zz\xff\xe1\0", 11) +
                           static_cast<char>(exif.size() + 2) + exif + "\xff\xda";
  EXPECT_EQ(exif_orientation(jpeg), 6);
  EXPECT_EQ(exif_orientation(jpeg.substr(0, 35)), 1);
  EXPECT_EQ(exif_orientation("\xff\xd8"), 1);
}

}  // namespace
}  // namespace dms::test
