#pragma once

// Search as users know it: hits with subject, dossier and a passage, and never a trace of what the
// asker may not see, in hits, counts or passages. Rights are today's: each hit is checked once more
// against the store. Thread-safe; blocking.

#include <functional>
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
  std::optional<UserId> author;      // of the current version
  std::vector<std::string> senders;  // as a facet names them
  std::optional<Date> from;          // letter date, else received, sent, filed
  std::optional<Date> to;            // inclusive
  search::SortOrder sort = search::SortOrder::relevance;
  std::optional<std::string> after;   // raw cursor: authenticate it outside
  std::size_t limit = 20;             // 1–100
  std::vector<search::Facet> facets;  // to count, on the first page
  bool hits_only = false;             // without passages and without a corrected query
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
  search::Snippet snippet;  // empty where the asker may see but not read
  // Of the snippet, from 1; where there are more than one and the text says something of the query.
  std::optional<std::uint32_t> page;
  double score = 0;  // per cent
};

struct SearchAnswer {
  std::vector<SearchHit> hits;
  std::optional<std::string> next;   // raw cursor
  std::uint64_t total_estimate = 0;  // of what the asker may see; exact
  // "Meinten Sie …": the query with words that nearly nothing holds put right, or empty. Out of
  // words that the asker may see.
  std::string corrected_query;
  std::vector<search::FacetCounts> facets;  // of what the asker may see; units by their ids
  // The query was too long (search/query.h): it was searched for its first words.
  bool is_query_shortened = false;
  // More words begin like one of the query than are looked for (search::SearchResults): there may
  // be further hits.
  bool is_beginning_shortened = false;
};

// Where the text of a document's current version says what a query asks for.
struct DocumentMatches {
  struct OfPage {
    std::uint32_t page = 1;  // from 1; of a text without pages all is 1
    std::uint64_t count = 0;
  };
  std::vector<OfPage> pages;           // that hold any, in order
  std::vector<search::Snippet> words;  // as they are written there (search::MatchedWords)
};

// How many documents a query finds, and how many of them were filed after a moment.
struct SearchCount {
  std::uint64_t hits = 0;      // as SearchAnswer::total_estimate
  std::uint64_t newer = 0;     // a part of hits
  bool has_more_hits = false;  // there may be: as SearchAnswer::is_beginning_shortened
  bool has_more_newer = false;
};

// What may be meant while a query is typed; only of what the asker may see.
struct Suggestions {
  struct OfDossier {
    DossierId id;
    std::string title;
    std::string file_reference;
  };
  struct OfDocument {
    DocumentId id;
    std::string subject;
    DocumentType type = DocumentType::other;
    std::optional<Date> date;
    std::string file_reference;  // empty where the asker does not see the dossier
  };
  std::vector<std::string> queries;   // what was typed, its last word completed
  std::vector<OfDossier> dossiers;    // by title or reference
  std::vector<OfDocument> documents;  // by subject
};

class KeptSights;
class SearchRights;

class SearchService {
 public:
  // Borrows all. By `clock` recent documents come before old ones. `grants` adds single documents
  // to those of visible dossiers; nullptr: none.
  SearchService(storage::Store& store, const search::SearchIndex& index,
                const PermissionCache& permissions, const Clock& clock,
                const DocumentGrants* grants = nullptr);
  ~SearchService();

  Result<SearchAnswer> search(const Actor& actor, const SearchQuery& query) const;

  // Needs `read`. Of the first 8 MiB of text, at most 200 different words.
  Result<DocumentMatches> matches(const Actor& actor, DocumentId document,
                                  const std::string& query) const;

  // Documents like this one, the most alike first, at most 50: without itself, and each file once,
  // however often it was filed. Which words count, and for how much, follows from what the actor
  // may see alone. `score` is per cent of the document's own. Needs `read`; empty where it has no
  // text yet or is in the bin.
  Result<std::vector<SearchHit>> similar(const Actor& actor, DocumentId document,
                                         std::size_t limit) const;

  // The same for a text that is in no dossier: what is like it, by what the actor may see alone.
  Result<std::vector<SearchHit>> similar_to(const Actor& actor, const search::SimilarText& text,
                                            std::size_t limit) const;

  // What search() would find for it, and how much of that was filed after `newer_than`.
  Result<SearchCount> count(const Actor& actor, const SearchQuery& query,
                            DocumentId newer_than) const;
  // The document filed last that search() knows of, whoever may see it; nil: none.
  Result<DocumentId> newest_document() const;

  // For what was typed so far; nothing for less than two characters.
  Result<Suggestions> suggest(const Actor& actor, const std::string& typed) const;

 private:
  class DossierCache;
  // Whether documents that are seen singly count for a request.
  enum class Single : std::uint8_t { counted, left_out };
  // Runs `work` with what the actor may see on `view`.
  using SeenWork = std::function<Result<void>(const storage::View& view, SearchRights& rights,
                                              const search::Visibility& visible)>;
  Result<void> with_visibility(const Actor& actor, const SeenWork& work,
                               Single single = Single::counted) const;
  Result<std::string> corrected(const Actor& actor, const std::string& query) const;
  // How a word is written in the text of a document, where the actor may read it; else empty.
  Result<std::string> written_in(const Actor& actor, const search::KnownWord& word) const;
  // As the index wants it, but for the page.
  Result<search::SearchRequest> request_for(const SearchQuery& query) const;
  // What the index finds for somebody with the actor's rights.
  Result<search::SearchResults> find(const Actor& actor, const SearchQuery& query,
                                     const search::SearchRequest& request) const;
  // What of it may be shown today, with passages.
  Result<std::vector<SearchHit>> check(const Actor& actor, const SearchQuery& query,
                                       const std::vector<search::Hit>& found) const;

  storage::Store& store_;
  const search::SearchIndex& index_;
  const PermissionCache& permissions_;
  const Clock& clock_;
  const DocumentGrants* grants_;
  std::unique_ptr<DossierCache> cache_;
  std::unique_ptr<KeptSights> sights_;
};

}  // namespace dms
