#include "dms/document_text.h"

#include <algorithm>
#include <set>

#include "dms/base/text.h"
#include "dms/document_text_record.h"
#include "dms/recognition_record.h"
#include "storage/record_json.h"

namespace dms {

using storage::ContentId;
using storage::IndexKind;
using storage::KeyBuilder;

namespace {

constexpr std::size_t read_bytes = 1U << 20U;

std::string text_key(const Uuid& domain, const Sha256Digest& sha256, std::uint32_t version) {
  return KeyBuilder().raw(raw_bytes(domain)).raw(sha256.raw()).number(version).take();
}

std::vector<std::string> mail_keys(const DocumentTextRecord& record) {
  std::vector<std::string> keys;
  if (!record.mail) return keys;
  for (const std::string& id : mail_ids(*record.mail)) keys.push_back(mail_id_key(id));
  return keys;
}

// The index came later than its table (storage/table.h).
std::string first_version() {
  return "1";
}

search::MailFacts to_value(const MailRecord& record) {
  return {record.from.value_or(""),
          record.to,
          record.cc,
          record.sent_at,
          record.subject.value_or(""),
          record.message_id.value_or(""),
          record.answers.value_or(std::vector<std::string>()),
          record.thread.value_or(std::vector<std::string>())};
}

search::InvoiceFacts to_value(const InvoiceRecord& record) {
  return {known_or(record.kind, search::InvoiceKind::invoice),
          record.number.value_or(""),
          record.seller.value_or(""),
          record.buyer.value_or(""),
          record.issued_on,
          record.due_on,
          record.amount.value_or(""),
          record.currency.value_or("")};
}

}  // namespace

const storage::Table<DocumentTextRecord> document_text_table{
    "document_text",
    [](const DocumentTextRecord& record) {
      return text_key(record.domain, record.content, record.extraction_version);
    },
    {{"mail", IndexKind::multiple, mail_keys, first_version}}};

std::string mail_id_key(std::string_view id) {
  return KeyBuilder().text(id).take();
}

std::vector<std::string> mail_ids(const MailRecord& mail) {
  std::set<std::string> ids;
  if (mail.message_id) ids.insert(*mail.message_id);
  for (const auto* each : {&mail.answers, &mail.thread}) {
    if (*each) ids.insert((*each)->begin(), (*each)->end());
  }
  ids.erase("");
  return {ids.begin(), ids.end()};
}

std::string document_text_key(const ContentId& content) {
  return text_key(content.domain.value, content.sha256, extraction_version);
}

std::string document_text_key(const ContentId& content, std::uint32_t version) {
  return text_key(content.domain.value, content.sha256, version);
}

std::string_view to_string(DocumentTextState state) {
  return enum_name(state);
}

Result<std::optional<DocumentTextRecord>> find_document_text_record(const storage::View& view,
                                                                    const ContentId& content) {
  for (std::uint32_t version = extraction_version; version > 0; --version) {
    auto record = DMS_TRY(
        view.find(document_text_table, text_key(content.domain.value, content.sha256, version)));
    if (record) return record;
  }
  return std::optional<DocumentTextRecord>();
}

Result<DocumentText> find_document_text(const storage::View& view, const ContentId& content) {
  const auto record = DMS_TRY(find_document_text_record(view, content));
  if (!record) return DocumentText();
  DocumentText text;
  text.outdated = record->extraction_version < extraction_version;
  text.state = known_or(record->state, DocumentTextState::unsupported);
  text.mime_type = record->mime_type;
  if (record->text) text.text = ContentId{content.domain, *record->text, record->text_size};
  text.page_offsets = record->page_offsets;
  text.title = record->title.value_or("");
  text.author = record->author.value_or("");
  for (const AttachmentRecord& attachment : record->attachments) {
    text.attachments.push_back(
        {attachment.name, attachment.mime_type, attachment.number, attachment.size});
  }
  text.page_count = record->page_count.value_or(0);
  text.recognised_pages = record->recognised_pages.value_or(std::vector<std::uint32_t>());
  // Others have no pages to recognise: lists need not look.
  if (text.page_count > 0 || record->attached_pages.value_or(0) > 0) {
    const auto recognition = DMS_TRY(find_recognition(view, content));
    if (recognition && is_in_state(*recognition, RecognitionState::waiting)) {
      text.state = DocumentTextState::recognising;
      text.recognition = RecognitionProgress{static_cast<std::uint32_t>(pages_done(*recognition)),
                                             static_cast<std::uint32_t>(recognition->pages.size())};
    }
  }
  if (record->mail) text.mail = to_value(*record->mail);
  if (record->invoice) text.invoice = to_value(*record->invoice);
  return text;
}

Result<std::string> read_text(const storage::Store& store, const DocumentText& text,
                              std::size_t limit) {
  std::string bytes;
  if (!text.text) return bytes;
  const auto reader = DMS_TRY(store.read_content(*text.text));
  const std::size_t wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(text.text->size, limit));
  bytes.reserve(wanted);
  while (bytes.size() < wanted) {
    const std::string part =
        DMS_TRY(reader->read(bytes.size(), std::min(read_bytes, wanted - bytes.size())));
    if (part.empty()) {
      return fail(operator_error(ErrorCode::corrupt, "text rendition ends early"));
    }
    bytes += part;
  }
  bytes.resize(truncate_utf8(bytes, wanted).size());
  return bytes;
}

}  // namespace dms
