#include "dms/capture/mail_file.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dms/base/described_enum.h"
#include "dms/base/worker_lanes.h"
#include "dms/capture/mail_head.h"
#include "dms/extraction_file.h"
#include "dms/fact_fields.h"
#include "dms/local_date.h"

namespace dms {

namespace {

// Somebody looks at a progress bar.
constexpr std::chrono::seconds patience{5};
constexpr std::size_t chunk_bytes = 64U << 10U;
// Of an Outlook message the head may stand anywhere, so all of it is read.
constexpr std::uint64_t outlook_bytes_max = 64ULL << 20U;
// An invoice is small, with all that stands beside it.
constexpr std::uint64_t invoice_bytes_max = 32ULL << 20U;
constexpr std::size_t subject_bytes_max = 500;

bool ends_with(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  const std::string_view end = name.substr(name.size() - ending.size());
  return std::equal(end.begin(), end.end(), ending.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// What stands before the first empty line of a mail after RFC 5322.
Result<std::string> internet_head(const storage::ContentReader& original) {
  MailHead head;
  const std::uint64_t size = std::min<std::uint64_t>(original.id().size, MailHead::bytes_max);
  for (std::uint64_t at = 0; at < size && head.bytes().empty();) {
    const std::string bytes = DMS_TRY(original.read(at, chunk_bytes));
    if (bytes.empty()) break;
    head.append(bytes);
    at += bytes.size();
  }
  return std::string(head.bytes());
}

// Whether these bytes stand somewhere in it.
Result<bool> holds(const storage::ContentReader& original, std::string_view mark) {
  std::string kept;
  for (std::uint64_t at = 0; at < original.id().size;) {
    const std::string bytes = DMS_TRY(original.read(at, chunk_bytes));
    if (bytes.empty()) return false;
    at += bytes.size();
    kept += bytes;
    if (kept.find(mark) != std::string::npos) return true;
    kept.erase(0, kept.size() - std::min(kept.size(), mark.size() - 1));
  }
  return false;
}

// The task waits for a process: another may run in its place.
Result<std::optional<search::MailFacts>> facts_of(search::Extractor& extractor,
                                                  const Descriptor& file) {
  const WorkerLane::Pause pause;
  return extractor.mail_head(file.number(), patience);
}

void take_field(FactField&& field, MailFields& fields) {
  switch (field.name) {
    case LetterFieldName::type:
      fields.type = enum_from_name<DocumentType>(field.value).value_or(fields.type);
      return;
    case LetterFieldName::letter_date:
      fields.letter_date = parse_date(field.value);
      return;
    case LetterFieldName::sender:
      fields.sender = std::move(field.value);
      return;
    case LetterFieldName::foreign_reference:
      fields.foreign_reference = std::move(field.value);
      return;
    case LetterFieldName::deadline:
      fields.deadline = parse_date(field.value);
      return;
  }
}

}  // namespace

MailFields mail_fields(const search::MailFacts& facts) {
  MailFields fields;
  fields.subject = fitting_line(facts.subject, subject_bytes_max);
  for (FactField& field : read_facts(facts, {})) take_field(std::move(field), fields);
  if (!facts.message_id.empty()) {
    Sha256 digest;
    for (const std::string_view part :
         {std::string_view("message id"), std::string_view("\0", 1),
          std::string_view(facts.message_id), std::string_view("\0", 1)}) {
      digest.update(part);
    }
    fields.message = digest.finish();
  }
  return fields;
}

void add_invoice(const search::InvoiceFacts& invoice, MailFields& fields) {
  for (FactField& field : read_facts({}, invoice)) take_field(std::move(field), fields);
}

bool is_named_as_mail(std::string_view file_name) {
  return ends_with(file_name, ".eml") || ends_with(file_name, ".msg");
}

bool may_tell_fields(std::string_view file_name) {
  return is_named_as_mail(file_name) || ends_with(file_name, ".xml") ||
         ends_with(file_name, ".pdf");
}

MailFiles::MailFiles(const storage::Store& store, search::Extractor* extractor,
                     std::string staging_folder)
    : store_(store), extractor_(extractor), staging_folder_(std::move(staging_folder)) {}

Result<std::optional<search::MailFacts>> MailFiles::head_of(const storage::ContentId& content,
                                                            std::string_view file_name) const {
  using Found = std::optional<search::MailFacts>;
  const auto original = DMS_TRY(store_.read_content(content));
  if (ends_with(file_name, ".msg")) {
    if (content.size > outlook_bytes_max) return Found();
    const Descriptor file = DMS_TRY(copy_out(*original, staging_folder_));
    return facts_of(*extractor_, file);
  }
  const std::string head = DMS_TRY(internet_head(*original));
  if (head.empty()) return Found();
  const Descriptor file = DMS_TRY(put_out(head, staging_folder_));
  return facts_of(*extractor_, file);
}

Result<std::optional<search::InvoiceFacts>> MailFiles::invoice_of(
    const storage::ContentId& content, std::string_view file_name) const {
  using Found = std::optional<search::InvoiceFacts>;
  if (content.size > invoice_bytes_max) return Found();
  const auto original = DMS_TRY(store_.read_content(content));
  // In the many PDFs and mails that carry no file a process more would find nothing.
  const std::string_view mark = ends_with(file_name, ".pdf")   ? "EmbeddedFile"
                                : ends_with(file_name, ".eml") ? "filename"
                                                               : "";
  if (!mark.empty() && !DMS_TRY(holds(*original, mark))) return Found();
  const Descriptor file = DMS_TRY(copy_out(*original, staging_folder_));
  const WorkerLane::Pause pause;
  return extractor_->invoice(file.number(), patience);
}

std::optional<search::InvoiceFacts> MailFiles::read_invoice(const storage::ContentId& content,
                                                            std::string_view file_name) const {
  if (extractor_ == nullptr || !may_tell_fields(file_name)) return std::nullopt;
  auto invoice = invoice_of(content, file_name);
  return invoice ? std::move(*invoice) : std::nullopt;
}

std::optional<MailFields> MailFiles::read(const storage::ContentId& content,
                                          std::string_view file_name) const {
  if (extractor_ == nullptr) return std::nullopt;
  std::optional<MailFields> fields;
  if (is_named_as_mail(file_name)) {
    const auto facts = head_of(content, file_name);
    if (!facts || !*facts) return std::nullopt;
    fields = mail_fields(**facts);
  }
  if (const auto invoice = read_invoice(content, file_name)) {
    if (!fields) fields.emplace();
    add_invoice(*invoice, *fields);
  }
  return fields;
}

}  // namespace dms
