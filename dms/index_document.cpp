#include "dms/index_document.h"

#include "dms/base/text.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/dossier_record.h"
#include "dms/inbox_record.h"
#include "dms/invoice_words.h"

namespace dms {

using search::Field;
using search::Filter;
using search::IndexDocument;
using storage::View;

namespace {

constexpr std::size_t body_bytes_max = 32U << 20U;

void add_field(IndexDocument& to, Field field, const std::string& text) {
  if (!text.empty()) to.fields.push_back({field, text});
}

void add_field(IndexDocument& to, Field field, const std::optional<std::string>& text) {
  if (text) add_field(to, field, *text);
}

void add_fields(IndexDocument& to, const DocumentRecord& document, const VersionRecord& version,
                const DossierRecord& dossier) {
  add_field(to, Field::subject, document.subject);
  add_field(to, Field::sender, document.sender);
  for (const std::string& name : document.recipients) add_field(to, Field::recipient, name);
  add_field(to, Field::reference, dossier.file_reference);
  add_field(to, Field::reference, document.foreign_reference);
  add_field(to, Field::reference, document.business_reference);
  for (const ContentFileRecord& file : version.files) {
    add_field(to, Field::file_name, file.file_name);
  }
  add_field(to, Field::notes, version.comment);
  for (const auto& [name, value] : document.custom_fields) add_field(to, Field::notes, value);
  add_field(to, Field::notes, dossier.title);
  for (const std::string& keyword : dossier.keywords) add_field(to, Field::notes, keyword);
}

// What the content tells is for who may read it, so these are no words to suggest.
void add_text_fields(IndexDocument& to, const DocumentText& text) {
  const std::size_t known = to.fields.size();
  add_field(to, Field::author, text.author);
  add_field(to, Field::notes, text.title);
  if (text.mail) {
    // For "absender:". No sender to count by: who sees the document alone is not told its words.
    add_field(to, Field::sender, text.mail->from);
    for (const std::string& party : text.mail->to) add_field(to, Field::recipient, party);
    for (const std::string& party : text.mail->cc) add_field(to, Field::recipient, party);
  }
  if (text.invoice) {
    add_field(to, Field::sender, text.invoice->seller);
    add_field(to, Field::recipient, text.invoice->buyer);
    add_field(to, Field::reference, text.invoice->number);
    add_field(to, Field::notes, german_words_of(*text.invoice));
  }
  for (const DocumentAttachment& attachment : text.attachments) {
    add_field(to, Field::file_name, attachment.name);
  }
  for (std::size_t i = known; i < to.fields.size(); ++i) to.fields[i].from_content = true;
}

// A sender's name as it is counted and filtered by.
void add_sender_filter(IndexDocument& to, const std::optional<std::string>& name) {
  if (!name || name->empty()) return;
  to.filters.push_back(
      {Filter::sender, std::string(truncate_utf8(*name, search::filter_value_bytes_max))});
}

void add_filters(IndexDocument& to, const DocumentRecord& document, const VersionRecord& version,
                 const DossierRecord& dossier) {
  to.filters = {{Filter::unit, dossier.unit.text()},
                {Filter::dossier, dossier.id.text()},
                {Filter::type, std::string(document.type.text())},
                {Filter::status, std::string(document.status.text())},
                {Filter::author, version.created_by.text()}};
  add_sender_filter(to, document.sender);
}

// Whether its text is still to be made, or made again.
bool is_wanted(const DocumentText& text, Refused refused) {
  return text.state == DocumentTextState::pending || text.outdated ||
         (text.state == DocumentTextState::refused && refused == Refused::try_again);
}

void add_fields(IndexDocument& to, const InboundItemRecord& item) {
  add_field(to, Field::subject, item.subject);
  add_field(to, Field::sender, item.sender);
  add_field(to, Field::reference, item.foreign_reference);
  add_field(to, Field::file_name, item.file.file_name);
  add_field(to, Field::notes, item.note);
}

// The original, and what was found in it.
struct Found {
  storage::ContentId& content;
  DocumentText& text;
};

bool is_damage(const Error& error) {
  // What the disk cannot read is as good as rotten: it must not hold up all that comes after it.
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found ||
         error.code == ErrorCode::unavailable;
}

// What waits in an inbox is found there, by the day on which it came in. Of what lies in the bin
// the text is wanted alone.
Result<Indexable> indexable_item(const View& view, DocumentId id, Refused refused, Found found) {
  Indexable made;
  auto& [content, text] = found;
  const auto item = DMS_TRY(view.find(inbound_item_table, id.key()));
  if (!item) return made;
  if (is_filed(*item)) return made;
  made.inbox = item->inbox.value;
  content = content_of(*item);
  text = DMS_TRY(find_document_text(view, content));
  if (is_wanted(text, refused)) made.without_text = content;
  if (!is_waiting(*item)) return made;
  IndexDocument& to = made.document.emplace();
  to.id = id.value;
  to.group = item->inbox.value;
  add_fields(to, *item);
  add_text_fields(to, text);
  to.filters = {{Filter::type, std::string(item->type.text())}};
  add_sender_filter(to, item->sender);
  to.date = item->received_on;
  to.modified = item->modified_at;
  return made;
}

}  // namespace

Result<Indexable> make_indexable(const storage::Store& store, DocumentId id, Refused refused) {
  DocumentText text;
  storage::ContentId content;
  Indexable indexable = DMS_TRY(store.read<Indexable>([&](const View& view) -> Result<Indexable> {
    Indexable made;
    const auto document = DMS_TRY(view.find(document_table, id.key()));
    if (!document) return indexable_item(view, id, refused, {content, text});
    if (document->binned_at) return made;
    const VersionRecord version = DMS_TRY(current_version(view, *document));
    const DossierRecord dossier = DMS_TRY(view.get(dossier_table, document->dossier.key()));
    content = DMS_TRY(original_content(version));
    text = DMS_TRY(find_document_text(view, content));
    if (is_wanted(text, refused)) made.without_text = content;
    IndexDocument& to = made.document.emplace();
    to.id = id.value;
    to.group = dossier.id.value;
    add_fields(to, *document, version, dossier);
    add_text_fields(to, text);
    add_filters(to, *document, version, dossier);
    to.date = document_date(*document);
    to.modified = document->modified_at;
    return made;
  }));
  if (indexable.document && text.text) {
    auto body = read_text(store, text, body_bytes_max);
    // What nobody can read any more is found by its metadata. A damaged text is to be made again.
    if (!body && storage::is_without_key(body.error())) {
      indexable.lacks_key = true;
      return indexable;
    }
    if (!body && is_damage(body.error())) {
      indexable.without_text = content;
      return indexable;
    }
    // Each chunk may be whole, and yet be another text's.
    if (body && body->size() == text.text->size && sha256(*body) != text.text->sha256) {
      indexable.without_text = content;
      return indexable;
    }
    indexable.document->body = DMS_TRY(std::move(body));
    indexable.document->body_sha256 = text.text->sha256;
  }
  return indexable;
}

Result<std::uint64_t> count_documents(const storage::Store& store) {
  return store.read<std::uint64_t>([](const View& view) -> Result<std::uint64_t> {
    storage::ScanOptions options;
    options.limit = 10'000;
    std::uint64_t count = 0;
    while (true) {
      const auto keys = DMS_TRY(view.read_keys(document_table.name, options));
      count += keys.size();
      if (keys.size() < options.limit) return count;
      options.after = keys.back();
    }
  });
}

}  // namespace dms
