// What there is to look at of a document: made in the background, moved, made anew, erased.

#include "dms/rendition.h"

#include "dms/rendition_record.h"
#include "inbox_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::value_of;

bool shows_pdf(std::string_view type) {
  return type == "application/pdf";
}

class RenditionTest : public test::ErasureTest {
 protected:
  RenditionTest() { start_renditions(); }

  OpenedPreview preview(const Document& document) {
    return value_of(documents_->open_preview(clerk_, document.id, std::nullopt, shows_pdf));
  }
  OpenedPreview thumbnail(const Document& document) {
    return value_of(documents_->open_thumbnail(clerk_, document.id));
  }
  static std::string bytes_of(const OpenedPreview& opened) {
    return opened.reader ? read_all(*opened.reader) : "nothing";
  }
  std::vector<RenditionRecord> records() {
    using Records = std::vector<RenditionRecord>;
    return value_of(store_->read<Records>([](const storage::View& view) -> Result<Records> {
      return DMS_TRY(view.scan(rendition_table, {})).items;
    }));
  }
  RenditionState state(const Document& document) {
    return *value_of(documents_->get(clerk_, document.id)).preview_state;
  }
  std::size_t reads() { return value_of(store_->read_reads({}, 100)).size(); }
};

TEST_F(RenditionTest, ATextGetsAPreviewOfItsTextAndAThumbnailOfThat) {
  extractor_.hold_drawing(true);
  const Document document = file(dossier_.id, "Brief", "Sehr geehrte Damen");
  wait();
  EXPECT_EQ(state(document), RenditionState::waiting);
  EXPECT_EQ(to_string(state(document)), "pending");
  EXPECT_FALSE(preview(document).reader);
  EXPECT_EQ(reads(), 0U) << "nothing was shown";
  extractor_.hold_drawing(false);
  wait_for_renditions();
  EXPECT_EQ(state(document), RenditionState::made);
  const OpenedPreview shown = preview(document);
  EXPECT_EQ(bytes_of(shown), "PDF txt \xef\xbb\xbfSehr geehrte Damen");
  EXPECT_EQ(shown.mime_type, "application/pdf");
  EXPECT_EQ(shown.file_name, "brief.pdf");
  EXPECT_EQ(reads(), 1U);
  EXPECT_EQ(bytes_of(thumbnail(document)), "JPEG 1 PDF txt \xef\xbb\xbfSehr geehrte Damen");
  EXPECT_EQ(reads(), 1U) << "a thumbnail is no reading";
  expect_verified();
}

TEST_F(RenditionTest, WhatIsShownItselfGetsAThumbnailOnly) {
  const Document document = file(dossier_.id, "Plan", "scan\f+mit Text");
  wait_for_renditions();
  EXPECT_EQ(bytes_of(preview(document)), "scan\f+mit Text");
  EXPECT_EQ(bytes_of(thumbnail(document)), "JPEG 1 scan\f+mit Text");
  EXPECT_EQ(thumbnail(document).file_name, "brief.jpg");
  EXPECT_FALSE(records().front().preview);
}

TEST_F(RenditionTest, AMailIsShownWithItsHead) {
  const Document document = file(dossier_.id, "Frage", "mail: wie hoch?");
  wait_for_renditions();
  const std::string shown = bytes_of(preview(document));
  EXPECT_NE(shown.find("Von: Anna <anna@example.org>\nAn: amt@example.org\n"), std::string::npos)
      << shown;
  EXPECT_NE(shown.find("Betreff: Wege\n\nmail: wie hoch?"), std::string::npos) << shown;
}

TEST_F(RenditionTest, IsForThoseWhoMayRead) {
  const Document document = file(dossier_.id, "Brief", "geheim");
  wait_for_renditions();
  EXPECT_LOOKS_ABSENT(documents_->open_thumbnail(stranger_, document.id));
  EXPECT_LOOKS_ABSENT(documents_->open_preview(stranger_, document.id, std::nullopt, shows_pdf));
  EXPECT_LOOKS_ABSENT(documents_->request_renditions(stranger_, document.id));
}

