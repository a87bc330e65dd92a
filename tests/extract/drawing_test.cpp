// Things to look at, through the real helper, pdftoppm and LibreOffice: pictures of pages, PDFs of
// pictures and of office files, and what a hostile document, or a converter that it took over,
// comes to.

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <iterator>

#include "extract_support.h"
#include "probe/asked.h"
#include "search/extract/parse/page_image.h"
#include "search/extract/protocol/file_batch.h"
#include "search/extract/protocol/office_results.h"
#include "support/scanned_pages.h"

namespace dms::test {
namespace {

using search::DrawnFile;
using search::OfficeFile;
using search::TextState;
using search::extract::UniqueFd;

const std::atomic<bool> not_abandoned{false};

// A page of 100 by 200 points with a black square in its upper left corner, without fonts.
std::string square_pdf() {
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
         "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 4 0 R>>endobj\n"
         "4 0 obj<</Length 19>>stream\n0 100 50 100 re f\nendstream endobj\n"
         "trailer<</Root 1 0 R>>\n%%EOF\n";
}

class DrawingTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, GetParam()));
    ASSERT_NE(extractor_, nullptr);
  }

  DrawnFile draw(std::string_view bytes, const search::ImageWanted& wanted) {
    const auto file = memory_file(bytes);
    auto drawn = extractor_->draw(file.get(), wanted, not_abandoned);
    if (!drawn) ADD_FAILURE() << drawn.error().hint;
    return drawn ? std::move(*drawn) : DrawnFile();
  }

  std::unique_ptr<search::Extractor> extractor_;
};

// Width and height in a baseline JPEG's frame header (ITU-T T.81, B.2.2).
std::pair<int, int> size_of(const std::string& jpeg) {
  const std::size_t frame = std::min(jpeg.find("\xff\xc0"), jpeg.find("\xff\xc2"));
  if (frame == std::string::npos || frame + 9 > jpeg.size()) return {0, 0};
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned char>(jpeg[frame + at]) << 8 |
           static_cast<unsigned char>(jpeg[frame + at + 1]);
  };
  return {number(7), number(5)};
}

TEST_P(DrawingTest, DrawsAPageOfAPdfToMeasure) {
  const DrawnFile drawn = draw(square_pdf(), {1, 256});
  ASSERT_EQ(drawn.state, TextState::extracted) << drawn.cause;
  EXPECT_EQ(size_of(drawn.bytes), (std::pair{128, 256}));
  EXPECT_LT(drawn.bytes.size(), 4000U);
  EXPECT_EQ(draw(square_pdf(), {2, 256}).state, TextState::damaged) << "there is no second page";
  EXPECT_EQ(draw("%PDF-1.4 broken", {1, 256}).state, TextState::damaged);
}

TEST_P(DrawingTest, DrawsLettersOfFontsThatThePdfLacks) {
  std::string with = square_pdf();
  const auto put = [&](std::string_view old, std::string_view now) {
    with.replace(with.find(old), old.size(), now);
  };
  put("/Contents 4 0 R",
      "/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1"
      "/BaseFont/Helvetica>>>>>>");
  put("/Length 19>>stream\n0 100 50 100 re f",
      "/Length 42>>stream\nBT /F 60 Tf 5 100 Td (W) Tj ET");
  const DrawnFile letter = draw(with, {1, 256});
  ASSERT_EQ(letter.state, TextState::extracted) << letter.cause;
  std::string empty = square_pdf();
  empty.replace(empty.find("0 100 50 100 re f"), 17, "0 000 00 000 re f");
  const DrawnFile nothing = draw(empty, {1, 256});
  EXPECT_GT(letter.bytes.size(), nothing.bytes.size() + 400) << "a white page is not a letter";
}

