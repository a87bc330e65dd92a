// Text out of the pictures of pages, through the real helper, pdftoppm and tesseract, in each way
// of confinement that works here.

#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

#include "extract_support.h"
#include "support/scanned_pages.h"

namespace dms::test {
namespace {

using search::Extraction;
using search::RecognisedPage;
using search::TextState;

class RecognitionTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, GetParam()));
    ASSERT_NE(extractor_, nullptr);
    ASSERT_EQ(search::recognition_lacks({}), "");
  }

  RecognisedPage recognise(std::string_view bytes, std::uint32_t page = 1) {
    const auto file = memory_file(bytes);
    const std::atomic<bool> abandoned{false};
    auto read = extractor_->recognise(file.get(), page, abandoned);
    if (!read) {
      ADD_FAILURE() << read.error().hint;
      return {};
    }
    return std::move(*read);
  }

  std::unique_ptr<search::Extractor> extractor_;
};

std::string letter() {
  std::string text;
  for (const std::string& line : letter_lines()) text += line + "\n";
  return text;
}

// The word as it stands in the page's text, and where on the page.
search::PageBox box_of(const RecognisedPage& page, std::string_view wanted) {
  for (const search::RecognisedWord& word : page.words) {
    if (page.text.substr(word.offset, word.length) == wanted) return word.box;
  }
  ADD_FAILURE() << wanted << " not in: " << page.text;
  return {};
}

TEST_P(RecognitionTest, ReadsAScannedLetter) {
  const PageImage image = draw_page(letter_lines());
  const std::string pdf = as_pdf({{image, ""}});
  const Extraction extraction = extract_bytes(*extractor_, pdf);
  EXPECT_EQ(extraction.state, TextState::empty);
  EXPECT_EQ(extraction.page_count, 1U);

  const auto begun = std::chrono::steady_clock::now();
  const RecognisedPage page = recognise(pdf);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const double share = share_of_words(letter(), page.text);
  std::cout << "words read: " << share << ", seconds: " << took.count() << "\n";
  EXPECT_EQ(page.state, TextState::extracted) << page.cause;
  EXPECT_GT(share, 0.95) << page.text;
  EXPECT_EQ(page.rotation, 0);
  EXPECT_NE(page.text.find("Entwässerung der Dachflächen"), std::string::npos);
  // The first line stands above and left, the last one below.
  const search::PageBox first = box_of(page, "Musterbach");
  const search::PageBox last = box_of(page, "Müller-Weißenfels");
  EXPECT_LT(first.left, 65535 / 2);
  EXPECT_LT(first.bottom, 65535 / 6);
  EXPECT_GT(last.top, first.bottom + 65535 / 3);
  EXPECT_LT(last.left, 65535 / 6);
}

TEST_P(RecognitionTest, ReadsTurnedPagesAndTellsWhereTheirWordsAre) {
  const PageImage upright = draw_page(letter_lines());
  for (const int degrees : {90, 180, 270}) {
    const RecognisedPage page = recognise(as_png(turned(upright, degrees)));
    EXPECT_GT(share_of_words(letter(), page.text), 0.95) << degrees << ": " << page.text;
    EXPECT_EQ(page.rotation, 360 - degrees) << degrees;
    // The beginning of the letter lies where the paper's upper left corner went.
    const search::PageBox first = box_of(page, "Gemeinde");
    EXPECT_EQ(first.left < 65535 / 2, degrees == 270) << degrees;
    EXPECT_EQ(first.top < 65535 / 2, degrees == 90) << degrees;
  }
}