TEST_F(RenditionTest, OfficeFilesThatWaitAreMadeInOneRun) {
  extractor_.hold_drawing(true);
  std::vector<Document> documents;
  for (int i = 0; i < 40; ++i) {
    documents.push_back(file(dossier_.id, "Brief", "Nummer " + std::to_string(i)));
  }
  wait();
  extractor_.hold_drawing(false);
  wait_for_renditions();
  for (const Document& document : documents) EXPECT_EQ(state(document), RenditionState::made);
  const std::vector<std::size_t> batches = extractor_.batches();
  EXPECT_LT(batches.size(), 40U);
  EXPECT_EQ(*std::max_element(batches.begin(), batches.end()), 16U);
}

TEST_F(RenditionTest, OneThatCannotBeMadeSaysSoAndHoldsNobodyUp) {
  const Document bad = file(dossier_.id, "Defekt", "unlookable");
  const Document good = file(dossier_.id, "Gut", "gut");
  wait_for_renditions();
  EXPECT_EQ(state(bad), RenditionState::damaged);
  EXPECT_EQ(preview(bad).state, RenditionState::damaged);
  EXPECT_FALSE(thumbnail(bad).reader);
  EXPECT_EQ(state(good), RenditionState::made);
}

TEST_F(RenditionTest, GoesOnAfterAStopAndMakesEachOnce) {
  extractor_.hold_drawing(true);
  const Document document = file(dossier_.id, "Brief", "nach dem Neustart");
  wait();
  restart();
  EXPECT_EQ(state(document), RenditionState::waiting);
  extractor_.hold_drawing(false);
  wait_for_renditions();
  const Uuid made = records().front().id;
  restart();
  wait_for_renditions();
  EXPECT_EQ(records().front().id, made);
}

TEST_F(RenditionTest, IsMadeOnceMoreOnRequestAndStaysUntilThen) {
  const Document document = file(dossier_.id, "Brief", "zweimal");
  wait_for_renditions();
  const Uuid first = records().front().id;
  extractor_.hold_drawing(true);
  value_of(documents_->request_renditions(clerk_, document.id));
  value_of(documents_->request_renditions(clerk_, document.id));  // under way
  EXPECT_EQ(bytes_of(preview(document)), "PDF txt \xef\xbb\xbfzweimal");
  EXPECT_EQ(state(document), RenditionState::made);
  extractor_.hold_drawing(false);
  wait_for_renditions();
  EXPECT_NE(records().front().id, first);
  EXPECT_EQ(bytes_of(preview(document)), "PDF txt \xef\xbb\xbfzweimal");
  std::size_t asked = 0;
  for (const auto& entry : value_of(store_->read_journal_of(document.id.value, 0, 100))) {
    if (entry.kind == "document.renditions_requested") ++asked;
  }
  EXPECT_EQ(asked, 1U);
  expect_verified();
}

TEST_F(RenditionTest, PagesAreDrawnForTheAskingAndOnce) {
  const Document plan = file(dossier_.id, "Plan", "scan\f+eins\f+zwei");
  const Document letter = file(dossier_.id, "Brief", "lang");
  wait_for_renditions();
  const auto image = [&](const Document& document, std::uint32_t page) {
    return documents_->open_page_image(clerk_, document.id, page);
  };
  extractor_.hold_drawing(true);
  EXPECT_EQ(value_of(image(plan, 2)).state, RenditionState::waiting);
  EXPECT_FALSE(value_of(image(plan, 2)).reader);
  EXPECT_EQ(records().size(), 2U);
  EXPECT_EQ(reads(), 0U);
  extractor_.hold_drawing(false);
  wait_for_renditions();
  EXPECT_EQ(bytes_of(value_of(image(plan, 2))), "JPEG 2 scan\f+eins\f+zwei");
  EXPECT_EQ(reads(), 1U) << "a page is read";
  value_of(image(letter, 1));
  wait_for_renditions();
  EXPECT_EQ(bytes_of(value_of(image(letter, 1))), "JPEG 1 PDF txt \xef\xbb\xbflang");
  EXPECT_LOOKS_ABSENT(documents_->open_page_image(stranger_, plan.id, 2));
  extractor_.hold_drawing(true);
  for (std::uint32_t page = 10; page < 10 + page_images_wanted_max; ++page) {
    value_of(image(plan, page));
  }
  EXPECT_EQ(code_of(image(plan, 99)), ErrorCode::busy);
  extractor_.hold_drawing(false);
  wait_for_renditions();
  EXPECT_EQ(erase(of(plan)).state, ErasureState::done);
  EXPECT_EQ(count(rendition_table), 1U);
  expect_verified();
}

