#include "dms/indexing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "dms/document_text_record.h"
#include "dms/text_extraction.h"
#include "indexing_fixture.h"
#include "one_grant.h"
#include "support/child_test.h"

namespace dms {
namespace {

using test::ChildTest;
using test::IndexedTest;
using test::value_of;

class IndexingTest : public IndexedTest {
 protected:
  DocumentText text_of(DocumentId document) {
    return value_of(documents_->open_text(clerk_, document)).text;
  }
  // As long as it takes: what was filed is found again without anybody's doing.
  bool finds_in_time(const std::string& text, std::uint64_t wanted) {
    SearchQuery query;
    query.text = text;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (std::chrono::steady_clock::now() < end) {
      const auto answer = search_->search(clerk_, query);
      if (answer && answer->total_estimate == wanted) return true;
      std::this_thread::yield();
    }
    return false;
  }
};

TEST_F(IndexingTest, FindsAWordInsideOnceItIsExtracted) {
  const Document document = file(dossier_.id, "Anschreiben", "Der Regenrückhaltebecken-Plan");
  wait();
  EXPECT_EQ(found(clerk_, "regenrückhaltebecken"), Subjects{"Anschreiben"});
  EXPECT_EQ(found(clerk_, "anschreiben"), Subjects{"Anschreiben"});
  const Document read = value_of(documents_->get(clerk_, document.id));
  EXPECT_EQ(read.text_state, DocumentTextState::extracted);
  EXPECT_EQ(read.current.mime_type, "text/plain");
  const auto opened = value_of(documents_->open_text(clerk_, document.id));
  EXPECT_EQ(read_all(*opened.reader), "Der Regenrückhaltebecken-Plan");
}

TEST_F(IndexingTest, ShowsMetadataWhileTheTextIsStillMade) {
  extractor_.hold();
  const Document document = file(dossier_.id, "Bauantrag Lindenweg", "Dachgeschoss");
  extractor_.wait_for_calls(1);
  // The index is complete only with the text, but the subject is found meanwhile.
  while (found(clerk_, "lindenweg").empty()) {
    EXPECT_FALSE(indexer_->wait_until_indexed(store_->journal_head().sequence,
                                              std::chrono::milliseconds{50}));
  }
  EXPECT_EQ(found(clerk_, "dachgeschoss"), Subjects{});
  EXPECT_EQ(search(clerk_, "lindenweg").hits.front().text_state, DocumentTextState::pending);
  EXPECT_EQ(text_of(document.id).state, DocumentTextState::pending);
  extractor_.release();
  wait();
  EXPECT_EQ(found(clerk_, "dachgeschoss"), Subjects{"Bauantrag Lindenweg"});
}

TEST_F(IndexingTest, ALetterFiledBesideALongImportIsNotReadAfterAllOfIt) {
  extractor_.hold();
  for (int i = 0; i < 120; ++i) file(dossier_.id, "Import", "Blatt " + std::to_string(i));
  file(dossier_.id, "Eilbrief", "Frist");
  // Shown without its text: it waits in the row.
  while (found(clerk_, "eilbrief").empty()) {
    EXPECT_FALSE(indexer_->wait_until_indexed(store_->journal_head().sequence,
                                              std::chrono::milliseconds{50}));
  }
  extractor_.release();
  wait();
  const std::vector<std::string> read = extractor_.read();
  EXPECT_EQ(read.size(), 121U);
  EXPECT_LT(std::find(read.begin(), read.end(), "Frist") - read.begin(), 60);
}

TEST_F(IndexingTest, SmallFilesAreReadTogetherWhereManyWait) {
  const std::string large(small_content_bytes_max + 1, 'x');
  extractor_.hold();
  for (int i = 0; i < 60; ++i) file(dossier_.id, "Import", "Blatt" + std::to_string(i));
  file(dossier_.id, "Plan", large + " Dachgeschoss");
  file(dossier_.id, "Scan", "alone: Obergeschoss");
  for (int i = 60; i < 120; ++i) file(dossier_.id, "Import", "Blatt" + std::to_string(i));
  extractor_.release();
  wait();
  const std::vector<std::size_t> together = extractor_.together();
  ASSERT_FALSE(together.empty());
  EXPECT_GT(*std::max_element(together.begin(), together.end()), 8U);
  EXPECT_EQ(extractor_.calls(), 122) << "each once";
  for (int i = 0; i < 120; ++i) EXPECT_EQ(found(clerk_, "Blatt" + std::to_string(i)).size(), 1U);
  EXPECT_EQ(found(clerk_, "dachgeschoss"), Subjects{"Plan"});
  EXPECT_EQ(found(clerk_, "obergeschoss"), Subjects{"Scan"}) << "what takes more is read by itself";
}

TEST_F(IndexingTest, WhereSeveralCannotBeReadTogetherEachIsTriedAgain) {
  extractor_.hold();
  for (int i = 0; i < 60; ++i) file(dossier_.id, "Import", "Blatt" + std::to_string(i));
  extractor_.fail_next(6);
  extractor_.release();
  wait();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(found(clerk_, "Blatt" + std::to_string(i)).size(), 1U);
}

TEST_F(IndexingTest, WithoutASandboxEachOfManyIsRefusedByItself) {
  stop();
  extractor_.set_confined(false);
  start();
  extractor_.hold();
  std::vector<Document> documents;
  for (int i = 0; i < 120; ++i) {
    documents.push_back(file(dossier_.id, "Import", "Blatt" + std::to_string(i)));
  }
  extractor_.release();
  wait();
  const std::vector<std::size_t> together = extractor_.together();
  ASSERT_FALSE(together.empty());
  EXPECT_GT(*std::max_element(together.begin(), together.end()), 8U);
  EXPECT_EQ(extractor_.calls(), 120) << "each once";
  for (const Document& document : documents) {
    EXPECT_EQ(text_of(document.id).state, DocumentTextState::refused);
  }
  EXPECT_EQ(search(clerk_, "import").total_estimate, 120U);
}

TEST_F(IndexingTest, EqualBytesAreExtractedOnce) {
  file(dossier_.id, "Eins", "gleicher Inhalt");
  wait();
  file(dossier_.id, "Zwei", "gleicher Inhalt");
  file(dossier_.id, "Drei", "gleicher Inhalt");
  wait();
  EXPECT_EQ(extractor_.calls(), 1);
  EXPECT_EQ(found(clerk_, "inhalt"), (Subjects{"Drei", "Eins", "Zwei"}));
}

TEST_F(IndexingTest, AnUnreadableFileIsFoundByItsMetadata) {
  const Document document = file(dossier_.id, "Kaputter Scan", "damaged bytes");
  const Document blank = file(dossier_.id, "Leeres Blatt", "");
  wait();
  EXPECT_EQ(found(clerk_, "scan"), Subjects{"Kaputter Scan"});
  EXPECT_EQ(text_of(document.id).state, DocumentTextState::damaged);
  EXPECT_EQ(text_of(blank.id).state, DocumentTextState::empty);
}

TEST_F(IndexingTest, TriesAgainWhenTheSandboxWasGone) {
  extractor_.fail_next(1);
  file(dossier_.id, "Anschreiben", "Zisterne");
  wait();
  EXPECT_EQ(extractor_.calls(), 2);
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Anschreiben"});
}

TEST_F(IndexingTest, WhatWasRefusedWithoutASandboxIsMadeByReindexingWithOne) {
  stop();
  extractor_.set_confined(false);
  start();
  const Document document = file(dossier_.id, "Anschreiben", "Zisterne");
  wait();
  EXPECT_EQ(text_of(document.id).state, DocumentTextState::refused);
  EXPECT_EQ(found(clerk_, "anschreiben"), Subjects{"Anschreiben"});
  stop();
  extractor_.set_confined(true);
  value_of(reindex({*store_, extractor_, clock_, log_}, index_folder(), {"musterbach", staging()},
                   nullptr));
  start();
  wait();
  EXPECT_EQ(text_of(document.id).state, DocumentTextState::extracted);
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Anschreiben"});
}

TEST_F(IndexingTest, AnOlderExtractionServesUntilItIsMadeAgain) {
  const Document document = file(dossier_.id, "Anschreiben", "Zisterne");
  wait();
  const auto record_of = [&](const storage::View& view) {
    return find_document_text_record(view, document.current.content);
  };
  // As the program before left it: another version in the record and in the index.
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    DocumentTextRecord record = DMS_TRY(record_of(view)).value();
    DMS_TRY(commit.erase(document_text_table, document_text_table.key(record)));
    record.extraction_version = extraction_version - 1;
    DMS_TRY(commit.put(document_text_table, record));
    return commit;
  }));
  stop();
  index_ = value_of(open_search_index(*store_, index_folder(), log_));
  search::IndexPosition position = value_of(index_->position()).value();
  position.source_version = extraction_version - 1;
  value_of(index_->commit(position));
  index_.reset();
  extractor_.hold();
  start();
  const auto beyond = store_->journal_head().sequence + 1;  // never comes: this waits
  for (int i = 0; i < 200 && extractor_.calls() < 2; ++i) {
    indexer_->wait_until_indexed(beyond, std::chrono::milliseconds{50});
  }
  ASSERT_EQ(extractor_.calls(), 2) << "read again by itself";
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Anschreiben"});
  EXPECT_TRUE(text_of(document.id).outdated);
  EXPECT_EQ(text_of(document.id).state, DocumentTextState::extracted);
  extractor_.release();
  wait();
  EXPECT_FALSE(text_of(document.id).outdated);
  EXPECT_EQ(read_all(*value_of(documents_->open_text(clerk_, document.id)).reader), "Zisterne");
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Anschreiben"});
  stop();
  start();
  wait();
  EXPECT_EQ(extractor_.calls(), 2) << "once is enough";
  const std::size_t records =
      value_of(store_->read<std::size_t>([](const storage::View& view) -> Result<std::size_t> {
        return DMS_TRY(view.read_keys(document_text_table.name, {})).size();
      }));
  EXPECT_EQ(records, 1U) << "the old rendition is gone";
}

