#include "web/api/inbox_view.h"

#include <algorithm>
#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/object_record.h"
#include "web/api/facts_view.h"
#include "web/api/lists.h"
#include "web/api/rights_view.h"
#include "web/api/search_view.h"

namespace dms::web {

namespace {

struct InboxView {
  InboxId id;
  std::uint64_t revision = 0;
  std::string name;
  OrgUnitId org_unit_id;
  std::vector<Right> rights;
  std::uint64_t waiting = 0;
};
BOOST_DESCRIBE_STRUCT(InboxView, (), (id, revision, name, org_unit_id, rights, waiting))

struct InboxesView {
  std::vector<InboxView> items;
};
BOOST_DESCRIBE_STRUCT(InboxesView, (), (items))

struct ItemStampView {
  Instant at;
  UserId by;
};
BOOST_DESCRIBE_STRUCT(ItemStampView, (), (at, by))

struct ItemReceiptView {
  Instant at;
  UserId by;
  ReceiptChannel channel = ReceiptChannel::upload;
};
BOOST_DESCRIBE_STRUCT(ItemReceiptView, (), (at, by, channel))

struct ItemFileView {
  Sha256Digest sha256;
  std::uint64_t size = 0;
  std::string file_name;
  std::string mime_type;
  std::uint64_t pages = 0;
};
BOOST_DESCRIBE_STRUCT(ItemFileView, (), (sha256, size, file_name, mime_type, pages))

struct ItemAttachmentView {
  std::string name;
  std::string mime_type;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> size;
};
BOOST_DESCRIBE_STRUCT(ItemAttachmentView, (), (name, mime_type, number, size))

struct ItemFilingView {
  Instant at;
  UserId by;
  DocumentId document_id;
  DossierId dossier_id;
  std::string file_reference;
};
BOOST_DESCRIBE_STRUCT(ItemFilingView, (), (at, by, document_id, dossier_id, file_reference))

struct FiledBeforeView {
  DocumentId document_id;
  DossierId dossier_id;
  std::string file_reference;
};
BOOST_DESCRIBE_STRUCT(FiledBeforeView, (), (document_id, dossier_id, file_reference))

struct ItemStackView {
  std::string file_name;
  Sha256Digest sha256;
  std::uint64_t first_page = 1;
  std::uint64_t last_page = 1;
};
BOOST_DESCRIBE_STRUCT(ItemStackView, (), (file_name, sha256, first_page, last_page))

struct ItemView {
  InboundItemId id;
  std::uint64_t revision = 0;
  InboxId inbox_id;
  InboundState state = InboundState::received;
  std::string subject;
  std::string sender;
  DocumentType type = DocumentType::other;
  std::optional<Date> letter_date;
  std::optional<Date> received_on;
  std::string foreign_reference;
  std::string note;
  std::optional<Date> deadline;
  ItemReceiptView receipt_stamp;
  ItemFileView file;
  DocumentTextState text_state = DocumentTextState::pending;
  std::optional<std::string> preview_state;
  std::optional<std::vector<ItemAttachmentView>> attachments;
  std::optional<MailView> mail;
  std::optional<InvoiceView> invoice;
  std::optional<UserId> assigned_to;
  std::optional<ItemStampView> distributed;
  std::optional<ItemStampView> discarded;
  std::optional<ItemFilingView> filing;
  std::optional<InboundItemId> duplicate_of;
  std::optional<FiledBeforeView> filed_before;
  std::optional<ItemStackView> stack;
  std::optional<std::string> malware;
  std::optional<SnippetView> snippet;
  std::optional<std::uint32_t> page;
  std::vector<Right> rights;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(ItemView, (),
                      (id, revision, inbox_id, state, subject, sender, type, letter_date,
                       received_on, foreign_reference, note, deadline, receipt_stamp, file,
                       text_state, preview_state, attachments, mail, invoice, assigned_to,
                       distributed, discarded, filing, duplicate_of, filed_before, stack, malware,
                       snippet, page, rights, modified, modified_by))

struct ProposalView {
  DossierId dossier_id;
  std::string file_reference;
  std::string title;
  UnitId unit_id;
  std::vector<ProposalReason> reasons;
  std::string evidence;
};
BOOST_DESCRIBE_STRUCT(ProposalView, (),
                      (dossier_id, file_reference, title, unit_id, reasons, evidence))

struct ProposedFieldView {
  LetterFieldName field = LetterFieldName::type;
  std::string value;
  FieldSource source = FieldSource::text;
  std::optional<std::uint32_t> page;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string quote;
  std::vector<std::vector<std::uint32_t>> boxes;  // left, top, right, bottom: search::PageBox
};
BOOST_DESCRIBE_STRUCT(ProposedFieldView, (), (field, value, source, page, begin, end, quote, boxes))

struct ProposalsView {
  std::vector<ProposalView> items;
  std::optional<std::vector<ProposedFieldView>> fields;
};
BOOST_DESCRIBE_STRUCT(ProposalsView, (), (items, fields))

struct ItemFieldsRequest {
  std::optional<std::string> subject;
  std::optional<std::string> sender;
  std::optional<DocumentType> type;
  std::optional<std::optional<Date>> letter_date;
  std::optional<std::optional<Date>> received_on;
  std::optional<std::string> foreign_reference;
  std::optional<std::string> note;
  std::optional<std::optional<Date>> deadline;
};
BOOST_DESCRIBE_STRUCT(ItemFieldsRequest, (),
                      (subject, sender, type, letter_date, received_on, foreign_reference, note,
                       deadline))

struct NewItemRequest : ItemFieldsRequest {
  InboxId inbox_id;
  std::optional<ReceiptChannel> channel;
  std::optional<UploadId> upload;
};
BOOST_DESCRIBE_STRUCT(NewItemRequest, (ItemFieldsRequest), (inbox_id, channel, upload))

struct FilingRequest : ItemFieldsRequest {
  DossierId dossier_id;
};
BOOST_DESCRIBE_STRUCT(FilingRequest, (ItemFieldsRequest), (dossier_id))

struct DistributedItemRequest {
  InboundItemId id;
  std::uint64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(DistributedItemRequest, (), (id, revision))

struct DistributionRequest {
  std::vector<DistributedItemRequest> items;
  std::optional<OrgUnitId> org_unit_id;
  std::optional<UserId> user_id;
  std::optional<std::string> note;
  std::optional<Date> deadline;
};
BOOST_DESCRIBE_STRUCT(DistributionRequest, (), (items, org_unit_id, user_id, note, deadline))

void apply(ItemFieldsRequest&& input, InboundFields& fields) {
  if (input.subject) fields.subject = std::move(*input.subject);
  if (input.sender) fields.sender = std::move(*input.sender);
  if (input.type) fields.type = *input.type;
  if (input.letter_date) fields.letter_date = *input.letter_date;
  if (input.received_on) fields.received_on = *input.received_on;
  if (input.foreign_reference) fields.foreign_reference = std::move(*input.foreign_reference);
  if (input.note) fields.note = std::move(*input.note);
  if (input.deadline) fields.deadline = *input.deadline;
}

InboxView view_of(const Inbox& inbox) {
  return {inbox.id,       inbox.change.revision,     inbox.name,
          inbox.org_unit, list_rights(inbox.rights), inbox.waiting};
}

std::optional<ItemStampView> view_of(const std::optional<Stamp>& stamp) {
  if (!stamp) return std::nullopt;
  return ItemStampView{stamp->at, stamp->by};
}

ItemView view_of(const InboundItem& item) {
  const InboundFields& fields = item.fields;
  ItemView view;
  view.id = item.id;
  view.revision = item.change.revision;
  view.inbox_id = item.inbox;
  view.state = item.state;
  view.subject = fields.subject;
  view.sender = fields.sender;
  view.type = fields.type;
  view.letter_date = fields.letter_date;
  view.received_on = fields.received_on;
  view.foreign_reference = fields.foreign_reference;
  view.note = fields.note;
  view.deadline = fields.deadline;
  const ReceiptStamp& stamp = item.receipt_stamp;
  view.receipt_stamp = {stamp.received.at, stamp.received.by, stamp.channel};
  view.file = {item.content.sha256, item.content.size, item.file_name, item.text.mime_type,
               std::max<std::size_t>(item.text.page_count, item.text.page_offsets.size())};
  view.text_state = item.text.state;
  if (item.preview_state) view.preview_state = to_string(*item.preview_state);
  for (const DocumentAttachment& attachment : item.text.attachments) {
    if (!view.attachments) view.attachments.emplace();
    view.attachments->push_back(
        {attachment.name, attachment.mime_type, attachment.number, attachment.size});
  }
  if (item.text.mail) view.mail = mail_view_of(*item.text.mail);
  if (item.text.invoice) view.invoice = invoice_view_of(*item.text.invoice);
  view.assigned_to = item.assigned_to;
  view.distributed = view_of(item.distributed);
  view.discarded = view_of(item.discarded);
  if (const auto& filing = item.filing) {
    view.filing = ItemFilingView{filing->filed.at, filing->filed.by, filing->document,
                                 filing->dossier, filing->file_reference};
  }
  view.duplicate_of = item.duplicate_of;
  if (const auto& before = item.filed_before) {
    view.filed_before = {before->document, before->dossier, before->file_reference};
  }
  if (const auto& stack = item.stack) {
    view.stack =
        ItemStackView{stack->file_name, stack->sha256, stack->first_page, stack->last_page};
  }
  view.malware = unless_empty(item.malware);
  view.rights = list_rights(item.rights);
  view.modified = item.change.modified.at;
  view.modified_by = item.change.modified.by;
  return view;
}

}  // namespace

std::string render_inbox(const Inbox& inbox) {
  return encode_json(view_of(inbox));
}

std::string render_inboxes(const std::vector<Inbox>& inboxes) {
  InboxesView view;
  for (const Inbox& inbox : inboxes) view.items.push_back(view_of(inbox));
  return encode_json(view);
}

std::string render_item(const InboundItem& item) {
  return encode_json(view_of(item));
}

std::string render_items(const Page<InboundItem>& page,
                         const std::optional<std::string>& next_cursor) {
  std::vector<ItemView> views;
  views.reserve(page.items.size());
  for (const InboundItem& item : page.items) views.push_back(view_of(item));
  return encode_list(views, next_cursor, page.total_estimate);
}

std::string render_found_items(const InboundAnswer& answer,
                               const std::optional<std::string>& next_cursor) {
  std::vector<ItemView> views;
  views.reserve(answer.items.size());
  for (const FoundItem& found : answer.items) {
    ItemView& view = views.emplace_back(view_of(found.item));
    if (!found.snippet.text.empty()) view.snippet = view_of(found.snippet);
    view.page = found.page;
  }
  std::string text = encode_list(views, next_cursor, answer.total_estimate);
  if (!answer.is_beginning_shortened) return text;
  text.pop_back();  // the closing brace
  return text + ",\"prefix_shortened\":true}";
}

std::string render_proposals(const std::vector<FilingProposal>& proposals,
                             const std::optional<std::vector<ProposedField>>& fields) {
  ProposalsView view;
  for (const FilingProposal& proposal : proposals) {
    view.items.push_back({proposal.dossier, proposal.file_reference, proposal.title, proposal.unit,
                          proposal.reasons, proposal.evidence});
  }
  if (!fields) return encode_json(view);
  view.fields.emplace();
  for (const ProposedField& proposed : *fields) {
    const LetterField& field = proposed.field;
    ProposedFieldView shown;
    shown.field = field.name;
    shown.value = field.value;
    shown.source = proposed.source;
    if (field.page > 0) shown.page = field.page;
    shown.begin = field.begin;
    shown.end = field.end;
    shown.quote = proposed.quote;
    for (const search::PageBox& box : proposed.boxes) {
      shown.boxes.push_back({box.left, box.top, box.right, box.bottom});
    }
    view.fields->push_back(std::move(shown));
  }
  return encode_json(view);
}

Result<ItemRequest> new_item_from(std::string_view metadata) {
  auto input = DMS_TRY(decode_json<NewItemRequest>(metadata, JsonProfile::request));
  ItemRequest request;
  request.item.inbox = input.inbox_id;
  request.item.channel = input.channel.value_or(ReceiptChannel::upload);
  request.upload = input.upload;
  request.open = {!input.subject || input.subject->empty(),
                  !input.sender,
                  !input.letter_date,
                  !input.type,
                  !input.foreign_reference,
                  !input.deadline};
  apply(std::move(input), request.item.fields);
  return request;
}

Result<void> apply_item_change(std::string_view json, InboundFields& fields) {
  apply(DMS_TRY(decode_json<ItemFieldsRequest>(json, JsonProfile::request)), fields);
  return {};
}

Result<DossierId> apply_filing(std::string_view json, InboundFields& fields) {
  auto input = DMS_TRY(decode_json<FilingRequest>(json, JsonProfile::request));
  const DossierId dossier = input.dossier_id;
  apply(std::move(input), fields);
  return dossier;
}

Result<Distribution> distribution_from(std::string_view json) {
  auto input = DMS_TRY(decode_json<DistributionRequest>(json, JsonProfile::request));
  Distribution distribution;
  for (const DistributedItemRequest& item : input.items) {
    distribution.items.push_back({item.id, item.revision});
  }
  distribution.target = {input.org_unit_id, input.user_id};
  distribution.note = std::move(input.note).value_or("");
  distribution.deadline = input.deadline;
  return distribution;
}

}  // namespace dms::web
