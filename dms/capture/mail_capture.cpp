#include "dms/capture/mail_capture.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dms/base/text.h"
#include "dms/capture/captured_record.h"
#include "dms/capture/mail_file.h"
#include "dms/document_filing.h"
#include "dms/dossier_record.h"
#include "dms/local_date.h"
#include "dms/reference_search.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

// Of equal mails more are not told apart.
constexpr std::size_t equal_mails_max = 1000;
constexpr std::size_t file_name_bytes_max = 200;

Sha256Digest digest_of(std::initializer_list<std::string_view> parts) {
  Sha256 digest;
  for (const std::string_view part : parts) {
    digest.update(part);
    digest.update(std::string_view("\0", 1));
  }
  return digest.finish();
}

Sha256Digest source_of(const MailboxConfig& mailbox) {
  return digest_of({"mailbox", mailbox.name, mailbox.host, mailbox.user, mailbox.folder});
}

std::string file_name_of(const std::string& subject) {
  std::string name(truncate_utf8(subject, file_name_bytes_max));
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos; },
      '_');
  const auto clean = clean_file_name(name + ".eml", "");
  return clean ? *clean : "E-Mail.eml";
}

NewInboundItem item_of(const FetchedMail& mail, InboxId inbox, Instant now) {
  NewInboundItem input;
  input.inbox = inbox;
  input.channel = ReceiptChannel::email;
  MailFields fields = mail_fields(mail.facts);
  if (mail.invoice) add_invoice(*mail.invoice, fields);
  input.fields.type = fields.type;
  input.fields.subject = std::move(fields.subject);
  input.file_name =
      input.fields.subject.empty() ? "E-Mail.eml" : file_name_of(input.fields.subject);
  if (input.fields.subject.empty()) input.fields.subject = "E-Mail ohne Betreff";
  input.fields.sender = std::move(fields.sender);
  input.fields.letter_date = fields.letter_date;
  input.fields.foreign_reference = std::move(fields.foreign_reference);
  input.fields.deadline = fields.deadline;
  // A server's clock may be ahead; nothing comes tomorrow.
  input.fields.received_on = local_date(std::min(mail.received, now));
  input.message = fields.message;
  input.malware = mail.malware;
  if (mail.quarantine) input.inbox = *mail.quarantine;
  return input;
}

// Whether a mail like `mail` that had come from elsewhere (before the server gave its mails new
// UIDs) is not accounted for yet.
Result<bool> has_come_before(const View& view, const CapturedMailRecord& mail) {
  storage::ScanOptions options;
  options.prefix = storage::KeyBuilder().raw(mail.fingerprint.raw()).take();
  options.limit = equal_mails_max;
  std::map<std::pair<Sha256Digest, std::uint64_t>, std::size_t> counts;
  for (const CapturedMailRecord& known :
       DMS_TRY(view.scan_index(captured_mail_table, "fingerprint", options)).items) {
    ++counts[{known.source, known.uid_validity}];
  }
  const std::size_t here = counts[{mail.source, mail.uid_validity}];
  return std::any_of(counts.begin(), counts.end(),
                     [&](const auto& count) { return count.second > here; });
}

Result<void> require_new(const View& view, const CapturedMailRecord& mail) {
  if (!DMS_TRY(view.find(captured_mail_table, captured_mail_table.key(mail)))) return {};
  return fail(operator_error(ErrorCode::conflict, "this mail is known already"));
}

}  // namespace

MailCapture::MailCapture(storage::Store& store, InboundItems& items, const Clock& clock,
                         const MailboxConfig& mailbox, Account account)
    : store_(store),
      items_(items),
      clock_(clock),
      mailbox_(mailbox),
      account_(std::move(account)),
      source_(source_of(mailbox)) {}

Result<std::optional<KnownMail>> MailCapture::find(const MailPlace& place) const {
  using Known = std::optional<KnownMail>;
  return store_.read<Known>([&](const View& view) -> Result<Known> {
    const auto record = DMS_TRY(
        view.find(captured_mail_table, captured_mail_key(source_, place.uid_validity, place.uid)));
    if (!record) return Known();
    return Known(KnownMail{record->item});
  });
}

Result<void> MailCapture::admit() const {
  return items_.admit_receipt(account_.actor, item_of({}, account_.inbox, clock_.now()));
}

Result<std::optional<InboundItemId>> MailCapture::receive(const FetchedMail& mail,
                                                          const storage::StagedContent& content) {
  CapturedMailRecord record;
  record.source = source_;
  record.uid_validity = mail.place.uid_validity;
  record.uid = mail.place.uid;
  record.fingerprint = digest_of(
      {"mail fingerprint", mailbox_.name, mail.facts.message_id, content.id().sha256.raw()});
  record.message = mail_fields(mail.facts).message;
  record.captured_at = clock_.now();
  // One fetches a mailbox at a time: nothing changes this in between.
  const bool came_before =
      DMS_TRY(store_.read<bool>([&](const View& view) { return has_come_before(view, record); }));
  if (came_before) {
    DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
      DMS_TRY(require_new(view, record));
      Commit commit(view);
      DMS_TRY(commit.insert(captured_mail_table, record));
      return commit;
    }));
    return std::optional<InboundItemId>();
  }
  const auto remember = [&](const View& view, Commit& commit, const Uuid& created) -> Result<void> {
    DMS_TRY(require_new(view, record));
    CapturedMailRecord named = record;
    named.item = InboundItemId{created};
    return commit.insert(captured_mail_table, named);
  };
  const InboundItem item = DMS_TRY(items_.receive(
      account_.actor, item_of(mail, account_.inbox, record.captured_at), content, remember));
  return std::optional(item.id);
}

Result<bool> MailCapture::file_by_reference(InboundItemId id) {
  if (!mailbox_.files_by_reference) return false;
  const auto item = items_.get(account_.actor, id);
  if (!item && item.error().code == ErrorCode::not_found) return false;  // handed on, or erased
  if (!item) return fail(item.error());
  // Whatever people have done with it since is not undone.
  if (item->state != InboundState::received || item->change.revision != 1) return false;
  if (!item->malware.empty()) return false;
  using Named = std::set<DossierId>;
  const auto named = DMS_TRY(store_.read<Named>([&](const View& view) -> Result<Named> {
    Named found;
    for (const FoundReference& reference : find_references(item->fields.subject)) {
      const auto dossier =
          DMS_TRY(view.find_by(dossier_table, "reference", dossier_reference_key(reference.text)));
      if (dossier && require_filing(view, account_.actor, dossier->id, DocumentStatus::received)) {
        found.insert(dossier->id);
      }
    }
    return found;
  }));
  if (named.size() != 1) return false;  // of two dossiers a person chooses
  const auto filed =
      items_.file(account_.actor, id, {*named.begin(), item->fields}, item->change.revision);
  if (filed) return true;
  switch (filed.error().code) {
    case ErrorCode::forbidden:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::stale_version:
      return false;  // it waits
    default:
      return fail(filed.error());
  }
}

}  // namespace dms