TEST_F(IndexingTest, FactsAreForThoseWhoMayRead) {
  const Document document = file(dossier_.id, "Streusalz", "invoice text");
  wait();
  AccessList list;
  list.entries = {
      {{SubjectKind::user, stranger_.user.value}, std::nullopt, Rights{Right::see}},
      {{SubjectKind::user, signer_.user.value}, std::nullopt, Rights{Right::see, Right::edit}},
      grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  const auto invoice = value_of(documents_->get(clerk_, document.id)).invoice;
  ASSERT_TRUE(invoice);
  EXPECT_EQ(invoice->amount, "12.50");
  EXPECT_FALSE(value_of(documents_->get(stranger_, document.id)).invoice);
  EXPECT_FALSE(value_of(documents_->list(clerk_, dossier_.id, {})).items.front().invoice);
  DocumentFields fields = document.fields;
  fields.subject = "Auftausalz";
  EXPECT_FALSE(value_of(documents_->update(signer_, document.id, fields, 1)).invoice);
  EXPECT_TRUE(value_of(documents_->update(clerk_, document.id, fields, 2)).invoice);
  test::OneGrant task;
  task.user = stranger_.user;
  task.granted = document.id;
  task.rights = {Right::see, Right::read};
  const Documents with_tasks(*store_, *permissions_, clock_, &task);
  EXPECT_TRUE(value_of(with_tasks.get(stranger_, document.id)).invoice);
}

TEST_F(IndexingTest, FollowsVersionsSubjectsMovesAndTheBin) {
  const Document document = file(dossier_.id, "Entwurf", "alter Wortlaut");
  wait();
  value_of(documents_->add_version(clerk_, document.id, {"neu.txt", ""}, stage("Neufassung"), 1));
  DocumentFields fields = document.fields;
  fields.subject = "Satzung";
  value_of(documents_->update(clerk_, document.id, fields, 2));
  wait();
  EXPECT_EQ(found(clerk_, "wortlaut"), Subjects{});
  EXPECT_EQ(found(clerk_, "entwurf"), Subjects{});
  EXPECT_EQ(found(clerk_, "neufassung"), Subjects{"Satzung"});
  EXPECT_EQ(found(clerk_, "neu.txt"), Subjects{"Satzung"});

  const Dossier target = open_dossier(clerk_, office_.id, "Dienstanweisungen");
  value_of(documents_->move(clerk_, document.id, target.id, 3));
  wait();
  EXPECT_EQ(search(clerk_, "neufassung").hits.front().dossier, target.id);
  EXPECT_EQ(found(clerk_, "dienstanweisungen"), Subjects{"Satzung"});

  value_of(documents_->put_in_bin(clerk_, document.id, 4));
  wait();
  EXPECT_EQ(found(clerk_, "neufassung"), Subjects{});
  EXPECT_EQ(index_->document_count(), 0U);
  value_of(documents_->restore(clerk_, document.id, 5));
  wait();
  EXPECT_EQ(found(clerk_, "neufassung"), Subjects{"Satzung"});
}

TEST_F(IndexingTest, ARetitledDossiersDocumentsAreFoundByTheNewTitle) {
  for (int i = 0; i < 130; ++i) file(dossier_.id, "Blatt");
  wait();
  DossierFields fields = dossier_.fields;
  fields.title = "Gewerbegebiet Süd";
  fields.keywords = {"Ansiedlung"};
  value_of(dossiers_->update(clerk_, dossier_.id, fields, 1));
  wait();
  EXPECT_EQ(search(clerk_, "gewerbegebiet").total_estimate, 130U);
  EXPECT_EQ(search(clerk_, "ansiedlung").total_estimate, 130U);
  EXPECT_EQ(search(clerk_, "bebauungsplan").total_estimate, 0U);
}

TEST_F(IndexingTest, ContinuesWhereItStopped) {
  file(dossier_.id, "Vorher", "erster Text");
  wait();
  stop();
  file(dossier_.id, "Nachher", "zweiter Text");
  start();
  wait();
  EXPECT_EQ(found(clerk_, "text"), (Subjects{"Nachher", "Vorher"}));
  // Only what was new was put: the position was kept.
  EXPECT_EQ(indexer_->state().documents, 1U);
}

TEST_F(IndexingTest, TakesUpATextThatWasNotMadeBeforeTheStop) {
  extractor_.hold();
  file(dossier_.id, "Anschreiben", "Zisterne");
  extractor_.wait_for_calls(1);
  extractor_.fail_next(1);
  extractor_.release();
  stop();
  start();
  wait();
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Anschreiben"});
}

TEST_F(IndexingTest, ALostDamagedOrForeignIndexIsFilledAgain) {
  for (int i = 0; i < 20; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt");
  const Document gone = file(dossier_.id, "Versehen", "Inhalt");
  value_of(documents_->put_in_bin(clerk_, gone.id, 1));
  wait();
  stop();
  std::filesystem::remove_all(index_folder());
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, 20U);
  stop();
  for (const auto& entry : std::filesystem::directory_iterator(index_folder())) {
    if (entry.is_regular_file()) std::filesystem::resize_file(entry.path(), 1);
  }
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, 20U);
  stop();
  {
    const auto foreign = value_of(search::SearchIndex::open({index_folder()}));
    search::IndexPosition position = value_of(foreign->position()).value();
    position.store_id = make_uuid_v7(clock_.now());
    value_of(foreign->commit(position));
  }
  start();
  wait();
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, 20U);
  EXPECT_EQ(extractor_.calls(), 1);
}

