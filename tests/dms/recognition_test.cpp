// Pages read by their looks: what becomes of them in the text, across restarts, moves and erasure.

#include "dms/recognition.h"

#include <csignal>
#include <filesystem>

#include "dms/document_text_record.h"
#include "dms/tables.h"
#include "erasure_fixture.h"
#include "support/child_test.h"

namespace dms {
namespace {

using test::ChildTest;
using test::code_of;
using test::value_of;

std::string scan(const std::vector<std::string>& pages) {
  std::string bytes = "scan";
  for (const std::string& page : pages) bytes += "\f" + page;
  return bytes;
}

class PagesTest : public test::ErasureTest {
 protected:
  Document get(DocumentId id) { return value_of(documents_->get(clerk_, id)); }
  std::string text(DocumentId id) {
    const auto opened = value_of(documents_->open_text(clerk_, id));
    return opened.reader ? read_all(*opened.reader) : std::string();
  }
  std::vector<RecognitionRecord> records() {
    using Records = std::vector<RecognitionRecord>;
    return value_of(store_->read<Records>([](const storage::View& view) -> Result<Records> {
      return DMS_TRY(view.scan(recognition_table, {})).items;
    }));
  }
  std::vector<std::string> kinds_of(const Uuid& object) {
    std::vector<std::string> kinds;
    for (const auto& entry : value_of(store_->read_journal_of(object, 0, 100))) {
      kinds.push_back(entry.kind);
    }
    return kinds;
  }
};

TEST_F(PagesTest, WordsOfAPictureAreFoundWithTheirPage) {
  const Document document = file(
      dossier_.id, "Scan", scan({"+Deckblatt der Akte", "Regenrückhaltebecken", "+Anlage zwei"}));
  wait_for_recognition();
  const SearchAnswer answer = search(clerk_, "regenrückhaltebecken");
  ASSERT_EQ(answer.hits.size(), 1U);
  EXPECT_EQ(answer.hits.front().page, 2U);
  EXPECT_EQ(text(document.id), "Deckblatt der Akte\fRegenrückhaltebecken\fAnlage zwei");
  const Document read = get(document.id);
  EXPECT_EQ(read.text_state, DocumentTextState::extracted);
  EXPECT_EQ(read.recognised_pages, std::vector<std::uint32_t>{2});
  EXPECT_FALSE(read.recognition);
  EXPECT_EQ(extractor_.recognised(), std::vector<std::uint32_t>{2});
  const auto kinds = kinds_of(document.id.value);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), text_recognised), 1);
  expect_verified();
}

TEST_F(PagesTest, ADocumentThatWaitsIsFoundByItsMetadataAndSaysHowFarItIs) {
  extractor_.allow_pages(1);
  const Document document = file(dossier_.id, "Altes Protokoll", scan({"Zisterne", "Brunnen"}));
  wait();  // the index does not wait for it
  extractor_.wait_for_recognised(2);
  EXPECT_EQ(found(clerk_, "protokoll"), Subjects{"Altes Protokoll"});
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{});
  const Document read = get(document.id);
  EXPECT_EQ(read.text_state, DocumentTextState::recognising);
  ASSERT_TRUE(read.recognition);
  EXPECT_EQ(read.recognition->pages_done, 1U);
  EXPECT_EQ(read.recognition->pages, 2U);
  EXPECT_TRUE(recogniser_->is_busy());
  extractor_.allow_pages(9);
  wait_for_recognition();
  EXPECT_EQ(found(clerk_, "zisterne brunnen"), Subjects{"Altes Protokoll"});
  EXPECT_FALSE(recogniser_->is_busy());
}

TEST_F(PagesTest, AfterAStopOnlyTheRunningPageIsReadAgain) {
  std::vector<std::string> pages;
  for (int i = 0; i < 70; ++i) pages.push_back("Seite" + std::to_string(i + 100));
  extractor_.allow_pages(66);
  const Document document = file(dossier_.id, "Band", scan(pages));
  wait();
  extractor_.wait_for_recognised(67);
  restart();
  EXPECT_EQ(get(document.id).recognition->pages_done, 66U);
  extractor_.allow_pages(100);
  wait_for_recognition();
  const std::vector<std::uint32_t> recognised = extractor_.recognised();
  ASSERT_EQ(recognised.size(), 71U);
  EXPECT_EQ(recognised[66], 67U);
  EXPECT_EQ(recognised[67], 67U);
  EXPECT_EQ(search(clerk_, "seite169").hits.front().page, 70U);
  // Single pages were put together, and stayed whole.
  const RecognitionRecord record = records().front();
  EXPECT_LT(record.parts.size(), 10U);
  EXPECT_EQ(value_of(read_recognised(*store_, record)).size(), 70U);
  EXPECT_EQ(value_of(read_recognised_page(*store_, record, 40))->text, "Seite139");
  expect_verified();
}

