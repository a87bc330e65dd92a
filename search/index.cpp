#include "search/index.h"

#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <utility>

#include "dms/base/text.h"
#include "search/document_terms.h"
#include "search/held_document.h"
#include "search/index_files.h"
#include "search/index_position.h"
#include "search/index_reader.h"
#include "search/index_writer.h"
#include "search/known_words.h"
#include "search/language.h"
#include "search/newer_documents.h"
#include "search/run_search.h"
#include "search/similar_documents.h"
#include "search/with_reader.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

constexpr std::size_t similar_max = 100;
// Folders beside the index's, whose contents take its place.
constexpr std::string_view compacted_end = ".compacted";
constexpr std::string_view empty_end = ".empty";

template <class Work>
auto with_words(ReaderPool& readers, const GroupVisible& visible, Work&& work) {
  return with_reader(readers, [&](const Reader& reader) {
    VisibleGroups groups(visible);
    const std::vector<Xapian::docid> none;
    KnownWords words(reader, {groups, none});
    return work(words);
  });
}

// Nobody else writes to these files: what looks like a later commit of somebody's is damage.
template <class Work>
auto without_other_writers(Work&& work) {
  try {
    return work();
  } catch (const Xapian::DatabaseModifiedError& error) {
    throw Xapian::DatabaseCorruptError(error.get_msg());
  }
}

// Nothing may be written to it meanwhile.
Result<std::vector<std::string>> problems_of(const std::string& folder) {
  return xapian_guard([&]() -> Result<std::vector<std::string>> {
    std::ostringstream report;
    const std::size_t errors =
        without_other_writers([&] { return Xapian::Database::check(folder, 0, &report); });
    std::vector<std::string> problems;
    if (errors > 0) {
      std::istringstream lines(report.str());
      for (std::string line; std::getline(lines, line);) problems.push_back(std::move(line));
      if (problems.empty()) problems.emplace_back("the search index is damaged");
    }
    return problems;
  });
}

class XapianIndex final : public SearchIndex {
 public:
  XapianIndex(const IndexOptions& options, std::string analysis)
      : options_(options), analysis_(std::move(analysis)), readers_(options.folder) {
    open_writer();
  }

  Result<std::optional<IndexPosition>> position() const override {
    const std::scoped_lock lock(writing_);
    return DMS_TRY(writer())->position();
  }

  Result<void> put(const IndexDocument& document) override {
    const std::scoped_lock lock(writing_);
    return noting_damage(DMS_TRY(writer())->put(document));
  }

  Result<void> remove(const Uuid& document) override {
    const std::scoped_lock lock(writing_);
    return noting_damage(DMS_TRY(writer())->remove(document));
  }

  Result<void> commit(const IndexPosition& position) override {
    const std::scoped_lock lock(writing_);
    return noting_damage(DMS_TRY(writer())->commit(position));
  }

  Result<void> compact(std::uint64_t bytes_kept_free) override;
  std::uint64_t unpacked() const override {
    const std::scoped_lock lock(writing_);
    return writer_ == nullptr ? 0 : writer_->unpacked();
  }
  Result<void> adopt(const std::string& folder) override;
  void hide(std::span<const Uuid> documents) override { readers_.hide(documents); }
  void show(std::span<const Uuid> documents) override { readers_.show(documents); }
  Result<bool> holds(const IndexDocument& document) const override {
    DMS_TRY(check_document(document));
    // Beforehand: a long text takes longer than a reader has until commits overtake it.
    const Xapian::Document wanted = DMS_TRY(xapian_guard(
        [&]() -> Result<Xapian::Document> { return DocumentAnalysis().analyse(document); }));
    return with_reader(readers_, [&](const Reader& reader) {
      const std::vector<Xapian::docid> ids = ids_of(reader.database, {document.id});
      if (ids.empty()) return false;
      return is_same_document(reader.database.get_document(ids.front()), wanted) &&
             is_in_postings(reader.database, ids.front(), wanted);
    });
  }
  void condemn() override {
    const std::scoped_lock lock(writing_);
    is_condemned_ = true;
    readers_.note_damage(readers_.edition());
  }
  bool is_damaged() const override { return readers_.is_damaged(); }
  Result<void> recover() override;

