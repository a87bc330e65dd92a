// What is made of an original rots, and is made anew from it. The rot is a byte in a table of its
// own: contents above 1 MiB have one, and so they are large here. See indexing_fixture.h for what
// the files are.

#include "dms/derived_content.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "dms/index_verify.h"
#include "dms/rendition_record.h"
#include "indexing_fixture.h"
#include "storage/content_damage.h"

namespace dms {
namespace {

namespace fs = std::filesystem;
using test::value_of;

bool shows_pdf(std::string_view type) {
  return type == "application/pdf";
}

class DerivedContentTest : public test::IndexedTest {
 protected:
  DerivedContentTest() {
    for (int i = 0; i < 200'000; ++i) large_ += "w" + std::to_string(i) + " ";
  }

  static constexpr std::string_view wanted = "w100000";

  // Changes a byte wherever a table holds `mark`, and restarts.
  void rot(std::string_view mark, std::string_view other_than = "no such mark") {
    stop();
    store_.reset();
    int hits = 0;
    for (const auto& entry : fs::recursive_directory_iterator(temp_ / "store" / "db")) {
      if (entry.path().extension() != ".sst") continue;
      std::fstream bytes(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(bytes)), {});
      const std::size_t at = all.find(wanted);
      if (at == std::string::npos || all.find(mark) == std::string::npos) continue;
      if (all.find(other_than) != std::string::npos) continue;
      bytes.clear();
      bytes.seekp(static_cast<std::streamoff>(at));
      bytes.put('x');
      ++hits;
    }
    ASSERT_GE(hits, 1);  // what was stored twice lies there until it is swept
    open();
    make_services();
  }
  std::vector<std::string> problems() { return value_of(store_->verify()).problems; }
  GivenUpContents give_up() {
    const auto damaged = storage::contents_told_of(problems());
    EXPECT_EQ(damaged.size(), 1U);
    return value_of(give_up_damaged(*store_, damaged, clock_.now()));
  }
  // Whole again, once what was damaged is swept.
  void expect_clean() {
    value_of(store_->sweep_content());
    EXPECT_EQ(problems(), std::vector<std::string>());
  }
  std::vector<std::string> kinds_of(const Document& document) {
    std::vector<std::string> kinds;
    for (const auto& entry : value_of(store_->read_journal_of(document.id.value, 0, 100))) {
      kinds.push_back(entry.kind);
    }
    return kinds;
  }
  // Of pages that have text: so it is other bytes than the file's.
  Document file_pages() {
    Document document = file(dossier_.id, "Gutachten", "scan\f+" + large_);
    wait_for_recognition();
    return document;
  }

