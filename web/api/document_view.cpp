#include "web/api/document_view.h"

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/facts_view.h"
#include "web/api/lists.h"

namespace dms::web {

namespace {

struct VersionView {
  VersionId id;
  std::uint32_t number = 1;
  Sha256Digest sha256;
  std::uint64_t size = 0;
  std::string file_name;
  std::string mime_type;
  Instant created;
  UserId created_by;
  std::string comment;
};
BOOST_DESCRIBE_STRUCT(VersionView, (),
                      (id, number, sha256, size, file_name, mime_type, created, created_by,
                       comment))

struct VersionsView {
  std::vector<VersionView> items;
};
BOOST_DESCRIBE_STRUCT(VersionsView, (), (items))

struct StampView {
  Instant at;
  UserId by;
};
BOOST_DESCRIBE_STRUCT(StampView, (), (at, by))

struct ReceiptStampView {
  Instant at;
  UserId by;
  ReceiptChannel channel = ReceiptChannel::upload;
};
BOOST_DESCRIBE_STRUCT(ReceiptStampView, (), (at, by, channel))

struct AttachmentView {
  std::string name;
  std::string mime_type;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> size;
};
BOOST_DESCRIBE_STRUCT(AttachmentView, (), (name, mime_type, number, size))

struct RecognitionView {
  std::uint32_t pages_done = 0;
  std::uint32_t pages = 0;
};
BOOST_DESCRIBE_STRUCT(RecognitionView, (), (pages_done, pages))

struct DocumentView {
  DocumentId id;
  std::uint64_t revision = 0;
  DossierId dossier_id;
  std::string subject;
  DocumentType type = DocumentType::other;
  Direction direction = Direction::internal;
  std::optional<DocumentStatus> status;
  std::string sender;
  std::vector<std::string> recipients;
  std::optional<Date> letter_date;
  std::optional<Date> received_on;
  std::optional<Date> sent_on;
  std::string foreign_reference;
  std::string business_reference;
  std::map<std::string, std::string> custom_fields;
  std::optional<ReceiptStampView> receipt_stamp;
  VersionView version;
  DocumentTextState text_state = DocumentTextState::pending;
  std::optional<RecognitionView> recognition;
  std::optional<std::vector<std::uint32_t>> recognised_pages;
  std::optional<std::string> preview_state;
  std::vector<AttachmentView> attachments;
  std::optional<MailView> mail;
  std::optional<InvoiceView> invoice;
  std::optional<StampView> binned;
  Instant created;
  UserId created_by;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(DocumentView, (),
                      (id, revision, dossier_id, subject, type, direction, status, sender,
                       recipients, letter_date, received_on, sent_on, foreign_reference,
                       business_reference, custom_fields, receipt_stamp, version, text_state,
                       recognition, recognised_pages, preview_state, attachments, mail, invoice,
                       binned, created, created_by, modified, modified_by))

struct DocumentFieldsRequest {
  std::optional<DocumentType> type;
  std::optional<Direction> direction;
  std::optional<DocumentStatus> status;
  std::optional<std::string> sender;
  std::optional<std::vector<std::string>> recipients;
  std::optional<std::optional<Date>> letter_date;
  std::optional<std::optional<Date>> received_on;
  std::optional<std::optional<Date>> sent_on;
  std::optional<std::string> foreign_reference;
  std::optional<std::string> business_reference;
  std::optional<std::map<std::string, std::string>> custom_fields;
};
BOOST_DESCRIBE_STRUCT(DocumentFieldsRequest, (),
                      (type, direction, status, sender, recipients, letter_date, received_on,
                       sent_on, foreign_reference, business_reference, custom_fields))

struct NewDocumentRequest : DocumentFieldsRequest {
  DossierId dossier_id;
  std::optional<std::string> subject;
  std::optional<bool> from_mail;
  std::optional<ReceiptChannel> channel;
  std::optional<std::string> comment;
  std::optional<UploadId> upload;
};
BOOST_DESCRIBE_STRUCT(NewDocumentRequest, (DocumentFieldsRequest),
                      (dossier_id, subject, from_mail, channel, comment, upload))

struct AttachmentFilingRequest : DocumentFieldsRequest {
  std::optional<DossierId> dossier_id;
  std::optional<std::string> subject;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(AttachmentFilingRequest, (DocumentFieldsRequest),
                      (dossier_id, subject, comment))

struct DocumentChangeRequest : DocumentFieldsRequest {
  std::optional<std::string> subject;
};
BOOST_DESCRIBE_STRUCT(DocumentChangeRequest, (DocumentFieldsRequest), (subject))

struct NewVersionRequest {
  std::optional<std::string> comment;
  std::optional<UploadId> upload;
};
BOOST_DESCRIBE_STRUCT(NewVersionRequest, (), (comment, upload))

void apply(const DocumentFieldsRequest& input, DocumentFields& fields) {
  if (input.type) fields.type = *input.type;
  if (input.direction) fields.direction = *input.direction;
  if (input.status) fields.status = *input.status;
  if (input.sender) fields.sender = *input.sender;
  if (input.recipients) fields.recipients = *input.recipients;
  if (input.letter_date) fields.letter_date = *input.letter_date;
  if (input.received_on) fields.received_on = *input.received_on;
  if (input.sent_on) fields.sent_on = *input.sent_on;
  if (input.foreign_reference) fields.foreign_reference = *input.foreign_reference;
  if (input.business_reference) fields.business_reference = *input.business_reference;
  if (input.custom_fields) fields.custom_fields = *input.custom_fields;
}

VersionView view_of(const Version& version) {
  return {version.id,           version.number,     version.content.sha256,
          version.content.size, version.file_name,  version.mime_type,
          version.created.at,   version.created.by, version.comment};
}

DocumentView view_of(const Document& document) {
  const DocumentFields& fields = document.fields;
  DocumentView view;
  view.id = document.id;
  view.revision = document.change.revision;
  view.dossier_id = document.dossier;
  view.subject = fields.subject;
  view.type = fields.type;
  view.direction = fields.direction;
  view.status = fields.status;
  view.sender = fields.sender;
  view.recipients = fields.recipients;
  view.letter_date = fields.letter_date;
  view.received_on = fields.received_on;
  view.sent_on = fields.sent_on;
  view.foreign_reference = fields.foreign_reference;
  view.business_reference = fields.business_reference;
  view.custom_fields = fields.custom_fields;
  if (const auto& stamp = document.receipt_stamp) {
    view.receipt_stamp = {{stamp->received.at, stamp->received.by, stamp->channel}};
  }
  view.version = view_of(document.current);
  view.text_state = document.text_state;
  if (const auto& recognition = document.recognition) {
    view.recognition = {{recognition->pages_done, recognition->pages}};
  }
  if (!document.recognised_pages.empty()) view.recognised_pages = document.recognised_pages;
  if (document.preview_state) view.preview_state = to_string(*document.preview_state);
  for (const DocumentAttachment& attachment : document.attachments) {
    view.attachments.push_back(
        {attachment.name, attachment.mime_type, attachment.number, attachment.size});
  }
  if (document.mail) view.mail = mail_view_of(*document.mail);
  if (document.invoice) view.invoice = invoice_view_of(*document.invoice);
  if (document.binned) view.binned = {{document.binned->at, document.binned->by}};
  view.created = document.change.created.at;
  view.created_by = document.change.created.by;
  view.modified = document.change.modified.at;
  view.modified_by = document.change.modified.by;
  return view;
}

}  // namespace

std::string render_document(const Document& document) {
  return encode_json(view_of(document));
}

std::string render_documents(const Page<Document>& page,
                             const std::optional<std::string>& next_cursor) {
  std::vector<DocumentView> views;
  views.reserve(page.items.size());
  for (const Document& document : page.items) views.push_back(view_of(document));
  return encode_list(views, next_cursor, page.total_estimate);
}

std::string render_versions(const std::vector<Version>& versions) {
  VersionsView view;
  for (const Version& version : versions) view.items.push_back(view_of(version));
  return encode_json(view);
}

std::string render_version(const Version& version) {
  return encode_json(view_of(version));
}

Result<DocumentRequest> new_document_from(std::string_view metadata) {
  auto input = DMS_TRY(decode_json<NewDocumentRequest>(metadata, JsonProfile::request));
  NewDocument document;
  document.dossier = input.dossier_id;
  OpenFields open;
  if (input.from_mail.value_or(false)) {
    open = {!input.subject,           !input.sender, !input.letter_date, !input.type,
            !input.foreign_reference, false};
  } else if (!input.subject) {
    return fail(invalid_field("/subject", "Die Angabe fehlt.", "The member is missing."));
  }
  document.fields.subject = std::move(input.subject).value_or("");
  apply(input, document.fields);
  document.channel = input.channel.value_or(ReceiptChannel::upload);
  document.version.comment = input.comment.value_or("");
  return DocumentRequest{std::move(document), open, input.upload};
}

Result<void> apply_attachment_filing(std::string_view json, NewDocument& document) {
  auto input = DMS_TRY(decode_json<AttachmentFilingRequest>(json, JsonProfile::request));
  if (input.dossier_id) document.dossier = *input.dossier_id;
  if (input.subject) document.fields.subject = std::move(*input.subject);
  apply(input, document.fields);
  document.version.comment = input.comment.value_or("");
  return {};
}

Result<VersionRequest> new_version_from(std::string_view metadata) {
  auto input = DMS_TRY(decode_json<NewVersionRequest>(metadata, JsonProfile::request));
  return VersionRequest{{"", input.comment.value_or("")}, input.upload};
}

Result<void> apply_document_change(std::string_view json, DocumentFields& fields) {
  auto input = DMS_TRY(decode_json<DocumentChangeRequest>(json, JsonProfile::request));
  if (input.subject) fields.subject = std::move(*input.subject);
  apply(input, fields);
  return {};
}

}  // namespace dms::web
