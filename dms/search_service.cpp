#include "dms/search_service.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "dms/base/mutex.h"
#include "dms/checked_search.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/file_plan_record.h"
#include "dms/identity_revision.h"
#include "dms/inbox_record.h"
#include "dms/kept_sights.h"
#include "dms/local_date.h"
#include "dms/search_passage.h"
#include "dms/search_rights.h"
#include "dms/search_words.h"

namespace dms {

using search::Filter;
using storage::View;

namespace {

// So many events behind, the cache begins anew instead of reading them.
constexpr std::uint64_t events_max = 10'000;
constexpr std::size_t events_read_at_once = 1000;
constexpr std::size_t cached_max = 500'000;

}  // namespace

// Under which unit a dossier stands and whether it has a list of its own: what never changes
// without an event, and would otherwise be read for every dossier that a search meets.
class SearchService::DossierCache {
 public:
  explicit DossierCache(const storage::Store& store) : store_(store) {}

  struct Place {
    UnitId unit;
    bool own_scope = false;
  };

  // How new it is, as a journal sequence, and how often lists of dossiers' own came or went up to
  // there.
  struct Moment {
    std::uint64_t sequence = 0;
    std::uint64_t lists = 0;
  };

  // Forgets what events have changed since the last call. To be called before the view is made
  // whose rights are decided, so that nothing is older than that.
  Result<Moment> refresh() {
    const std::uint64_t head = store_.journal_head().sequence;
    const MutexLock lock(mutex_);
    if (head - std::min(head, sequence_) > events_max || places_.size() > cached_max) {
      places_.clear();
      ++lists_;
      sequence_ = head;
    }
    while (sequence_ < head) {
      const auto entries = DMS_TRY(store_.read_journal(sequence_, events_read_at_once));
      if (entries.empty()) break;
      for (const storage::JournalEntry& entry : entries) {
        if (entry.kind.starts_with("dossier.")) places_.erase(DossierId{entry.object});
        if (entry.kind.starts_with("dossier.access_")) ++lists_;
        sequence_ = entry.sequence;
      }
    }
    return Moment{sequence_, lists_};
  }

  // `refreshed`: what refresh() returned before `view` was made. Where the cache has moved on
  // since, what `view` says may be outdated already and is not kept.
  Result<std::optional<Place>> find(const View& view, DossierId dossier, std::uint64_t refreshed) {
    {
      const MutexLock lock(mutex_);
      const auto known = places_.find(dossier);
      if (known != places_.end()) return std::optional<Place>(known->second);
    }
    const auto record = DMS_TRY(view.find(dossier_table, dossier.key()));
    if (!record) return std::optional<Place>();
    const Place place{record->unit, record->own_scope};
    const MutexLock lock(mutex_);
    if (sequence_ == refreshed) places_.emplace(dossier, place);
    return std::optional<Place>(place);
  }

