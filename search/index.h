#pragma once

// A tenant's search index: one writer, pooled readers, on a folder of its own. Derived data: it can
// be thrown away and rebuilt. This header hides Xapian.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "search/document.h"

namespace dms::search {

// Who may see a group (dossier). Asked at most once a group and search, on the searching thread.
using GroupVisible = std::function<bool(const Uuid& group)>;

enum class SortOrder : std::uint8_t { relevance, newest_first, oldest_first };

struct SearchRequest {
  std::string query;                      // what the user typed; see query.h for its syntax
  std::vector<FilterValue> filters;       // values of one filter are OR-ed, filters are AND-ed
  std::optional<Date> from;
  std::optional<Date> to;                 // inclusive
  SortOrder sort = SortOrder::relevance;
  // Paging: the place after the last hit of the previous page (SearchResults::next), or nullopt.
  // Stable under change: never an offset.
  std::optional<std::string> after;
  std::size_t limit = 20;                 // at most 100
};

struct Hit {
  Uuid document;
  Uuid group;
  double score = 0;                       // relevance in per cent of the best possible
  std::optional<Sha256Digest> body_sha256;
  std::vector<std::string> matched_terms; // analysed terms of the query that this document holds
};

struct SearchResults {
  std::vector<Hit> hits;
  std::optional<std::string> next;        // raw; authenticate before it leaves the server
  std::uint64_t total_estimate = 0;       // of what the asker may see
  std::string corrected_query;            // a spelling that finds more, or empty
};

// A part of a text around its matches. Offsets are bytes into `text`.
struct Snippet {
  std::string text;
  struct Mark { std::size_t begin; std::size_t end; };
  std::vector<Mark> marks;
};

// Cuts the best passage of about `length` bytes for `query` out of a document's text (UTF-8; a
// whole rendition or its page), marking what the analysis matches. Pure; thread-safe.
Snippet make_snippet(std::string_view text, std::string_view query, std::size_t length);

struct IndexOptions {
  std::string folder;            // created 0700 where absent
  std::size_t commit_every = 1000;  // documents; the caller also calls commit() when idle
};

// Reads and writes. Writing functions: one thread at a time; search: any thread, beside writing.
class SearchIndex {
 public:
  // Opens or creates. A damaged or older-format index is `corrupt`: the caller rebuilds.
  static Result<std::unique_ptr<SearchIndex>> open(IndexOptions options);
  virtual ~SearchIndex() = default;  // commits nothing by itself: an uncommitted tail is redone

  // What the last Xapian commit reflects; nullopt for a new index.
  virtual Result<std::optional<IndexPosition>> position() const = 0;

  virtual Result<void> put(const IndexDocument& document) = 0;
  virtual Result<void> remove(const Uuid& document) = 0;
  // Makes everything since the last commit durable and visible, together with `position`.
  virtual Result<void> commit(const IndexPosition& position) = 0;

  virtual Result<SearchResults> search(const SearchRequest& request,
                                       const GroupVisible& visible) const = 0;
  virtual std::uint64_t document_count() const = 0;
  // Structural check of the index for `aktenwerk verify`; problems for the operator.
  virtual Result<std::vector<std::string>> check() const = 0;
};

// Builds a fresh index beside the present one and puts it in its place on finish(); searching the old
// one goes on meanwhile. Kept by the caller's reindex job.
Result<void> replace_index(const std::string& folder, const std::string& rebuilt_folder);

}  // namespace dms::search
