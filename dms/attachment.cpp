#include "dms/attachment.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dms/attachment_budget.h"
#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/base/worker_lanes.h"
#include "dms/content_reading.h"
#include "dms/document_record.h"
#include "dms/extraction_file.h"
#include "dms/file_subject.h"
#include "dms/inbound_access.h"
#include "dms/local_date.h"

namespace dms {

using storage::ContentId;
using storage::ContentReader;
using storage::View;

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
constexpr std::size_t sender_bytes_max = 300;
constexpr std::size_t stem_bytes_max = 240;  // so that there is room for a suffix

// The whole file is given out as it is, with its warning; nothing of it is opened on the way.
Error not_to_be_shown() {
  return make_error(ErrorCode::conflict,
                    "In diesem Eingang wurde Schadsoftware gefunden. Seine Anlagen werden nicht "
                    "geöffnet.",
                    "Malware was found in this item. Its attachments are not opened.");
}

Error not_to_be_had() {
  return make_error(
      ErrorCode::unprocessable,
      "Diese Anlage lässt sich nicht einzeln öffnen: Sie ist zu groß, beschädigt oder selbst eine "
      "Nachricht von Outlook. Laden Sie die ganze Datei herunter.",
      "This attachment cannot be opened by itself: it is too large, damaged or a message of "
      "Outlook's itself. Download the whole file.");
}

// Bytes that lie in a file without a name. Whoever sends them holds the reader to the end, and
// with it their share.
class FileReader final : public ContentReader {
 public:
  FileReader(ByteBudget::Share share, Descriptor file, const ContentId& id)
      : share_(std::move(share)), file_(std::move(file)), id_(id) {}

  const ContentId& id() const override { return id_; }
  Result<std::string> read(std::uint64_t offset, std::size_t length) const override {
    std::string bytes;
    if (offset >= id_.size) return bytes;
    bytes.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>({length, chunk_bytes, id_.size - offset})));
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = ::pread(file_.number(), bytes.data() + done, bytes.size() - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        return fail(operator_error(ErrorCode::unavailable,
                                   std::string("attachment: ") + std::strerror(errno)));
      }
      done += static_cast<std::size_t>(count);
    }
    return bytes;
  }

 private:
  const ByteBudget::Share share_;  // before the file, so that it is given back after it
  const Descriptor file_;
  const ContentId id_;
};

Result<std::shared_ptr<ContentReader>> reader_of(ByteBudget::Share share, std::string_view bytes,
                                                 const std::string& staging_folder) {
  DMS_TRY(share.resize(bytes.size()));
  Descriptor file = DMS_TRY(put_out(bytes, staging_folder));
  const ContentId id{{}, sha256(bytes), bytes.size()};
  return std::shared_ptr<ContentReader>(
      std::make_shared<FileReader>(std::move(share), std::move(file), id));
}

// Taken before anything is made: what is too much then costs no process.
Result<ByteBudget::Share> share_for(const DocumentAttachment& listed) {
  return attachment_budget().take(listed.size.value_or(0));
}

// The task waits for a process in these two: another may run in its place.
Result<std::optional<std::string>> take_out(search::Extractor& extractor, const Descriptor& file,
                                            std::uint64_t number) {
  const WorkerLane::Pause pause;
  return extractor.attachment(file.number(), static_cast<std::size_t>(number));
}

Result<search::Extraction> read_text(search::Extractor& extractor, const Descriptor& file) {
  const WorkerLane::Pause pause;
  return extractor.extract_awaited(file.number());
}

std::string_view suffix_for(std::string_view mime_type) {
  if (mime_type == "message/rfc822") return ".eml";
  if (mime_type == "application/vnd.ms-outlook") return ".msg";
  if (mime_type == "application/pdf") return ".pdf";
  if (mime_type == "image/jpeg") return ".jpg";
  if (mime_type == "image/png") return ".png";
  if (mime_type == "text/plain") return ".txt";
  return "";
}

