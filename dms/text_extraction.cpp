#include "dms/text_extraction.h"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "dms/derived_content.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/extraction_file.h"
#include "dms/recognition.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;

Result<search::Extraction> extract(const TextExtraction& with,
                                   const storage::ContentReader& original) {
  if (original.id().size > extraction_bytes_max) {
    search::Extraction extraction;
    extraction.mime_type = DMS_TRY(with.extractor.detect(DMS_TRY(original.read(0, chunk_bytes))));
    extraction.state = search::TextState::limit_exceeded;
    return extraction;
  }
  const Descriptor file = DMS_TRY(copy_out(original, with.staging_folder));
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
    kept.size = attachment.size;
    kept.name = std::move(attachment.name);
    kept.mime_type = std::move(attachment.mime_type);
    record.attachments.push_back(std::move(kept));
  }
  if (found.mail) record.mail = to_record(std::move(*found.mail));
  if (found.invoice) record.invoice = to_record(std::move(*found.invoice));
  return record;
}

// What is there, as far as it counts.
struct PresentText {
  DocumentTextState state = DocumentTextState::pending;  // that is: it is to be made (again)
  std::optional<Uuid> damaged;  // the record of one whose text cannot be read any more
};

Result<PresentText> find_present_text(const View& view, const ContentId& content,
                                      const std::optional<Uuid>& damaged) {
  const auto record = DMS_TRY(view.find(document_text_table, document_text_key(content)));
  if (!record || record->state == DocumentTextState::refused) return PresentText();
  if (record->id == damaged) return PresentText{DocumentTextState::pending, damaged};
  return PresentText{known_or(record->state, DocumentTextState::unsupported), std::nullopt};
}

// The rendition of an older extraction version, or one that is damaged, makes room.
Result<void> erase_outdated(Commit& commit, const DocumentTextRecord& outdated,
                            const ContentId& content) {
  if (outdated.text) {
    commit.release_content({content.domain, *outdated.text, outdated.text_size}, outdated.id);
  }
  return commit.erase(document_text_table, document_text_table.key(outdated));
}

// What is known of a content's pages that were, or are to be, read by their looks.
struct KnownPages {
  std::optional<RecognitionRecord> record;
  std::vector<PageOfText> pages;  // where all are read
  bool is_lost = false;           // what was read is damaged: to be read anew
};

Result<KnownPages> read_known_pages(const storage::Store& store, const ContentId& content) {
  using Found = std::optional<RecognitionRecord>;
  KnownPages known;
  known.record =
      DMS_TRY(store.read<Found>([&](const View& view) { return find_recognition(view, content); }));
  if (!known.record || !is_in_state(*known.record, RecognitionState::done)) return known;
  auto pages = read_recognised(store, *known.record);
  if (!pages && pages.error().code != ErrorCode::corrupt) return fail(pages.error());
  known.is_lost = !pages;
  if (pages) known.pages = std::move(*pages);
  return known;
}

// Pages that were read once are not read again because their file is.
void add_known_pages(search::Extraction& found, const std::vector<PageOfText>& pages) {
  PagedText text{std::move(found.text), {}};
  for (const search::Page& page : found.pages) text.page_offsets.push_back(page.offset);
  text = merge_pages(text, pages, recognised_text_bytes_max);
  found.text = std::move(text.text);
  found.pages.clear();
  for (const std::uint64_t offset : text.page_offsets) found.pages.push_back({offset});
  found.state = found.text.empty() ? search::TextState::empty : search::TextState::extracted;
}

// The same of pages that a mail carries: they stand behind its own text.
void append_known_pages(search::Extraction& found, const std::vector<PageOfText>& pages) {
  const bool had_text = !found.text.empty();
  found.text = append_pages(found.text, pages, recognised_text_bytes_max);
  if (found.text.empty()) return;
  found.state = search::TextState::extracted;
  if (!had_text) found.pages = {{0}};
}

// The pages that are to be read by their looks.
std::vector<std::uint32_t> unread_pages(const search::Extraction& found) {
  if (found.attached_pages > 0) {
    std::vector<std::uint32_t> pages(found.attached_pages);
    std::iota(pages.begin(), pages.end(), 1U);
    return pages;
  }
  PagedText text{found.text, {}};
  for (const search::Page& page : found.pages) text.page_offsets.push_back(page.offset);
  return pages_without_text(text, found.page_count);
}

std::vector<std::uint32_t> numbers_with_text(const std::vector<PageOfText>& pages) {
  std::vector<std::uint32_t> numbers;
  for (const PageOfText& page : pages) {
    if (page.outcome == PageOutcome::text) numbers.push_back(page.number);
  }
  return numbers;
}

