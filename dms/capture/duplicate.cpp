#include "dms/capture/duplicate.h"

#include "dms/capture/captured_record.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/inbox_record.h"

namespace dms {

using storage::ScanOptions;
using storage::View;

namespace {

// Equal bytes are many where a form is sent again and again: looking at some is enough for a hint.
constexpr std::size_t looked_at_max = 10;

// Of one Message-ID: the mail itself, and those that answer it, in no order that would tell which
// is which. As many as a thread's (mail_thread.cpp).
constexpr std::size_t mails_max = 2000;

ScanOptions first_of(std::string prefix, std::size_t limit = looked_at_max) {
  ScanOptions options;
  options.prefix = std::move(prefix);
  options.limit = limit;
  return options;
}

using Found = std::optional<InboundItemId>;

Found earlier(Found a, Found b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// Of what is filed the version names the content.
Result<Found> filed_with(const View& view, const storage::ContentId& content) {
  Found found;
  if (!require_content_index(view)) return found;  // being built; it is a hint
  const auto versions =
      DMS_TRY(view.scan_index(version_table, "content", first_of(version_content_prefix(content))));
  for (const VersionRecord& version : versions.items) {
    const auto items = DMS_TRY(view.scan_index(
        inbound_item_table, "document", first_of(inbound_document_prefix(version.document))));
    for (const InboundItemRecord& item : items.items) found = earlier(found, item.id);
  }
  return found;
}

}  // namespace

Result<std::optional<FiledBefore>> find_filed_mail(const View& view,
                                                   const PermissionCache& permissions,
                                                   const Actor& actor,
                                                   std::string_view message_id) {
  std::optional<FiledBefore> earliest;
  if (message_id.empty() || !require_content_index(view)) return earliest;
  const auto mails =
      view.scan_index(document_text_table, "mail", first_of(mail_id_key(message_id), mails_max));
  if (!mails && mails.error().code == ErrorCode::busy) return earliest;
  if (!mails) return fail(mails.error());
  for (const DocumentTextRecord& text : mails->items) {
    // Answers bear the id, too.
    if (!text.mail || text.mail->message_id != message_id) continue;
    const auto versions = DMS_TRY(
        view.scan_index(version_table, "content",
                        first_of(version_content_prefix({{text.domain}, text.content, 0}))));
    for (const VersionRecord& version : versions.items) {
      if (earliest && earliest->document <= version.document) continue;
      const auto filed = require_document(view, ReadRights{permissions, nullptr}, actor,
                                          version.document, Right::read);
      if (!filed && filed.error().code != ErrorCode::not_found &&
          filed.error().code != ErrorCode::forbidden) {
        return fail(filed.error());
      }
      if (!filed || filed->record.binned_at || filed->record.current_version != version.number) {
        continue;
      }
      earliest = FiledBefore{version.document, filed->dossier.record.id,
                             filed->dossier.record.file_reference};
    }
  }
  return earliest;
}

Result<std::optional<InboundItemId>> find_duplicate(const View& view,
                                                    const storage::ContentId& content,
                                                    const std::optional<Sha256Digest>& message) {
  Found found = DMS_TRY(filed_with(view, content));
  const auto waiting = DMS_TRY(
      view.scan_index(inbound_item_table, "content", first_of(inbound_content_prefix(content))));
  for (const InboundItemRecord& item : waiting.items) found = earlier(found, item.id);
  if (found || !message) return found;
  // Nothing of an older store has one: until the index is built it would be empty.
  const auto sent =
      view.scan_index(inbound_item_table, "message", first_of(inbound_message_prefix(*message)));
  if (!sent && sent.error().code != ErrorCode::busy) return fail(sent.error());
  if (sent) {
    for (const InboundItemRecord& item : sent->items) found = earlier(found, item.id);
  }
  const auto mails = DMS_TRY(view.scan_index(
      captured_mail_table, "message", first_of(storage::KeyBuilder().raw(message->raw()).take())));
  for (const CapturedMailRecord& mail : mails.items) {
    if (!mail.item || !DMS_TRY(view.find(inbound_item_table, mail.item->key()))) continue;
    found = earlier(found, *mail.item);
  }
  return found;
}

}  // namespace dms
