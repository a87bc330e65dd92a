#include "dms/document_record.h"

#include <algorithm>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/document_order.h"
#include "dms/document_text_record.h"
#include "dms/local_date.h"
#include "storage/record_json.h"

namespace dms {

using storage::ContentId;
using storage::IndexKind;
using storage::KeyBuilder;
using storage::View;

namespace {

std::vector<std::string> dossier_keys(const DocumentRecord& document) {
  if (document.binned_at) return {};
  return {document_dossier_prefix(document.dossier)};
}

std::vector<std::string> bin_keys(const DocumentRecord& document) {
  if (!document.binned_at) return {};
  const auto at = static_cast<std::uint64_t>(to_unix_microseconds(*document.binned_at));
  return {KeyBuilder().number(at).take()};
}

std::vector<std::string> binned_of_keys(const DocumentRecord& document) {
  if (!document.binned_at) return {};
  return {document_dossier_prefix(document.dossier)};
}

// Of indexes that came later than their table (storage/table.h).
std::string first_version() {
  return "1";
}

std::vector<std::string> content_keys(const VersionRecord& version) {
  std::vector<std::string> keys;
  for (const ContentFileRecord& file : version.files) {
    keys.push_back(
        version_content_prefix({{file.domain.value_or(Uuid{})}, file.sha256, file.size}));
  }
  return keys;
}

std::vector<storage::Index<DocumentRecord>> document_indexes() {
  std::vector<storage::Index<DocumentRecord>> indexes = {
      {"dossier", IndexKind::multiple, dossier_keys},
      {"bin", IndexKind::multiple, bin_keys},
      {"binned_of", IndexKind::multiple, binned_of_keys, first_version}};
  for (auto& index : order_indexes()) indexes.push_back(std::move(index));
  return indexes;
}

}  // namespace

const storage::Table<DocumentRecord> document_table{
    "document", [](const DocumentRecord& document) { return std::string(document.id.key()); },
    document_indexes()};

std::string document_dossier_prefix(DossierId dossier) {
  return KeyBuilder().raw(dossier.key()).take();
}

const storage::Table<VersionRecord> version_table{
    "version",
    [](const VersionRecord& version) { return version_key(version.document, version.number); },
    {{"content", IndexKind::multiple, content_keys, first_version}}};

std::string version_content_prefix(const ContentId& content) {
  return KeyBuilder().raw(raw_bytes(content.domain.value)).raw(content.sha256.raw()).take();
}

Result<void> require_content_index(const View& view) {
  return view.require_built(version_table.name, "content", first_version());
}

std::string version_key(DocumentId document, std::uint32_t number) {
  return KeyBuilder().raw(document.key()).number(number).take();
}

Result<ContentId> original_content(const VersionRecord& version) {
  for (const ContentFileRecord& file : version.files) {
    if (file.role == ContentRole::original) {
      return ContentId{{file.domain.value_or(Uuid{})}, file.sha256, file.size};
    }
  }
  return fail(operator_error(ErrorCode::corrupt, "version without original " + version.id.text()));
}

Result<Version> to_value(const VersionRecord& record, const DocumentText& text) {
  Version version;
  version.id = record.id;
  version.document = record.document;
  version.number = record.number;
  version.content = DMS_TRY(original_content(record));
  for (const ContentFileRecord& file : record.files) {
    if (file.role == ContentRole::original) version.file_name = file.file_name;
  }
  version.mime_type = text.mime_type;
  version.created = {record.created_at, record.created_by};
  version.comment = record.comment.value_or("");
  return version;
}

DocumentFields to_fields(const DocumentRecord& record) {
  DocumentFields fields;
  fields.subject = record.subject;
  fields.type = known_or(record.type, DocumentType::other);
  fields.direction = known_or(record.direction, Direction::internal);
  fields.sender = record.sender.value_or("");
  fields.recipients = record.recipients;
  fields.letter_date = record.letter_date;
  fields.received_on = record.received_on;
  fields.sent_on = record.sent_on;
  fields.foreign_reference = record.foreign_reference.value_or("");
  fields.business_reference = record.business_reference.value_or("");
  fields.status = known_or(record.status, DocumentStatus::final_);
  fields.custom_fields = record.custom_fields;
  return fields;
}

void assign_fields(DocumentRecord& record, DocumentFields fields) {
  record.subject = std::move(fields.subject);
  assign(record.type, fields.type, DocumentType::other);
  assign(record.direction, fields.direction, Direction::internal);
  if (fields.status) assign(record.status, *fields.status, DocumentStatus::final_);
  record.sender = unless_empty(std::move(fields.sender));
  record.recipients = std::move(fields.recipients);
  record.letter_date = fields.letter_date;
  record.received_on = fields.received_on;
  record.sent_on = fields.sent_on;
  record.foreign_reference = unless_empty(std::move(fields.foreign_reference));
  record.business_reference = unless_empty(std::move(fields.business_reference));
  record.custom_fields = std::move(fields.custom_fields);
}

bool sign_finally(DocumentRecord& record, const Stamp& stamp) {
  const bool is_on_the_way =
      record.status == DocumentStatus::draft || record.status == DocumentStatus::in_process;
  if (record.direction == Direction::incoming || !is_on_the_way || record.binned_at) return false;
  record.status = DocumentStatus::signed_;
  stamp_modified(record, stamp);
  return true;
}

storage::Event document_event(const Actor& actor, std::string_view kind,
                              const DocumentRecord& document) {
  return object_event(
      actor, kind, document.id.value, document.dossier.value,
      encode_json(DocumentEventDetail{document.subject, document.current_version, {}, {}, {}}));
}

Date document_date(const DocumentRecord& record) {
  if (record.letter_date) return *record.letter_date;
  if (record.received_on) return *record.received_on;
  if (record.sent_on) return *record.sent_on;
  return local_date(record.created_at);
}

namespace {

Result<std::optional<FiledDocument>> find_filed(const View& view, DocumentId document) {
  auto record = DMS_TRY(view.find(document_table, document.key()));
  if (!record) return std::optional<FiledDocument>();
  auto dossier = DMS_TRY(view.find(dossier_table, record->dossier.key()));
  if (!dossier) {
    return fail(
        operator_error(ErrorCode::corrupt, "document in absent dossier " + document.text()));
  }
  const ScopeId scope = DMS_TRY(scope_of(view, *dossier));
  return std::optional<FiledDocument>({std::move(*record), {std::move(*dossier), scope}});
}

}  // namespace

Result<FiledDocument> require_document(const View& view, const Actor& actor, DocumentId document,
                                       Right right) {
  auto found = DMS_TRY(find_filed(view, document));
  if (!found) return fail(absent_object());
  DMS_TRY(require(view, actor, found->dossier.scope, right));
  return std::move(*found);
}

Result<FiledDocument> require_document(const View& view, const ReadRights& rights,
                                       const Actor& actor, DocumentId document, Right right) {
  auto found = DMS_TRY(find_filed(view, document));
  if (!found) return fail(absent_object());
  Rights held = DMS_TRY(rights.permissions.rights_in(view, actor, found->dossier.scope));
  if (!held.has(right) && rights.grants != nullptr) {
    held = held | DMS_TRY(rights.grants->rights_to(view, actor, document));
  }
  DMS_TRY(require_right(held, right));
  return std::move(*found);
}

Result<Rights> reading_rights(const View& view, const ReadRights& rights, const Actor& actor,
                              const FiledDocument& document) {
  const Rights held = DMS_TRY(rights.permissions.rights_in(view, actor, document.dossier.scope));
  if (held.has(Right::read) || rights.grants == nullptr) return held;
  return held | DMS_TRY(rights.grants->rights_to(view, actor, document.record.id));
}

void hide_facts(Document& document) {
  document.attachments.clear();
  document.mail.reset();
  document.invoice.reset();
}

Result<VersionRecord> current_version(const View& view, const DocumentRecord& document) {
  auto version =
      DMS_TRY(view.find(version_table, version_key(document.id, document.current_version)));
  if (!version) {
    return fail(operator_error(ErrorCode::corrupt,
                               "document without its current version " + document.id.text()));
  }
  return std::move(*version);
}

Result<Document> to_value(const View& view, const DocumentRecord& record) {
  const VersionRecord version = DMS_TRY(current_version(view, record));
  return to_value(record, version,
                  DMS_TRY(find_document_text(view, DMS_TRY(original_content(version)))));
}

Result<Document> to_value(const DocumentRecord& record, const VersionRecord& version,
                          const DocumentText& text) {
  Document document;
  document.id = record.id;
  document.dossier = record.dossier;
  document.fields = to_fields(record);
  if (record.receipt_stamp) {
    const ReceiptStampRecord& stamp = *record.receipt_stamp;
    document.receipt_stamp = ReceiptStamp{{stamp.received_at, stamp.received_by},
                                          known_or(stamp.channel, ReceiptChannel::import_)};
  }
  document.current = DMS_TRY(to_value(version, text));
  document.text_state = text.state;
  document.recognition = text.recognition;
  document.recognised_pages = text.recognised_pages;
  document.attachments = text.attachments;
  document.mail = text.mail;
  document.invoice = text.invoice;
  if (record.binned_at) {
    document.binned = Stamp{*record.binned_at, record.binned_by.value_or(UserId{})};
  }
  document.change = change_info(record);
  return document;
}

}  // namespace dms