// The rendition version of an earlier program; and a store from before there were any.
TEST_F(RenditionTest, ANewVersionMakesThemAllAnew) {
  const Document old = file(dossier_.id, "Alt", "alt");
  const Document without = file(dossier_.id, "Ohne", "ohne");
  wait_for_renditions();
  const Uuid made = records().front().id;
  rendition_maker_->stop();
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    for (RenditionRecord record : DMS_TRY(view.scan(rendition_table, {})).items) {
      if (record.content == old.current.content.sha256) {
        record.rendition_version = 0;
        DMS_TRY(commit.put(rendition_table, record));
        continue;
      }
      release_parts(commit, record);
      DMS_TRY(commit.erase(rendition_table, rendition_table.key(record)));
    }
    for (const auto& sweep : DMS_TRY(view.scan(rendition_sweep_table, {})).items) {
      DMS_TRY(commit.erase(rendition_sweep_table, rendition_sweep_table.key(sweep)));
    }
    return commit;
  }));
  EXPECT_FALSE(preview(without).reader);
  EXPECT_TRUE(preview(old).reader);
  restart();
  wait_for_renditions();
  EXPECT_EQ(bytes_of(preview(without)), "PDF txt \xef\xbb\xbfohne");
  for (const RenditionRecord& record : records()) {
    EXPECT_EQ(record.rendition_version, rendition_version);
    EXPECT_NE(record.id, made);
  }
  expect_verified();
}

TEST_F(RenditionTest, AServerThatMakesNoneSaysSo) {
  extractor_.hold_drawing(true);
  const Document document = file(dossier_.id, "Brief", "Text");
  wait();
  rendition_maker_->stop();
  value_of(put_renditions_aside(*store_));
  EXPECT_EQ(to_string(state(document)), "refused");
  EXPECT_EQ(code_of(documents_->request_renditions(clerk_, document.id)), ErrorCode::unavailable);
  extractor_.hold_drawing(false);
  restart();
  wait_for_renditions();
  EXPECT_EQ(state(document), RenditionState::made);
}

TEST_F(RenditionTest, GoesWithTheDocumentAlsoWhileItIsMade) {
  const std::string secret = "Geheimwortqzx";
  const Document whole = file(dossier_.id, "Ganz", secret + " eins");
  wait_for_renditions();
  extractor_.hold_drawing(true);
  const Document half = file(dossier_.id, "Halb", secret + " zwei");
  wait();
  EXPECT_EQ(count(rendition_table), 2U);
  const Erasure begun = released({{}, {whole.id, half.id}, "falsch abgelegt"});
  for (int i = 0; i < 20; ++i) step();
  extractor_.hold_drawing(false);
  const Erasure done = run(begun);
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_TRUE(rendition_maker_->wait_until_idle(std::chrono::seconds{60}));
  EXPECT_EQ(count(rendition_table), 0U);
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
  expect_verified();
}

TEST_F(RenditionTest, IsSharedByEqualFilesAndStaysWithTheLast) {
  const Document first = file(dossier_.id, "Eins", "gleich");
  const Document second = file(dossier_.id, "Zwei", "gleich");
  wait_for_renditions();
  EXPECT_EQ(count(rendition_table), 1U);
  EXPECT_EQ(erase(of(first)).state, ErasureState::done);
  EXPECT_EQ(bytes_of(preview(second)), "PDF txt \xef\xbb\xbfgleich");
}

