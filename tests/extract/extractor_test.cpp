// The whole way: files through the real helper, with bad input and many at once.

#include <sys/stat.h>

#include <thread>

#include "extract_support.h"
#include "support/temp_dir.h"
#include "support/zip_builder.h"

namespace dms::test {
namespace {

using search::Extraction;
using search::TextState;

class ExtractorTest : public ::testing::Test {
 protected:
  void SetUp() override { start({}); }

  void start(search::ExtractorOptions options) {
    options.helper_path = EXTRACT_HELPER;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    options.timeout_s *= 10;  // time is not what is looked at there
#endif
    extractor_ = start_extractor(options);
    ASSERT_NE(extractor_, nullptr);
  }

  Extraction extract(std::string_view bytes) {
    return extract_bytes(*extractor_, bytes);
  }

  std::unique_ptr<search::Extractor> extractor_;
};

// A PDF of one page by hand; `trailer` may add an /Encrypt dictionary.
std::string make_pdf(std::string_view text, std::string_view trailer = "") {
  const std::string content = "BT /F1 12 Tf 72 720 Td (" + std::string(text) + ") Tj ET";
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
         "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
         "/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
         "4 0 obj<</Length " +
         std::to_string(content.size()) + ">>stream\n" + content +
         "\nendstream endobj\n"
         "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
         "trailer<</Root 1 0 R/Size 6" +
         std::string(trailer) + ">>\n%%EOF\n";
}

TEST_F(ExtractorTest, PagesAreCountedFromFormFeeds) {
  const Extraction extraction = extract("Seite eins\fSeite zwei\f\fSeite vier");
  EXPECT_EQ(extraction.state, TextState::extracted);
  EXPECT_EQ(extraction.mime_type, "text/plain");
  ASSERT_EQ(extraction.pages.size(), 4U);
  EXPECT_EQ(extraction.pages[0].offset, 0U);
  EXPECT_EQ(extraction.text.substr(extraction.pages[1].offset, 10), "Seite zwei");
  EXPECT_EQ(extraction.text.substr(extraction.pages[3].offset), "Seite vier");
}

TEST_F(ExtractorTest, EachTypeIsRead) {
  EXPECT_EQ(extract(make_pdf("Kanalanschluss")).text, "Kanalanschluss");
  EXPECT_EQ(extract(make_docx("<w:p><w:t>Bescheid</w:t></w:p>")).text, "Bescheid");
  EXPECT_EQ(extract(make_odt("<text:p>Satzung</text:p>")).text, "Satzung");
  EXPECT_EQ(extract("<!DOCTYPE html><title>T</title><p>Amtsblatt").text, "Amtsblatt");
}

TEST_F(ExtractorTest, EmptyFilesAndBlankPagesAreEmpty) {
  const Extraction nothing = extract("");
  EXPECT_EQ(nothing.state, TextState::empty);
  EXPECT_EQ(nothing.cause, "no_text");
  EXPECT_TRUE(nothing.pages.empty());
  EXPECT_EQ(extract(make_pdf("")).state, TextState::empty);
}

TEST_F(ExtractorTest, EncryptedAndDamagedPdfsAreTold) {
  const std::string key(64, 'a');
  const Extraction encrypted = extract(make_pdf("x", "/Encrypt<</Filter/Standard/V 1/R 2/O<" + key +
                                                         ">/U<" + key + ">/P -44>>/ID[<00><00>]"));
  EXPECT_EQ(encrypted.state, TextState::encrypted);
  EXPECT_EQ(encrypted.cause, "password");
  EXPECT_EQ(encrypted.mime_type, "application/pdf");
  const Extraction damaged = extract("%PDF-1.7\nnot really");
  EXPECT_EQ(damaged.state, TextState::damaged);
  EXPECT_EQ(damaged.mime_type, "application/pdf");
}

TEST_F(ExtractorTest, ZipBombsExceedTheLimit) {
  const Extraction bomb = extract(make_docx(std::string(80U << 20U, ' ')));
  EXPECT_EQ(bomb.state, TextState::limit_exceeded);
  EXPECT_EQ(bomb.cause, "expands_too_much");
  EXPECT_EQ(extract("danach").text, "danach");
}

TEST_F(ExtractorTest, XmlUpToItsLimitsIsReadWithinTheMemory) {
  const auto repeated = [](std::string_view element, std::size_t count) {
    std::string bytes = "<?xml version=\"1.0\"?><a>";
    for (std::size_t i = 0; i < count; ++i) bytes += element;
    return bytes + "</a>";
  };
  EXPECT_EQ(extract(repeated("<b>Wort im Satz, ein wenig lang</b> \n", 999'000)).state,
            TextState::extracted);
  EXPECT_EQ(extract(repeated("<b c=''>x</b> ", 499'000)).state, TextState::extracted);
  const Extraction many = extract(repeated("<b/>", 1'000'001));
  EXPECT_EQ(many.state, TextState::limit_exceeded);
  EXPECT_EQ(many.cause, "too_many_parts");
}

TEST_F(ExtractorTest, EntitiesThatLaughAreRefused) {
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY e0 \"haha\">";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "&e" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY e" + std::to_string(i) + " \"" + before + before + before + before + "\">";
  }
  const Extraction refused = extract(laughs + "]><l>&e29;</l>");
  EXPECT_EQ(refused.mime_type, "text/xml");
  EXPECT_EQ(refused.state, TextState::unsupported);
  EXPECT_EQ(refused.cause, "own_entities");
}

TEST_F(ExtractorTest, OtherTypesAreUnsupportedButNamed) {
  const Extraction picture = extract(std::string_view("GIF89a\1\0\1\0\0\0\0;", 14));
  EXPECT_EQ(picture.state, TextState::unsupported);
  EXPECT_EQ(picture.mime_type, "image/gif");
}

TEST_F(ExtractorTest, OfSeveralEachIsWhatItIsByItself) {
  std::string long_text;
  while (long_text.size() < (3U << 20U)) long_text += "Sehr geehrte Damen und Herren\n";
  const std::string mail =
      "From: rat@example.org\nDate: Tue, 1 Sep 2026 10:00:00 +0200\nSubject: Wege\n"
      "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
      "Content-Type: text/plain\n\nanbei\n--x\nContent-Type: application/pdf\n"
      "Content-Disposition: attachment; filename=plan.pdf\n\n" +
      make_pdf("Wegeplan") + "\n--x--\n";
  const std::vector<std::string> files{"Ein Brief",
                                       "",
                                       "<p>Satz</p><html><body>Wort</body></html>",
                                       "zwei\fSeiten",
                                       "PK\3\4 broken",
                                       make_pdf("Kanalanschluss"),
                                       long_text,
                                       mail};
  constexpr std::size_t simple = 4;
  const auto found = extractor_->extract_several(files);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), files.size());
  for (std::size_t i = 0; i < simple; ++i) {
    const Extraction alone = extract(files[i]);
    ASSERT_TRUE((*found)[i]) << i;
    const Extraction& together = *(*found)[i];
    EXPECT_EQ(together.mime_type, alone.mime_type) << i;
    EXPECT_EQ(together.state, alone.state) << i;
    EXPECT_EQ(together.text, alone.text) << i;
    EXPECT_EQ(together.cause, alone.cause) << i;
    EXPECT_EQ(together.pages.size(), alone.pages.size()) << i;
  }
  EXPECT_EQ((*found)[0]->text, "Ein Brief");
  for (std::size_t i = simple; i < files.size(); ++i) {
    EXPECT_FALSE((*found)[i]) << i << " takes more";
  }
  EXPECT_TRUE(extractor_->extract_several({}).value_or(*found).empty());
}

TEST_F(ExtractorTest, LargerFilesThanTheLimitAreTypedOnly) {
  search::ExtractorOptions options;
  options.input_bytes_max = 1000;
  start(options);
  const Extraction extraction = extract("%PDF-1.7\n" + std::string(1000, 'x'));
  EXPECT_EQ(extraction.state, TextState::limit_exceeded);
  EXPECT_EQ(extraction.cause, "input_too_large");
  EXPECT_EQ(extraction.mime_type, "application/pdf");
}

TEST_F(ExtractorTest, LongerTextIsCut) {
  search::ExtractorOptions options;
  options.text_bytes_max = 1000;
  start(options);
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "ä ";
  const Extraction extraction = extract(text);
  EXPECT_EQ(extraction.state, TextState::extracted);
  EXPECT_EQ(extraction.cause, "text_cut");
  EXPECT_LE(extraction.text.size(), 1000U);
  EXPECT_GE(extraction.text.size(), 990U);
}

TEST_F(ExtractorTest, CallersDescriptorStaysAsItWas) {
  auto file = memory_file("Inhalt");
  ASSERT_EQ(::lseek(file.get(), 3, SEEK_SET), 3);
  auto extraction = extractor_->extract(file.get());
  ASSERT_TRUE(extraction);
  EXPECT_EQ(extraction->text, "Inhalt");
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 3);
}

TEST_F(ExtractorTest, UnlinkedFilesAreRead) {
  TempDir folder;
  const std::string path = folder / "file";
  search::extract::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::write(file.get(), "Inhalt", 6), 6);
  std::filesystem::remove(path);
  auto extraction = extractor_->extract(file.get());
  ASSERT_TRUE(extraction);
  EXPECT_EQ(extraction->text, "Inhalt");
}

TEST_F(ExtractorTest, BadDescriptorIsAnError) {
  EXPECT_FALSE(extractor_->extract(-1));
  EXPECT_EQ(extract("danach").text, "danach");
}

TEST_F(ExtractorTest, DetectTellsTheTypeOfABeginning) {
  auto type = extractor_->detect(std::string("%PDF-1.4\n") + std::string(2U << 20U, 'x'));
  ASSERT_TRUE(type);
  EXPECT_EQ(*type, "application/pdf");
  EXPECT_EQ(extractor_->detect("").value_or("error"), "application/x-empty");
}

TEST_F(ExtractorTest, OfAMailTheHeadIsReadForWhoWaits) {
  const std::chrono::seconds patience{60};
  const auto head_of = [&](std::string_view bytes) {
    auto head = extractor_->mail_head(memory_file(bytes).get(), patience);
    EXPECT_TRUE(head);
    return head ? std::move(*head) : std::optional<search::MailFacts>();
  };
  const std::string fields =
      "From: Petra <p@example.org>\r\nSubject: Zaun\r\nMessage-ID: <1@a>\r\n";
  const auto head = head_of(fields + "\r\n" + std::string(1U << 20U, 'x'));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->from, "Petra <p@example.org>");
  EXPECT_EQ(head->subject, "Zaun");
  EXPECT_EQ(head->message_id, "1@a");
  EXPECT_FALSE(head_of("Sehr geehrte Damen und Herren"));
  EXPECT_FALSE(head_of(make_pdf("Zaun")));
  EXPECT_FALSE(head_of(""));
  EXPECT_FALSE(extractor_->mail_head(-1, patience));
}

TEST_F(ExtractorTest, ManyThreadsShareTheChildren) {
  constexpr int threads = 6;
  constexpr int files_each = 10;
  std::atomic<int> right = 0;
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; ++i) {
    pool.emplace_back([&, i] {
      for (int j = 0; j < files_each; ++j) {
        const std::string words = "Akte " + std::to_string(i) + "/" + std::to_string(j);
        const bool pdf = j % 3 == 0;
        right += extract(pdf ? make_pdf(words) : words).text == words ? 1 : 0;
      }
    });
  }
  for (std::thread& each : pool) each.join();
  EXPECT_EQ(right, threads * files_each);
}

}  // namespace
}  // namespace dms::test
