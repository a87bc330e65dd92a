// Where the letters of a stack begin and end.

#include "dms/capture/page_separation.h"

#include <gtest/gtest.h>

namespace dms::test {
namespace {

using search::PageMarks;
using Parts = std::vector<StackPart>;

const PageMarks page{false, {}};
const PageMarks blank{true, {}};

PageMarks sheet(const std::string& text) {
  return {false, {"EPC QR einer Rechnung", text}};
}

SeparationConfig by_blank_pages() {
  return {true, std::nullopt, BarcodePage::left_out};
}
SeparationConfig by_barcodes(BarcodePage sheets = BarcodePage::left_out) {
  return {false, "TRENN", sheets};
}

TEST(PageSeparationTest, BlankPagesDivideAndAreLeftOut) {
  EXPECT_EQ(separate_stack({page, page, blank, page}, by_blank_pages()),
            (Parts{{{1, 2}, ""}, {{4, 4}, ""}}));
  EXPECT_EQ(separate_stack({blank, blank, page, blank, blank, page, page, blank}, by_blank_pages()),
            (Parts{{{3, 3}, ""}, {{6, 7}, ""}}));
  EXPECT_EQ(separate_stack({page, page}, by_blank_pages()), (Parts{{{1, 2}, ""}}));
  EXPECT_EQ(separate_stack({blank, blank}, by_blank_pages()), Parts());
  EXPECT_EQ(separate_stack({}, by_blank_pages()), Parts());
}

TEST(PageSeparationTest, SheetsWithABarcodeDivideAndName) {
  EXPECT_EQ(separate_stack({page, sheet("TRENN 621.41-2026/014"), page, page, sheet("TRENN"), page},
                           by_barcodes()),
            (Parts{{{1, 1}, ""}, {{3, 4}, "621.41-2026/014"}, {{6, 6}, ""}}));
  EXPECT_EQ(separate_stack({sheet("ANDERES 1"), page}, by_barcodes()), (Parts{{{1, 2}, ""}}))
      << "another program's barcode";
  EXPECT_EQ(separate_stack({sheet("TRENN 1"), sheet("TRENN 2"), page}, by_barcodes()),
            (Parts{{{3, 3}, "2"}}));
  EXPECT_EQ(separate_stack({sheet("TRENN 1")}, by_barcodes()), Parts());
}

TEST(PageSeparationTest, TheBackOfASheetGoesWithIt) {
  EXPECT_EQ(separate_stack({sheet("TRENN A"), blank, page, blank, page}, by_barcodes()),
            (Parts{{{3, 5}, "A"}}))
      << "another blank page is the back of a letter";
}

TEST(PageSeparationTest, LabelsOnLettersKeepTheirPage) {
  EXPECT_EQ(
      separate_stack({sheet("TRENN A"), blank, sheet("TRENN B")}, by_barcodes(BarcodePage::kept)),
      (Parts{{{1, 2}, "A"}, {{3, 3}, "B"}}));
}

TEST(PageSeparationTest, BothAtOnce) {
  const SeparationConfig both{true, "TRENN", BarcodePage::left_out};
  EXPECT_EQ(separate_stack({page, blank, page, sheet("TRENN A"), blank, page, blank, page}, both),
            (Parts{{{1, 1}, ""}, {{3, 3}, ""}, {{6, 6}, "A"}, {{8, 8}, ""}}));
}

}  // namespace
}  // namespace dms::test