// All that one extraction makes, until it is committed.
struct MadeText {
  DocumentTextRecord record;
  std::optional<storage::StagedContent> text;
  KnownPages known;
  std::optional<RecognitionRecord> planned;
  std::optional<Uuid> damaged;                     // the record that it takes the place of
  RenditionState rendition = RenditionState::off;  // as which it is planned
};

Result<MadeText> make_text(const TextExtraction& with, const ContentId& content,
                           search::Extraction found) {
  MadeText made;
  made.rendition = with.rendition;
  const bool has_pages = found.page_count > 0 || found.attached_pages > 0;
  if (has_pages) made.known = DMS_TRY(read_known_pages(with.store, content));
  if (has_pages && (!made.known.record || made.known.is_lost)) {
    auto pages = unread_pages(found);
    if (!pages.empty()) {
      made.planned =
          plan_recognition(content, std::move(pages), with.recognition, with.clock.now());
    }
  }
  const std::uint64_t own_text_size = found.text.size();
  if (!made.known.pages.empty() && found.attached_pages > 0) {
    append_known_pages(found, made.known.pages);
  } else if (!made.known.pages.empty()) {
    add_known_pages(found, made.known.pages);
  }
  if (found.state == search::TextState::extracted) {
    made.text = DMS_TRY(stage_derived(with.store, content.domain, found.text));
  }
  DocumentTextRecord record = make_record(content, found, with.clock.now());
  if (found.page_count > 0) {
    record.page_count = found.page_count;
    record.recognised_pages = numbers_with_text(made.known.pages);
  }
  if (found.attached_pages > 0) {
    record.attached_pages = found.attached_pages;
    record.own_text_size = own_text_size;
  }
  if (made.text) {
    record.text = made.text->id().sha256;
    record.text_size = made.text->id().size;
  }
  made.record = std::move(record);
  return made;
}

// `busy` where pages were read, or asked for, since they were looked at: the text lacks them.
Result<void> commit_recognition(const View& view, Commit& commit, const MadeText& made,
                                const ContentId& content) {
  if (!made.record.page_count && !made.record.attached_pages) return {};
  const auto present = DMS_TRY(find_recognition(view, content));
  const auto& known = made.known.record;
  const bool same = present.has_value() == known.has_value() &&
                    (!present || (present->id == known->id && present->state == known->state));
  if (!same) return fail(operator_error(ErrorCode::busy, "recognition went on meanwhile"));
  if (!made.planned) return {};
  if (present) release_parts(commit, *present);
  return commit.put(recognition_table, *made.planned);
}

Result<DocumentTextState> commit_text(const View& view, Commit& commit, const MadeText& made,
                                      const ContentId& content) {
  const DocumentTextRecord& record = made.record;
  // Erased meanwhile: no text must stay of it, also not for the day that the staged has.
  if (!DMS_TRY(is_named(view, content))) {
    if (made.text) commit.name_content(*made.text, record.id);
    if (made.text) commit.release_content(made.text->id(), record.id);
    return DocumentTextState::pending;
  }
  const auto present = DMS_TRY(find_present_text(view, content, made.damaged));
  if (present.state != DocumentTextState::pending) return present.state;
  const auto state = known_or(record.state, DocumentTextState::unsupported);
  const auto older = DMS_TRY(find_document_text_record(view, content));
  if (older && (present.damaged || older->extraction_version < extraction_version)) {
    if (state == DocumentTextState::refused) return state;
    DMS_TRY(erase_outdated(commit, *older, content));
  }
  DMS_TRY(commit.put(document_text_table, record));
  if (made.text) commit.name_content(*made.text, record.id);
  DMS_TRY(commit_recognition(view, commit, made, content));
  DMS_TRY(plan_rendition(view, commit, content, made.rendition, record.extracted_at));
  return state;
}

// Its text is read: that it is wanted although it is there may mean that somebody could not read
// it.
Result<PresentText> read_present_text(const TextExtraction& with, const ContentId& content) {
  using Found = std::optional<DocumentTextRecord>;
  const Found record = DMS_TRY(with.store.read<Found>([&](const View& view) {
    return view.find(document_text_table, document_text_key(content));
  }));
  std::optional<Uuid> damaged;
  if (record && DMS_TRY(find_text_damage(with.store, content))) damaged = record->id;
  return with.store.read<PresentText>(
      [&](const View& view) { return find_present_text(view, content, damaged); });
}