TEST_P(DrawingTest, DrawsPicturesAndNeverLargerThanTheyAre) {
  const PageImage page = draw_page(letter_lines());
  const DrawnFile small = draw(as_png(page), {1, 256});
  ASSERT_EQ(small.state, TextState::extracted) << small.cause;
  EXPECT_EQ(std::max(size_of(small.bytes).first, size_of(small.bytes).second), 256);
  const DrawnFile large = draw(as_png(page), {1, 4096});
  EXPECT_LE(std::max(size_of(large.bytes).first, size_of(large.bytes).second), 4096);
  EXPECT_EQ(draw("no picture at all", {1, 256}).state, TextState::damaged);
}

TEST_P(DrawingTest, MakesAPdfOfATiffWithItsPages) {
  const PageImage page = draw_page(letter_lines());
  const auto file = memory_file(as_tiff({page, page}));
  auto made = extractor_->picture_pdf(file.get(), not_abandoned);
  ASSERT_TRUE(made) << made.error().hint;
  ASSERT_EQ(made->state, TextState::extracted) << made->cause;
  EXPECT_EQ(extract_bytes(*extractor_, made->bytes).page_count, 2U);
  EXPECT_EQ(draw(made->bytes, {2, 256}).state, TextState::extracted);
}

TEST_P(DrawingTest, GivesUpOnceAbandoned) {
  const std::atomic<bool> abandoned{true};
  const auto file = memory_file(square_pdf());
  EXPECT_FALSE(extractor_->draw(file.get(), {1, 256}, abandoned));
}

INSTANTIATE_TEST_SUITE_P(Ways, DrawingTest, ::testing::ValuesIn(working_ways()));

// ---- LibreOffice
// ------------------------------------------------------------------------------

bool has_namespaces() {
  const auto& ways = working_ways();
  return std::find(ways.begin(), ways.end(), "namespaces") != ways.end();
}

class ConversionTest : public ::testing::Test {
 protected:
  explicit ConversionTest(const char* program = EXTRACT_HELPER) { ExtractorOptionsTuned(program); }
  void ExtractorOptionsTuned(const char* program) {
    auto options = helper_options(program, "namespaces");
    options.drawing_timeout_s = 120;
    extractor_ = start_extractor(options);
  }
  void SetUp() override {
    if (!has_namespaces()) GTEST_SKIP() << "no user namespaces on this machine";
    ASSERT_NE(extractor_, nullptr);
    ASSERT_EQ(search::office_lacks(), "");
  }

  std::vector<DrawnFile> convert(const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<UniqueFd> held;
    std::vector<OfficeFile> asked;
    for (const auto& [suffix, bytes] : files) {
      held.push_back(memory_file(bytes));
      asked.push_back({held.back().get(), suffix});
    }
    auto made = extractor_->convert(asked, not_abandoned);
    if (!made) ADD_FAILURE() << made.error().hint;
    return made ? std::move(*made) : std::vector<DrawnFile>(files.size());
  }
  std::string text_of(const DrawnFile& pdf) {
    EXPECT_EQ(pdf.state, TextState::extracted) << pdf.cause;
    return extract_bytes(*extractor_, pdf.bytes).text;
  }

  std::unique_ptr<search::Extractor> extractor_;
};

// Flat OpenDocument: one XML file.
std::string flat_text(const std::string& body, const std::string& scripts = "") {
  return "<?xml version=\"1.0\"?><office:document "
         "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
         "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
         "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "
         "xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" "
         "xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" "
         "xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.2\" "
         "office:mimetype=\"application/vnd.oasis.opendocument.text\">" +
         scripts + "<office:body><office:text>" + body +
         "</office:text></office:body></office:document>";
}