TEST_P(RecognitionTest, ReadsEachPageOfAFile) {
  const PageImage first = draw_page({"Rechnung der Firma Ackerlund", "über Streusalz"}, 20);
  const PageImage second = draw_page({"Lieferschein zum Auftrag", "Bauhof Musterbach"}, 20);
  const std::string tiff = as_tiff({first, second});
  EXPECT_EQ(extract_bytes(*extractor_, tiff).page_count, 2U);
  EXPECT_EQ(extract_bytes(*extractor_, tiff).state, TextState::empty);
  EXPECT_NE(recognise(tiff, 1).text.find("Ackerlund"), std::string::npos);
  EXPECT_NE(recognise(tiff, 2).text.find("Lieferschein"), std::string::npos);
  EXPECT_EQ(recognise(tiff, 3).state, TextState::damaged);

  const std::string pdf = as_pdf({{"", "Deckblatt"}, {second, ""}, {"", "Anlage"}});
  const Extraction extraction = extract_bytes(*extractor_, pdf);
  EXPECT_EQ(extraction.page_count, 3U);
  EXPECT_EQ(extraction.text, "Deckblatt\n\f\fAnlage");
  ASSERT_EQ(extraction.pages.size(), 3U);
  EXPECT_NE(recognise(pdf, 2).text.find("Lieferschein"), std::string::npos);
  EXPECT_EQ(recognise(pdf, 4).state, TextState::damaged);
}

std::string in_base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63U];
    }
    if (i % 57 == 54) text += "\r\n";
  }
  return text;
}

TEST_P(RecognitionTest, ReadsScansThatAMailCarries) {
  const PageImage invoice = draw_page({"Rechnung der Firma Ackerlund", "über Streusalz"}, 20);
  const PageImage note = draw_page({"Lieferschein zum Auftrag", "Bauhof Musterbach"}, 20);
  const auto part = [](const std::string& head, std::string_view bytes) {
    return "--grenze\r\n" + head +
           "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n" +
           in_base64(bytes) + "\r\n";
  };
  const std::string mail =
      "From: anna@example.org\r\nSubject: Post\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=grenze\r\n\r\n"
      "--grenze\r\nContent-Type: text/plain\r\n\r\nanbei\r\n" +
      part("Content-Type: application/pdf; name=scan.pdf\r\n",
           as_pdf({{"", "Deckblatt"}, {invoice, ""}})) +
      part("Content-Type: image/png; name=foto.png\r\n", as_png(note)) + "--grenze--\r\n";
  const Extraction extraction = extract_bytes(*extractor_, mail);
  EXPECT_EQ(extraction.mime_type, "message/rfc822");
  EXPECT_EQ(extraction.page_count, 0U);
  EXPECT_EQ(extraction.attached_pages, 2U) << "the page with text of its own is none";
  EXPECT_NE(extraction.text.find("Deckblatt"), std::string::npos);
  const RecognisedPage first = recognise(mail, 1);
  EXPECT_NE(first.text.find("Ackerlund"), std::string::npos) << first.text;
  EXPECT_TRUE(first.words.empty());
  EXPECT_NE(recognise(mail, 2).text.find("Lieferschein"), std::string::npos);
  EXPECT_EQ(recognise(mail, 3).state, TextState::damaged);
}

TEST_P(RecognitionTest, AMailWithManyScansIsLeftWhereItIsAbandoned) {
  std::string mail =
      "From: anna@example.org\r\nSubject: Post\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=grenze\r\n\r\n"
      "--grenze\r\nContent-Type: text/plain\r\n\r\nanbei\r\n";
  for (int i = 0; i < 90; ++i) {
    mail +=
        "--grenze\r\nContent-Type: application/pdf; name=scan.pdf\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n" +
        in_base64(as_pdf({{"", "Deckblatt"}})) + "\r\n";
  }
  const auto file = memory_file(mail + "--grenze--\r\n");
  std::atomic<bool> abandoned{false};
  std::thread leaving([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    abandoned = true;
  });
  // There is no such page: else all are looked through for it, hundreds of jobs.
  const auto read = extractor_->recognise(file.get(), 1, abandoned);
  leaving.join();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
}

