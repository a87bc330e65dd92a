// Reading documents: metadata, lists, versions, content and text. Rights come from memory.

#include <algorithm>

#include "dms/content_reading.h"
#include "dms/document.h"
#include "dms/document_order.h"
#include "dms/document_record.h"
#include "dms/local_date.h"
#include "dms/state_memo.h"

namespace dms {

using storage::RawEntry;
using storage::ScanOptions;
using storage::View;

namespace {

constexpr std::size_t versions_max = 10'000;
constexpr std::size_t count_max = 10'000;  // a total beyond it stays there
constexpr std::size_t readable_versions_max = 1000;

}  // namespace

Result<Document> Documents::get(const Actor& actor, DocumentId document) const {
  return store_.read<Document>([&](const View& view) -> Result<Document> {
    const FiledDocument found =
        DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::see));
    Document value = DMS_TRY(to_value(view, found.record));
    value.preview_state =
        DMS_TRY(preview_state(view, value.current.content, value.current.mime_type));
    if (value.mail || value.invoice || !value.attachments.empty()) {
      const Rights rights = DMS_TRY(reading_rights(view, {permissions_, grants_}, actor, found));
      if (!rights.has(Right::read)) hide_facts(value);
    }
    return value;
  });
}

Result<Page<Document>> Documents::list(const Actor& actor, DossierId dossier,
                                       const PageRequest& page, DocumentOrder order) const {
  return store_.read<Page<Document>>([&](const View& view) -> Result<Page<Document>> {
    DMS_TRY(require_dossier(view, permissions_, actor, dossier, Right::see));
    const PageRequest wanted{page.after, std::clamp<std::size_t>(page.limit, 1, page_limit_max)};
    const auto found = DMS_TRY(read_ordered(view, dossier, order, wanted));
    Page<Document> answer;
    for (const DocumentRecord& record : found.items) {
      answer.items.push_back(DMS_TRY(to_value(view, record)));
      hide_facts(answer.items.back());
    }
    answer.next = found.cursor;
    if (!page.after.empty()) return answer;
    answer.total_estimate = answer.items.size();
    if (!found.cursor.empty()) {
      ScanOptions all;
      all.prefix = document_dossier_prefix(dossier);
      all.limit = count_max;
      answer.total_estimate = DMS_TRY(view.count_index(document_table.name, "dossier", all));
    }
    return answer;
  });
}

Result<std::vector<Version>> Documents::versions(const Actor& actor, DocumentId document) const {
  using Versions = std::vector<Version>;
  return store_.read<Versions>([&](const View& view) -> Result<Versions> {
    DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::see));
    ScanOptions options;
    options.prefix = std::string(document.key());
    options.limit = versions_max;
    Versions versions;
    for (const VersionRecord& record : DMS_TRY(view.scan(version_table, options)).items) {
      const auto text = DMS_TRY(find_document_text(view, DMS_TRY(original_content(record))));
      versions.push_back(DMS_TRY(to_value(record, text)));
    }
    return versions;
  });
}

// Whoever sees the dossier sees what of it is in the bin. A cursor is the index key of the last
// document shown, never of a hidden one.
Result<Page<Document>> Documents::bin(const Actor& actor, const PageRequest& page) const {
  const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
  return store_.read<Page<Document>>([&](const View& view) -> Result<Page<Document>> {
    ScanOptions options;
    options.after = page.after;
    options.limit = limit + 1;
    options.direction = ScanOptions::Direction::descending;
    Page<Document> answer;
    std::string last_shown;
    while (true) {
      const auto entries = DMS_TRY(view.read_index(document_table.name, "bin", options));
      for (const RawEntry& entry : entries) {
        const DocumentRecord record = DMS_TRY(view.get(document_table, entry.record_key));
        const auto dossier = require_dossier(view, permissions_, actor, record.dossier, Right::see);
        if (!dossier && dossier.error().code == ErrorCode::not_found) continue;
        if (!dossier) return fail(dossier.error());
        if (answer.items.size() == limit) {
          answer.next = last_shown;
          return answer;
        }
        answer.items.push_back(DMS_TRY(to_value(view, record)));
        hide_facts(answer.items.back());
        last_shown = entry.index_key;
      }
      if (entries.size() < options.limit) break;
      options.after = entries.back().index_key;
    }
    if (page.after.empty()) answer.total_estimate = answer.items.size();
    return answer;
  });
}

