#include "dms/search_service.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "dms/base/mutex.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/file_plan_record.h"
#include "dms/search_passage.h"

namespace dms {

using search::Filter;
using storage::View;

namespace {

constexpr std::size_t limit_max = 100;
// Where hits were dropped at the last check, so many further pages are looked at to fill the page.
constexpr int refills_max = 3;
// So many events behind, the cache begins anew instead of reading them.
constexpr std::uint64_t events_max = 1000;
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

  // Forgets what events have changed since the last call. To be called before the view is made
  // whose rights are decided, so that nothing is older than that. Returns the journal sequence that
  // the cache is as new as.
  Result<std::uint64_t> refresh() {
    const std::uint64_t head = store_.journal_head().sequence;
    const MutexLock lock(mutex_);
    if (head - std::min(head, sequence_) > events_max || places_.size() > cached_max) {
      places_.clear();
      sequence_ = head;
    }
    while (sequence_ < head) {
      const auto entries = DMS_TRY(store_.read_journal(sequence_, events_max));
      if (entries.empty()) break;
      for (const storage::JournalEntry& entry : entries) {
        if (entry.kind.starts_with("dossier.")) places_.erase(DossierId{entry.object});
        sequence_ = entry.sequence;
      }
    }
    return sequence_;
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
  std::unordered_map<DossierId, Place> places_ DMS_GUARDED_BY(mutex_);
};

namespace {

// What the page calls types and states, and what else is said for them; folded.
constexpr std::array<search::FilterWord, 57> filter_words = {{
    {Filter::type, "brief", "letter"},
    {Filter::type, "schreiben", "letter"},
    {Filter::type, "letter", "letter"},
    {Filter::type, "e-mail", "email"},
    {Filter::type, "email", "email"},
    {Filter::type, "mail", "email"},
    {Filter::type, "bescheid", "notice"},
    {Filter::type, "notice", "notice"},
    {Filter::type, "niederschrift", "minutes"},
    {Filter::type, "protokoll", "minutes"},
    {Filter::type, "minutes", "minutes"},
    {Filter::type, "rechnung", "invoice"},
    {Filter::type, "invoice", "invoice"},
    {Filter::type, "plan", "plan"},
    {Filter::type, "vertrag", "contract"},
    {Filter::type, "contract", "contract"},
    {Filter::type, "antrag", "application"},
    {Filter::type, "application", "application"},
    {Filter::type, "formular", "form"},
    {Filter::type, "form", "form"},
    {Filter::type, "vermerk", "memo"},
    {Filter::type, "notiz", "memo"},
    {Filter::type, "memo", "memo"},
    {Filter::type, "bericht", "report"},
    {Filter::type, "gutachten", "report"},
    {Filter::type, "report", "report"},
    {Filter::type, "foto", "photo"},
    {Filter::type, "bild", "photo"},
    {Filter::type, "photo", "photo"},
    {Filter::type, "sonstiges", "other"},
    {Filter::type, "other", "other"},
    {Filter::status, "entwurf", "draft"},
    {Filter::status, "draft", "draft"},
    {Filter::status, "in arbeit", "in_process"},
    {Filter::status, "arbeit", "in_process"},
    {Filter::status, "bearbeitung", "in_process"},
    {Filter::status, "in bearbeitung", "in_process"},
    {Filter::status, "in_process", "in_process"},
    {Filter::status, "in process", "in_process"},
    {Filter::status, "unterschrieben", "signed"},
    {Filter::status, "gezeichnet", "signed"},
    {Filter::status, "schlussgezeichnet", "signed"},
    {Filter::status, "signed", "signed"},
    {Filter::status, "versandt", "sent"},
    {Filter::status, "versendet", "sent"},
    {Filter::status, "gesendet", "sent"},
    {Filter::status, "abgesandt", "sent"},
    {Filter::status, "sent", "sent"},
    {Filter::status, "eingegangen", "received"},
    {Filter::status, "eingang", "received"},
    {Filter::status, "received", "received"},
    {Filter::status, "abgelegt", "final"},
    {Filter::status, "fertig", "final"},
    {Filter::status, "endgueltig", "final"},
    {Filter::status, "abgeschlossen", "final"},
    {Filter::status, "zda", "final"},
    {Filter::status, "final", "final"},
}};

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

// One asker's rights on one view, each scope asked for once.
class SearchRights {
 public:
  SearchRights(const View& view, const ReadRights& rights, const Actor& actor)
      : view_(view), permissions_(rights.permissions), grants_(rights.grants), actor_(actor) {}

  Result<Rights> in_dossier(DossierId dossier, UnitId unit, bool own_scope) {
    if (own_scope) return permissions_.rights_in(view_, actor_, ScopeId{dossier.value});
    const auto known = by_unit_.find(unit);
    if (known != by_unit_.end()) return known->second;
    const ScopeId scope = DMS_TRY(unit_scope(view_, unit));
    const Rights rights = DMS_TRY(permissions_.rights_in(view_, actor_, scope));
    by_unit_.emplace(unit, rights);
    return rights;
  }

  // What he may do with one document beside what its dossier gives.
  Result<Rights> granted(DocumentId document) {
    if (grants_ == nullptr) return Rights{};
    return grants_->rights_to(view_, actor_, document);
  }
  Result<std::vector<Uuid>> granted_documents() {
    std::vector<Uuid> documents;
    if (grants_ == nullptr) return documents;
    for (const DocumentId id : DMS_TRY(grants_->documents_of(view_, actor_))) {
      documents.push_back(id.value);
    }
    return documents;
  }