TEST_F(PagesTest, TellsWhereWordsStand) {
  const Document document = file(dossier_.id, "Scan", scan({"+mit Text", "Haus und Hof"}));
  wait_for_recognition();
  const auto opened = value_of(documents_->open_words(clerk_, document.id, 2));
  ASSERT_TRUE(opened.page);
  EXPECT_EQ(opened.page->rotation, 90);
  ASSERT_EQ(opened.page->words.size(), 3U);
  EXPECT_EQ(opened.page->words[2].offset, 9U);
  EXPECT_EQ(opened.page->words[2].box, (search::PageBox{9, 10, 10, 20}));
  EXPECT_FALSE(value_of(documents_->open_words(clerk_, document.id, 1)).page);
  EXPECT_EQ(code_of(documents_->open_words(clerk_, document.id, 3)), ErrorCode::not_found);
  EXPECT_EQ(code_of(documents_->open_words(stranger_, document.id, 2)), ErrorCode::not_found);
  const auto reads = value_of(store_->read_reads({}, 10));
  EXPECT_EQ(reads.size(), 2U);
  EXPECT_EQ(reads.front().event.kind, "text.read");
}

TEST_F(PagesTest, PagesThatCannotBeReadAreNoReasonToGoOnForEver) {
  const Document document = file(dossier_.id, "Scan", scan({"damaged", "", "Wasser", "slow"}));
  wait();
  extractor_.wait_for_recognised(4);
  const auto wait_for_attempts = [&](std::uint32_t attempts) {
    while (records().front().attempts < attempts) std::this_thread::yield();
  };
  wait_for_attempts(1);
  const Document read = get(document.id);
  // Put off for a while; after some attempts it counts as beyond limits.
  EXPECT_EQ(read.text_state, DocumentTextState::recognising);
  for (std::uint32_t i = 1; i < recognition_attempts_max; ++i) {
    restart();
    if (i + 1 < recognition_attempts_max) wait_for_attempts(i + 1);
  }
  wait_for_recognition();
  EXPECT_EQ(get(document.id).recognised_pages, std::vector<std::uint32_t>{3});
  EXPECT_EQ(text(document.id), "\f\fWasser");
  const auto pages = value_of(read_recognised(*store_, records().front()));
  EXPECT_EQ(pages[0].outcome, PageOutcome::damaged);
  EXPECT_EQ(pages[1].outcome, PageOutcome::nothing_to_read);
  EXPECT_EQ(pages[3].outcome, PageOutcome::beyond_limits);
}

TEST_F(PagesTest, IsDoneOnceMoreOnRequest) {
  const Document document = file(dossier_.id, "Scan", scan({"Wasser", "Abwasser"}));
  wait_for_recognition();
  const Uuid first = records().front().id;
  EXPECT_EQ(code_of(documents_->request_recognition(stranger_, document.id)), ErrorCode::not_found);
  extractor_.allow_pages(0);
  value_of(documents_->request_recognition(clerk_, document.id));
  value_of(documents_->request_recognition(clerk_, document.id));  // under way
  recogniser_->wake();
  EXPECT_EQ(get(document.id).text_state, DocumentTextState::recognising);
  EXPECT_EQ(text(document.id), "Wasser\fAbwasser") << "stays until the new one is there";
  EXPECT_EQ(found(clerk_, "abwasser"), Subjects{"Scan"});
  extractor_.allow_pages(9);
  wait_for_recognition();
  EXPECT_NE(records().front().id, first);
  EXPECT_EQ(extractor_.recognised().size(), 4U);
  EXPECT_EQ(text(document.id), "Wasser\fAbwasser");
  const auto kinds = kinds_of(document.id.value);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), recognition_requested), 1);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), text_recognised), 2);
  const Document plain = file(dossier_.id, "Text", "nur Text");
  wait();
  EXPECT_EQ(code_of(documents_->request_recognition(clerk_, plain.id)), ErrorCode::conflict);
  expect_verified();
}

TEST_F(PagesTest, ALetterIsReadBesideALongVolume) {
  extractor_.allow_pages(0);
  file(dossier_.id, "Band", scan(std::vector<std::string>(30, "Seite im Band")));
  wait();
  extractor_.wait_for_recognised(1);
  const Document letter = file(dossier_.id, "Eilbrief", scan({"Frist"}));
  wait();
  extractor_.allow_pages(4);
  extractor_.wait_for_recognised(4);
  while (found(clerk_, "frist").empty()) std::this_thread::yield();
  EXPECT_EQ(get(letter.id).text_state, DocumentTextState::extracted);
  extractor_.allow_pages(100);
  wait_for_recognition();
}

