#pragma once

// A tenant's search index: one writer, pooled readers, on a folder of its own. Derived data: it can
// be thrown away and rebuilt. This header hides Xapian.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "search/document.h"

namespace dms::search {

// Who may see a group (dossier, inbox). Asked at most once a group and search, on the searching
// thread.
using GroupVisible = std::function<bool(const Uuid& group)>;

class DocumentSet;

// What an asker was found to see, of which part of the index; what is in it is the index's own. A
// value, cheap to copy; one thread's.
struct SeenDocuments {
  std::vector<std::uint64_t> blocks;
  std::shared_ptr<const DocumentSet> documents;
};

// What an asker may see: all documents of visible groups, and some single ones besides.
struct Visibility {
  GroupVisible group;
  std::vector<Uuid> documents;  // each costs one look-up a search: thousands at most
  // Kept by the caller from one of the asker's searches to the next, as long as no group's answer
  // changes: only groups of what was written since are asked for. Borrowed, and brought up to date;
  // nullptr: the groups of all that is found are.
  SeenDocuments* seen = nullptr;
};

enum class SortOrder : std::uint8_t { relevance, newest_first, oldest_first };

struct SearchRequest {
  // What the user typed; see query.h for its syntax. Blank: every document that passes the filters
  // (newest first instead of by relevance).
  std::string query;
  // What values of filters are called in a query; borrowed.
  std::span<const FilterWord> filter_words;
  std::vector<FilterValue> filters;  // values of one filter are OR-ed, filters are AND-ed
  std::optional<Date> from;
  std::optional<Date> to;  // inclusive
  SortOrder sort = SortOrder::relevance;
  // By relevance recent documents come before old ones that say as much, as seen from this day;
  // nullopt: their age does not count.
  std::optional<Date> today;
  // Paging: the place after the last hit of the previous page (SearchResults::next), or nullopt.
  // Stable under change: the last hit is looked up in today's order, so another hit is repeated or
  // missed only where itself changed its place relative to that one. `invalid` where it is not of
  // this query's order.
  std::optional<std::string> after;
  std::size_t limit = 20;  // at most 100
  // What to count the hits by, on the first page alone.
  std::vector<Facet> facets;
  // Count besides the hits filed after this document (SearchIndex::newest_document), likewise.
  std::optional<Uuid> newer_than;
};

struct Hit {
  Uuid document;
  Uuid group;
  // Of its words' weight, per cent of the best possible; 0 where sorted by date. The order of the
  // first hits weighs besides how the words stand to each other.
  double score = 0;
  std::optional<Sha256Digest> body_sha256;
};

struct FacetCount {
  std::string value;  // as in FilterValue; a year in figures
  std::uint64_t count = 0;
};

// A facet's values among the hits, the most frequent first; exact, however many hits there are, and
// of what the asker may see alone; documents seen singly count for no unit. What is chosen in the
// facet itself (`filters`, for years `from` and `to`) does not narrow them.
struct FacetCounts {
  Facet facet = Facet::type;
  std::vector<FacetCount> values;  // the 50 most frequent, and those chosen
  std::uint64_t other = 0;         // hits with values beyond those
};

// Paging through hits ends here; they are counted to the last.
inline constexpr std::size_t paged_hits_max = 10'000;

// So many words with one beginning ("Kanal*") are looked for under a field.
inline constexpr std::size_t beginning_words_max = 10'000;

struct SearchResults {
  std::vector<Hit> hits;
  std::optional<std::string> next;  // raw; authenticate before it leaves the server
  // Hits the asker may see, counted, never estimated from hidden ones; exact.
  std::uint64_t total_estimate = 0;
  std::vector<FacetCounts> facets;  // in the order they were asked for
  // Of what the asker may see; complete unless more than 10,000 documents were filed since then.
  std::uint64_t newer = 0;
  bool is_newer_complete = true;
  bool is_query_shortened = false;  // it was too long: its beginning was looked for (query.h)
  // More than beginning_words_max words begin like one of the query: documents that have only the
  // less frequent ones, as all documents have them, were not found.
  bool is_beginning_shortened = false;
};

// A word that stands in documents the asker may see.
struct KnownWord {
  std::string exact;            // folded
  std::string written;          // as it mostly is; empty where only texts hold it
  Uuid document;                // one that holds it and that the asker may see
  std::uint64_t documents = 0;  // that she may see and that hold it, counted up to 100
};

// What was typed, with its last word completed.
struct Completion {
  std::string text;
};

// A word of a query that is hardly found, and what may have been meant.
struct Correction {
  std::string exact;
  KnownWord meant;
};

// `query` with the words corrected that have something written; empty where there are none. Pure.
std::string correct_query(std::string_view query, std::span<const Correction> corrections);

// A part of a text around its matches. Offsets are bytes into `text`.
struct Snippet {
  std::string text;
  struct Mark {
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Mark> marks;
};

// Cuts the best passage of about `length` bytes for `query` out of a document's text (UTF-8; a
// whole rendition or its page), marking what the analysis matches. Pure; thread-safe.
Snippet make_snippet(std::string_view text, std::string_view query, std::size_t length);

// What the pages of a text say of a query, to be marked where they are shown.
struct MatchedWords {
  // Words and phrases as they are written there, white space as one space, each different one once,
  // with one mark: what of it was meant. In the order in which they come first.
  std::vector<Snippet> words;
  std::vector<std::uint64_t> counts;  // by page: how often any of them stands there
};

// Looks through the first 2 MiB of each page, for at most `words_max` different words. Pure;
// thread-safe.
MatchedWords matched_words(std::span<const std::string_view> pages, std::string_view query,
                           std::size_t words_max);

struct IndexOptions {
  std::string folder;  // created 0700 where absent
  // Bounds memory: after so many put() and remove() without commit() (at most 5,000) the index
  // commits them by itself under the *old* position; what follows it is then indexed again after a
  // crash, to the same end.
  std::size_t commit_every = 1000;
};

// Reads and writes. Writing functions: one thread at a time; search: any thread, beside writing.
class SearchIndex {
 public:
  // Opens or creates. A damaged index, or one of another format or analysis, is `corrupt`: the
  // caller removes the folder's contents and rebuilds. `busy` where another process has it;
  // `unavailable` without the compound dictionary (compounds.h).
  static Result<std::unique_ptr<SearchIndex>> open(IndexOptions options);
  virtual ~SearchIndex() = default;  // commits nothing by itself: an uncommitted tail is redone

