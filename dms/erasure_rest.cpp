// Takes what is left of documents and dossiers whose records are gone.

#include <set>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/erasure_steps.h"
#include "dms/idempotency.h"
#include "dms/inbox_record.h"
#include "dms/recognition_record.h"
#include "dms/rendition_record.h"
#include "dms/upload_record.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

// Objects of one commit (commit_objects_max): no new object's rest is begun above `budget`, and one
// takes at most the sum of the others, a version counting for ten and a part of recognised pages,
// or of a rendition, for three.
constexpr std::size_t budget = 800;
constexpr std::size_t rests_at_once = 100;
constexpr std::size_t versions_at_once = 50;
constexpr std::size_t belongings_at_once = 100;
constexpr std::size_t details_at_once = 300;
constexpr std::size_t objects_a_version = 10;
constexpr std::size_t objects_an_item = 10;
constexpr std::size_t objects_a_part = 3;

// The protocol of the erasure itself.
bool is_kept(std::string_view kind) {
  return kind == "document.erased" || kind == "dossier.erased" || kind == "inbound_item.erased";
}

class RestTaker {
 public:
  RestTaker(const View& view, const ErasureParts& parts, ErasureRecord& erasure)
      : view_(view), parts_(parts), erasure_(erasure), commit_(view) {}

  Result<Commit> take() {
    storage::ScanOptions options;
    options.prefix = erasure_prefix(erasure_.id);
    options.limit = rests_at_once;
    const auto rests = DMS_TRY(view_.scan(erasure_rest_table, options)).items;
    for (const ErasureRestRecord& rest : rests) {
      if (used_ >= budget) break;
      DMS_TRY(take(rest));
    }
    DMS_TRY(commit_.put(erasure_table, erasure_));
    return std::move(commit_);
  }

 private:
  Result<void> take(ErasureRestRecord rest) {
    ++used_;
    bool is_whole = true;
    if (rest.kind == ErasureObjectKind::document) {
      const DocumentId document{rest.object};
      is_whole = DMS_TRY(take_versions(document));
      is_whole = DMS_TRY(take_belongings(document)) && is_whole;
      DMS_TRY(take_items(document));
    }
    if (rest.kind == ErasureObjectKind::inbound_item) {
      DMS_TRY(forget_upload(view_, commit_, VersionId{rest.object}));
    }
    // Last: what is taken above may be told of by events of its own.
    if (is_whole) is_whole = DMS_TRY(take_details(rest));
    if (!is_whole) return commit_.put(erasure_rest_table, rest);
    DMS_TRY(forget_idempotent(view_, commit_, rest.object, rest.created_at));
    return commit_.erase(erasure_rest_table, erasure_rest_table.key(rest));
  }

  Result<bool> take_versions(DocumentId document) {
    storage::ScanOptions options;
    options.prefix = storage::KeyBuilder().raw(document.key()).take();
    options.limit = versions_at_once;
    const auto versions = DMS_TRY(view_.scan(version_table, options));
    for (const VersionRecord& version : versions.items) {
      if (used_ >= budget) return false;
      DMS_TRY(take_version(version));
    }
    return versions.cursor.empty();
  }

  Result<void> take_version(const VersionRecord& version) {
    used_ += objects_a_version;
    const std::string key = version_table.key(version);
    DMS_TRY(commit_.erase(version_table, key));
    taken_.insert(key);
    for (const ContentFileRecord& file : version.files) {
      const ContentId content{{file.domain.value_or(Uuid{})}, file.sha256, file.size};
      commit_.release_content(content, version.id.value);
      if (DMS_TRY(is_shared(content))) continue;
      DMS_TRY(await_content(content));
      DMS_TRY(take_texts(content));
      DMS_TRY(take_recognition(content));
      DMS_TRY(take_rendition(content));
    }
    DMS_TRY(forget_upload(view_, commit_, version.id));
    ++erasure_.versions;
    return {};
  }

  // Whether an item keeps it, or a version names it that this commit does not take.
  Result<bool> is_shared(const ContentId& content) const {
    DMS_TRY(require_content_index(view_));
    if (DMS_TRY(is_kept_by_item(view_, content))) return true;
    storage::ScanOptions options;
    options.prefix = version_content_prefix(content);
    options.limit = taken_.size() + 1;
    for (const auto& entry : DMS_TRY(view_.read_index(version_table.name, "content", options))) {
      if (!taken_.contains(entry.record_key)) return true;
    }
    return false;
  }

