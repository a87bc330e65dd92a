#include "dms/document_order.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "dms/base/text.h"
#include "dms/local_date.h"

namespace dms {

using storage::Index;
using storage::IndexKind;
using storage::KeyBuilder;
using storage::RawEntry;
using storage::Scanned;
using storage::ScanOptions;
using storage::View;

namespace {

// Nobody sees more in a list, and keys stay short: the longest a cursor can be (cursor.h) is ten
// times this.
constexpr std::size_t sorted_code_points_max = 100;
constexpr std::size_t sort_key_bytes_max = 400;

constexpr std::string_view has_value = "\x01";
constexpr std::string_view has_none = "\x02";

// Raised where one of the rules below changes: then the indexes are built again.
constexpr std::string_view rules_version = "1";

std::string rules_alone() {
  return std::string(rules_version);
}
std::string rules_and_collation() {
  return std::string(rules_version) + " " + sort_key_version();
}

std::string_view first_code_points(std::string_view text) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    const bool begins_one = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins_one && ++seen > sorted_code_points_max) break;
  }
  return text.substr(0, at);
}

// The sort key's beginning sorts as the whole does, but for ties.
std::string text_value(std::string_view text) {
  std::string key = sort_key_german(first_code_points(text), DigitOrder::value);
  if (key.size() > sort_key_bytes_max) key.resize(sort_key_bytes_max);
  return KeyBuilder().text(key).take();
}

std::string number_value(std::int64_t number) {
  // Order-preserving for negative ones, too.
  constexpr std::uint64_t offset = 1ULL << 63U;
  return KeyBuilder().number(static_cast<std::uint64_t>(number) + offset).take();
}

std::string date_value(Date date) {
  return number_value(std::chrono::sys_days{date}.time_since_epoch().count());
}

std::string rank_value(std::uint8_t rank) {
  return std::string(1, static_cast<char>(rank));
}

// In the order of the page's German words: Antrag, Bescheid, E-Mail, Formular, Foto, Gutachten,
// Niederschrift, Plan, Rechnung, Schreiben, Sonstiges, Vermerk, Vertrag.
std::uint8_t rank_of(DocumentType type) {
  constexpr std::array order = {
      DocumentType::application, DocumentType::notice, DocumentType::email,   DocumentType::form,
      DocumentType::photo,       DocumentType::report, DocumentType::minutes, DocumentType::plan,
      DocumentType::invoice,     DocumentType::letter, DocumentType::other,   DocumentType::memo,
      DocumentType::contract};
  std::uint8_t rank = 1;
  for (const DocumentType each : order) {
    if (each == type) break;
    ++rank;
  }
  return rank;
}

std::uint8_t rank_of(DocumentStatus status) {
  switch (status) {
    case DocumentStatus::received:
      return 1;
    case DocumentStatus::draft:
      return 2;
    case DocumentStatus::in_process:
      return 3;
    case DocumentStatus::signed_:
      return 4;
    case DocumentStatus::sent:
      return 5;
    case DocumentStatus::final_:
      return 6;
  }
  return 7;
}

using Value = std::optional<std::string>;  // the key's part; nullopt: the document has none

Value subject_value(const DocumentRecord& document) {
  return text_value(document.subject);
}
Value shown_date_value(const DocumentRecord& document) {
  return date_value(document_date(document));
}
Value received_value(const DocumentRecord& document) {
  if (document.received_on) return date_value(*document.received_on);
  if (!document.receipt_stamp) return std::nullopt;
  return date_value(local_date(document.receipt_stamp->received_at));
}
Value reference_value(const DocumentRecord& document) {
  if (document.business_reference) return text_value(*document.business_reference);
  if (document.foreign_reference) return text_value(*document.foreign_reference);
  return std::nullopt;
}
Value type_value(const DocumentRecord& document) {
  return rank_value(rank_of(known_or(document.type, DocumentType::other)));
}
Value status_value(const DocumentRecord& document) {
  return rank_value(rank_of(known_or(document.status, DocumentStatus::final_)));
}
Value modified_value(const DocumentRecord& document) {
  return number_value(to_unix_microseconds(document.modified_at));
}