  // What the last commit() said; nullopt where there was none.
  virtual Result<std::optional<IndexPosition>> position() const = 0;

  virtual Result<void> put(const IndexDocument& document) = 0;
  virtual Result<void> remove(const Uuid& document) = 0;
  // Makes everything since the last commit durable and visible, together with `position`, whose
  // analysis_version is filled in here. After a failed writing call every later one is
  // `unavailable` until the index is opened anew.
  virtual Result<void> commit(const IndexPosition& position) = 0;

  // Writes the index anew without what was removed, whose words stand in free blocks until those
  // are written over, and deletes the old files. Commits what was put under the old position first.
  // Writing waits, searching goes on. Slow: it copies the index. A search that runs keeps the old
  // files open until it ends. `storage_full`, with nothing done, where the disk lacks room for the
  // copy and `bytes_kept_free` beside it; `unavailable`, likewise, where is_damaged().
  virtual Result<void> compact(std::uint64_t bytes_kept_free) = 0;
  // Documents written or removed since then, or since it was joined from parts: what is written bit
  // by bit takes up to twice the room. 0 where the files cannot be written to.
  virtual std::uint64_t unpacked() const = 0;

  // Goes on with the index in `folder` (IndexBuild::join), under its position, and deletes the
  // files it had; what was put into those is gone with them. Writing waits, searching goes on; a
  // crash leaves one of the two whole.
  virtual Result<void> adopt(const std::string& folder) = 0;

  // Whether a call found damage in the files.
  virtual bool is_damaged() const = 0;
  // After damage, or after a failed writing call: opens the files anew; where they are damaged,
  // begins an empty index in their place. position() says what there is then.
  virtual Result<void> recover() = 0;

  virtual Result<SearchResults> search(const SearchRequest& request,
                                       const Visibility& visible) const = 0;
  Result<SearchResults> search(const SearchRequest& request, const GroupVisible& visible) const {
    return search(request, Visibility{visible, {}});
  }
  // Documents that are like `document`, by words that stand out among what the asker may see: the
  // most alike first, at most `limit` (of 100), without itself, and one of those with the same
  // text; none where it is not in the index. `score` is per cent of its own. Whether the asker may
  // read it is the caller's to decide.
  virtual Result<std::vector<Hit>> similar(const Uuid& document, std::size_t limit,
                                           const Visibility& visible) const = 0;
  // The id of the document filed last, of all that stand in a unit; nil where there is none.
  virtual Result<Uuid> newest_document() const = 0;
  // How the last word of what was typed may go on, by words of subjects, names and the like: such
  // as stand with the words before it in a document the asker may see. The most frequent first.
  // Single documents seen besides do not count, here and below: their words include the titles of
  // groups that the asker may not see.
  virtual Result<std::vector<Completion>> complete(std::string_view typed, std::size_t limit,
                                                   const GroupVisible& visible) const = 0;
  // What words of `query` may have been meant that nearly no document the asker may see holds: only
  // words that such documents hold, however often others do.
  virtual Result<std::vector<Correction>> corrections(std::string_view query,
                                                      std::span<const FilterWord> filter_words,
                                                      const GroupVisible& visible) const = 0;
  virtual std::uint64_t document_count() const = 0;
  // Structural check of the index for `aktenwerk verify`; problems for the operator.
  virtual Result<std::vector<std::string>> check() const = 0;
  // Copies what is committed into `folder`, which must not exist, for an IndexComparison; writing
  // waits meanwhile.
  virtual Result<void> copy_to(const std::string& folder) const = 0;
  // As similar(), for a text that is in no index; its first 64 KiB are looked at.
  virtual Result<std::vector<Hit>> similar_to(const SimilarText& text, std::size_t limit,
                                              const Visibility& visible) const = 0;

  // Nobody is shown these documents any more, in no hit, count or word, whatever the index holds of
  // them, until show() names them. Kept in memory alone. Any thread; costs each reader a look-up a
  // document and commit. What runs already may go on with what it knew.
  virtual void hide(std::span<const Uuid> documents) = 0;
  virtual void show(std::span<const Uuid> documents) = 0;

  // Whether what is committed holds exactly this for the document: glass has no checksums, and a
  // flipped bit shows nowhere but in wrong answers. `unavailable` where that cannot be read, as for
  // a search.
  virtual Result<bool> holds(const IndexDocument& document) const = 0;
  // For who found by holds() that it is not what was put: these files are damaged, and recover()
  // gives them up whatever check() says.
  virtual void condemn() = 0;
};

// Puts the index in `rebuilt_folder` (built there with SearchIndex, committed, closed) in the place
// of the one in `folder` and deletes the old. The swap is one rename: a crash leaves one of the two
// whole. A SearchIndex still open on `folder` must not be written to any
// more and answers `busy` where it would have to read the new files: the caller opens anew.
Result<void> replace_index(const std::string& folder, const std::string& rebuilt_folder);

}  // namespace dms::search
