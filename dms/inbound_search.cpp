#include "dms/inbound_search.h"

#include <set>
#include <utility>

#include "dms/checked_search.h"
#include "dms/inbound_access.h"
#include "dms/inbox_record.h"
#include "dms/search_passage.h"
#include "dms/search_words.h"

namespace dms {

using storage::View;

namespace {

// Each costs a look-up a search.
constexpr std::size_t basket_max = 1000;

bool is_in_basket(const Actor& actor, const InboundItemRecord& item) {
  return item.state == InboundState::distributed && item.assigned_to == actor.user;
}

// Where the query looks, as far as the asker may read there.
Result<std::set<Uuid>> inboxes_of(const View& view, const PermissionCache& permissions,
                                  const Actor& actor, const InboundQuery& query) {
  std::set<Uuid> inboxes;
  if (query.is_mine) return inboxes;
  if (query.inbox) {
    DMS_TRY(permissions.require(view, actor, scope_of(*query.inbox), Right::see));
    const Rights rights = DMS_TRY(permissions.rights_in(view, actor, scope_of(*query.inbox)));
    if (rights.has(Right::read)) inboxes.insert(query.inbox->value);
    return inboxes;
  }
  for (const InboxId inbox : DMS_TRY(inboxes_with(view, permissions, actor, Right::read))) {
    inboxes.insert(inbox.value);
  }
  return inboxes;
}

// What of the asker's basket he may read: a program may not, unless its inbox lets it.
Result<std::vector<Uuid>> basket_of(const View& view, const PermissionCache& permissions,
                                    const Actor& actor, const InboundQuery& query) {
  std::vector<Uuid> items;
  if (query.inbox && !query.is_mine) return items;
  storage::ScanOptions options;
  options.prefix = inbound_assignee_prefix(actor.user);
  options.limit = basket_max;
  options.direction = storage::ScanOptions::Direction::descending;
  for (const auto& item : DMS_TRY(view.scan_index(inbound_item_table, "assignee", options)).items) {
    const Rights rights = DMS_TRY(item_rights(view, permissions, actor, item));
    if (rights.has(Right::read)) items.push_back(item.id.value);
  }
  return items;
}

// A hit as today's records say; nullopt where it is not found any more.
Result<std::optional<InboundItem>> check_item(const View& view, const PermissionCache& permissions,
                                              const Actor& actor, const InboundQuery& query,
                                              const search::Hit& found) {
  using Checked = std::optional<InboundItem>;
  const auto record = DMS_TRY(view.find(inbound_item_table, raw_bytes(found.document)));
  if (!record || !is_waiting(*record)) return Checked();
  if (query.is_mine && !is_in_basket(actor, *record)) return Checked();
  if (!query.is_mine && query.inbox && record->inbox != *query.inbox) return Checked();
  InboundItem item = DMS_TRY(to_value(view, permissions, actor, *record));
  hide_facts(item);
  if (!item.rights.has(Right::read)) return Checked();
  return Checked(std::move(item));
}

}  // namespace

Result<search::SearchResults> InboundSearch::find(const Actor& actor, const InboundQuery& query,
                                                  const search::SearchRequest& request) const {
  struct Readable {
    std::set<Uuid> inboxes;
    std::vector<Uuid> basket;
  };
  const auto readable = DMS_TRY(store_.read<Readable>([&](const View& view) -> Result<Readable> {
    return Readable{DMS_TRY(inboxes_of(view, permissions_, actor, query)),
                    DMS_TRY(basket_of(view, permissions_, actor, query))};
  }));
  return index_.search(
      request,
      {[&](const Uuid& group) { return readable.inboxes.contains(group); }, readable.basket});
}

Result<std::vector<FoundItem>> InboundSearch::check(const Actor& actor, const InboundQuery& query,
                                                    const std::vector<search::Hit>& found) const {
  using Items = std::vector<FoundItem>;
  Items items = DMS_TRY(store_.read<Items>([&](const View& view) -> Result<Items> {
    Items checked;
    for (const search::Hit& hit : found) {
      auto item = DMS_TRY(check_item(view, permissions_, actor, query, hit));
      if (item) checked.push_back({std::move(*item), {}, {}});
    }
    return checked;
  }));
  PassageFinder passages(store_, query.text);
  for (FoundItem& one : items) {
    if (!one.item.text.text) continue;
    Passage passage = DMS_TRY(passages.find(one.item.text));
    one.snippet = std::move(passage.snippet);
    one.page = passage.page;
  }
  return items;
}

Result<InboundAnswer> InboundSearch::search(const Actor& actor, const InboundQuery& query) const {
  search::SearchRequest request;
  request.query = query.text;
  request.filter_words = search_filter_words();
  request.sort = search::SortOrder::newest_first;
  if (!query.after.empty()) request.after = query.after;
  request.limit = query.limit;
  auto page = DMS_TRY(search_checked<FoundItem>(
      std::move(request),
      [&](const search::SearchRequest& asked) { return find(actor, query, asked); },
      [&](const std::vector<search::Hit>& found) { return check(actor, query, found); }));
  return InboundAnswer{std::move(page.hits), page.next.value_or(""), page.total_estimate,
                       page.is_beginning_shortened};
}

}  // namespace dms