TEST_P(RecognitionTest, ReadsJpegAndASmallPicture) {
  const PageImage small = draw_page({"Kassenzeichen 4711", "Hundesteuer"}, 24, 75);
  const RecognisedPage page = recognise(as_jpeg(small));
  EXPECT_NE(page.text.find("Hundesteuer"), std::string::npos) << page.text;
}

TEST_P(RecognitionTest, BlankPagesAreEmpty) {
  const RecognisedPage page = recognise(as_pdf({{draw_page({}), ""}}));
  EXPECT_EQ(page.state, TextState::empty);
  EXPECT_EQ(page.cause, "no_text");
  EXPECT_TRUE(page.words.empty());
}

TEST_P(RecognitionTest, WhatIsNoPictureIsDamaged) {
  const std::string png = as_png(draw_page({"Text"}));
  EXPECT_EQ(recognise(png.substr(0, png.size() / 2).replace(100, 200, 200, '\xff')).state,
            TextState::damaged);
  EXPECT_EQ(recognise("kein Bild, /etc/passwd").state, TextState::damaged);
  EXPECT_EQ(recognise("").state, TextState::damaged);
  EXPECT_EQ(recognise("%PDF-1.4\nkaputt").state, TextState::damaged);
  EXPECT_EQ(extract_bytes(*extractor_, "danach").text, "danach");
}

// A PNG that says it has so many pixels, and a fax of few bytes that has them.
std::string png_of(std::uint32_t side) {
  std::string png = as_png(draw_page({}));
  for (int i = 0; i < 4; ++i) {
    png[16 + static_cast<std::size_t>(i)] = static_cast<char>(side >> (24 - 8 * i));
    png[20 + static_cast<std::size_t>(i)] = static_cast<char>(side >> (24 - 8 * i));
  }
  return png;
}

TEST_P(RecognitionTest, HugePicturesAreBeyondTheLimit) {
  const RecognisedPage picture = recognise(png_of(60'000));
  EXPECT_EQ(picture.state, TextState::limit_exceeded);
  EXPECT_EQ(picture.cause, "picture_too_large");
  // A sheet of five by five metres is read from a coarser picture.
  std::string pdf = as_pdf({{draw_page({"RIESENPLAN"}, 60), ""}});
  const std::string size = "MediaBox[0 0 595 842]";
  pdf.replace(pdf.find(size), size.size(), "MediaBox[0 0 595 842]/UserUnit 20");
  const RecognisedPage sheet = recognise(pdf);
  EXPECT_NE(sheet.text.find("RIESENPLAN"), std::string::npos) << sheet.cause << sheet.text;
}

TEST_P(RecognitionTest, GivesUpWhenAbandoned) {
  const auto file = memory_file(as_png(draw_page(letter_lines())));
  const std::atomic<bool> abandoned{true};
  const auto read = extractor_->recognise(file.get(), 1, abandoned);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
}

INSTANTIATE_TEST_SUITE_P(Ways, RecognitionTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

TEST(RecognitionWithoutSandbox, IsRefused) {
  const auto extractor = start_extractor(helper_options(EXTRACT_HELPER, "none"));
  ASSERT_NE(extractor, nullptr);
  const auto file = memory_file(as_png(draw_page({"Text"})));
  const std::atomic<bool> abandoned{false};
  const auto read = extractor->recognise(file.get(), 1, abandoned);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, TextState::refused);
}

TEST(RecognitionTools, NameWhatIsMissing) {
  search::ExtractorOptions options;
  options.recognition_languages = "deu+klingon";
  EXPECT_NE(search::recognition_lacks(options).find("klingon.traineddata"), std::string::npos);
  for (const char* text : {"", "+", "deu+", "deu++eng", "../deu", "deu eng", "-l"}) {
    EXPECT_FALSE(search::is_languages(text)) << text;
  }
  EXPECT_TRUE(search::is_languages("deu+eng+deu_frak"));
}

}  // namespace
}  // namespace dms::test