// The answer depends on the actor with all that limits it, so it is part of the question; and on
// the day, for a deputy's right may end with it though nothing is committed.
struct Documents::ReadableVersions {
  struct Question {
    Actor actor;
    DocumentId document;
    std::optional<std::uint32_t> number;
    Date day;
    friend bool operator==(const Question&, const Question&) = default;
  };
  struct Hash {
    std::size_t operator()(const Question& question) const noexcept {
      const std::hash<std::string_view> hash;
      return hash(question.document.key()) * 31 + hash(question.actor.user.key());
    }
  };
  explicit ReadableVersions(const storage::Store& store) : memo(store, readable_versions_max) {}

  StateMemo<Question, Version, Hash> memo;
};

Documents::Documents(storage::Store& store, const PermissionCache& permissions, const Clock& clock,
                     const DocumentGrants* grants, ContentEncryption encryption)
    : store_(store),
      permissions_(permissions),
      clock_(clock),
      grants_(grants),
      encryption_(encryption),
      readable_(std::make_unique<ReadableVersions>(store)) {}
Documents::~Documents() = default;

Result<Version> Documents::readable_version(const Actor& actor, DocumentId document,
                                            std::optional<std::uint32_t> number) const {
  return store_.read<Version>([&](const View& view) -> Result<Version> {
    const FiledDocument found =
        DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::read));
    const std::uint32_t wanted = number.value_or(found.record.current_version);
    const auto version = DMS_TRY(view.find(version_table, version_key(document, wanted)));
    if (!version) return fail(absent_object());
    const auto text = DMS_TRY(find_document_text(view, DMS_TRY(original_content(*version))));
    return to_value(*version, text);
  });
}

Result<OpenedContent> Documents::open_content(const Actor& actor, DocumentId document,
                                              std::optional<std::uint32_t> number) {
  OpenedContent opened;
  opened.version =
      *DMS_TRY(readable_->memo.get({actor, document, number, local_date(clock_.now())},
                                   [&] { return readable_version(actor, document, number); }));
  opened.reader = DMS_TRY(store_.read_content(opened.version.content));
  DMS_TRY(record_read(store_, actor, "content.read", document.value));
  return opened;
}

Result<OpenedPreview> Documents::open_preview(const Actor& actor, DocumentId document,
                                              std::optional<std::uint32_t> number,
                                              ShownType shown) {
  const auto version =
      DMS_TRY(readable_->memo.get({actor, document, number, local_date(clock_.now())},
                                  [&] { return readable_version(actor, document, number); }));
  OpenedPreview opened = DMS_TRY(
      preview_of(store_, {version->content, version->mime_type, version->file_name}, shown));
  if (opened.reader) DMS_TRY(record_read(store_, actor, "content.read", document.value));
  return opened;
}

Result<OpenedPreview> Documents::open_thumbnail(const Actor& actor, DocumentId document) {
  const auto version =
      DMS_TRY(readable_->memo.get({actor, document, {}, local_date(clock_.now())},
                                  [&] { return readable_version(actor, document, {}); }));
  return thumbnail_of(store_, {version->content, version->mime_type, version->file_name});
}

Result<Documents::OpenedText> Documents::open_text(const Actor& actor, DocumentId document) {
  OpenedText opened;
  opened.text = DMS_TRY(store_.read<DocumentText>([&](const View& view) -> Result<DocumentText> {
    const FiledDocument found =
        DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::read));
    const VersionRecord version = DMS_TRY(current_version(view, found.record));
    return find_document_text(view, DMS_TRY(original_content(version)));
  }));
  if (opened.text.text) opened.reader = DMS_TRY(store_.read_content(*opened.text.text));
  DMS_TRY(record_read(store_, actor, "text.read", document.value));
  return opened;
}

}  // namespace dms
