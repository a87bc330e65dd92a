#include "dms/inbound_access.h"

#include "dms/document_text_record.h"
#include "dms/user.h"

namespace dms {

using storage::View;

namespace {

constexpr std::size_t inboxes_max = 1000;
constexpr Rights of_holder{Right::see, Right::read, Right::annotate, Right::edit};

Result<Rights> basket_rights(const View& view, const Actor& actor, const InboundItemRecord& item) {
  const bool holds = item.state == InboundState::distributed && item.assigned_to == actor.user &&
                     actor.user != UserId{} && !actor.token;
  if (!holds) return Rights{};
  const Result<void> active = require_active(view, actor);
  if (!active && active.error().code == ErrorCode::unauthenticated) return Rights{};
  if (!active) return fail(active.error());
  return of_holder;
}

// Where it was filed, if the asker sees the document there.
Result<std::optional<InboundFiling>> visible_filing(const View& view,
                                                    const PermissionCache& permissions,
                                                    const Actor& actor,
                                                    const InboundItemRecord& record) {
  using Visible = std::optional<InboundFiling>;
  if (!record.document || !record.filed_at) return Visible();
  const auto filed =
      require_document(view, ReadRights{permissions, nullptr}, actor, *record.document, Right::see);
  if (!filed && filed.error().code == ErrorCode::not_found) return Visible();
  if (!filed) return fail(filed.error());
  return Visible(InboundFiling{{*record.filed_at, record.filed_by.value_or(UserId{})},
                               *record.document,
                               filed->dossier.record.id,
                               filed->dossier.record.file_reference});
}

// What came before, if the asker sees that; it may have been erased since.
Result<std::optional<InboundItemId>> visible_duplicate(const View& view,
                                                       const PermissionCache& permissions,
                                                       const Actor& actor,
                                                       const InboundItemRecord& record) {
  using Visible = std::optional<InboundItemId>;
  if (!record.duplicate_of) return Visible();
  const auto before = DMS_TRY(view.find(inbound_item_table, record.duplicate_of->key()));
  if (!before) return Visible();
  const Rights rights = DMS_TRY(item_rights(view, permissions, actor, *before));
  return rights.has(Right::see) ? record.duplicate_of : Visible();
}

}  // namespace

Result<Rights> item_rights(const View& view, const Actor& actor, const InboundItemRecord& item) {
  return DMS_TRY(rights_in(view, actor, scope_of(item.inbox))) |
         DMS_TRY(basket_rights(view, actor, item));
}

Result<Rights> item_rights(const View& view, const PermissionCache& permissions, const Actor& actor,
                           const InboundItemRecord& item) {
  return DMS_TRY(permissions.rights_in(view, actor, scope_of(item.inbox))) |
         DMS_TRY(basket_rights(view, actor, item));
}

Result<std::vector<InboxId>> inboxes_with(const View& view, const PermissionCache& permissions,
                                          const Actor& actor, Right right) {
  std::vector<InboxId> inboxes;
  storage::ScanOptions options;
  options.limit = inboxes_max;
  for (const InboxRecord& inbox : DMS_TRY(view.scan_index(inbox_table, "name", options)).items) {
    const Rights rights = DMS_TRY(permissions.rights_in(view, actor, scope_of(inbox.id)));
    if (rights.has(right)) inboxes.push_back(inbox.id);
  }
  return inboxes;
}

Result<InboundItemRecord> require_item(const View& view, const Actor& actor, InboundItemId item,
                                       Right right) {
  auto record = DMS_TRY(view.find(inbound_item_table, item.key()));
  if (!record) return fail(absent_object());
  DMS_TRY(require_right(DMS_TRY(item_rights(view, actor, *record)), right));
  return std::move(*record);
}

void hide_facts(InboundItem& item) {
  item.text.mail.reset();
  item.text.invoice.reset();
  item.text.attachments.clear();
}

Result<InboundItem> to_value(const View& view, const PermissionCache& permissions,
                             const Actor& actor, const InboundItemRecord& record) {
  InboundItem item;
  item.id = record.id;
  item.inbox = record.inbox;
  item.state = known_or(record.state, InboundState::discarded);
  item.fields = to_fields(record);
  item.receipt_stamp = {{record.receipt_stamp.received_at, record.receipt_stamp.received_by},
                        known_or(record.receipt_stamp.channel, ReceiptChannel::import_)};
  item.assigned_to = record.assigned_to;
  if (record.distributed_at) {
    item.distributed = Stamp{*record.distributed_at, record.distributed_by.value_or(UserId{})};
  }
  if (record.discarded_at) {
    item.discarded = Stamp{*record.discarded_at, record.discarded_by.value_or(UserId{})};
  }
  item.filing = DMS_TRY(visible_filing(view, permissions, actor, record));
  item.content = content_of(record);
  item.file_name = record.file.file_name;
  item.rights = DMS_TRY(item_rights(view, permissions, actor, record));
  if (!is_filed(record)) item.text = DMS_TRY(find_document_text(view, item.content));
  if (!item.rights.has(Right::read)) hide_facts(item);
  item.duplicate_of = DMS_TRY(visible_duplicate(view, permissions, actor, record));
  if (const auto& stack = record.stack) {
    item.stack = StackPlace{stack->file_name, stack->sha256, stack->first_page, stack->last_page};
  }
  item.malware = record.malware.value_or("");
  item.change = change_info(record);
  return item;
}

}  // namespace dms