 private:
  const storage::Store& store_;
  Mutex mutex_;
  std::uint64_t sequence_ DMS_GUARDED_BY(mutex_) = 0;
  std::uint64_t lists_ DMS_GUARDED_BY(mutex_) = 0;
  std::unordered_map<DossierId, Place> places_ DMS_GUARDED_BY(mutex_);
};

namespace {

std::vector<search::FilterValue> exact_filters(const SearchQuery& query) {
  std::vector<search::FilterValue> filters;
  if (query.dossier) filters.push_back({Filter::dossier, query.dossier->text()});
  if (query.author) filters.push_back({Filter::author, query.author->text()});
  for (const DocumentType type : query.types) {
    filters.push_back({Filter::type, std::string(enum_name(type))});
  }
  for (const DocumentStatus status : query.statuses) {
    filters.push_back({Filter::status, std::string(enum_name(status))});
  }
  for (const std::string& sender : query.senders) filters.push_back({Filter::sender, sender});
  return filters;
}

// The unit and all below it: documents name their dossier's unit alone, so that a changed plan
// changes no document.
Result<std::vector<search::FilterValue>> unit_filters(const View& view, UnitId unit) {
  std::vector<search::FilterValue> filters;
  std::vector<UnitId> open{unit};
  while (!open.empty() && filters.size() < units_max) {
    const UnitId at = open.back();
    open.pop_back();
    filters.push_back({Filter::unit, at.text()});
    storage::ScanOptions options;
    options.prefix = unit_parent_prefix(at);
    options.limit = units_max;
    for (const auto& child : DMS_TRY(view.read_index(unit_table.name, "parent", options))) {
      if (const auto id = uuid_from_raw(child.record_key)) open.push_back(UnitId{*id});
    }
  }
  return filters;
}

}  // namespace

SearchService::SearchService(storage::Store& store, const search::SearchIndex& index,
                             const PermissionCache& permissions, const Clock& clock,
                             const DocumentGrants* grants)
    : store_(store),
      index_(index),
      permissions_(permissions),
      clock_(clock),
      grants_(grants),
      cache_(std::make_unique<DossierCache>(store)),
      sights_(std::make_unique<KeptSights>()) {}

SearchService::~SearchService() = default;

Result<void> SearchService::with_visibility(const Actor& actor, const SeenWork& work,
                                            Single single) const {
  const DossierCache::Moment refreshed = DMS_TRY(cache_->refresh());
  return store_.read<void>([&](const View& view) -> Result<void> {
    SearchRights rights(view, {permissions_, grants_}, actor);
    std::optional<Error> failure;
    bool is_all_known = true;
    const auto group_visible = [&](const Uuid& group) {
      const auto sees = [&]() -> Result<bool> {
        const DossierId dossier{group};
        const auto place = DMS_TRY(cache_->find(view, dossier, refreshed.sequence));
        if (!place) {
          // A dossier that was opened after the view was made, unless it is an inbox.
          if (!DMS_TRY(view.find(inbox_table, InboxId{group}.key()))) is_all_known = false;
          return false;
        }
        return DMS_TRY(rights.in_dossier(dossier, place->unit, place->own_scope)).has(Right::see);
      }();
      if (!sees && !failure) failure = sees.error();
      return sees.value_or(false);
    };
    // Where something was committed meanwhile, `view` may know more than the places do.
    std::optional<KeptSights::State> state;
    if (store_.journal_head().sequence == refreshed.sequence) {
      state = {DMS_TRY(identity_revision(view)), refreshed.lists};
    }
    search::SeenDocuments seen = state ? sights_->take(actor, *state) : search::SeenDocuments{};
    search::Visibility visible{group_visible, {}, state ? &seen : nullptr};
    if (single == Single::counted) visible.documents = DMS_TRY(rights.granted_documents());
    DMS_TRY(work(view, rights, visible));
    if (failure) return fail(*failure);
    if (state && is_all_known) sights_->keep(actor, *state, std::move(seen));
    return {};
  });
}

// In which unit a document stands is its dossier's: who sees the document alone must not find out
// by asking for one unit after the other.
Result<search::SearchResults> SearchService::find(const Actor& actor, const SearchQuery& query,
                                                  const search::SearchRequest& request) const {
  search::SearchResults results;
  DMS_TRY(with_visibility(
      actor,
      [&](const View&, SearchRights&, const search::Visibility& visible) -> Result<void> {
        results = DMS_TRY(index_.search(request, visible));
        return {};
      },
      query.unit ? Single::left_out : Single::counted));
  return results;
}

Result<std::vector<SearchHit>> SearchService::check(const Actor& actor, const SearchQuery& query,
                                                    const std::vector<search::Hit>& found) const {
  using Hits = std::vector<CheckedHit>;
  Hits checked = DMS_TRY(store_.read<Hits>([&](const View& view) -> Result<Hits> {
    SearchRights rights(view, {permissions_, grants_}, actor);
    Hits hits;
    for (const search::Hit& hit : found) {
      auto one = DMS_TRY(check_hit(view, rights, query, hit));
      if (one) hits.push_back(std::move(*one));
    }
    return hits;
  }));
  std::vector<SearchHit> hits;
  hits.reserve(checked.size());
  PassageFinder passages(store_, query.text);
  for (CheckedHit& one : checked) {
    if (!query.hits_only && one.may_read && one.text.text) {
      Passage passage = DMS_TRY(passages.find(one.text));
      one.hit.snippet = std::move(passage.snippet);
      one.hit.page = passage.page;
    }
    hits.push_back(std::move(one.hit));
  }
  return hits;
}

Result<search::SearchRequest> SearchService::request_for(const SearchQuery& query) const {
  search::SearchRequest request;
  request.query = query.text;
  request.filter_words = search_filter_words();
  request.filters = exact_filters(query);
  request.from = query.from;
  request.to = query.to;
  request.sort = query.sort;
  request.today = local_date(clock_.now());
  if (query.unit) {
    using Filters = std::vector<search::FilterValue>;
    const Filters units = DMS_TRY(
        store_.read<Filters>([&](const View& view) { return unit_filters(view, *query.unit); }));
    request.filters.insert(request.filters.end(), units.begin(), units.end());
  }
  return request;
}

Result<SearchAnswer> SearchService::search(const Actor& actor, const SearchQuery& query) const {
  search::SearchRequest request = DMS_TRY(request_for(query));
  request.after = query.after;
  request.limit = query.limit;
  request.facets = query.facets;
  auto page = DMS_TRY(search_checked<SearchHit>(
      std::move(request),
      [&](const search::SearchRequest& asked) { return find(actor, query, asked); },
      [&](const std::vector<search::Hit>& found) { return check(actor, query, found); }));
  SearchAnswer answer{
      std::move(page.hits),   std::move(page.next),    page.total_estimate,        "",
      std::move(page.facets), page.is_query_shortened, page.is_beginning_shortened};
  if (!query.after && !query.hits_only) {
    answer.corrected_query = DMS_TRY(corrected(actor, query.text));
  }
  return answer;
}

}  // namespace dms