// A message that is carried along bears its subject as a name.
std::string file_name_of(const DocumentAttachment& listed) {
  std::string name = listed.name;
  for (char& each : name) {
    if (each == '/' || each == '\\') each = '_';
  }
  if (name.find_first_not_of(" .") == std::string::npos) {
    name = "Anlage " + std::to_string(listed.number.value_or(0) + 1);
  }
  const std::string_view suffix = suffix_for(listed.mime_type);
  const bool is_message = suffix == ".eml" || suffix == ".msg";
  if (is_message ? name.ends_with(suffix) : has_file_suffix(name)) return name;
  name.resize(truncate_utf8(name, stem_bytes_max).size());
  return name + std::string(suffix);
}

// Of those that a file lists, the one of that number.
Result<DocumentAttachment> listed_in(DocumentText& text, std::uint64_t number) {
  for (DocumentAttachment& each : text.attachments) {
    if (each.number == number) return std::move(each);
  }
  return fail(absent_object());
}

}  // namespace

struct Attachments::Found {
  Uuid carrier;  // the document or the item: what is read in the chain of reads
  storage::ContentId content;
  DocumentAttachment listed;
};

struct Attachments::FoundInDocument {
  Found found;
  DocumentRecord document;
  VersionRecord version;
  std::optional<search::MailFacts> mail;  // that carries it
};

Result<Attachments::FoundInDocument> Attachments::find(const Actor& actor,
                                                       const AttachmentPlace& place) const {
  return store_.read<FoundInDocument>([&](const View& view) -> Result<FoundInDocument> {
    FiledDocument filed = DMS_TRY(
        require_document(view, {permissions_, grants_}, actor, place.document, Right::read));
    const std::uint32_t wanted = place.version.value_or(filed.record.current_version);
    auto version = DMS_TRY(view.find(version_table, version_key(place.document, wanted)));
    if (!version) return fail(absent_object());
    const ContentId content = DMS_TRY(original_content(*version));
    DocumentText text = DMS_TRY(find_document_text(view, content));
    DocumentAttachment listed = DMS_TRY(listed_in(text, place.number));
    return FoundInDocument{{place.document.value, content, std::move(listed)},
                           std::move(filed.record),
                           std::move(*version),
                           std::move(text.mail)};
  });
}

Result<Attachments::Found> Attachments::find(const Actor& actor,
                                             const InboundAttachmentPlace& place) const {
  return store_.read<Found>([&](const View& view) -> Result<Found> {
    const auto item = DMS_TRY(view.find(inbound_item_table, place.item.key()));
    if (!item) return fail(absent_object());
    DMS_TRY(require_right(DMS_TRY(item_rights(view, permissions_, actor, *item)), Right::read));
    if (is_filed(*item)) return fail(absent_object());
    if (item->malware) return fail(not_to_be_shown());
    const ContentId content = content_of(*item);
    DocumentText text = DMS_TRY(find_document_text(view, content));
    return Found{place.item.value, content, DMS_TRY(listed_in(text, place.number))};
  });
}

Result<std::string> Attachments::bytes_of(const Found& found) const {
  if (tools_.extractor == nullptr) {
    return fail(operator_error(ErrorCode::unavailable, "attachments: no extractor"));
  }
  if (found.listed.size == 0U) return fail(not_to_be_had());
  const auto original = DMS_TRY(store_.read_content(found.content));
  const Descriptor file = DMS_TRY(copy_out(*original, tools_.staging_folder));
  auto bytes = DMS_TRY(take_out(*tools_.extractor, file, found.listed.number.value_or(0)));
  if (!bytes) return fail(not_to_be_had());
  return std::move(*bytes);
}