struct SortedColumn {
  DocumentColumn column;
  std::string_view index;
  Value (*value)(const DocumentRecord&);
  std::string (*version)();
};

constexpr std::array<SortedColumn, 7> sorted_columns = {
    {{DocumentColumn::subject, "by_subject", subject_value, rules_and_collation},
     {DocumentColumn::date, "by_date", shown_date_value, rules_alone},
     {DocumentColumn::received, "by_received", received_value, rules_alone},
     {DocumentColumn::reference, "by_reference", reference_value, rules_and_collation},
     {DocumentColumn::type, "by_type", type_value, rules_alone},
     {DocumentColumn::status, "by_status", status_value, rules_alone},
     {DocumentColumn::modified, "by_modified", modified_value, rules_alone}}};

std::string part_prefix(DossierId dossier, std::string_view part) {
  return KeyBuilder().raw(dossier.key()).raw(part).take();
}

// Damage: what an index names is there.
Error absent_record(std::string_view index) {
  return operator_error(ErrorCode::corrupt,
                        fmt::format("documents: index {} names an absent one", index));
}

// An index, and its parts of one dossier in the order they are listed in.
struct Parts {
  std::string_view index;
  std::vector<std::string> prefixes;
};

Result<Parts> parts_of(const View& view, DossierId dossier, DocumentColumn column) {
  for (const SortedColumn& sorted : sorted_columns) {
    if (sorted.column != column) continue;
    DMS_TRY(view.require_built(document_table.name, sorted.index, sorted.version()));
    return Parts{sorted.index, {part_prefix(dossier, has_value), part_prefix(dossier, has_none)}};
  }
  return Parts{"dossier", {document_dossier_prefix(dossier)}};
}

}  // namespace

std::vector<Index<DocumentRecord>> order_indexes() {
  std::vector<Index<DocumentRecord>> indexes;
  for (const SortedColumn& sorted : sorted_columns) {
    const auto keys = [value = sorted.value](const DocumentRecord& document) {
      if (document.binned_at) return std::vector<std::string>{};
      const Value found = value(document);
      const std::string part = part_prefix(document.dossier, found ? has_value : has_none);
      return std::vector<std::string>{part + found.value_or("")};
    };
    indexes.push_back({std::string(sorted.index), IndexKind::multiple, keys, sorted.version});
  }
  return indexes;
}

Result<Scanned<DocumentRecord>> read_ordered(const View& view, DossierId dossier,
                                             DocumentOrder order, const PageRequest& page) {
  const Parts parts = DMS_TRY(parts_of(view, dossier, order.column));
  const std::size_t wanted = page.limit + 1;  // one more tells whether anything follows
  ScanOptions options;
  options.after = page.after;
  options.direction = order.direction;
  std::vector<RawEntry> entries;
  for (const std::string& prefix : parts.prefixes) {
    if (!options.after.empty() && !options.after.starts_with(prefix)) continue;
    options.prefix = prefix;
    options.limit = wanted - entries.size();
    for (RawEntry& entry : DMS_TRY(view.read_index(document_table.name, parts.index, options))) {
      entries.push_back(std::move(entry));
    }
    if (entries.size() == wanted) break;
    options.after.clear();
  }
  Scanned<DocumentRecord> found;
  if (entries.size() == wanted) {
    entries.pop_back();
    found.cursor = entries.back().index_key;
  }
  for (const RawEntry& entry : entries) {
    auto record = DMS_TRY(view.find(document_table, entry.record_key));
    if (!record) return fail(absent_record(parts.index));
    found.items.push_back(std::move(*record));
  }
  return found;
}

}  // namespace dms
