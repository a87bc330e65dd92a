#include "dms/document_restore.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/erased_objects.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

constexpr std::size_t block_bytes = 1U << 20U;
constexpr std::size_t versions_per_commit = 200;

// FOR EVER: the detail of the events.
struct RestoreDetail {
  std::uint32_t generation = 0;
  Instant made;
  std::string part;
  std::string asked_by;
};
BOOST_DESCRIBE_STRUCT(RestoreDetail, (), (generation, made, part, asked_by))

struct StoredDocument {
  DocumentRecord record;
  std::vector<VersionRecord> versions;  // by number; those that are there
};

Result<std::optional<StoredDocument>> find_stored(const storage::Store& store, DocumentId id) {
  using Found = std::optional<StoredDocument>;
  return store.read<Found>([&](const View& view) -> Result<Found> {
    auto record = DMS_TRY(view.find(document_table, id.key()));
    if (!record) return Found();
    Found found(StoredDocument{std::move(*record), {}});
    for (std::uint32_t number = 1; number <= found->record.current_version; ++number) {
      auto version = DMS_TRY(view.find(version_table, version_key(id, number)));
      if (version) found->versions.push_back(std::move(*version));
    }
    return found;
  });
}

std::vector<ContentId> contents_of(const VersionRecord& version) {
  std::vector<ContentId> contents;
  for (const ContentFileRecord& file : version.files) {
    contents.push_back({{file.domain.value_or(Uuid{})}, file.sha256, file.size});
  }
  return contents;
}

// Whether two versions of one number are the same one.
bool is_same(const VersionRecord& left, const VersionRecord& right) {
  return left.id == right.id && contents_of(left) == contents_of(right);
}

// What people set, and where it stands; not how often and when it was changed.
std::string described(DocumentRecord record) {
  record.dossier = {};
  record.current_version = 1;
  record.revision = 1;
  record.modified_at = {};
  record.modified_by = {};
  return encode_json(record);
}

// False where bytes are missing or others. What else fails is an Error.
Result<bool> is_whole(const storage::ContentReader& reader) {
  Sha256 hash;
  for (std::uint64_t offset = 0; offset < reader.id().size;) {
    const auto block = reader.read(offset, block_bytes);
    if (!block && block.error().code == ErrorCode::corrupt) return false;
    if (!block) return fail(block.error());
    if (block->empty()) return false;
    hash.update(*block);
    offset += block->size();
  }
  return hash.finish() == reader.id().sha256;
}

// Contents that a commit is about to name. Readers hold leases.
struct Provided {
  std::vector<std::pair<storage::StagedContent, Uuid>> staged;
  std::vector<std::pair<ContentId, Uuid>> present;
  std::vector<std::shared_ptr<storage::ContentReader>> leases;
};

class DocumentRestore {
 public:
  DocumentRestore(const RestoreJob& job, StoredDocument old) : job_(job), old_(std::move(old)) {}

  Result<void> run();

 private:
  bool is_check() const { return job_.options.is_check; }
  Result<void> bring_back();
  Result<void> complete(const StoredDocument& present);
  Result<void> mend_contents(const StoredDocument& present);
  Result<void> mend(const ContentId& content);
  Result<void> overwrite(const StoredDocument& present);
  std::vector<VersionRecord> missing_versions(const StoredDocument& present);
  Result<void> add_versions(const std::vector<VersionRecord>& versions);
  Result<Commit> decide_versions(const View& view, const std::vector<VersionRecord>& batch,
                                 const Provided& provided) const;
  Result<void> provide(const VersionRecord& version, Provided& provided);
  Result<storage::StagedContent> copy(const ContentId& content);
  storage::Event event(const DossierId& dossier, std::string_view part) const {
    return restore_event(job_, document_restored, old_.record.id.value, dossier.value, part);
  }

  const RestoreJob& job_;
  const StoredDocument old_;
};

Result<void> DocumentRestore::run() {
  const auto present = DMS_TRY(find_stored(job_.store, old_.record.id));
  ++job_.report.documents;
  return present ? complete(*present) : bring_back();
}

Result<void> DocumentRestore::bring_back() {
  if (DMS_TRY(was_erased(job_.store, old_.record.id.value))) {
    ++job_.report.documents_erased;
    return {};
  }
  ++job_.report.documents_missing;
  return is_check() ? Result<void>() : add_versions(old_.versions);
}

Result<void> DocumentRestore::complete(const StoredDocument& present) {
  if (present.record.dossier != old_.record.dossier) ++job_.report.documents_elsewhere;
  DMS_TRY(mend_contents(present));
  const std::vector<VersionRecord> missing = missing_versions(present);
  job_.report.versions_missing += missing.size();
  if (!is_check()) DMS_TRY(add_versions(missing));
  if (described(present.record) == described(old_.record)) return {};
  ++job_.report.documents_differing;
  return is_check() || !job_.options.overwrite ? Result<void>() : overwrite(present);
}

// Up to the first number that another version has: behind it the histories part.
std::vector<VersionRecord> DocumentRestore::missing_versions(const StoredDocument& present) {
  std::vector<VersionRecord> missing;
  for (auto at = old_.versions.begin(); at != old_.versions.end(); ++at) {
    const auto same = std::ranges::find(present.versions, at->number, &VersionRecord::number);
    if (same == present.versions.end()) {
      missing.push_back(*at);
    } else if (!is_same(*same, *at)) {
      job_.report.versions_conflicting += static_cast<std::uint64_t>(old_.versions.end() - at);
      break;
    }
  }
  return missing;
}

Result<void> DocumentRestore::mend_contents(const StoredDocument& present) {
  for (const VersionRecord& version : old_.versions) {
    const auto same = std::ranges::find(present.versions, version.number, &VersionRecord::number);
    if (same == present.versions.end() || !is_same(*same, version)) continue;
    for (const ContentId& content : contents_of(version)) DMS_TRY(mend(content));
  }
  return {};
}