  Result<void> take_texts(const ContentId& content) {
    for (std::uint32_t version = extraction_version; version > 0; --version) {
      const std::string key = document_text_key(content, version);
      const auto text = DMS_TRY(view_.find(document_text_table, key));
      if (!text) continue;
      DMS_TRY(commit_.erase(document_text_table, key));
      if (!text->text) continue;
      const ContentId rendition{content.domain, *text->text, text->text_size};
      commit_.release_content(rendition, text->id);
      DMS_TRY(await_content(rendition));
    }
    return {};
  }

  // What was read of its pages, all of it or so far.
  Result<void> take_recognition(const ContentId& content) {
    const auto recognition = DMS_TRY(find_recognition(view_, content));
    if (!recognition) return {};
    DMS_TRY(commit_.erase(recognition_table, recognition_table.key(*recognition)));
    release_parts(commit_, *recognition);
    for (const ContentId& part : parts_of(*recognition)) {
      used_ += objects_a_part;
      DMS_TRY(await_content(part));
    }
    return {};
  }

  Result<void> take_rendition(const ContentId& content) {
    const auto rendition = DMS_TRY(find_rendition_record(view_, content));
    if (!rendition) return {};
    DMS_TRY(commit_.erase(rendition_table, rendition_table.key(*rendition)));
    release_parts(commit_, *rendition);
    for (const ContentId& part : parts_of(*rendition)) {
      used_ += objects_a_part;
      DMS_TRY(await_content(part));
    }
    return {};
  }

  // To be seen leaving the disk.
  Result<void> await_content(const ContentId& content) {
    ErasureContentRecord awaited;
    awaited.erasure = erasure_.id;
    awaited.domain = content.domain.value;
    awaited.sha256 = content.sha256;
    awaited.size = content.size;
    if (!awaited_.insert(content).second ||
        DMS_TRY(view_.find(erasure_content_table, erasure_content_table.key(awaited)))) {
      return {};
    }
    ++erasure_.contents;
    erasure_.bytes_to_free += content.size;
    return commit_.put(erasure_content_table, awaited);
  }

  Result<bool> take_belongings(DocumentId document) {
    if (parts_.belongings == nullptr) return true;
    const std::size_t taken =
        DMS_TRY(parts_.belongings->erase(view_, commit_, document, belongings_at_once));
    used_ += taken;
    return taken < belongings_at_once;
  }

  // What the document came in as: it says the same of the same person. Its content is the
  // document's; what is left of it becomes a rest of its own.
  Result<void> take_items(DocumentId document) {
    storage::ScanOptions options;
    options.prefix = inbound_document_prefix(document);
    for (const InboundItemRecord& item :
         DMS_TRY(view_.scan_index(inbound_item_table, "document", options)).items) {
      DMS_TRY(commit_.erase(inbound_item_table, item.id.key()));
      commit_.append(object_event(Actor{}, "inbound_item.erased", item.id.value, item.inbox.value,
                                  encode_json(ErasedDetail{erasure_.id})));
      ErasureRestRecord rest;
      rest.erasure = erasure_.id;
      rest.kind = ErasureObjectKind::inbound_item;
      rest.object = item.id.value;
      rest.created_at = item.created_at;
      DMS_TRY(commit_.put(erasure_rest_table, rest));
      used_ += objects_an_item;
    }
    return {};
  }

  Result<bool> take_details(ErasureRestRecord& rest) {
    const auto entries =
        DMS_TRY(parts_.store.read_journal_of(rest.object, rest.details_before, details_at_once));
    for (const storage::JournalEntry& entry : entries) {
      rest.details_before = entry.sequence;
      // A dossier's history tells of documents, too, that lie elsewhere now.
      const bool is_own = rest.kind != ErasureObjectKind::dossier || entry.object == rest.object;
      if (!is_own || !entry.detail || is_kept(entry.kind)) continue;
      commit_.erase_event_detail(entry.sequence);
      ++used_;
    }
    return entries.size() < details_at_once;
  }

  const View& view_;
  const ErasureParts& parts_;
  ErasureRecord& erasure_;
  Commit commit_;
  std::size_t used_ = 0;
  std::set<std::string> taken_;  // versions, by key
  std::set<ContentId> awaited_;
};

}  // namespace

Result<Commit> take_rest(const View& view, const ErasureParts& parts, ErasureId id) {
  ErasureRecord erasure = DMS_TRY(view.get(erasure_table, id.key()));
  return RestTaker(view, parts, erasure).take();
}

}  // namespace dms