Result<OpenedAttachment> Attachments::open(const Actor& actor, const Found& found) {
  ByteBudget::Share share = DMS_TRY(share_for(found.listed));
  const std::string bytes = DMS_TRY(bytes_of(found));
  OpenedAttachment opened;
  opened.file_name = file_name_of(found.listed);
  opened.mime_type = found.listed.mime_type;
  opened.reader = DMS_TRY(reader_of(std::move(share), bytes, tools_.staging_folder));
  DMS_TRY(record_read(store_, actor, "content.read", found.carrier));
  return opened;
}

Result<OpenedAttachmentText> Attachments::open_text(const Actor& actor, const Found& found) {
  ByteBudget::Share share = DMS_TRY(share_for(found.listed));
  const Descriptor file = DMS_TRY(put_out(DMS_TRY(bytes_of(found)), tools_.staging_folder));
  const search::Extraction extraction = DMS_TRY(read_text(*tools_.extractor, file));
  OpenedAttachmentText opened;
  opened.state = enum_from_name<DocumentTextState>(search::to_string(extraction.state))
                     .value_or(DocumentTextState::unsupported);
  if (opened.state == DocumentTextState::extracted) {
    opened.reader = DMS_TRY(reader_of(std::move(share), extraction.text, tools_.staging_folder));
  }
  DMS_TRY(record_read(store_, actor, "text.read", found.carrier));
  return opened;
}

Result<OpenedAttachment> Attachments::open(const Actor& actor, const AttachmentPlace& place) {
  return open(actor, DMS_TRY(find(actor, place)).found);
}

Result<OpenedAttachment> Attachments::open(const Actor& actor,
                                           const InboundAttachmentPlace& place) {
  return open(actor, DMS_TRY(find(actor, place)));
}

Result<std::string> Attachments::type_of(const Actor& actor, const AttachmentPlace& place) const {
  return DMS_TRY(find(actor, place)).found.listed.mime_type;
}

Result<std::string> Attachments::type_of(const Actor& actor,
                                         const InboundAttachmentPlace& place) const {
  return DMS_TRY(find(actor, place)).listed.mime_type;
}

Result<OpenedAttachmentText> Attachments::open_text(const Actor& actor,
                                                    const AttachmentPlace& place) {
  return open_text(actor, DMS_TRY(find(actor, place)).found);
}

Result<OpenedAttachmentText> Attachments::open_text(const Actor& actor,
                                                    const InboundAttachmentPlace& place) {
  return open_text(actor, DMS_TRY(find(actor, place)));
}

Result<NewDocument> Attachments::proposed_document(const Actor& actor,
                                                   const AttachmentPlace& place) const {
  const FoundInDocument found = DMS_TRY(find(actor, place));
  const DocumentFields mail = to_fields(found.document);
  NewDocument document;
  document.dossier = found.document.dossier;
  document.attachment_of = {{place.document, found.version.number, place.number}};
  document.version.file_name = file_name_of(found.found.listed);
  DocumentFields& fields = document.fields;
  const std::string& name = document.version.file_name;
  fields.subject = subject_of_file(name, name);
  fields.direction = mail.direction;
  fields.sender = mail.sender;
  fields.recipients = mail.recipients;
  fields.letter_date = mail.letter_date;
  fields.received_on = mail.received_on;
  fields.sent_on = mail.sent_on;
  if (found.mail && fields.sender.empty()) {
    fields.sender = truncate_utf8(found.mail->from, sender_bytes_max);
  }
  if (found.mail && !fields.letter_date) {
    fields.letter_date = recordable_local_date(found.mail->sent_at);
  }
  return document;
}

Result<storage::StagedContent> stage_copy(storage::Store& store, storage::KeyDomain domain,
                                          const ContentReader& reader) {
  const auto writer = DMS_TRY(store.write_content(domain));
  for (std::uint64_t offset = 0; offset < reader.id().size; offset += chunk_bytes) {
    DMS_TRY(writer->append(DMS_TRY(reader.read(offset, chunk_bytes))));
  }
  return writer->finish();
}

}  // namespace dms