Result<void> DocumentRestore::mend(const ContentId& content) {
  const auto reader = job_.store.read_content(content);
  if (!reader && reader.error().code != ErrorCode::not_found) return fail(reader.error());
  if (reader && DMS_TRY(is_whole(**reader))) return {};
  ++job_.report.contents_damaged;
  if (is_check()) return {};
  DMS_TRY(job_.store.repair_content(*DMS_TRY(job_.source.store.read_content(content))));
  DMS_TRY(job_.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    commit.append(event(old_.record.dossier, "content"));
    return commit;
  }));
  return {};
}

// Adds versions of the backup in commits of a bounded size; the first brings the document, too,
// where it is not there. Each leaves a document whose newest version is there.
Result<void> DocumentRestore::add_versions(const std::vector<VersionRecord>& versions) {
  for (std::size_t begin = 0; begin < versions.size(); begin += versions_per_commit) {
    const std::size_t end = std::min(begin + versions_per_commit, versions.size());
    const std::vector<VersionRecord> batch(versions.begin() + static_cast<std::ptrdiff_t>(begin),
                                           versions.begin() + static_cast<std::ptrdiff_t>(end));
    Provided provided;
    for (const VersionRecord& version : batch) DMS_TRY(provide(version, provided));
    DMS_TRY(job_.store.commit(
        [&](const View& view) { return decide_versions(view, batch, provided); }));
  }
  return {};
}

Result<Commit> DocumentRestore::decide_versions(const View& view,
                                                const std::vector<VersionRecord>& batch,
                                                const Provided& provided) const {
  Commit commit(view);
  auto record = DMS_TRY(view.find(document_table, old_.record.id.key()));
  const bool is_new = !record;
  if (is_new) {
    record = old_.record;
    record->current_version = 1;
  }
  for (const VersionRecord& version : batch) {
    DMS_TRY(commit.insert(version_table, version));
    record->current_version = std::max(record->current_version, version.number);
  }
  const bool is_as_it_was =
      described(*record) == described(old_.record) && record->revision == old_.record.revision;
  if (!is_as_it_was) stamp_modified(*record, {job_.clock.now(), UserId{}});
  DMS_TRY(commit.put(document_table, *record));
  for (const auto& [content, owner] : provided.staged) commit.name_content(content, owner);
  for (const auto& [content, owner] : provided.present) commit.name_content(content, owner);
  commit.append(event(record->dossier, is_new ? "document" : "versions"));
  return commit;
}

// Has the store hold a version's contents, undamaged.
Result<void> DocumentRestore::provide(const VersionRecord& version, Provided& provided) {
  for (const ContentId& content : contents_of(version)) {
    const auto reader = job_.store.read_content(content);
    if (!reader && reader.error().code != ErrorCode::not_found) return fail(reader.error());
    if (!reader) {
      provided.staged.emplace_back(DMS_TRY(copy(content)), version.id.value);
      continue;
    }
    if (!DMS_TRY(is_whole(**reader))) {
      ++job_.report.contents_damaged;
      DMS_TRY(job_.store.repair_content(*DMS_TRY(job_.source.store.read_content(content))));
    }
    provided.present.emplace_back(content, version.id.value);
    provided.leases.push_back(*reader);
  }
  return {};
}

Result<storage::StagedContent> DocumentRestore::copy(const ContentId& content) {
  const auto reader = DMS_TRY(job_.source.store.read_content(content));
  const auto writer = DMS_TRY(job_.store.write_content(content.domain));
  for (std::uint64_t offset = 0; offset < content.size;) {
    const std::string block = DMS_TRY(reader->read(offset, block_bytes));
    if (block.empty()) break;
    DMS_TRY(writer->append(block));
    offset += block.size();
  }
  storage::StagedContent staged = DMS_TRY(writer->finish());
  if (staged.id() == content) return staged;
  return fail(operator_error(ErrorCode::corrupt, "the backup's content " + content.sha256.hex() +
                                                     " is not what its name says"));
}

// As it was described then. It stays where it is, with the versions it has; out of the bin it
// comes, but not into it.
Result<void> DocumentRestore::overwrite(const StoredDocument& present) {
  DMS_TRY(job_.store.commit([&](const View& view) -> Result<Commit> {
    const DocumentRecord now = DMS_TRY(view.get(document_table, old_.record.id.key()));
    if (now.revision != present.record.revision && described(now) != described(present.record)) {
      return fail(stale_version());  // somebody is at it: that counts more
    }
    DocumentRecord record = old_.record;
    record.dossier = now.dossier;
    record.current_version = now.current_version;
    record.revision = now.revision;
    if (record.binned_at && !now.binned_at) {
      record.binned_at.reset();
      record.binned_by.reset();
    }
    stamp_modified(record, {job_.clock.now(), UserId{}});
    Commit commit(view);
    DMS_TRY(commit.put(document_table, record));
    commit.append(event(record.dossier, "metadata"));
    return commit;
  }));
  return {};
}

}  // namespace

storage::Event restore_event(const RestoreJob& job, std::string_view kind, const Uuid& object,
                             const Uuid& parent, std::string_view part) {
  const storage::BackupGeneration& generation = job.source.generation;
  return object_event(Actor{}, kind, object, parent,
                      encode_json(RestoreDetail{generation.number, generation.time,
                                                std::string(part), job.options.asked_by}));
}

Result<void> restore_document(const RestoreJob& job, DocumentId document) {
  auto old = DMS_TRY(find_stored(job.source.store, document));
  if (!old) return {};
  return DocumentRestore(job, std::move(*old)).run();
}

}  // namespace dms
