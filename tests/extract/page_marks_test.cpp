// Stacks of pages: blank ones and barcodes are found, and pages made into files of their own,
// through the real helper in each way of confinement that works here.

#include "search/extract/parse/page_marks.h"

#include <sys/resource.h>

#include <atomic>

#include "extract_support.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/pdf/pdf_part.h"
#include "search/extract/parse/tiff_part.h"
#include "support/barcodes.h"
#include "support/scanned_pages.h"

namespace dms::test {
namespace {

using search::PageMarks;
using search::PageStack;
using search::TextState;
using Barcodes = std::vector<std::string>;

class PageMarksTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, GetParam()));
    ASSERT_NE(extractor_, nullptr);
  }

  PageStack look_through(std::string_view bytes) {
    const auto file = memory_file(bytes);
    const std::atomic<bool> abandoned{false};
    auto stack = extractor_->look_through(file.get(), abandoned);
    if (!stack) {
      ADD_FAILURE() << stack.error().hint;
      return {};
    }
    return std::move(*stack);
  }
  std::string part(std::string_view bytes, search::PageRange pages) {
    const auto file = memory_file(bytes);
    auto made = extractor_->part(file.get(), pages);
    if (!made) {
      ADD_FAILURE() << made.error().hint;
      return {};
    }
    return std::move(*made).value_or("");
  }

  std::unique_ptr<search::Extractor> extractor_;
};

const PageImage& letter() {
  static const PageImage drawn = draw_page(letter_lines());
  return drawn;
}

TEST_P(PageMarksTest, FindsBlankPagesAndBarcodesOfAPdf) {
  const PageImage qr = with_modules(letter(), qr_sample(), {1200, 1700, 6, 6});
  const PageImage bars = with_modules(letter(), code_128_sample(), {300, 1700, 3, 100});
  const PageStack stack = look_through(as_pdf({{letter(), ""},
                                               {draw_page({}), ""},
                                               {separating_sheet("TRENN 621.41-2026/014"), ""},
                                               {turned(separating_sheet("TRENN A-1"), 180), ""},
                                               {turned(separating_sheet("TRENN A-1"), 90), ""},
                                               {qr, ""},
                                               {bars, ""},
                                               {"", "Text"}}));
  ASSERT_EQ(stack.state, TextState::extracted) << stack.cause;
  EXPECT_EQ(stack.mime_type, "application/pdf");
  ASSERT_EQ(stack.pages.size(), 8U);
  EXPECT_EQ(stack.pages[0], (PageMarks{false, {}}));
  EXPECT_EQ(stack.pages[1], (PageMarks{true, {}}));
  EXPECT_EQ(stack.pages[2], (PageMarks{false, {"TRENN 621.41-2026/014"}}));
  EXPECT_EQ(stack.pages[3].barcodes, (Barcodes{"TRENN A-1"}));
  EXPECT_EQ(stack.pages[4].barcodes, (Barcodes{"TRENN A-1"}));
  EXPECT_EQ(stack.pages[5].barcodes, (Barcodes{"AKTE 621.41-2026/014"}));
  EXPECT_EQ(stack.pages[6].barcodes, (Barcodes{"AKTE 621.41-2026/014"}));
  EXPECT_EQ(stack.pages[7], (PageMarks{false, {}}));
}

TEST_P(PageMarksTest, LooksThroughMorePagesThanOneJobTakes) {
  std::vector<PdfPage> pages;
  for (int i = 1; i <= 35; ++i) pages.push_back({"", i == 17 || i == 33 ? "" : "Blatt"});
  const PageStack stack = look_through(as_pdf(pages));
  ASSERT_EQ(stack.pages.size(), 35U) << stack.cause;
  for (std::size_t i = 0; i < stack.pages.size(); ++i) {
    EXPECT_EQ(stack.pages[i].is_blank, i == 16 || i == 32) << i;
  }
}

