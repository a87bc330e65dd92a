#include "dms/saved_search.h"

#include <algorithm>
#include <utility>

#include "dms/base/text.h"
#include "dms/field_cleaner.h"
#include "dms/identity_event.h"
#include "dms/permission.h"
#include "dms/saved_search_record.h"
#include "dms/search_words.h"
#include "dms/user.h"
#include "search/query.h"
#include "storage/record_json.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

constexpr std::size_t senders_max = 20;

template <class Enum>
std::vector<Open<Enum>> to_names(const std::vector<Enum>& values) {
  return {values.begin(), values.end()};
}

// A value that this program does not know cannot be searched for.
template <class Enum>
std::vector<Enum> known_of(const std::vector<Open<Enum>>& names) {
  std::vector<Enum> values;
  for (const Open<Enum>& name : names) {
    if (const auto value = name.known()) values.push_back(*value);
  }
  return values;
}

template <class Enum>
void keep_each_once(std::vector<Enum>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

SearchQuery to_query(const SavedSearchRecord& record) {
  SearchQuery query;
  query.text = record.text.value_or("");
  query.unit = record.unit;
  query.dossier = record.dossier;
  query.types = known_of(record.types);
  query.statuses = known_of(record.statuses);
  query.author = record.author;
  query.senders = record.senders;
  query.from = record.from;
  query.to = record.to;
  query.sort = to_order(known_or(record.sort, SearchSort::relevance));
  return query;
}

SavedSearch to_value(const SavedSearchRecord& record) {
  return {record.id, {record.name, to_query(record)}, change_info(record)};
}

void assign_fields(SavedSearchRecord& record, SavedSearchFields fields) {
  record.folded_name = fold_german(fields.name);
  record.name = std::move(fields.name);
  SearchQuery& query = fields.query;
  record.text = unless_empty(std::move(query.text));
  record.unit = query.unit;
  record.dossier = query.dossier;
  record.types = to_names(query.types);
  record.statuses = to_names(query.statuses);
  record.author = query.author;
  record.senders = std::move(query.senders);
  record.from = query.from;
  record.to = query.to;
  record.sort = to_sort(query.sort);
}

Result<SavedSearchFields> cleaned(SavedSearchFields fields) {
  FieldCleaner clean("");
  clean.line("name", fields.name, {.code_points_min = 1, .code_points_max = 100});
  const std::string& text = fields.query.text;
  // What would be looked for in part alone is not kept.
  clean.require(is_valid_utf8(text) && !search::parse_query(text, search_filter_words()).shortened,
                "q", "Danach lässt sich nicht suchen.", "This cannot be searched for.");
  keep_each_once(fields.query.types);
  keep_each_once(fields.query.statuses);
  clean.lines("sender", fields.query.senders, senders_max, search::filter_value_bytes_max);
  DMS_TRY(clean.finish());
  return fields;
}

storage::Event saved_search_event(const Actor& actor, std::string_view kind,
                                  const SavedSearchRecord& record) {
  return object_event(actor, kind, record.id.value, record.owner.value, "{}");
}

Result<void> require_person(const View& view, const Actor& actor) {
  DMS_TRY(require_active(view, actor));
  if (!actor.token) return {};
  return fail(ErrorCode::forbidden, "Gemerkte Suchen haben nur Personen.",
              "Only people have saved searches.");
}

Result<SavedSearchRecord> own(const View& view, const Actor& actor, SavedSearchId id) {
  DMS_TRY(require_active(view, actor));
  auto record = DMS_TRY(view.find(saved_search_table, id.key()));
  if (!record || actor.token || record->owner != actor.user) return fail(absent_object());
  return std::move(*record);
}

Result<std::vector<SavedSearchRecord>> all_of(const View& view, const Actor& actor) {
  DMS_TRY(require_active(view, actor));
  if (actor.token) return std::vector<SavedSearchRecord>();
  storage::ScanOptions options;
  options.prefix = saved_search_prefix(actor.user);
  options.limit = SavedSearches::a_person_max;
  return DMS_TRY(view.scan_index(saved_search_table, "owner", options)).items;
}

Result<void> require_free_name(const View& view, const SavedSearchRecord& record) {
  const std::string key =
      saved_search_prefix(record.owner) + storage::KeyBuilder().text(record.folded_name).take();
  const auto holder = DMS_TRY(view.find_by(saved_search_table, "owner", key));
  if (!holder || holder->id == record.id) return {};
  return fail(ErrorCode::conflict, "Eine Suche dieses Namens haben Sie schon.",
              "You have a search with this name already.");
}

}  // namespace

const storage::Table<SavedSearchRecord> saved_search_table{
    "saved_search",
    [](const SavedSearchRecord& record) { return std::string(record.id.key()); },
    {{"owner", storage::IndexKind::unique, [](const SavedSearchRecord& record) {
        return std::vector<std::string>{saved_search_prefix(record.owner) +
                                        storage::KeyBuilder().text(record.folded_name).take()};
      }}}};

