#include "dms/erasure_freeing.h"

#include <utility>

#include "dms/base/json_codec.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/inbox_record.h"
#include "dms/recognition_record.h"
#include "dms/rendition_record.h"

namespace dms {

using storage::Commit;
using storage::ContentState;
using storage::View;

namespace {

constexpr std::size_t contents_at_once = 1000;

struct DoneObject {
  ErasureObjectKind kind = ErasureObjectKind::document;
  Uuid id;
  ErasureObjectState state = ErasureObjectState::waiting;
  std::optional<std::string> file_reference;
};
BOOST_DESCRIBE_STRUCT(DoneObject, (), (kind, id, state, file_reference))

// The protocol. A detail like others: where the law wants even this to go, the chain stays whole.
struct DoneDetail {
  std::string reason;
  UserId proposed_by;
  std::optional<UserId> proposed_for;
  std::optional<UserId> released_by;
  std::optional<UserId> released_for;
  std::uint64_t dossiers = 0;
  std::uint64_t documents = 0;
  std::uint64_t documents_left_out = 0;
  std::uint64_t versions = 0;
  std::uint64_t bytes_freed = 0;
  std::vector<DoneObject> objects;
};
BOOST_DESCRIBE_STRUCT(DoneDetail, (),
                      (reason, proposed_by, proposed_for, released_by, released_for, dossiers,
                       documents, documents_left_out, versions, bytes_freed, objects))

std::string protocol(const ErasureRecord& erasure) {
  DoneDetail detail{erasure.reason,
                    erasure.created_by,
                    erasure.proposed_for,
                    erasure.released_by,
                    erasure.released_for,
                    erasure.dossiers,
                    erasure.documents,
                    erasure.documents_left_out,
                    erasure.versions,
                    erasure.bytes_freed.value_or(0),
                    {}};
  for (const ErasureObjectRecord& object : erasure.objects) {
    detail.objects.push_back({object.kind, object.id, object.state, object.file_reference});
  }
  return encode_json(detail);
}

using Contents = storage::Scanned<ErasureContentRecord>;

Result<Contents> awaited_contents(const View& view, ErasureId id, std::string after) {
  storage::ScanOptions options;
  options.prefix = erasure_prefix(id);
  options.after = std::move(after);
  options.limit = contents_at_once;
  return view.scan(erasure_content_table, options);
}

// Whether a version, item or text is still sealed with the domain's keys.
Result<bool> is_domain_used(const View& view, storage::KeyDomain domain) {
  storage::ScanOptions options;
  options.prefix = storage::KeyBuilder().raw(raw_bytes(domain.value)).take();
  options.limit = 1;
  if (!DMS_TRY(view.scan_index(version_table, "content", options)).items.empty()) return true;
  if (DMS_TRY(view.count_index(inbound_item_table.name, "content", options)) > 0) return true;
  if (!DMS_TRY(view.read_keys(recognition_table.name, options)).empty()) return true;
  if (!DMS_TRY(view.read_keys(rendition_table.name, options)).empty()) return true;
  return !DMS_TRY(view.read_keys(document_text_table.name, options)).empty();
}

}  // namespace

Result<bool> ErasureRun::Freeing::go_on(const std::vector<ErasureRecord>& erasures) {
  if (ready_.empty()) {
    for (const ErasureRecord& erasure : erasures) {
      if (!DMS_TRY(clear_index(erasure))) continue;
      DMS_TRY(destroy_keys(erasure));
      if (!DMS_TRY(see_contents_go(erasure))) continue;
      DMS_TRY(forget_contents(erasure.id));
      ready_.push_back(erasure.id);
    }
    if (ready_.empty()) return false;
    mark_ = parts_.store.erasure_mark();
  }
  if (!DMS_TRY(parts_.store.purge_erased(mark_))) return false;
  for (const ErasureId id : ready_) DMS_TRY(end(id));
  ready_.clear();
  return true;
}

Result<bool> ErasureRun::Freeing::clear_index(const ErasureRecord& erasure) {
  if (parts_.index == nullptr || parts_.indexer == nullptr) return true;
  const std::uint64_t head =
      heads_.try_emplace(erasure.id, parts_.store.journal_head().sequence).first->second;
  if (index_cleared_through_ >= head) return true;
  const IndexingState indexing = parts_.indexer->state();
  if (indexing.failed) {
    return fail(operator_error(ErrorCode::unavailable, "the search index takes nothing more"));
  }
  if (indexing.indexed_sequence < head) return false;
  DMS_TRY(parts_.index->compact(0));
  index_cleared_through_ = indexing.indexed_sequence;
  return true;
}

Result<void> ErasureRun::Freeing::destroy_keys(const ErasureRecord& erasure) {
  if (parts_.content_keys == nullptr || erasure.bytes_freed) return {};
  std::vector<storage::KeyDomain> domains;
  for (const ErasureObjectRecord& object : erasure.objects) {
    if (object.kind != ErasureObjectKind::dossier) continue;
    if (object.state != ErasureObjectState::destroyed) continue;
    domains.push_back({object.id});
  }
  const bool is_used = DMS_TRY(parts_.store.read<bool>([&](const View& view) -> Result<bool> {
    for (const storage::KeyDomain domain : domains) {
      if (DMS_TRY(is_domain_used(view, domain))) return true;
    }
    return false;
  }));
  // Nobody's document may be lost to another dossier's end.
  if (is_used) {
    return fail(operator_error(ErrorCode::internal,
                               "erasure " + to_string(erasure.id.value) +
                                   ": contents of other documents lie in a destroyed dossier's "
                                   "key domain; its keys are kept"));
  }
  return parts_.content_keys->destroy(domains);
}

Result<bool> ErasureRun::Freeing::see_contents_go(const ErasureRecord& erasure) {
  if (erasure.bytes_freed) return true;
  DMS_TRY(parts_.store.sweep_content());
  std::uint64_t freed = 0;
  std::string after;
  do {
    const Contents page = DMS_TRY(parts_.store.read<Contents>(
        [&](const View& view) { return awaited_contents(view, erasure.id, after); }));
    for (const ErasureContentRecord& content : page.items) {
      const auto state =
          DMS_TRY(parts_.store.content_state({{content.domain}, content.sha256, content.size}));
      if (state == ContentState::leaving) return false;
      if (state == ContentState::gone) freed += content.size;
    }
    after = page.cursor;
  } while (!after.empty());
  // A text of one of them that was being made has been let go with it, perhaps behind the sweep.
  DMS_TRY(parts_.store.sweep_content());
  DMS_TRY(parts_.store.commit([&](const View& view) -> Result<Commit> {
    ErasureRecord record = DMS_TRY(view.get(erasure_table, erasure.id.key()));
    record.bytes_freed = freed;
    Commit commit(view);
    DMS_TRY(commit.put(erasure_table, record));
    return commit;
  }));
  return true;
}

Result<void> ErasureRun::Freeing::forget_contents(ErasureId id) {
  bool any = true;
  while (any) {
    DMS_TRY(parts_.store.commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      const Contents page = DMS_TRY(awaited_contents(view, id, ""));
      any = !page.items.empty();
      for (const ErasureContentRecord& content : page.items) {
        DMS_TRY(commit.erase(erasure_content_table, erasure_content_table.key(content)));
      }
      return commit;
    }));
  }
  return {};
}

Result<void> ErasureRun::Freeing::end(ErasureId id) {
  DMS_TRY(parts_.store.commit([&](const View& view) -> Result<Commit> {
    ErasureRecord record = DMS_TRY(view.get(erasure_table, id.key()));
    Commit commit(view);
    if (record.state != ErasureState::freeing) return commit;
    record.state = ErasureState::done;
    record.ended_at = parts_.clock.now();
    stamp_modified(record, {*record.ended_at, UserId{}});
    DMS_TRY(commit.put(erasure_table, record));
    commit.append(
        object_event(Actor{}, "erasure.done", record.id.value, std::nullopt, protocol(record)));
    return commit;
  }));
  return {};
}

}  // namespace dms