TEST_P(PageMarksTest, MakesPagesOfAPdfAFileOfTheirOwn) {
  const std::string whole =
      as_pdf({{"", "Deckblatt"}, {letter(), ""}, {"", "Anlage 1"}, {"", "Anlage 2"}});
  const std::string made = part(whole, {2, 3});
  EXPECT_EQ(made, part(whole, {2, 3})) << "the same pages give the same bytes";
  const search::Extraction extraction = extract_bytes(*extractor_, made);
  EXPECT_EQ(extraction.mime_type, "application/pdf");
  EXPECT_EQ(extraction.page_count, 2U);
  EXPECT_EQ(extraction.text, "\fAnlage 1");
  EXPECT_NE(made.find(as_jpeg(letter())), std::string::npos) << "the picture's bytes are as before";
  EXPECT_LT(made.size(), whole.size() + 2000);
  EXPECT_EQ(extract_bytes(*extractor_, part(whole, {4, 4})).text, "Anlage 2");
  EXPECT_EQ(part(whole, {4, 5}), "");
  EXPECT_EQ(part(whole, {0, 1}), "");
  EXPECT_EQ(part(whole, {3, 2}), "");
}

TEST_P(PageMarksTest, MakesPagesOfATiffAFileOfTheirOwn) {
  const PageImage other = draw_page({"Lieferschein", "Bauhof Musterbach"}, 20);
  const std::string whole =
      as_tiff({letter(), separating_sheet("TRENN B-2"), draw_page({}), other});
  const PageStack stack = look_through(whole);
  ASSERT_EQ(stack.pages.size(), 4U) << stack.cause;
  EXPECT_EQ(stack.pages[0], (PageMarks{false, {}}));
  EXPECT_EQ(stack.pages[1].barcodes, (Barcodes{"TRENN B-2"}));
  EXPECT_TRUE(stack.pages[2].is_blank);
  const std::string made = part(whole, {4, 4});
  EXPECT_LT(made.size(), whole.size() / 2);
  EXPECT_EQ(extract_bytes(*extractor_, made).page_count, 1U);
  EXPECT_EQ(search::extract::make_page_picture(made, 1).pgm,
            search::extract::make_page_picture(whole, 4).pgm)
      << "pixel by pixel";
  const std::string two = part(whole, {1, 2});
  EXPECT_EQ(look_through(two).pages, (std::vector<PageMarks>{stack.pages[0], stack.pages[1]}));
  EXPECT_EQ(part(whole, {4, 5}), "");
}

TEST_P(PageMarksTest, WhatIsNoStackSaysWhy) {
  EXPECT_EQ(look_through("Ein Brief").state, TextState::unsupported);
  EXPECT_EQ(look_through(as_png(letter())).state, TextState::unsupported);
  EXPECT_EQ(look_through("").state, TextState::unsupported);
  const PageStack damaged = look_through("%PDF-1.4\nkaputt");
  EXPECT_EQ(damaged.state, TextState::damaged);
  EXPECT_TRUE(damaged.pages.empty());
  EXPECT_EQ(part("%PDF-1.4\nkaputt", {1, 1}), "");
  EXPECT_EQ(part("Ein Brief", {1, 1}), "");
  EXPECT_EQ(extract_bytes(*extractor_, "danach").text, "danach");
}

TEST_P(PageMarksTest, EndsSoonWhereItIsAbandoned) {
  const auto file = memory_file(as_pdf({{letter(), ""}}));
  const std::atomic<bool> abandoned{true};
  const auto stack = extractor_->look_through(file.get(), abandoned);
  ASSERT_FALSE(stack);
  EXPECT_EQ(stack.error().code, ErrorCode::unavailable);
}

INSTANTIATE_TEST_SUITE_P(Ways, PageMarksTest, ::testing::ValuesIn(working_ways()));

// A page's picture with dots of so many pixels here and there.
PageImage with_specks(PageImage page, int count, int side) {
  for (int i = 0; i < count; ++i) {
    page = with_modules(std::move(page), {"#"}, {300 + i * 170, 400 + i * 210, side, side});
  }
  return page;
}

bool is_blank(const PageImage& page) {
  std::string_view bytes = page;
  const auto picture = search::extract::take_picture(bytes);
  EXPECT_TRUE(picture && bytes.empty());
  return picture && search::extract::is_blank(*picture);
}

TEST(BlankPageTest, SpecksAndHolesAreNothing) {
  EXPECT_TRUE(is_blank(draw_page({})));
  EXPECT_TRUE(is_blank(with_specks(draw_page({}), 6, 2)));
  EXPECT_TRUE(is_blank(with_modules(draw_page({}), {"#", ".", "#"}, {70, 900, 47, 47}))) << "holes";
  EXPECT_FALSE(is_blank(with_specks(draw_page({}), 6, 8)));
  EXPECT_FALSE(is_blank(draw_page({"- 2 -"})));
  EXPECT_FALSE(is_blank(letter()));
  // A page printed all over, and one too small to be a page.
  EXPECT_FALSE(is_blank(with_modules(draw_page({}), {"#"}, {0, 0, 1700, 2400})));
  EXPECT_FALSE(is_blank("P5\n50 50\n255\n" + std::string(2500, '\xff')));
}