  Result<SearchResults> search(const SearchRequest& request,
                               const Visibility& visible) const override {
    return run_search(readers_, request, visible);
  }

  Result<std::vector<Hit>> similar(const Uuid& document, std::size_t limit,
                                   const Visibility& visible) const override {
    return with_reader(readers_, [&](const Reader& reader) {
      Sight sight(reader.database, *reader.columns, visible);
      return SimilarDocuments(reader, sight.seen()).of(document, std::min(limit, similar_max));
    });
  }

  Result<std::vector<Hit>> similar_to(const SimilarText& text, std::size_t limit,
                                      const Visibility& visible) const override {
    return with_reader(readers_, [&](const Reader& reader) {
      Sight sight(reader.database, *reader.columns, visible);
      return SimilarDocuments(reader, sight.seen()).to(text, std::min(limit, similar_max));
    });
  }

  Result<Uuid> newest_document() const override {
    return with_reader(readers_,
                       [](const Reader& reader) { return search::newest_document(reader); });
  }

  Result<std::vector<Completion>> complete(std::string_view typed, std::size_t limit,
                                           const GroupVisible& visible) const override {
    return with_words(readers_, visible,
                      [&](KnownWords& words) { return words.complete(typed, limit); });
  }

  Result<std::vector<Correction>> corrections(std::string_view query,
                                              std::span<const FilterWord> filter_words,
                                              const GroupVisible& visible) const override {
    const Query parsed = parse_query(query, filter_words);
    return with_words(readers_, visible,
                      [&](KnownWords& words) { return words.corrections(parsed); });
  }

  std::uint64_t document_count() const override { return readers_.columns()->document_count; }

  Result<std::vector<std::string>> check() const override {
    // Xapian's check takes a commit that runs beside it for damage.
    const std::scoped_lock lock(writing_);
    return problems_of(options_.folder);
  }

  // Xapian never writes over blocks of the last commit, so the files hold it whole.
  Result<void> copy_to(const std::string& folder) const override {
    const std::scoped_lock lock(writing_);
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (!error) std::filesystem::copy(options_.folder, folder, error);
    if (!error) return {};
    errno = error.value();
    return fail(file_error("copy to " + folder));
  }

 private:
  // Throws as IndexWriter's constructor does.
  void open_writer() {
    writer_ = without_other_writers([this] {
      return std::make_unique<IndexWriter>(IndexWriter::Place{options_.folder, analysis_},
                                           options_.commit_every, readers_);
    });
  }
  Result<void> noting_damage(Result<void> written) {
    if (!written && written.error().code == ErrorCode::corrupt) {
      readers_.note_damage(readers_.edition());
    }
    return written;
  }
  // Under writing_, as all below.
  Result<void> open_anew();
  Result<void> put_in_place(const std::string& folder);
  Result<void> begin_empty();
  Result<IndexWriter*> writer() const {
    if (writer_ != nullptr) return writer_.get();
    return fail(
        operator_error(ErrorCode::unavailable,
                       "search index: not open since its files were exchanged; open it anew"));
  }

  const IndexOptions options_;
  const std::string analysis_;
  mutable ReaderPool readers_;  // itself thread-safe
  mutable std::mutex writing_;
  // Under writing_. Empty where the files that were put in place could not be opened.
  std::unique_ptr<IndexWriter> writer_;
  bool is_condemned_ = false;
};

