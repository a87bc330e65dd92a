// Reading inbound items: what they are, lists, content and text. Rights come from memory.

#include <algorithm>

#include "dms/content_reading.h"
#include "dms/inbound_access.h"
#include "dms/inbound_item.h"
#include "dms/inbox_record.h"

namespace dms {

using storage::RawEntry;
using storage::ScanOptions;
using storage::View;

namespace {

constexpr std::size_t scan_page = 100;
// A page looks at no more than so many: what is hidden costs pages, not a slow one.
constexpr std::size_t looked_at_max = 1000;
constexpr std::size_t count_max = 10'000;  // a total beyond it stays there

// An index and the part of it that holds what the filter asks for.
struct Range {
  std::string_view index;
  std::string prefix;
};

Range range_of(const Actor& actor, const InboundFilter& filter) {
  if (filter.is_mine) return {"assignee", inbound_assignee_prefix(actor.user)};
  if (filter.inbox) return {"inbox", inbound_inbox_prefix(*filter.inbox, filter.state)};
  return {"state", inbound_state_prefix(filter.state)};
}

}  // namespace

Result<InboundItem> InboundItems::get(const Actor& actor, InboundItemId item) const {
  return store_.read<InboundItem>([&](const View& view) -> Result<InboundItem> {
    const auto record = DMS_TRY(view.find(inbound_item_table, item.key()));
    if (!record) return fail(absent_object());
    InboundItem found = DMS_TRY(to_value(view, permissions_, actor, *record));
    DMS_TRY(require_right(found.rights, Right::see));
    return found;
  });
}

Result<Page<InboundItem>> InboundItems::list(const Actor& actor, const InboundFilter& filter,
                                             const PageRequest& page) const {
  const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
  return store_.read<Page<InboundItem>>([&](const View& view) -> Result<Page<InboundItem>> {
    if (filter.inbox) {
      DMS_TRY(permissions_.require(view, actor, scope_of(*filter.inbox), Right::see));
    }
    const Range range = range_of(actor, filter);
    ScanOptions options;
    options.prefix = range.prefix;
    options.after = page.after;
    options.limit = scan_page;
    options.direction = ScanOptions::Direction::descending;
    Page<InboundItem> answer;
    std::string last_shown;
    for (std::size_t looked_at = 0; looked_at < looked_at_max; looked_at += scan_page) {
      const auto entries = DMS_TRY(view.read_index(inbound_item_table.name, range.index, options));
      for (const RawEntry& entry : entries) {
        const auto record = DMS_TRY(view.get(inbound_item_table, entry.record_key));
        const Rights rights = DMS_TRY(item_rights(view, permissions_, actor, record));
        if (!rights.has(Right::see)) continue;
        if (answer.items.size() == limit) {
          answer.next = last_shown;
          break;
        }
        answer.items.push_back(DMS_TRY(to_value(view, permissions_, actor, record)));
        last_shown = entry.index_key;
      }
      if (entries.size() < scan_page || !answer.next.empty()) break;
      options.after = entries.back().index_key;
      // A place among the hidden tells nothing: it is sealed.
      if (looked_at + scan_page >= looked_at_max) answer.next = options.after;
    }
    if (page.after.empty() && answer.next.empty()) {
      answer.total_estimate = answer.items.size();
    } else if (page.after.empty() && (filter.inbox || (filter.is_mine && !actor.token))) {
      // Everything in there is the asker's to see; a program holds no basket.
      ScanOptions all;
      all.prefix = range.prefix;
      all.limit = count_max;
      answer.total_estimate = DMS_TRY(view.count_index(inbound_item_table.name, range.index, all));
    }
    return answer;
  });
}

Result<InboundItem> InboundItems::readable_item(const Actor& actor, InboundItemId item) const {
  InboundItem found = DMS_TRY(get(actor, item));
  DMS_TRY(require_right(found.rights, Right::read));
  if (found.state == InboundState::filed) return fail(absent_object());
  return found;
}

Result<InboundItems::OpenedItem> InboundItems::open_content(const Actor& actor,
                                                            InboundItemId item) {
  return open_preview(actor, item, [](std::string_view) { return true; });
}

Result<InboundItems::OpenedItem> InboundItems::open_preview(const Actor& actor, InboundItemId item,
                                                            Documents::ShownType shown) {
  OpenedItem opened;
  opened.item = DMS_TRY(readable_item(actor, item));
  if (!shown(opened.item.text.mime_type)) return fail(not_shown(opened.item.text.mime_type));
  opened.reader = DMS_TRY(store_.read_content(opened.item.content));
  DMS_TRY(record_read(store_, actor, "content.read", item.value));
  return opened;
}

Result<InboundItems::OpenedItem> InboundItems::open_text(const Actor& actor, InboundItemId item) {
  OpenedItem opened;
  opened.item = DMS_TRY(readable_item(actor, item));
  if (opened.item.text.text) {
    opened.reader = DMS_TRY(store_.read_content(*opened.item.text.text));
  }
  DMS_TRY(record_read(store_, actor, "text.read", item.value));
  return opened;
}

}  // namespace dms