TEST(BlankPageTest, ABarcodeInTheMarginIsSeen) {
  // 5 to 15 mm from the upper edge, at 200 dots an inch.
  const PageImage page = with_modules(draw_page({}), code_39("TRENN A-1"), {250, 40, 4, 78});
  EXPECT_TRUE(is_blank(page)) << "by its ink";
  std::string_view bytes = page;
  const auto picture = search::extract::take_picture(bytes);
  ASSERT_TRUE(picture);
  EXPECT_EQ(search::extract::mark_page(*picture), (PageMarks{false, {"TRENN A-1"}}));
}

// The most memory that this process ever had.
long peak_kib() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// A TIFF of one directory, whose entries all name the same large block.
TEST(TiffPartTest, ABlockThatIsNamedOftenIsNotCopiedAsOften) {
  const auto little = [](std::uint64_t value, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i) & 0xffU);
    return text;
  };
  const auto with_entries = [&](std::uint64_t entries, std::uint64_t block_bytes) {
    std::string bytes = std::string("II*\0", 4) + little(8, 4) + little(entries, 2);
    const std::uint64_t block = 8 + 2 + entries * 12 + 4;
    for (std::uint64_t i = 0; i < entries; ++i) {
      bytes += little(40'000 + i, 2) + little(1, 2) + little(block_bytes, 4) + little(block, 4);
    }
    return bytes + little(0, 4) + std::string(static_cast<std::size_t>(block_bytes), 'x');
  };
  // Two fit into what a part may be larger by; 2,000 would be half a GiB.
  EXPECT_FALSE(search::extract::tiff_part(with_entries(2, 256U << 10U), {1, 1}).empty());
  const std::string hostile = with_entries(2'000, 256U << 10U);
  const long before = peak_kib();
  EXPECT_TRUE(search::extract::tiff_part(hostile, {1, 1}).empty());
  EXPECT_LT(peak_kib() - before, 64L << 10);
}

TEST(BlankPageTest, GreyPaperIsBlankToo) {
  EXPECT_TRUE(is_blank("P5\n800 1100\n255\n" + std::string(880'000, '\xb0')));
  EXPECT_FALSE(is_blank("P5\n800 1100\n255\n" + std::string(880'000, '\x20')));
}

TEST(PictureStreamTest, TakesOnlyWhatIsWhole) {
  const std::string one = "P5\n2 3\n255\nabcdef";
  const std::string two = one + "P5 1 1 255 x";
  std::string_view rest = two;
  const auto first = search::extract::take_picture(rest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->pixels, "abcdef");
  const auto second = search::extract::take_picture(rest);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->pixels, "x");
  EXPECT_FALSE(search::extract::take_picture(rest));
  for (const std::string bytes :
       {"P5\n2 3\n255\nabcde", "P6\n1 1\n255\nabc", "P5\n0 3\n255\n", "P5\n2 3\n65535\nabcdef",
        "P5\n4294967295 4294967295\n255\nab", "P5", ""}) {
    std::string_view broken = bytes;
    EXPECT_FALSE(search::extract::take_picture(broken)) << bytes;
    EXPECT_EQ(broken, bytes);
  }
}

// Directories that lie: nothing is read beyond the file, and nothing grows beyond it.
TEST(TiffPartTest, RefusesWhatLies) {
  const std::string sound = as_tiff({draw_page({"Brief"})});
  ASSERT_NE(search::extract::tiff_part(sound, {1, 1}), "");
  for (std::size_t cut = 0; cut < sound.size(); cut += 97) {
    const std::string made = search::extract::tiff_part(sound.substr(0, cut), {1, 1});
    EXPECT_LE(made.size(), sound.size() + (1U << 20U));
  }
  for (std::size_t at = 0; at < sound.size(); ++at) {
    if (at > 64 && at + 400 < sound.size()) continue;
    std::string other = sound;
    other[at] = static_cast<char>(other[at] ^ 0xff);
    EXPECT_LE(search::extract::tiff_part(other, {1, 1}).size(), sound.size() + (1U << 20U));
  }
  EXPECT_EQ(search::extract::tiff_part("II+\0" + std::string(20, '\0'), {1, 1}), "");
}

}  // namespace
}  // namespace dms::test