TEST_F(ConversionTest, ConvertsABatchInItsOrderAndLeavesOutWhatCannotBeRead) {
  const auto made = convert({{"fodt", flat_text("<text:p>Zisternenverordnung</text:p>")},
                             {"docx", "PK no archive"},
                             {"txt", "\xef\xbb\xbfGrüße aus Krähenwinkel\n"},
                             {"rtf", "{\\rtf1 Abwasser\\par}"}});
  ASSERT_EQ(made.size(), 4U);
  EXPECT_NE(text_of(made[0]).find("Zisternenverordnung"), std::string::npos);
  EXPECT_NE(text_of(made[2]).find("Grüße aus Krähenwinkel"), std::string::npos);
  EXPECT_NE(text_of(made[3]).find("Abwasser"), std::string::npos);
  EXPECT_TRUE(made[0].bytes.starts_with("%PDF-"));
  EXPECT_FALSE(made[0].is_in_doubt);
}

TEST_F(ConversionTest, FollowsNoLinkAndRunsNoMacro) {
  // A section and a picture from elsewhere, and a macro that would write into the document.
  const std::string macro =
      "<office:scripts><office:script script:language=\"ooo:Basic\"><ooo:libraries "
      "xmlns:ooo=\"http://openoffice.org/2004/office\"><ooo:library-embedded "
      "ooo:name=\"Standard\"><ooo:module ooo:name=\"M\"><ooo:source-code>Sub Main\n"
      "ThisComponent.Text.String = \"Makroqzx gelaufen\"\nEnd Sub</ooo:source-code></ooo:module>"
      "</ooo:library-embedded></ooo:libraries></office:script><office:event-listeners>"
      "<script:event-listener script:language=\"ooo:script\" script:event-name=\"dom:load\" "
      "xmlns:dom=\"http://www.w3.org/2001/xml-events\" xlink:href=\"vnd.sun.star.script:"
      "Standard.M.Main?language=Basic&amp;location=document\"/></office:event-listeners>"
      "</office:scripts>";
  const std::string body =
      "<text:p>Vorher</text:p>"
      "<text:section text:name=\"s1\"><text:section-source "
      "xlink:href=\"file:///etc/passwd\"/><text:p>alter Stand</text:p></text:section>"
      "<text:section text:name=\"s2\"><text:section-source "
      "xlink:href=\"file:///tmp/profile/user/registrymodifications.xcu\"/><text:p>alt</text:p>"
      "</text:section>"
      "<text:section text:name=\"s3\"><text:section-source "
      "xlink:href=\"http://127.0.0.1:1/x.odt\"/><text:p>von fern</text:p></text:section>"
      "<text:p><draw:frame svg:width=\"1cm\" svg:height=\"1cm\"><draw:image "
      "xlink:href=\"http://127.0.0.1:1/x.png\"/></draw:frame>Nachher</text:p>";
  const std::string text = text_of(convert({{"fodt", flat_text(body, macro)}}).front());
  EXPECT_NE(text.find("Vorher"), std::string::npos) << text;
  EXPECT_NE(text.find("Nachher"), std::string::npos) << text;
  EXPECT_EQ(text.find("root:"), std::string::npos) << text;
  EXPECT_EQ(text.find("MacroSecurityLevel"), std::string::npos) << text;
  EXPECT_EQ(text.find("Makroqzx"), std::string::npos) << text;
}

TEST_F(ConversionTest, EndsWhatTakesTooLong) {
  auto options = helper_options(EXTRACT_HELPER, "namespaces");
  options.drawing_processor_s = 1;
  extractor_ = start_extractor(options);
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += "<text:p>Absatz " + std::to_string(i) + "</text:p>";
  const auto made = convert({{"fodt", flat_text(body)}});
  EXPECT_EQ(made.front().state, TextState::limit_exceeded);
  EXPECT_EQ(made.front().cause, "out_of_time");
  EXPECT_FALSE(made.front().is_in_doubt);
  // Beside others, it is not said which of them it was.
  for (const DrawnFile& each : convert({{"fodt", flat_text(body)}, {"txt", "Text"}})) {
    EXPECT_TRUE(each.is_in_doubt || each.state == TextState::extracted) << each.cause;
  }
  EXPECT_TRUE(made.front().bytes.empty());
}