TEST_F(PagesTest, WhatWasReadIsErasedWithTheDocument) {
  const std::string secret = "Geheimwortqzx";
  const Document whole = file(dossier_.id, "Ganz", scan({secret, "zwei"}));
  wait_for_recognition();
  extractor_.allow_pages(1);
  const Document half = file(dossier_.id, "Halb", scan({secret, secret}));
  wait();
  extractor_.wait_for_recognised(4);
  EXPECT_EQ(count(recognition_table), 2U);
  EXPECT_FALSE(files_holding(secret).empty());
  // A page that is being read holds its original, as a reader does.
  const Erasure begun = released({{}, {whole.id, half.id}, "falsch abgelegt"});
  for (int i = 0; i < 20; ++i) step();
  extractor_.allow_pages(9);
  const Erasure done = run(begun);
  EXPECT_EQ(done.state, ErasureState::done);
  EXPECT_EQ(count(recognition_table), 0U);
  EXPECT_EQ(files_holding(secret), std::vector<std::string>{});
  EXPECT_TRUE(recogniser_->wait_until_idle(std::chrono::seconds{60}));
  expect_verified();
}

TEST_F(PagesTest, WithoutRecognitionTheStateSaysWhatThereIs) {
  extractor_.allow_pages(0);
  const Document document = file(dossier_.id, "Scan", scan({"Wasser"}));
  wait();
  recogniser_->stop();
  value_of(put_recognition_aside(*store_));
  EXPECT_EQ(get(document.id).text_state, DocumentTextState::empty);
  EXPECT_EQ(code_of(documents_->request_recognition(clerk_, document.id)), ErrorCode::unavailable);
  extractor_.allow_pages(9);
  restart();
  wait_for_recognition();
  EXPECT_EQ(get(document.id).text_state, DocumentTextState::extracted);
}

// The extraction version of a later program: the file is read again, its pages are not.
TEST_F(PagesTest, PagesSurviveThatTheirFileIsExtractedAgain) {
  const Document document = file(dossier_.id, "Scan", scan({"+Deckblatt", "Wasser"}));
  wait_for_recognition();
  const std::size_t calls = static_cast<std::size_t>(extractor_.calls());
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    auto texts = DMS_TRY(view.scan(document_text_table, {})).items;
    DMS_TRY(commit.erase(document_text_table, document_text_table.key(texts.front())));
    commit.release_content({{}, *texts.front().text, texts.front().text_size}, texts.front().id);
    texts.front().extraction_version = extraction_version - 1;
    texts.front().text.reset();
    texts.front().page_offsets.clear();
    texts.front().state = DocumentTextState::empty;
    DMS_TRY(commit.put(document_text_table, texts.front()));
    return commit;
  }));
  value_of(documents_->update(clerk_, document.id, get(document.id).fields,
                              get(document.id).change.revision));
  wait_for_recognition();
  EXPECT_EQ(static_cast<std::size_t>(extractor_.calls()), calls + 1);
  EXPECT_EQ(extractor_.recognised().size(), 1U);
  EXPECT_EQ(text(document.id), "Deckblatt\fWasser");
  EXPECT_EQ(get(document.id).recognised_pages, std::vector<std::uint32_t>{2});
}

// Scans that a mail carries are no pages of its own: their words stand behind its text.
TEST_F(PagesTest, WordsOfScansThatAMailCarriesAreFound) {
  extractor_.allow_pages(0);
  const Document document = file(dossier_.id, "Post", "post\fZisterne\fBrunnen");
  wait();
  EXPECT_EQ(text(document.id), "anbei");
  EXPECT_EQ(get(document.id).text_state, DocumentTextState::recognising);
  EXPECT_EQ(get(document.id).recognition->pages, 2U);
  extractor_.allow_pages(9);
  wait_for_recognition();
  EXPECT_EQ(found(clerk_, "zisterne brunnen"), Subjects{"Post"});
  EXPECT_EQ(text(document.id), "anbei\n\nZisterne\n\nBrunnen");
  EXPECT_EQ(get(document.id).text_state, DocumentTextState::extracted);
  EXPECT_TRUE(get(document.id).recognised_pages.empty()) << "no page of the mail's own";
  // Once more on request: in the place of what was read before.
  value_of(documents_->request_recognition(clerk_, document.id));
  recogniser_->wake();
  wait_for_recognition();
  EXPECT_EQ(extractor_.recognised().size(), 4U);
  EXPECT_EQ(text(document.id), "anbei\n\nZisterne\n\nBrunnen");
  expect_verified();
}

