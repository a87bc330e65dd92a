// Reading inbound items: what they are, lists, content and text. Rights come from memory.

#include <algorithm>

#include "dms/capture/duplicate.h"
#include "dms/content_reading.h"
#include "dms/inbound_access.h"
#include "dms/inbound_item.h"
#include "dms/inbound_list.h"
#include "dms/inbox_record.h"

namespace dms {

using storage::ScanOptions;
using storage::View;

namespace {

// A program that asks for the basket of its user, who may see there what it may not, looks at no
// more.
constexpr std::size_t looked_at_max = 1000;
constexpr std::size_t count_max = 10'000;  // a total beyond it stays there

Result<InboundItem> visible_item(const View& view, const PermissionCache& permissions,
                                 const Actor& actor, InboundItemId item) {
  const auto record = DMS_TRY(view.find(inbound_item_table, item.key()));
  if (!record) return fail(absent_object());
  InboundItem found = DMS_TRY(to_value(view, permissions, actor, *record));
  DMS_TRY(require_right(found.rights, Right::see));
  return found;
}

}  // namespace

Result<InboundItem> InboundItems::get(const Actor& actor, InboundItemId item) const {
  return store_.read<InboundItem>([&](const View& view) -> Result<InboundItem> {
    InboundItem found = DMS_TRY(visible_item(view, permissions_, actor, item));
    if (found.state != InboundState::filed) {
      found.preview_state = DMS_TRY(preview_state(view, found.content, found.text.mime_type));
      // Without the right to read it there is no head here.
      if (const auto& mail = found.text.mail) {
        found.filed_before = DMS_TRY(find_filed_mail(view, permissions_, actor, mail->message_id));
      }
    }
    return found;
  });
}

Result<Page<InboundItem>> InboundItems::list(const Actor& actor, const InboundFilter& filter,
                                             const PageRequest& page) const {
  const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
  return store_.read<Page<InboundItem>>([&](const View& view) -> Result<Page<InboundItem>> {
    const auto ranges = DMS_TRY(inbound_ranges(view, permissions_, actor, filter));
    InboundReader reader(view, ranges, page.after);
    Page<InboundItem> answer;
    std::string last_shown;
    for (std::size_t looked_at = 0; looked_at < looked_at_max; ++looked_at) {
      const auto entry = DMS_TRY(reader.next());
      if (!entry) break;
      const auto record = DMS_TRY(view.get(inbound_item_table, entry->record_key));
      const Rights rights = DMS_TRY(item_rights(view, permissions_, actor, record));
      if (!rights.has(Right::see)) continue;
      if (answer.items.size() == limit) {
        answer.next = last_shown;
        break;
      }
      answer.items.push_back(DMS_TRY(to_value(view, permissions_, actor, record)));
      hide_facts(answer.items.back());
      last_shown = entry->place;
    }
    if (page.after.empty() && answer.next.empty()) {
      answer.total_estimate = answer.items.size();
    } else if (page.after.empty() && (filter.inbox || (filter.is_mine && !actor.token))) {
      // Everything in there is the asker's to see; a program holds no basket.
      ScanOptions all;
      all.prefix = ranges.front().prefix;
      all.limit = count_max;
      answer.total_estimate =
          DMS_TRY(view.count_index(inbound_item_table.name, ranges.front().index, all));
    }
    return answer;
  });
}

Result<InboundItem> InboundItems::readable_item(const Actor& actor, InboundItemId item) const {
  // Without what is looked up for who looks at the item itself.
  InboundItem found = DMS_TRY(store_.read<InboundItem>(
      [&](const View& view) { return visible_item(view, permissions_, actor, item); }));
  DMS_TRY(require_right(found.rights, Right::read));
  if (found.state == InboundState::filed) return fail(absent_object());
  return found;
}

Result<InboundItems::OpenedItem> InboundItems::open_content(const Actor& actor,
                                                            InboundItemId item) {
  OpenedItem opened;
  opened.item = DMS_TRY(readable_item(actor, item));
  opened.reader = DMS_TRY(store_.read_content(opened.item.content));
  DMS_TRY(record_read(store_, actor, "content.read", item.value));
  return opened;
}

Result<OpenedPreview> InboundItems::open_preview(const Actor& actor, InboundItemId item,
                                                 Documents::ShownType shown) {
  const InboundItem found = DMS_TRY(readable_item(actor, item));
  OpenedPreview opened =
      DMS_TRY(preview_of(store_, {found.content, found.text.mime_type, found.file_name}, shown));
  if (opened.reader) DMS_TRY(record_read(store_, actor, "content.read", item.value));
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