std::string saved_search_prefix(UserId owner) {
  return storage::KeyBuilder().raw(owner.key()).take();
}

search::SortOrder to_order(SearchSort sort) {
  switch (sort) {
    case SearchSort::newest:
      return search::SortOrder::newest_first;
    case SearchSort::oldest:
      return search::SortOrder::oldest_first;
    case SearchSort::relevance:
      break;
  }
  return search::SortOrder::relevance;
}

SearchSort to_sort(search::SortOrder order) {
  switch (order) {
    case search::SortOrder::newest_first:
      return SearchSort::newest;
    case search::SortOrder::oldest_first:
      return SearchSort::oldest;
    case search::SortOrder::relevance:
      break;
  }
  return SearchSort::relevance;
}

Result<SavedSearch> SavedSearches::create(const Actor& actor, SavedSearchFields fields,
                                          const AlsoCommit& also) {
  const Instant now = clock_.now();
  SavedSearchRecord made;
  made.id = SavedSearchId::make(now);
  made.owner = actor.user;
  assign_fields(made, DMS_TRY(cleaned(std::move(fields))));
  made.looked_up_to = DMS_TRY(search_.newest_document());
  stamp_created(made, {now, actor.user});
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_person(view, actor));
    DMS_TRY(require_free_name(view, made));
    if (DMS_TRY(all_of(view, actor)).size() >= a_person_max) {
      return fail(ErrorCode::conflict, "Mehr als 30 Suchen lassen sich nicht merken.",
                  "No more than 30 searches can be saved.");
    }
    Commit commit(view);
    DMS_TRY(commit.insert(saved_search_table, made));
    commit.append(saved_search_event(actor, "saved_search.created", made));
    if (also) DMS_TRY(also(view, commit, made.id.value));
    return commit;
  }));
  return to_value(made);
}

Result<SavedSearch> SavedSearches::update(const Actor& actor, SavedSearchId id,
                                          SavedSearchFields fields, std::uint64_t if_match) {
  const Instant now = clock_.now();
  const SavedSearchFields wanted = DMS_TRY(cleaned(std::move(fields)));
  SavedSearchRecord changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    changed = DMS_TRY(own(view, actor, id));
    DMS_TRY(check_revision(changed.revision, if_match));
    assign_fields(changed, wanted);
    DMS_TRY(require_free_name(view, changed));
    stamp_modified(changed, {now, actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(saved_search_table, changed));
    commit.append(saved_search_event(actor, "saved_search.changed", changed));
    return commit;
  }));
  return to_value(changed);
}

Result<void> SavedSearches::remove(const Actor& actor, SavedSearchId id, std::uint64_t if_match) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const SavedSearchRecord record = DMS_TRY(own(view, actor, id));
    DMS_TRY(check_revision(record.revision, if_match));
    Commit commit(view);
    DMS_TRY(commit.erase(saved_search_table, id.key()));
    commit.append(saved_search_event(actor, "saved_search.removed", record));
    return commit;
  }));
  return {};
}

Result<SavedSearch> SavedSearches::get(const Actor& actor, SavedSearchId id) const {
  return store_.read<SavedSearch>([&](const View& view) -> Result<SavedSearch> {
    return to_value(DMS_TRY(own(view, actor, id)));
  });
}

Result<std::vector<SavedSearch>> SavedSearches::list(const Actor& actor) const {
  using List = std::vector<SavedSearch>;
  return store_.read<List>([&](const View& view) -> Result<List> {
    List list;
    for (const SavedSearchRecord& record : DMS_TRY(all_of(view, actor))) {
      list.push_back(to_value(record));
    }
    return list;
  });
}

Result<std::vector<SavedSearches::Count>> SavedSearches::counts(const Actor& actor) const {
  using Records = std::vector<SavedSearchRecord>;
  const auto records =
      DMS_TRY(store_.read<Records>([&](const View& view) { return all_of(view, actor); }));
  std::vector<Count> counts;
  for (const SavedSearchRecord& record : records) {
    counts.push_back(
        {record.id, DMS_TRY(search_.count(actor, to_query(record), record.looked_up_to))});
  }
  return counts;
}

// Ids are in the order of time. A rebuilt index that does not hold everything yet takes nothing
// back.
Result<void> SavedSearches::look(const Actor& actor, SavedSearchId id) {
  const DocumentId newest = DMS_TRY(search_.newest_document());
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    SavedSearchRecord record = DMS_TRY(own(view, actor, id));
    record.looked_up_to = std::max(record.looked_up_to, newest);
    Commit commit(view);
    DMS_TRY(commit.put(saved_search_table, record));
    return commit;
  }));
  return {};
}

}  // namespace dms