// One of several on its way.
struct Reading {
  ContentId content;
  Result<DocumentTextState> state = DocumentTextState::pending;
  std::optional<Uuid> damaged;
  // While its text is to be made. Held until the text's fate is decided: an erasure of the content
  // waits for it.
  std::shared_ptr<storage::ContentReader> original;
  std::optional<MadeText> made;
  bool takes_more = false;

  void fail_with(const Error& error) {
    state = fail(error);
    original.reset();
    made.reset();
  }
};

// The bytes of those whose text is to be made, in their order.
std::vector<std::string> read_originals(const TextExtraction& with, std::span<Reading> readings) {
  std::vector<std::string> files;
  std::set<ContentId> seen;
  for (Reading& reading : readings) {
    // Once in a commit: its view does not show what it does itself.
    reading.takes_more =
        reading.content.size > small_content_bytes_max || !seen.insert(reading.content).second;
    if (reading.takes_more) continue;
    const auto present = read_present_text(with, reading.content);
    if (!present) reading.state = fail(present.error());
    if (!present) continue;
    reading.state = present->state;
    reading.damaged = present->damaged;
    if (present->state != DocumentTextState::pending) continue;
    auto original = with.store.read_content(reading.content);
    auto bytes = original ? (*original)->read(0, reading.content.size)
                          : Result<std::string>(fail(original.error()));
    if (bytes && bytes->size() < reading.content.size) {
      bytes = fail(operator_error(ErrorCode::corrupt, "content ends early"));
    }
    if (!bytes) {
      reading.fail_with(bytes.error());
      continue;
    }
    reading.original = std::move(*original);
    files.push_back(std::move(*bytes));
  }
  return files;
}

Result<void> commit_texts(const TextExtraction& with, std::span<Reading*> readings) {
  std::vector<DocumentTextState> states;
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    states.clear();
    for (const Reading* reading : readings) {
      states.push_back(DMS_TRY(commit_text(view, commit, *reading->made, reading->content)));
    }
    return commit;
  }));
  for (std::size_t i = 0; i < readings.size(); ++i) readings[i]->state = states[i];
  return {};
}

void make_texts(const TextExtraction& with, std::span<Reading> readings) {
  const std::vector<std::string> files = read_originals(with, readings);
  auto found = with.extractor.extract_several(files);
  std::vector<Reading*> made;
  std::size_t number = 0;
  for (Reading& reading : readings) {
    if (!reading.original) continue;
    if (!found) {
      reading.fail_with(found.error());
      continue;
    }
    auto& extraction = found->at(number++);
    reading.takes_more = !extraction;
    if (!extraction) continue;
    auto text = make_text(with, reading.content, std::move(*extraction));
    if (!text) {
      reading.fail_with(text.error());
      continue;
    }
    reading.made = std::move(*text);
    reading.made->damaged = reading.damaged;
    made.push_back(&reading);
  }
  if (made.empty() || commit_texts(with, made)) return;
  for (Reading* reading : made) {
    std::array<Reading*, 1> one{reading};
    if (const Result<void> committed = commit_texts(with, one); !committed) {
      reading->fail_with(committed.error());
    }
  }
}

}  // namespace

Result<DocumentTextState> make_document_text(const TextExtraction& with, const ContentId& content) {
  const auto present = DMS_TRY(read_present_text(with, content));
  if (present.state != DocumentTextState::pending) return present.state;
  // Held until the text's fate is decided: an erasure of the content waits for it.
  const auto original = DMS_TRY(with.store.read_content(content));
  MadeText made = DMS_TRY(make_text(with, content, DMS_TRY(extract(with, *original))));
  made.damaged = present.damaged;
  DocumentTextState state = present.state;
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    state = DMS_TRY(commit_text(view, commit, made, content));
    return commit;
  }));
  return state;
}

std::vector<std::optional<Result<DocumentTextState>>> make_document_texts(
    const TextExtraction& with, std::span<const ContentId> contents) {
  std::vector<std::optional<Result<DocumentTextState>>> states;
  if (contents.size() == 1) {
    states.emplace_back(make_document_text(with, contents.front()));
    return states;
  }
  std::vector<Reading> readings(contents.size());
  for (std::size_t i = 0; i < contents.size(); ++i) readings[i].content = contents[i];
  make_texts(with, readings);
  for (Reading& reading : readings) {
    auto& state = states.emplace_back();
    if (!reading.takes_more) state.emplace(std::move(reading.state));
  }
  return states;
}

}  // namespace dms