TEST_F(IndexingTest, ReindexBuildsAnewBesideAndPutsItInPlace) {
  for (int i = 0; i < 20; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt");
  wait();
  stop();
  std::uint64_t last = 0;
  const auto done =
      reindex({*store_, extractor_, clock_, log_}, index_folder(), {"musterbach", staging()},
              [&](const ReindexProgress& progress) { last = progress.done; });
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->documents, 20U);
  EXPECT_EQ(last, 20U);
  start();
  wait();
  EXPECT_EQ(indexer_->state().documents, 0U);
  EXPECT_EQ(search(clerk_, "inhalt").total_estimate, 20U);
}

TEST_F(IndexingTest, AnIndexWhoseFilesAreGoneIsBegunAnewByItself) {
  file(dossier_.id, "Vorher", "Inhalt");
  wait();
  std::filesystem::remove_all(index_folder());
  file(dossier_.id, "Nachher", "Inhalt");
  EXPECT_TRUE(finds_in_time("inhalt", 2));
  EXPECT_FALSE(indexer_->state().failed);
}

TEST_F(IndexingTest, IsPackedAtNightOnceMuchOfItWasWritten) {
  for (int i = 0; i < 3; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt");
  wait();
  EXPECT_GE(index_->unpacked(), 3U) << "by day it stays as it is";
  clock_.advance(std::chrono::hours{17});  // one o'clock, UTC: it looks by itself
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (index_->unpacked() > 0 && std::chrono::steady_clock::now() < limit) {
  }
  EXPECT_EQ(index_->unpacked(), 0U);
  file(dossier_.id, "In der Nacht", "Inhalt");
  EXPECT_TRUE(finds_in_time("inhalt", 4)) << "a packed index is written on";
}

// Nothing is written meanwhile: it is the search that notices.
TEST_F(IndexingTest, AnIndexThatASearchFindsDamagedIsSetAsideAndRebuilt) {
  for (int i = 0; i < 200; ++i) file(dossier_.id, "Blatt " + std::to_string(i), "Inhalt");
  wait();
  stop();
  // Xapian's own files stay long enough to be opened; their blocks are rubbish.
  const auto postings = std::filesystem::path(index_folder()) / "postlist.glass";
  const auto size = std::filesystem::file_size(postings);
  start();
  wait();
  {
    std::fstream file(postings, std::ios::in | std::ios::out | std::ios::binary);
    const std::string rubbish(size, '\x5a');
    file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
  }
  EXPECT_TRUE(finds_in_time("inhalt", 200));
  EXPECT_FALSE(indexer_->state().failed);
}

// A child files documents and is killed at some moment; whatever it acknowledged is found
// afterwards, and the index is what a rebuild makes of the records.
class IndexingCrash : public IndexedTest {};

TEST_F(IndexingCrash, DISABLED_Child) {
  for (int i = 0;; ++i) {
    const std::string word = "wort" + std::to_string(i);
    const Document document = file(dossier_.id, "Blatt " + std::to_string(i), word);
    ChildTest::report(temp_.path().string() + " " + word);
    if (i % 3 == 0) value_of(documents_->put_in_bin(clerk_, document.id, 1));
  }
}

struct Removal {
  std::string folder;
  ~Removal() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

TEST(IndexingAfterKill, HoldsTheSameAsARebuild) {
  int met_unindexed = 0;
  for (const int documents : {1, 2, 5, 9, 14, 30, 61}) {
    std::string folder;
    {
      ChildTest child("IndexingCrash.DISABLED_Child", {});
      for (int i = 0; i < documents; ++i) {
        const auto line = child.read_line();
        ASSERT_TRUE(line.has_value());
        folder = line->substr(0, line->find(' '));
      }
      child.kill();
      child.wait();
    }
    // Once the store is closed, which deletes files of its own.
    const Removal removal{folder};
    test::FakeClock clock;
    NullLog log;
    MetricsRegistry metrics;
    storage::StorageEnvironment environment({}, clock, log, metrics);
    storage::StoreOptions options;
    options.folder = folder + "/store";
    options.name = "musterbach";
    const auto store = value_of(storage::Store::open(environment, options));
    test::TextExtractor extractor;
    WorkerLane lane({.name = "extraction", .threads = 2, .queue_limit = 16});
    const auto contents = [&](const std::string& index_folder) {
      const auto index = value_of(open_search_index(*store, index_folder, log));
      const auto position = value_of(index->position());
      if (!position || position->sequence < store->journal_head().sequence) ++met_unindexed;
      const auto indexer = value_of(Indexer::start(
          {*store, *index, extractor, lane, clock, log, metrics}, {"musterbach", folder}));
      EXPECT_TRUE(
          indexer->wait_until_indexed(store->journal_head().sequence, std::chrono::seconds{60}));
      std::set<std::pair<int, Uuid>> found;
      for (int i = 0; i < documents + 5; ++i) {
        search::SearchRequest request;
        request.query = "wort" + std::to_string(i);
        const auto results = value_of(index->search(request, [](const Uuid&) { return true; }));
        for (const auto& hit : results.hits) found.insert({i, hit.document});
      }
      indexer->stop();
      return found;
    };
    const auto after_kill = contents(folder + "/index");
    const auto rebuilt = contents(folder + "/fresh");
    EXPECT_EQ(after_kill, rebuilt);
    for (int i = 0; i < documents; ++i) {
      if (i % 3 == 0) continue;  // in the bin, or on its way there
      const auto at = after_kill.lower_bound({i, Uuid{}});
      EXPECT_TRUE(at != after_kill.end() && at->first == i) << "acknowledged, not found: " << i;
    }
  }
  // The rebuild alone counts seven: some kills must have met work in hand.
  EXPECT_GT(met_unindexed, 7);
}

}  // namespace
}  // namespace dms