  std::string large_;
  // Still shown as a preview, and with what that begins with larger than a chunk.
  std::string shown() const { return large_.substr(0, (1U << 20U) - 6); }
};

TEST_F(DerivedContentTest, ADocumentWithADamagedTextIsFoundByItsMetadataUntilItIsReadAgain) {
  const Document document = file_pages();
  ASSERT_EQ(found(clerk_, std::string(wanted)), Subjects{"Gutachten"});
  rot("w199999 ", "scan\f");
  fs::remove_all(index_folder());
  extractor_.hold();
  start();
  extractor_.wait_for_calls(2);
  for (int i = 0; i < 3000 && found(clerk_, "gutachten").empty(); ++i) {
    indexer_->wait_until_indexed(store_->journal_head().sequence, std::chrono::milliseconds{10});
  }
  EXPECT_EQ(found(clerk_, "gutachten"), Subjects{"Gutachten"});
  EXPECT_EQ(found(clerk_, std::string(wanted)), Subjects{});
  extractor_.release();
  wait();
  EXPECT_EQ(found(clerk_, std::string(wanted)), Subjects{"Gutachten"});
  expect_clean();
  EXPECT_EQ(value_of(verify_index(*store_, index_folder(), {})).problems,
            std::vector<std::string>());
}

TEST_F(DerivedContentTest, AnIndexBuiltInPartsDoesNotPassOverADamagedText) {
  file_pages();
  rot("w199999 ", "scan\f");
  fs::remove_all(index_folder());
  build_folder_ = (temp_ / "build").string();
  start();
  wait();
  EXPECT_EQ(found(clerk_, std::string(wanted)), Subjects{"Gutachten"});
  expect_clean();
}

TEST_F(DerivedContentTest, AVerificationOfTheIndexTellsOfATextThatItCannotRead) {
  file_pages();
  rot("w199999 ", "scan\f");
  const auto told = value_of(verify_index(*store_, index_folder(), {})).problems;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told.front().find("its text cannot be read"), std::string::npos) << told.front();
}

TEST_F(DerivedContentTest, WhatAVerificationTellsOfATextHasItReadAgain) {
  const Document document = file_pages();
  rot("w199999 ", "scan\f");
  start();
  wait();
  const GivenUpContents given_up = give_up();
  EXPECT_EQ(given_up.originals_of_texts, std::vector{document.current.content});
  EXPECT_EQ(kinds_of(document).front(), "document.text_damaged");
  wait();
  expect_clean();
  EXPECT_EQ(found(clerk_, std::string(wanted)), Subjects{"Gutachten"});
}

TEST_F(DerivedContentTest, ADamagedPreviewIsMadeAgainAndWhatIsWholeStays) {
  start_renditions();
  const Document document = file(dossier_.id, "Vermerk", shown());
  wait_for_renditions();
  rot("PDF txt", "JPEG");
  EXPECT_EQ(give_up().renditions, 1U);
  expect_clean();
  EXPECT_TRUE(value_of(documents_->open_thumbnail(clerk_, document.id)).reader);
  EXPECT_FALSE(
      value_of(documents_->open_preview(clerk_, document.id, std::nullopt, shows_pdf)).reader);
  start();
  wait_for_renditions();
  const auto again =
      value_of(documents_->open_preview(clerk_, document.id, std::nullopt, shows_pdf));
  ASSERT_TRUE(again.reader);
  EXPECT_EQ(again.reader->id().size, shown().size() + std::string("PDF txt \xef\xbb\xbf").size());
  expect_clean();
}

// The maker comes before the sweep: the same bytes again, of which the damaged ones still lie here.
TEST_F(DerivedContentTest, TheSameBytesMadeAgainAreNotTheDamagedOnes) {
  start_renditions();
  file(dossier_.id, "Vermerk", shown());
  wait_for_renditions();
  rot("PDF txt", "JPEG");
  EXPECT_EQ(give_up().renditions, 1U);
  start();
  wait_for_renditions();
  expect_clean();
}

TEST_F(DerivedContentTest, DamagedPagesAreReadAgain) {
  std::string page = large_;  // of one word
  std::replace(page.begin(), page.end(), ' ', '-');
  const Document document = file(dossier_.id, "Scan", "scan\f" + page);
  wait_for_recognition();
  rot("AWRP");
  EXPECT_EQ(give_up().recognitions, 1U);
  expect_clean();
  start();
  wait_for_recognition();
  EXPECT_EQ(extractor_.recognised(), (std::vector<std::uint32_t>{1, 1}));
  EXPECT_TRUE(value_of(documents_->open_words(clerk_, document.id, 1)).page);
  expect_clean();
}

// A text file's text is the file, byte for byte, and stored once.
TEST_F(DerivedContentTest, WhatIsAnOriginalAsWellStays) {
  const Document document = file(dossier_.id, "Vermerk", large_);
  wait();
  rot("w199999 ");
  const GivenUpContents given_up = give_up();
  EXPECT_EQ(given_up.originals_of_texts, std::vector<storage::ContentId>());
  const auto kinds = kinds_of(document);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "document.text_damaged"), 0);
  start();
  wait();  // and keeps nothing from being indexed
  EXPECT_EQ(found(clerk_, "vermerk"), Subjects{"Vermerk"});
}

}  // namespace
}  // namespace dms