TEST_F(ConversionTest, WithoutNamespacesNothingIsConverted) {
  for (const char* way : {"landlock", "none"}) {
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, way));
    const auto made = convert({{"txt", "Text"}, {"rtf", "{\\rtf1 Text}"}});
    EXPECT_EQ(made.front().state, TextState::refused) << way;
    EXPECT_EQ(made.back().state, TextState::refused) << way;
  }
}

// What stands in for LibreOffice here is a program that tries what one that was taken over would.
class OfficeProbeTest : public ConversionTest {
 protected:
  OfficeProbeTest() : ConversionTest(PROBE_HELPER) {}
  std::string probe(const std::string& name) {
    return convert({{"txt", "office:" + name}}).front().bytes;
  }
};

TEST_F(OfficeProbeTest, HasOneFolderOfItsOwnAndSocketsToItself) {
  EXPECT_EQ(probe("hello"), "%PDF-hello");
  EXPECT_EQ(probe("private_file"), "%PDF-allowed");
  EXPECT_EQ(probe("socket_unix"), "%PDF-allowed");
  const std::string filled = probe("fill_folder");
  EXPECT_TRUE(filled.starts_with("%PDF-refused after ")) << filled;
}

TEST_F(OfficeProbeTest, StandsBackBehindTexts) {
  using search::extract::JobKind;
  using search::extract::Standing;
  EXPECT_EQ(probe("asked"), "%PDF-" + asked_line(JobKind::office, Standing::last));
}

TEST_F(OfficeProbeTest, ReachesNothingElse) {
  for (const char* name :
       {"open_secret", "open_proc", "write_elsewhere", "socket_inet", "socket_netlink",
        "connect_inet_through_unix", "shared_memory", "exec", "exec_python", "exec_own_file",
        "fork", "memory", "inherited_descriptors"}) {
    const std::string said = probe(name);
    EXPECT_TRUE(said.starts_with("%PDF-refused")) << name << ": " << said;
  }
  for (const char* name : {"ptrace", "kill_parent", "new_user_namespace", "mount", "bpf", "keyctl",
                           "io_uring", "memory_file", "make_device"}) {
    EXPECT_EQ(probe(name), "%PDF-killed") << name;
  }
}

// ---- what travels
// ------------------------------------------------------------------------------

using search::extract::BatchFile;
using search::extract::decode_batch;
using search::extract::decode_results;
using search::extract::OfficeOutcome;
using search::extract::result_head;

TEST(OfficeBatch, ComesBackAsItWasSent) {
  const std::vector<BatchFile> files{{"docx", "eins"}, {"txt", ""}};
  const std::string batch = search::extract::encode_batch(files);
  const auto read = decode_batch(batch);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->front().suffix, "docx");
  EXPECT_EQ(read->front().bytes, "eins");
  for (std::size_t size = 0; size < batch.size(); ++size) {
    EXPECT_FALSE(decode_batch(std::string_view(batch).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_batch(batch + "x"));
  const std::vector<BatchFile> odd{{"../x", "eins"}};
  EXPECT_FALSE(decode_batch(search::extract::encode_batch(odd)));
}

TEST(OfficeResults, AreTakenOnlyWhereTheyAreWhole) {
  const std::string good =
      result_head(OfficeOutcome::made, 6) + "%PDF-1" + result_head(OfficeOutcome::nothing, 0);
  const auto read = decode_results(good, 2);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().pdf, "%PDF-1");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_results(std::string_view(good).substr(0, size), 2)) << size;
  }
  EXPECT_FALSE(decode_results(good, 1));
  EXPECT_FALSE(decode_results(result_head(OfficeOutcome::made, 4) + "text", 1)) << "is no PDF";
  EXPECT_FALSE(decode_results(result_head(OfficeOutcome::nothing, 6) + "%PDF-1", 1));
  EXPECT_FALSE(decode_results(result_head(static_cast<OfficeOutcome>(9), 0), 1));
}

}  // namespace
}  // namespace dms::test
