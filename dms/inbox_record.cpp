#include "dms/inbox_record.h"

#include <algorithm>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/field_cleaner.h"
#include "dms/local_date.h"
#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;

namespace {

using Keys = std::vector<std::string>;

std::uint64_t microseconds(Instant at) {
  return static_cast<std::uint64_t>(to_unix_microseconds(at));
}

Keys inbox_keys(const InboundItemRecord& item) {
  return {KeyBuilder()
              .raw(item.inbox.key())
              .text(item.state.text())
              .number(microseconds(item.receipt_stamp.received_at))
              .take()};
}

Keys state_keys(const InboundItemRecord& item) {
  return {KeyBuilder()
              .text(item.state.text())
              .number(microseconds(item.receipt_stamp.received_at))
              .take()};
}

Keys assignee_keys(const InboundItemRecord& item) {
  if (item.state != InboundState::distributed || !item.assigned_to) return {};
  return {KeyBuilder()
              .raw(item.assigned_to->key())
              .number(microseconds(item.receipt_stamp.received_at))
              .take()};
}

Keys content_keys(const InboundItemRecord& item) {
  if (is_filed(item)) return {};
  return {inbound_content_prefix(content_of(item))};
}

Keys document_keys(const InboundItemRecord& item) {
  if (!item.document) return {};
  return {inbound_document_prefix(*item.document)};
}

Keys sender_keys(const InboundItemRecord& item) {
  if (!item.folded_sender || !item.filed_at) return {};
  return {inbound_sender_prefix(*item.folded_sender) +
          KeyBuilder().number(microseconds(*item.filed_at)).take()};
}

Keys message_keys(const InboundItemRecord& item) {
  if (!item.message) return {};
  return {inbound_message_prefix(*item.message)};
}

}  // namespace

const storage::Table<InboxRecord> inbox_table{
    "inbox",
    [](const InboxRecord& inbox) { return std::string(inbox.id.key()); },
    {{"name", IndexKind::unique,
      [](const InboxRecord& inbox) { return Keys{KeyBuilder().text(inbox.folded_name).take()}; }},
     {"org_unit", IndexKind::unique,
      [](const InboxRecord& inbox) { return Keys{inbox_org_unit_key(inbox.org_unit)}; }}}};

std::string inbox_org_unit_key(OrgUnitId unit) {
  return KeyBuilder().raw(unit.key()).take();
}

const storage::Table<InboundItemRecord> inbound_item_table{
    "inbound_item",
    [](const InboundItemRecord& item) { return std::string(item.id.key()); },
    {{"inbox", IndexKind::multiple, inbox_keys},
     {"state", IndexKind::multiple, state_keys},
     {"assignee", IndexKind::multiple, assignee_keys},
     {"content", IndexKind::multiple, content_keys},
     {"document", IndexKind::multiple, document_keys},
     {"sender", IndexKind::multiple, sender_keys},
     {"message", IndexKind::multiple, message_keys}}};

std::string inbound_inbox_prefix(InboxId inbox, InboundState state) {
  return KeyBuilder().raw(inbox.key()).text(enum_name(state)).take();
}
std::string inbound_state_prefix(InboundState state) {
  return KeyBuilder().text(enum_name(state)).take();
}
std::string inbound_assignee_prefix(UserId user) {
  return KeyBuilder().raw(user.key()).take();
}
std::string inbound_content_prefix(const storage::ContentId& content) {
  return KeyBuilder().raw(raw_bytes(content.domain.value)).raw(content.sha256.raw()).take();
}
std::string inbound_document_prefix(DocumentId document) {
  return KeyBuilder().raw(document.key()).take();
}
std::string inbound_sender_prefix(std::string_view folded_sender) {
  return KeyBuilder().text(folded_sender).take();
}

std::string inbound_message_prefix(const Sha256Digest& message) {
  return KeyBuilder().raw(message.raw()).take();
}

Result<bool> is_kept_by_item(const storage::View& view, const storage::ContentId& content) {
  storage::ScanOptions options;
  options.prefix = inbound_content_prefix(content);
  options.limit = 1;
  return DMS_TRY(view.count_index(inbound_item_table.name, "content", options)) > 0;
}

Result<bool> is_infected(const storage::View& view, const storage::ContentId& content) {
  storage::ScanOptions options;
  options.prefix = inbound_content_prefix(content);
  options.limit = 10;
  options.direction = storage::ScanOptions::Direction::descending;
  const auto found = DMS_TRY(view.scan_index(inbound_item_table, "content", options)).items;
  return std::any_of(found.begin(), found.end(),
                     [](const InboundItemRecord& item) { return item.malware.has_value(); });
}

storage::ContentId content_of(const InboundItemRecord& item) {
  return {{item.file.domain.value_or(Uuid{})}, item.file.sha256, item.file.size};
}

bool is_filed(const InboundItemRecord& item) {
  return item.state == InboundState::filed;
}

bool is_waiting(const InboundItemRecord& item) {
  return item.state == InboundState::received || item.state == InboundState::distributed;
}

InboundState waiting_state(const InboundItemRecord& item) {
  return item.assigned_to ? InboundState::distributed : InboundState::received;
}

Result<InboundFields> clean_inbound_fields(InboundFields fields, std::string_view pointer) {
  FieldCleaner clean(pointer);
  clean.line("subject", fields.subject, {.code_points_min = 1, .code_points_max = 500});
  clean.line("sender", fields.sender, {.code_points_min = 0, .code_points_max = 300});
  clean.line("foreign_reference", fields.foreign_reference,
             {.code_points_min = 0, .code_points_max = 200});
  clean.paragraphs("note", fields.note, {.code_points_min = 0, .code_points_max = 2000});
  clean.day("letter_date", fields.letter_date);
  clean.day("received_on", fields.received_on);
  clean.day("deadline", fields.deadline);
  DMS_TRY(clean.finish());
  return fields;
}

InboundFields to_fields(const InboundItemRecord& record) {
  InboundFields fields;
  fields.subject = record.subject;
  fields.sender = record.sender.value_or("");
  fields.type = known_or(record.type, DocumentType::other);
  fields.letter_date = record.letter_date;
  fields.received_on = record.received_on;
  fields.foreign_reference = record.foreign_reference.value_or("");
  fields.note = record.note.value_or("");
  fields.deadline = record.deadline;
  return fields;
}

void assign_fields(InboundItemRecord& record, InboundFields fields) {
  record.subject = std::move(fields.subject);
  record.sender = unless_empty(std::move(fields.sender));
  record.folded_sender.reset();
  if (record.sender) record.folded_sender = unless_empty(fold_german(*record.sender));
  assign(record.type, fields.type, DocumentType::other);
  record.letter_date = fields.letter_date;
  record.received_on = fields.received_on.value_or(local_date(record.receipt_stamp.received_at));
  record.foreign_reference = unless_empty(std::move(fields.foreign_reference));
  record.note = unless_empty(std::move(fields.note));
  record.deadline = fields.deadline;
}

storage::Event inbound_event(const Actor& actor, std::string_view kind,
                             const InboundItemRecord& item) {
  InboundEventDetail detail;
  detail.subject = item.subject;
  detail.assigned_to = item.assigned_to;
  detail.document = item.document;
  return object_event(actor, kind, item.id.value, item.inbox.value, encode_json(detail));
}

}  // namespace dms