 private:
  const View& view_;
  const PermissionCache& permissions_;
  const DocumentGrants* grants_;
  const Actor& actor_;
  std::map<UnitId, Rights> by_unit_;
};

// A hit as today's records say; nullopt where the asker is not to see it (any more).
struct CheckedHit {
  SearchHit hit;
  DocumentText text;
  bool may_read = false;
};
Result<std::optional<CheckedHit>> check_hit(const View& view, SearchRights& rights,
                                            const SearchQuery& query, const search::Hit& found) {
  const auto document = DMS_TRY(view.find(document_table, raw_bytes(found.document)));
  if (!document || document->binned_at) return std::optional<CheckedHit>();
  if (query.dossier && document->dossier != *query.dossier) return std::optional<CheckedHit>();
  const DossierRecord dossier = DMS_TRY(view.get(dossier_table, document->dossier.key()));
  const Rights in_dossier = DMS_TRY(rights.in_dossier(dossier.id, dossier.unit, dossier.own_scope));
  Rights held = in_dossier;
  if (!held.has(Right::read)) held = held | DMS_TRY(rights.granted(document->id));
  if (!held.has(Right::see)) return std::optional<CheckedHit>();
  const VersionRecord version = DMS_TRY(current_version(view, *document));
  CheckedHit checked;
  checked.may_read = held.has(Right::read);
  checked.text = DMS_TRY(find_document_text(view, DMS_TRY(original_content(version))));
  const Version current = DMS_TRY(to_value(version, checked.text));
  SearchHit& hit = checked.hit;
  hit.document = document->id;
  hit.subject = document->subject;
  hit.type = known_or(document->type, DocumentType::other);
  hit.dossier = dossier.id;
  if (in_dossier.has(Right::see)) {
    hit.file_reference = dossier.file_reference;
    hit.dossier_title = dossier.title;
  }
  hit.date = document_date(*document);
  hit.file_name = current.file_name;
  hit.mime_type = current.mime_type;
  hit.text_state = checked.text.state;
  hit.score = found.score;
  return std::optional<CheckedHit>(std::move(checked));
}

}  // namespace

SearchService::SearchService(storage::Store& store, const search::SearchIndex& index,
                             const PermissionCache& permissions, const DocumentGrants* grants)
    : store_(store),
      index_(index),
      permissions_(permissions),
      grants_(grants),
      cache_(std::make_unique<DossierCache>(store)) {}

SearchService::~SearchService() = default;

Result<search::SearchResults> SearchService::find(const Actor& actor,
                                                  const search::SearchRequest& request) const {
  using search::SearchResults;
  const std::uint64_t refreshed = DMS_TRY(cache_->refresh());
  return store_.read<SearchResults>([&](const View& view) -> Result<SearchResults> {
    SearchRights rights(view, {permissions_, grants_}, actor);
    std::optional<Error> failure;
    const auto group_visible = [&](const Uuid& group) {
      const auto sees = [&]() -> Result<bool> {
        const DossierId dossier{group};
        const auto place = DMS_TRY(cache_->find(view, dossier, refreshed));
        if (!place) return false;
        return DMS_TRY(rights.in_dossier(dossier, place->unit, place->own_scope)).has(Right::see);
      }();
      if (!sees && !failure) failure = sees.error();
      return sees.value_or(false);
    };
    const search::Visibility visible{group_visible, DMS_TRY(rights.granted_documents())};
    SearchResults results = DMS_TRY(index_.search(request, visible));
    if (failure) return fail(*failure);
    return results;
  });
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
  for (CheckedHit& one : checked) {
    if (one.may_read && one.text.text) {
      Passage passage = DMS_TRY(find_passage(store_, one.text, query.text));
      one.hit.snippet = std::move(passage.snippet);
      one.hit.page = passage.page;
    }
    hits.push_back(std::move(one.hit));
  }
  return hits;
}

Result<SearchAnswer> SearchService::search(const Actor& actor, const SearchQuery& query) const {
  search::SearchRequest request;
  request.query = query.text;
  request.filter_words = filter_words;
  request.filters = exact_filters(query);
  request.from = query.from;
  request.to = query.to;
  request.sort = query.sort;
  request.after = query.after;
  request.limit = std::clamp<std::size_t>(query.limit, 1, limit_max);
  if (query.unit) {
    using Filters = std::vector<search::FilterValue>;
    const Filters units = DMS_TRY(
        store_.read<Filters>([&](const View& view) { return unit_filters(view, *query.unit); }));
    request.filters.insert(request.filters.end(), units.begin(), units.end());
  }
  const std::size_t limit = request.limit;
  SearchAnswer answer;
  for (int round = 0; round <= refills_max && answer.hits.size() < limit; ++round) {
    request.limit = limit - answer.hits.size();
    const search::SearchResults results = DMS_TRY(find(actor, request));
    auto hits = DMS_TRY(check(actor, query, results.hits));
    const std::size_t dropped = results.hits.size() - hits.size();
    if (round == 0) answer.total_estimate = results.total_estimate;
    answer.total_estimate -= std::min<std::uint64_t>(dropped, answer.total_estimate);
    std::move(hits.begin(), hits.end(), std::back_inserter(answer.hits));
    answer.next = results.next;
    if (!results.next) break;
    request.after = results.next;
  }
  return answer;
}

}  // namespace dms