// A copy that came to nothing would keep the disk full.
struct FolderRemoval {
  const std::string& folder;
  ~FolderRemoval() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

Result<void> XapianIndex::compact(std::uint64_t bytes_kept_free) {
  const std::scoped_lock lock(writing_);
  // A copy would pass for sound.
  if (is_damaged()) {
    return fail(operator_error(ErrorCode::unavailable, "search index: damaged; not packed"));
  }
  DMS_TRY(DMS_TRY(writer())->commit_changes());
  const std::string compacted = options_.folder + std::string(compacted_end);
  DMS_TRY(remove_folder(compacted));
  DMS_TRY(require_room_for_copy(options_.folder, bytes_kept_free));
  const FolderRemoval removal{compacted};
  DMS_TRY(make_folder(compacted));
  DMS_TRY(xapian_guard([&]() -> Result<void> {
    // Columns and postings go on with the numbers that documents have.
    Xapian::Database(options_.folder)
        .compact(compacted, Xapian::Compactor::FULL | Xapian::DBCOMPACT_NO_RENUMBER);
    Xapian::WritableDatabase packed(compacted, Xapian::DB_OPEN);
    write_unpacked(packed, 0);
    packed.commit();
    return {};
  }));
  DMS_TRY(sync_folder(compacted));
  return put_in_place(compacted);
}

Result<void> XapianIndex::adopt(const std::string& folder) {
  const std::scoped_lock lock(writing_);
  DMS_TRY(put_in_place(folder));
  is_condemned_ = false;
  return {};
}

// What was found may have been a moment's: the files are given up only where they are damaged.
Result<void> XapianIndex::recover() {
  const std::scoped_lock lock(writing_);
  const bool was_damaged = readers_.is_damaged();
  Result<void> opened;
  readers_.replace([&] { opened = open_anew(); });
  if (!opened && opened.error().code != ErrorCode::corrupt) return opened;
  if (opened && !was_damaged) return {};
  if (opened && !is_condemned_) {
    const auto problems = problems_of(options_.folder);
    if (problems && problems->empty()) return {};
    if (!problems && problems.error().code != ErrorCode::corrupt) return fail(problems.error());
  }
  Result<void> emptied = begin_empty();
  if (!emptied) readers_.note_damage(readers_.edition());  // opening them forgot it
  return emptied;
}

Result<void> XapianIndex::begin_empty() {
  const std::string empty = options_.folder + std::string(empty_end);
  DMS_TRY(remove_folder(empty));
  DMS_TRY(xapian_guard([&]() -> Result<void> {
    open_database(empty, analysis_).close();
    return {};
  }));
  DMS_TRY(put_in_place(empty));
  is_condemned_ = false;
  return {};
}

Result<void> XapianIndex::open_anew() {
  writer_.reset();
  return xapian_guard([&]() -> Result<void> {
    open_writer();
    return {};
  });
}

Result<void> XapianIndex::put_in_place(const std::string& folder) {
  Result<void> outcome;
  readers_.replace([&] {
    writer_.reset();
    outcome = replace_index(options_.folder, folder);
    const Result<void> opened = open_anew();
    if (outcome) outcome = opened;
  });
  return outcome;
}

}  // namespace

Result<std::unique_ptr<SearchIndex>> SearchIndex::open(IndexOptions options) {
  auto index = DMS_TRY(xapian_guard([&]() -> Result<std::unique_ptr<SearchIndex>> {
    return std::make_unique<XapianIndex>(options, DMS_TRY(analysis_identity()));
  }));
  // What a kill left of an exchange may hold words of what is erased since.
  for (const std::string_view left : {compacted_end, empty_end}) {
    DMS_TRY(remove_folder(options.folder + std::string(left)));
  }
  return index;
}

std::string correct_query(std::string_view query, std::span<const Correction> corrections) {
  std::string corrected;
  bool changed = false;
  std::size_t copied = 0;
  Analyzer analyzer;
  analyzer.start(query);
  for (Token token; analyzer.next(token);) {
    const auto found =
        std::find_if(corrections.begin(), corrections.end(), [&](const Correction& correction) {
          return correction.exact == token.exact && !correction.meant.written.empty();
        });
    if (found == corrections.end()) continue;
    corrected.append(query.substr(copied, token.begin - copied)).append(found->meant.written);
    copied = token.end;
    changed = true;
  }
  if (!changed) return {};
  return replace_ill_formed(corrected.append(query.substr(copied)));
}

}  // namespace dms::search
