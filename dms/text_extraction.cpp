#include "dms/text_extraction.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/inbox_record.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
// Files up to this size go through memory, larger ones through the staging folder.
constexpr std::uint64_t memory_bytes_max = 16ULL << 20U;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error system_error(std::string_view what) {
  return operator_error(ErrorCode::unavailable, std::string(what) + ": " + std::strerror(errno));
}

Result<Descriptor> make_file(const std::string& staging_folder, std::uint64_t size) {
  Descriptor file(size <= memory_bytes_max
                      ? ::memfd_create("aktenwerk-content", MFD_CLOEXEC)
                      : ::open(staging_folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.number() < 0) return fail(system_error("no file for extraction"));
  return file;
}

Result<void> write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(system_error("write for extraction"));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Descriptor> copy_out(const TextExtraction& with, const storage::ContentReader& original) {
  const std::uint64_t size = original.id().size;
  Descriptor file = DMS_TRY(make_file(with.staging_folder, size));
  for (std::uint64_t offset = 0; offset < size;) {
    const std::string bytes = DMS_TRY(original.read(offset, chunk_bytes));
    if (bytes.empty()) return fail(operator_error(ErrorCode::corrupt, "content ends early"));
    DMS_TRY(write_all(file, bytes));
    offset += bytes.size();
  }
  if (::lseek(file.number(), 0, SEEK_SET) != 0) return fail(system_error("rewind"));
  return file;
}

Result<search::Extraction> extract(const TextExtraction& with,
                                   const storage::ContentReader& original) {
  if (original.id().size > extraction_bytes_max) {
    search::Extraction extraction;
    extraction.mime_type = DMS_TRY(with.extractor.detect(DMS_TRY(original.read(0, chunk_bytes))));
    extraction.state = search::TextState::limit_exceeded;
    return extraction;
  }
  const Descriptor file = DMS_TRY(copy_out(with, original));
  return with.extractor.extract(file.number());
}

DocumentTextState to_state(search::TextState state) {
  switch (state) {
    case search::TextState::extracted:
      return DocumentTextState::extracted;
    case search::TextState::empty:
      return DocumentTextState::empty;
    case search::TextState::unsupported:
      return DocumentTextState::unsupported;
    case search::TextState::encrypted:
      return DocumentTextState::encrypted;
    case search::TextState::damaged:
      return DocumentTextState::damaged;
    case search::TextState::limit_exceeded:
      return DocumentTextState::limit_exceeded;
    case search::TextState::refused:
      return DocumentTextState::refused;
  }
  return DocumentTextState::unsupported;
}

MailRecord to_record(search::MailFacts mail) {
  MailRecord record;
  record.from = unless_empty(std::move(mail.from));
  record.to = std::move(mail.to);
  record.cc = std::move(mail.cc);
  record.sent_at = mail.sent_at;
  record.subject = unless_empty(std::move(mail.subject));
  record.message_id = unless_empty(std::move(mail.message_id));
  record.answers = std::move(mail.answers);
  record.thread = std::move(mail.thread);
  return record;
}

InvoiceRecord to_record(search::InvoiceFacts invoice) {
  InvoiceRecord record;
  record.kind = invoice.kind;
  record.number = unless_empty(std::move(invoice.number));
  record.seller = unless_empty(std::move(invoice.seller));
  record.buyer = unless_empty(std::move(invoice.buyer));
  record.issued_on = invoice.issued;
  record.due_on = invoice.due;
  record.amount = unless_empty(std::move(invoice.amount));
  record.currency = unless_empty(std::move(invoice.currency));
  return record;
}

DocumentTextRecord make_record(const ContentId& content, search::Extraction& found, Instant now) {
  DocumentTextRecord record;
  record.id = make_uuid_v7(now);
  record.domain = content.domain.value;
  record.content = content.sha256;
  record.extraction_version = extraction_version;
  record.extracted_at = now;
  record.state = to_state(found.state);
  record.mime_type =
      found.mime_type.empty() ? DocumentText().mime_type : std::move(found.mime_type);
  for (const search::Page& page : found.pages) record.page_offsets.push_back(page.offset);
  record.title = unless_empty(std::move(found.title));
  record.author = unless_empty(std::move(found.author));
  for (std::size_t i = 0; i < found.attachments.size(); ++i) {
    search::Attachment& attachment = found.attachments[i];
    if (attachment.inline_part) continue;
    AttachmentRecord kept;
    kept.number = i;
    kept.name = std::move(attachment.name);
    kept.mime_type = std::move(attachment.mime_type);
    record.attachments.push_back(std::move(kept));
  }
  if (found.mail) record.mail = to_record(std::move(*found.mail));
  if (found.invoice) record.invoice = to_record(std::move(*found.invoice));
  return record;
}

Result<storage::StagedContent> stage_text(storage::Store& store, storage::KeyDomain domain,
                                          std::string_view text) {
  const auto writer = DMS_TRY(store.write_content(domain));
  for (; !text.empty(); text.remove_prefix(std::min(chunk_bytes, text.size()))) {
    DMS_TRY(writer->append(text.substr(0, chunk_bytes)));
  }
  return writer->finish();
}

// The state of what is there; `pending` where it is to be made (again).
Result<DocumentTextState> present_state(const View& view, const std::string& key) {
  const auto record = DMS_TRY(view.find(document_text_table, key));
  if (!record || record->state == DocumentTextState::refused) return DocumentTextState::pending;
  return known_or(record->state, DocumentTextState::unsupported);
}

Result<bool> is_named(const View& view, const ContentId& content) {
  DMS_TRY(require_content_index(view));
  storage::ScanOptions options;
  options.prefix = version_content_prefix(content);
  options.limit = 1;
  if (DMS_TRY(view.count_index(version_table.name, "content", options)) > 0) return true;
  return is_kept_by_item(view, content);
}

// The rendition of an older extraction version makes room.
Result<void> erase_outdated(Commit& commit, const DocumentTextRecord& outdated,
                            const ContentId& content) {
  if (outdated.text) {
    commit.release_content({content.domain, *outdated.text, outdated.text_size}, outdated.id);
  }
  return commit.erase(document_text_table, document_text_table.key(outdated));
}

}  // namespace

