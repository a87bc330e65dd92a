#pragma once

// A tenant as in filing_fixture.h with a search index that is kept in step. The extractor is one of
// the test's own: it reads text files as they are, page by form feed, says "damaged" of what begins
// with "damaged", has facts for what begins with "mail" or "invoice", and waits while the test
// holds it. What begins with "scan" and a form feed is a file of pages, of which those that begin
// with "+" have text and the others pictures: these it recognises, page by page. The real one is
// tested in tests/extract.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/indexing.h"
#include "dms/recogniser.h"
#include "dms/rendition_maker.h"
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
    return extract_bytes(read_all_of(descriptor));
  }
  Result<Several> extract_several(std::span<const std::string> files) override {
    {
      const MutexLock lock(mutex_);
      together_.push_back(files.size());
    }
    Several extractions(files.size());
    if (!confined_) return extractions;  // each is refused by itself
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (files[i].starts_with("alone")) continue;
      extractions[i] = DMS_TRY(extract_bytes(files[i]));
    }
    return extractions;
  }

  Result<search::Extraction> extract_bytes(std::string bytes) {
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
    if (bytes.starts_with(scan_mark)) return extract_scan(bytes);
    if (bytes.starts_with(post_mark)) {
      found.mime_type = "message/rfc822";
      found.attached_pages = static_cast<std::uint32_t>(pages_of(bytes).size());
      found.text = "anbei";
      found.pages.push_back({0});
      found.state = search::TextState::extracted;
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
    if (bytes.starts_with("invoice") || bytes.find("carries an invoice") != std::string::npos) {
      found.invoice = {
          search::InvoiceKind::invoice, "RE 7", "Salzhandel", "", {}, {}, "12.50", "EUR"};
    }
    found.text = std::move(bytes);
    found.author = "Verfasserin";
    return found;
  }

  Result<std::string> detect(std::string_view) override { return std::string("text/plain"); }
  Result<search::PageStack> look_through(int, const std::atomic<bool>&) override {
    return search::PageStack();
  }
  Result<std::optional<std::string>> part(int, search::PageRange) override {
    return std::optional<std::string>();
  }

  // A word for each of the page's, in a row; "damaged" and "slow" pages are what they say.
  Result<search::RecognisedPage> recognise(int descriptor, std::uint32_t number,
                                           const std::atomic<bool>& abandoned) override {
    const std::vector<std::string> pages = pages_of(read_all_of(descriptor));
    {
      const MutexLock lock(mutex_);
      recognised_.push_back(number);
      changed_.notify_all();
      while (pages_allowed_ == 0 && !abandoned) {
        changed_.wait_until(mutex_,
                            std::chrono::steady_clock::now() + std::chrono::milliseconds{20});
      }
      if (abandoned) return fail(operator_error(ErrorCode::unavailable, "abandoned"));
      --pages_allowed_;
    }
    search::RecognisedPage page;
    page.rotation = 90;
    page.text = pages.at(number - 1);
    if (page.text == "damaged" || page.text.empty()) {
      page.state = page.text.empty() ? search::TextState::empty : search::TextState::damaged;
      page.text.clear();
      return page;
    }
    page.out_of_turn = page.text == "slow";
    page.state = search::TextState::extracted;
    for (std::size_t at = 0; at < page.text.size();) {
      const std::size_t end = std::min(page.text.find(' ', at), page.text.size());
      const auto left = static_cast<std::uint16_t>(at);
      page.words.push_back({static_cast<std::uint32_t>(at),
                            static_cast<std::uint16_t>(end - at),
                            {left, 10, static_cast<std::uint16_t>(left + 1), 20}});
      at = end + 1;
    }
    return page;
  }

  // A picture says of which file and page it is; a file that holds "unlookable" cannot be drawn.
  Result<search::DrawnFile> draw(int descriptor, const search::ImageWanted& wanted,
                                 const std::atomic<bool>& abandoned) override {
    const std::string bytes = read_all_of(descriptor);
    if (bytes.starts_with(scan_mark) && wanted.page > pages_of(bytes).size()) {
      return search::DrawnFile{search::TextState::damaged, {}, "no_page"};
    }
    return drawn("JPEG " + std::to_string(wanted.page) + " ", descriptor, abandoned);
  }
  Result<search::DrawnFile> picture_pdf(int descriptor,
                                        const std::atomic<bool>& abandoned) override {
    return drawn("PDF ", descriptor, abandoned);
  }
  Result<std::vector<search::DrawnFile>> convert(std::span<const search::OfficeFile> files,
                                                 const std::atomic<bool>& abandoned) override {
    {
      const MutexLock lock(mutex_);
      batches_.push_back(files.size());
      std::string& together = converted_.emplace_back();
      for (const search::OfficeFile& file : files) together += read_all_of(file.descriptor) + "|";
    }
    std::vector<search::DrawnFile> made;
    if (doubts_batches_ && files.size() > 1) {
      made.resize(files.size());
      for (search::DrawnFile& each : made) each.is_in_doubt = true;
      return made;
    }
    for (const search::OfficeFile& file : files) {
      made.push_back(DMS_TRY(drawn("PDF " + file.suffix + " ", file.descriptor, abandoned)));
    }
    return made;
  }
  // The same, by their bytes.
  std::vector<std::string> converted() const {
    const MutexLock lock(mutex_);
    return converted_;
  }
  // From here on all of a run with several files come to nothing.
  void doubt_batches() { doubts_batches_ = true; }
  // What convert() was given at once.
  std::vector<std::size_t> batches() const {
    const MutexLock lock(mutex_);
    return batches_;
  }
  // While held nothing is drawn.
  void hold_drawing(bool held) {
    const MutexLock lock(mutex_);
    drawing_held_ = held;
    changed_.notify_all();
  }

  // How many pages more may be recognised.
  void allow_pages(std::size_t count) {
    const MutexLock lock(mutex_);
    pages_allowed_ = count;
    changed_.notify_all();
  }
  // The pages in the order they were begun.
  std::vector<std::uint32_t> recognised() const {
    const MutexLock lock(mutex_);
    return recognised_;
  }
  void wait_for_recognised(std::size_t count) {
    const MutexLock lock(mutex_);
    while (recognised_.size() < count) changed_.wait(mutex_);
  }

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
  // How many files extract_several() was given, each time.
  std::vector<std::size_t> together() const {
    const MutexLock lock(mutex_);
    return together_;
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
  static constexpr std::string_view scan_mark = "scan\f";
  static constexpr std::string_view post_mark = "post\f";  // a mail that carries scans

  Result<search::DrawnFile> drawn(const std::string& as, int descriptor,
                                  const std::atomic<bool>& abandoned) {
    {
      const MutexLock lock(mutex_);
      while (drawing_held_ && !abandoned) {
        changed_.wait_until(mutex_,
                            std::chrono::steady_clock::now() + std::chrono::milliseconds{20});
      }
    }
    if (abandoned) return fail(operator_error(ErrorCode::unavailable, "abandoned"));
    const std::string bytes = read_all_of(descriptor);
    if (bytes.find("unlookable") != std::string::npos) {
      return search::DrawnFile{search::TextState::damaged, {}, "no_text"};
    }
    return search::DrawnFile{search::TextState::extracted, as + bytes, {}};
  }

  static std::string read_all_of(int descriptor) {
    std::string bytes;
    char buffer[4096];
    for (ssize_t n = 0;
         (n = ::pread(descriptor, buffer, sizeof buffer, static_cast<off_t>(bytes.size()))) > 0;) {
      bytes.append(buffer, static_cast<std::size_t>(n));
    }
    return bytes;
  }
  static std::vector<std::string> pages_of(std::string_view bytes) {
    std::vector<std::string> pages;
    for (std::size_t at = scan_mark.size(); at <= bytes.size();) {
      const std::size_t end = std::min(bytes.find('\f', at), bytes.size());
      pages.emplace_back(bytes.substr(at, end - at));
      at = end + 1;
    }
    return pages;
  }
  static search::Extraction extract_scan(std::string_view bytes) {
    search::Extraction found;
    found.mime_type = "application/pdf";
    const std::vector<std::string> pages = pages_of(bytes);
    found.page_count = static_cast<std::uint32_t>(pages.size());
    for (const std::string& page : pages) {
      found.pages.push_back({found.text.size()});
      if (page.starts_with('+')) found.text += page.substr(1);
      found.text += '\f';
    }
    while (found.text.ends_with('\f')) found.text.pop_back();
    while (!found.pages.empty() && found.pages.back().offset >= found.text.size()) {
      found.pages.pop_back();
    }
    found.state = found.text.empty() ? search::TextState::empty : search::TextState::extracted;
    return found;
  }

  std::vector<std::string> converted_;
  std::atomic<bool> doubts_batches_{false};
  mutable Mutex mutex_;
  Condition changed_;
  std::size_t pages_allowed_ = 1'000'000;
  std::vector<std::uint32_t> recognised_;
  bool drawing_held_ = false;
  std::vector<std::size_t> batches_;
  bool confined_ = true;
  bool held_ = false;
  int failures_ = 0;
  int calls_ = 0;
  std::vector<std::string> read_;
  std::vector<std::size_t> together_;
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
    recogniser_ =
        value_of(Recogniser::start({*store_, extractor_, recognition_lane_, clock_, log_, metrics_},
                                   {"musterbach", staging(), "deu+eng", 1}));
    if (makes_renditions_) start_renditions();
    indexer_ =
        value_of(Indexer::start({*store_, *index_, extractor_, lane_, clock_, log_, metrics_},
                                {"musterbach", staging(), RecognitionState::waiting,
                                 [this] {
                                   recogniser_->wake();
                                   if (rendition_maker_) rendition_maker_->wake();
                                 },
                                 RenditionState::waiting, build_folder_, 1, 3}));
    search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_);
  }
  // Most tests look at nothing: what would be made waits in the store. From here on it is made,
  // after a restart, too.
  void start_renditions() {
    makes_renditions_ = true;
    rendition_maker_ = value_of(RenditionMaker::start(
        {*store_, extractor_, rendition_lane_, clock_, log_, metrics_}, {"musterbach", staging()}));
  }
  // Ends as an orderly shutdown does.
  void stop() {
    if (indexer_) indexer_->stop();
    if (recogniser_) recogniser_->stop();
    if (rendition_maker_) rendition_maker_->stop();
    search_.reset();
    indexer_.reset();
    recogniser_.reset();
    rendition_maker_.reset();
    index_.reset();
  }
  std::string index_folder() const { return (temp_ / "index").string(); }
  std::string staging() const { return temp_.path().string(); }

  void wait() {
    ASSERT_TRUE(
        indexer_->wait_until_indexed(store_->journal_head().sequence, std::chrono::seconds{60}));
  }
  // Until all that there is to look at is made.
  void wait_for_renditions() {
    wait();
    rendition_maker_->wake();  // it may not have been told yet of the newest commit
    ASSERT_TRUE(rendition_maker_->wait_until_idle(std::chrono::seconds{60}));
  }
  // Until all pages are recognised and found by their words.
  void wait_for_recognition() {
    wait();
    ASSERT_TRUE(recogniser_->wait_until_idle(std::chrono::seconds{60}));
    wait();
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

  std::string
      build_folder_;  // where start() has a lost index built by several threads; "": nowhere
  TextExtractor extractor_;
  WorkerLane lane_{{.name = "extraction", .threads = 2, .queue_limit = 16}};
  std::unique_ptr<search::SearchIndex> index_;
  WorkerLane recognition_lane_{{.name = "recognition", .threads = 1, .queue_limit = 16}};
  std::unique_ptr<Recogniser> recogniser_;
  WorkerLane rendition_lane_{{.name = "renditions", .threads = 1, .queue_limit = 16}};
  std::unique_ptr<RenditionMaker> rendition_maker_;
  bool makes_renditions_ = false;
  std::unique_ptr<Indexer> indexer_;
  std::unique_ptr<SearchService> search_;
  Dossier dossier_;
};

}  // namespace dms::test