PageOfText page_of(std::uint32_t number, std::string text) {
  PageOfText page;
  page.number = number;
  page.outcome = text.empty() ? PageOutcome::nothing_to_read : PageOutcome::text;
  page.rotation = 180;
  if (!text.empty()) {
    page.words = {{0, static_cast<std::uint16_t>(text.size()), {1, 2, 3, 4}}};
  }
  page.text = std::move(text);
  return page;
}

TEST(RecognisedPages, ComeBackAsTheyWereStored) {
  const std::vector<PageOfText> pages{page_of(2, "Straße"), page_of(5, ""), page_of(9, "x")};
  const std::string bytes = encode_pages(pages);
  EXPECT_EQ(value_of(decode_pages(bytes)), pages);
  EXPECT_EQ(value_of(decode_pages(encode_pages({}))).size(), 0U);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(code_of(decode_pages(bytes.substr(0, size))), ErrorCode::corrupt) << size;
  }
  EXPECT_EQ(code_of(decode_pages(bytes + "x")), ErrorCode::corrupt);
}

TEST(RecognisedPages, AreMergedIntoTheTextOfTheOthers) {
  const PagedText text{"eins\f\f-7-\fvier", {0, 5, 6, 10}};
  EXPECT_EQ(pages_without_text(text, 6), (std::vector<std::uint32_t>{2, 3, 5, 6}));
  const PagedText merged =
      merge_pages(text, std::vector{page_of(2, "zwei"), page_of(6, "sechs")}, 1000);
  EXPECT_EQ(merged.text, "eins\fzwei\f-7-\fvier\f\fsechs");
  EXPECT_EQ(merged.page_offsets, (std::vector<std::uint64_t>{0, 5, 10, 14, 19, 20}));
  const PagedText cut = merge_pages(text, std::vector{page_of(2, "zwei")}, 7);
  EXPECT_EQ(cut.text, "eins\fzw");
  EXPECT_EQ(cut.page_offsets, (std::vector<std::uint64_t>{0, 5}));
  EXPECT_EQ(merge_pages({"", {}}, std::vector{page_of(3, "")}, 100).text, "");
}

// So many documents have the same scan that they are told in two commits.
constexpr std::uint64_t told_at_once = 500;

class RecognitionCrash : public PagesTest {};

// Killed with the first of the two.
TEST_F(RecognitionCrash, DISABLED_Child) {
  extractor_.allow_pages(0);
  for (std::uint64_t i = 0; i <= told_at_once; ++i) file(dossier_.id, "Scan", scan({"Zisterne"}));
  wait();
  const std::uint64_t before = store_->journal_head().sequence;
  store_->add_commit_listener([&](std::uint64_t head) {
    if (head == before + told_at_once) ::raise(SIGKILL);
  });
  ChildTest::report(temp_.path().string());
  extractor_.allow_pages(10);
  wait_for_recognition();
  ChildTest::report("went on");
}

TEST(RecognitionAfterKill, AllThatShareAScanAreTold) {
  std::string folder;
  {
    ChildTest child("RecognitionCrash.DISABLED_Child", {});
    const auto line = child.read_line();
    ASSERT_TRUE(line.has_value());
    folder = *line;
    EXPECT_FALSE(child.read_line().has_value()) << "it was not killed";
    child.wait();
  }
  {
    test::FakeClock clock;
    NullLog log;
    MetricsRegistry metrics;
    storage::StorageEnvironment environment({}, clock, log, metrics);
    storage::StoreOptions options;
    options.folder = folder + "/store";
    options.name = "musterbach";
    options.tables = stored_tables();
    const auto store = value_of(storage::Store::open(environment, options));
    test::TextExtractor extractor;
    WorkerLane lane({.name = "recognition", .threads = 1, .queue_limit = 16});
    const auto recogniser = value_of(Recogniser::start(
        {*store, extractor, lane, clock, log, metrics}, {"musterbach", folder, "deu+eng", 1}));
    EXPECT_TRUE(recogniser->wait_until_idle(std::chrono::seconds{60}));
    recogniser->stop();
    EXPECT_TRUE(extractor.recognised().empty()) << "its page was read before";
    std::set<Uuid> told;
    for (const auto& entry : value_of(store->read_journal(0, 10'000))) {
      if (entry.kind == text_recognised) told.insert(entry.object);
    }
    EXPECT_EQ(told.size(), told_at_once + 1);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace
}  // namespace dms
