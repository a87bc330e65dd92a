// Searching by a document: what of its text a query means, and which others are like it.

#include <algorithm>
#include <set>
#include <utility>

#include "dms/content_reading.h"
#include "dms/document_record.h"
#include "dms/search_passage.h"
#include "dms/search_rights.h"
#include "dms/search_service.h"

namespace dms {

using storage::View;

namespace {

constexpr std::size_t looked_through_max = 8U << 20U;
constexpr std::size_t words_max = 200;
constexpr std::size_t similar_max = 50;
// What the index is asked for beyond that: copies fall out, and what changed meanwhile.
constexpr std::size_t similar_spare = 50;

}  // namespace

Result<DocumentMatches> SearchService::matches(const Actor& actor, DocumentId document,
                                               const std::string& query) const {
  const auto text =
      DMS_TRY(store_.read<DocumentText>([&](const View& view) -> Result<DocumentText> {
        const FiledDocument found =
            DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::read));
        const VersionRecord version = DMS_TRY(current_version(view, found.record));
        return find_document_text(view, DMS_TRY(original_content(version)));
      }));
  const std::string bytes =
      text.text ? DMS_TRY(read_text(store_, text, looked_through_max)) : std::string();
  const auto pages = pages_of(bytes, text.page_offsets);
  search::MatchedWords found = search::matched_words(pages, query, words_max);
  // Words of one text to somebody who asked for that one, and by asking on, all of it.
  if (text.text) DMS_TRY(record_read(store_, actor, "text.matched", document.value));
  DocumentMatches matches;
  matches.words = std::move(found.words);
  for (std::size_t page = 0; page < found.counts.size(); ++page) {
    if (found.counts[page] == 0) continue;
    matches.pages.push_back({static_cast<std::uint32_t>(page + 1), found.counts[page]});
  }
  return matches;
}

Result<std::vector<SearchHit>> SearchService::similar(const Actor& actor, DocumentId document,
                                                      std::size_t limit) const {
  limit = std::clamp<std::size_t>(limit, 1, similar_max);
  using Hits = std::vector<SearchHit>;
  Hits hits;
  DMS_TRY(with_visibility(
      actor,
      [&](const View& view, SearchRights& rights,
          const search::Visibility& visible) -> Result<void> {
        const FiledDocument asked =
            DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::read));
        if (asked.record.binned_at) return {};
        const VersionRecord version = DMS_TRY(current_version(view, asked.record));
        std::set<Sha256Digest> files{DMS_TRY(original_content(version)).sha256};
        for (const search::Hit& found :
             DMS_TRY(index_.similar(document.value, limit + similar_spare, visible))) {
          if (hits.size() == limit) break;
          auto checked = DMS_TRY(check_hit(view, rights, SearchQuery{}, found));
          if (!checked || !files.insert(checked->file).second) continue;
          hits.push_back(std::move(checked->hit));
        }
        return {};
      }));
  return hits;
}

Result<std::vector<SearchHit>> SearchService::similar_to(const Actor& actor,
                                                         const search::SimilarText& text,
                                                         std::size_t limit) const {
  limit = std::clamp<std::size_t>(limit, 1, similar_max);
  std::vector<SearchHit> hits;
  DMS_TRY(with_visibility(actor,
                          [&](const View& view, SearchRights& rights,
                              const search::Visibility& visible) -> Result<void> {
                            for (const search::Hit& found :
                                 DMS_TRY(index_.similar_to(text, limit + similar_spare, visible))) {
                              if (hits.size() == limit) break;
                              auto checked = DMS_TRY(check_hit(view, rights, SearchQuery{}, found));
                              if (checked) hits.push_back(std::move(checked->hit));
                            }
                            return {};
                          }));
  return hits;
}

Result<SearchCount> SearchService::count(const Actor& actor, const SearchQuery& query,
                                         DocumentId newer_than) const {
  search::SearchRequest request = DMS_TRY(request_for(query));
  request.limit = 1;
  request.newer_than = newer_than.value;
  const search::SearchResults found = DMS_TRY(find(actor, query, request));
  SearchCount count;
  count.hits = found.total_estimate;
  count.has_more_hits = found.is_beginning_shortened;
  count.newer = found.newer;
  count.has_more_newer = !found.is_newer_complete;
  return count;
}

Result<DocumentId> SearchService::newest_document() const {
  return DocumentId{DMS_TRY(index_.newest_document())};
}

}  // namespace dms