TEST_F(RenditionTest, WhatFailsBesideOthersIsMadeByItself) {
  extractor_.doubt_batches();
  std::vector<Document> documents;
  extractor_.hold_drawing(true);
  for (int i = 0; i < 5; ++i) {
    documents.push_back(file(dossier_.id, "Brief", "Nummer " + std::to_string(i)));
  }
  wait();
  extractor_.hold_drawing(false);
  wait_for_renditions();
  for (const Document& document : documents) EXPECT_EQ(state(document), RenditionState::made);
  const std::vector<std::size_t> batches = extractor_.batches();
  EXPECT_GT(*std::max_element(batches.begin(), batches.end()), 1U);
  EXPECT_EQ(batches.back(), 1U);
  for (const RenditionRecord& record : records()) EXPECT_FALSE(record.alone);
  expect_verified();
}

TEST_F(RenditionTest, PagesThatAreNotThereUseNothingUp) {
  const Document plan = file(dossier_.id, "Plan", "scan\f+eins\f+zwei");
  wait_for_renditions();
  for (std::uint32_t page = 1000; page < 1000 + page_images_max + 20; ++page) {
    value_of(documents_->open_page_image(clerk_, plan.id, page));
    if (page % page_images_wanted_max == 0) wait_for_renditions();
  }
  wait_for_renditions();
  EXPECT_LE(records().front().images->size(), 20U);
  value_of(documents_->open_page_image(clerk_, plan.id, 1));
  wait_for_renditions();
  EXPECT_TRUE(value_of(documents_->open_page_image(clerk_, plan.id, 1)).reader);
}

TEST_F(RenditionTest, APageThatWasDrawnStaysWhileAllIsMadeAnew) {
  const Document plan = file(dossier_.id, "Plan", "scan\f+eins\f+zwei");
  wait_for_renditions();
  value_of(documents_->open_page_image(clerk_, plan.id, 1));
  wait_for_renditions();
  extractor_.hold_drawing(true);
  value_of(documents_->request_renditions(clerk_, plan.id));
  EXPECT_TRUE(value_of(documents_->open_page_image(clerk_, plan.id, 1)).reader);
  EXPECT_EQ(value_of(documents_->open_page_image(clerk_, plan.id, 2)).state,
            RenditionState::waiting);
  extractor_.hold_drawing(false);
}

class RenditionOfPostTest : public test::InboxTest {
 protected:
  RenditionOfPostTest() { start_renditions(); }
};

TEST_F(RenditionOfPostTest, NothingOpensWhatIsInfected) {
  extractor_.hold_drawing(true);
  NewInboundItem bad = new_item("Mahnung");
  bad.malware = "Win.Test.EICAR_HDB-1";
  const InboundItem infected = value_of(items_->receive(clerk_, bad, stage("böse")));
  const InboundItem letter = receive("Antrag", "gut");
  wait();
  extractor_.hold_drawing(false);
  wait_for_renditions();
  EXPECT_EQ(get(clerk_, infected).preview_state, RenditionState::infected);
  EXPECT_EQ(to_string(RenditionState::infected), "infected");
  EXPECT_EQ(get(clerk_, letter).preview_state, RenditionState::made);
  EXPECT_EQ(extractor_.batches(), std::vector<std::size_t>{1}) << "the letter alone";
}

TEST(FilesShownThemselves, HoldNoScript) {
  for (const char* type :
       {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"}) {
    EXPECT_TRUE(is_shown_itself(type)) << type;
  }
  for (const char* type : {"text/html", "image/svg+xml", "text/plain", "application/xhtml+xml",
                           "image/tiff", "application/octet-stream", ""}) {
    EXPECT_FALSE(is_shown_itself(type)) << type;
  }
}

}  // namespace
}  // namespace dms
