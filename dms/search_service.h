#pragma once

// Search as users know it: hits with subject, dossier and a passage, and never a trace of what the
// asker may not see, in hits, counts or passages. Rights are today's: each hit is checked once more
// against the store. Thread-safe; blocking.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/time.h"
#include "dms/document_grants.h"
#include "dms/document_text.h"
#include "dms/ids.h"
#include "dms/permission_cache.h"
#include "dms/vocabulary.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

struct SearchQuery {
  std::string text;            // may be empty: all that passes the filters, newest first
  std::optional<UnitId> unit;  // with all units below it
  std::optional<DossierId> dossier;
  std::vector<DocumentType> types;
  std::vector<DocumentStatus> statuses;
  std::optional<UserId> author;  // of the current version
  std::optional<Date> from;      // letter date, else received, sent, filed
  std::optional<Date> to;        // inclusive
  search::SortOrder sort = search::SortOrder::relevance;
  std::optional<std::string> after;  // raw cursor: authenticate it outside
  std::size_t limit = 20;            // 1–100
};

struct SearchHit {
  DocumentId document;
  std::string subject;
  DocumentType type = DocumentType::other;
  DossierId dossier;
  // Empty where the asker sees the document alone and not its dossier.
  std::string file_reference;
  std::string dossier_title;
  std::optional<Date> date;
  std::string file_name;
  std::string mime_type;
  DocumentTextState text_state = DocumentTextState::pending;
  search::Snippet snippet;            // empty where the asker may see but not read
  std::optional<std::uint32_t> page;  // of the snippet, from 1; where there are more than one
  double score = 0;                   // per cent
};

struct SearchAnswer {
  std::vector<SearchHit> hits;
  std::optional<std::string> next;   // raw cursor
  std::uint64_t total_estimate = 0;  // of what the asker may see
  std::string corrected_query;       // or empty
};

class SearchService {
 public:
  // Borrows all. `grants` adds single documents to those of visible dossiers; nullptr: none.
  SearchService(storage::Store& store, const search::SearchIndex& index,
                const PermissionCache& permissions, const DocumentGrants* grants = nullptr);
  ~SearchService();

  Result<SearchAnswer> search(const Actor& actor, const SearchQuery& query) const;

 private:
  class DossierCache;
  // What the index finds for somebody with the actor's rights.
  Result<search::SearchResults> find(const Actor& actor,
                                     const search::SearchRequest& request) const;
  // What of it may be shown today, with passages.
  Result<std::vector<SearchHit>> check(const Actor& actor, const SearchQuery& query,
                                       const std::vector<search::Hit>& found) const;

  storage::Store& store_;
  const search::SearchIndex& index_;
  const PermissionCache& permissions_;
  const DocumentGrants* grants_;
  std::unique_ptr<DossierCache> cache_;
};

}  // namespace dms
