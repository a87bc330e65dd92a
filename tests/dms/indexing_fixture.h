#pragma once

// A tenant as in filing_fixture.h with a search index that is kept in step. The extractor is one of
// the test's own: it reads text files as they are, page by form feed, says "damaged" of what begins
// with "damaged", has facts for what begins with "mail" or "invoice", and waits while the test
// holds it. The real one is tested in tests/extract.

#include <unistd.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/indexing.h"
#include "dms/search_service.h"
#include "filing_fixture.h"
#include "search/extract/extractor.h"

namespace dms::test {

class TextExtractor final : public search::Extractor {
 public:
  search::SandboxStatus sandbox() const override {
    return {confined_ ? search::SandboxStatus::Way::landlock : search::SandboxStatus::Way::none,
            ""};
  }

  Result<std::optional<std::string>> attachment(int, std::size_t) override {
    return std::optional<std::string>();
  }

  Result<search::Extraction> extract(int descriptor) override {
    std::string bytes;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
      bytes.append(buffer, static_cast<std::size_t>(n));
    }
    {
      const MutexLock lock(mutex_);
      ++calls_;
      read_.push_back(bytes);
      changed_.notify_all();
      while (held_) changed_.wait(mutex_);
      if (failures_ > 0) {
        --failures_;
        return fail(operator_error(ErrorCode::unavailable, "helper gone"));
      }
    }
    search::Extraction found;
    found.mime_type = "text/plain";
    if (!confined_) {
      found.state = search::TextState::refused;
      return found;
    }
    if (bytes.starts_with("damaged")) {
      found.state = search::TextState::damaged;
      return found;
    }
    found.state = bytes.empty() ? search::TextState::empty : search::TextState::extracted;
    found.pages.push_back({0});
    for (std::size_t at = bytes.find('\f'); at != std::string::npos;
         at = bytes.find('\f', at + 1)) {
      found.pages.push_back({at + 1});
    }
    if (bytes.starts_with("mail")) {
      found.mail = {"Anna <anna@example.org>",
                    {"amt@example.org"},
                    {"Quendolin <rat@example.org>"},
                    {},
                    "Wege",
                    "2@example.org",
                    {"1@example.org"},
                    {"1@example.org"}};
    }
    if (bytes.starts_with("invoice")) {
      found.invoice = {
          search::InvoiceKind::invoice, "RE 7", "Salzhandel", "", {}, {}, "12.50", "EUR"};
    }
    found.text = std::move(bytes);
    found.author = "Verfasserin";
    return found;
  }

  Result<std::string> detect(std::string_view) override { return std::string("text/plain"); }

  // Whether this machine can confine parsers. To be set while no indexer runs.
  void set_confined(bool confined) { confined_ = confined; }
  void hold() {
    const MutexLock lock(mutex_);
    held_ = true;
  }
  void release() {
    const MutexLock lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void fail_next(int times) {
    const MutexLock lock(mutex_);
    failures_ = times;
  }
  // The files in the order they were read.
  std::vector<std::string> read() const {
    const MutexLock lock(mutex_);
    return read_;
  }
  int calls() const {
    const MutexLock lock(mutex_);
    return calls_;
  }
  void wait_for_calls(int calls) {
    const MutexLock lock(mutex_);
    while (calls_ < calls) changed_.wait(mutex_);
  }

 private:
  mutable Mutex mutex_;
  Condition changed_;
  bool confined_ = true;
  bool held_ = false;
  int failures_ = 0;
  int calls_ = 0;
  std::vector<std::string> read_;
};

class IndexedTest : public FilingTest {
 protected:
  IndexedTest() {
    dossier_ = open_dossier();
    start();
  }
  ~IndexedTest() override {
    extractor_.release();
    stop();
  }

  void start() {
    index_ = value_of(open_search_index(*store_, index_folder(), log_));
    indexer_ = value_of(Indexer::start(
        {*store_, *index_, extractor_, lane_, clock_, log_, metrics_}, {"musterbach", staging()}));
    search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_);
  }
  // Ends as an orderly shutdown does.
  void stop() {
    if (indexer_) indexer_->stop();
    search_.reset();
    indexer_.reset();
    index_.reset();
  }
  std::string index_folder() const { return (temp_ / "index").string(); }
  std::string staging() const { return temp_.path().string(); }

  void wait() {
    ASSERT_TRUE(
        indexer_->wait_until_indexed(store_->journal_head().sequence, std::chrono::seconds{60}));
  }
  SearchAnswer search(const Actor& actor, const SearchQuery& query) {
    return value_of(search_->search(actor, query));
  }
  SearchAnswer search(const Actor& actor, const std::string& text) {
    SearchQuery query;
    query.text = text;
    return search(actor, query);
  }
  // The subjects found, sorted.
  std::multiset<std::string> found(const Actor& actor, const SearchQuery& query) {
    std::multiset<std::string> subjects;
    for (const SearchHit& hit : search(actor, query).hits) subjects.insert(hit.subject);
    return subjects;
  }
  std::multiset<std::string> found(const Actor& actor, const std::string& text) {
    SearchQuery query;
    query.text = text;
    return found(actor, query);
  }
  using Subjects = std::multiset<std::string>;

  TextExtractor extractor_;
  WorkerLane lane_{{.name = "extraction", .threads = 2, .queue_limit = 16}};
  std::unique_ptr<search::SearchIndex> index_;
  std::unique_ptr<Indexer> indexer_;
  std::unique_ptr<SearchService> search_;
  Dossier dossier_;
};

}  // namespace dms::test