Result<DocumentTextState> make_document_text(const TextExtraction& with, const ContentId& content) {
  const std::string key = document_text_key(content);
  const auto present = DMS_TRY(with.store.read<DocumentTextState>(
      [&](const View& view) { return present_state(view, key); }));
  if (present != DocumentTextState::pending) return present;
  // Held until the text's fate is decided: an erasure of the content waits for it.
  const auto original = DMS_TRY(with.store.read_content(content));
  search::Extraction found = DMS_TRY(extract(with, *original));
  std::optional<storage::StagedContent> text;
  if (found.state == search::TextState::extracted) {
    text = DMS_TRY(stage_text(with.store, content.domain, found.text));
  }
  DocumentTextRecord record = make_record(content, found, with.clock.now());
  if (text) {
    record.text = text->id().sha256;
    record.text_size = text->id().size;
  }
  DocumentTextState state = present;
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    // Erased meanwhile: no text must stay of it, also not for the day that the staged has.
    if (!DMS_TRY(is_named(view, content))) {
      if (text) commit.name_content(*text, record.id);
      if (text) commit.release_content(text->id(), record.id);
      return commit;
    }
    state = DMS_TRY(present_state(view, key));
    if (state != DocumentTextState::pending) return commit;
    state = known_or(record.state, DocumentTextState::unsupported);
    const auto older = DMS_TRY(find_document_text_record(view, content));
    if (older && older->extraction_version < extraction_version) {
      if (state == DocumentTextState::refused) return commit;
      DMS_TRY(erase_outdated(commit, *older, content));
    }
    DMS_TRY(commit.put(document_text_table, record));
    if (text) commit.name_content(*text, record.id);
    return commit;
  }));
  return state;
}

}  // namespace dms
