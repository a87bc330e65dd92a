#include "dms/content_domain.h"

#include <algorithm>
#include <utility>

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::KeyDomain;
using storage::StagedContent;
using storage::View;

namespace {

constexpr std::size_t read_bytes = 1U << 20U;
constexpr std::size_t versions_max = 10'000;
// More than this many others need not be known by name.
constexpr std::size_t owners_looked_at = 10'000;

Result<std::vector<VersionRecord>> versions_of(const View& view, DocumentId document) {
  storage::ScanOptions options;
  options.prefix = std::string(document.key());
  options.limit = versions_max;
  return DMS_TRY(view.scan(version_table, options)).items;
}

ContentId content_of(const ContentFileRecord& file) {
  return {{file.domain.value_or(Uuid{})}, file.sha256, file.size};
}

}  // namespace

KeyDomain content_domain(ContentEncryption encryption, DossierId dossier) {
  return encryption == ContentEncryption::dossier ? KeyDomain{dossier.value} : KeyDomain{};
}

Result<StagedContent> copy_content(storage::Store& store, const ContentId& content,
                                   KeyDomain domain) {
  const auto reader = DMS_TRY(store.read_content(content));
  const auto writer = DMS_TRY(store.write_content(domain));
  for (std::uint64_t offset = 0; offset < content.size; offset += read_bytes) {
    DMS_TRY(writer->append(DMS_TRY(reader->read(offset, read_bytes))));
  }
  StagedContent copy = DMS_TRY(writer->finish());
  if (copy.id().sha256 == content.sha256 && copy.id().size == content.size) return copy;
  return fail(operator_error(
      ErrorCode::corrupt, "content " + content.sha256.hex() + ": other bytes than its digest's"));
}

namespace {

// What cannot be read any more, or was made anew meanwhile, is made in the other domain.
Result<void> copy_rendition_parts(storage::Store& store, KeyDomain target, CopiedContent& copied) {
  const RenditionRecord& rendition = *copied.rendition;
  if (rendition.preview) {
    copied.preview =
        DMS_TRY(copy_content(store, content_of(rendition, *rendition.preview), target));
  }
  if (rendition.thumbnail) {
    copied.thumbnail =
        DMS_TRY(copy_content(store, content_of(rendition, *rendition.thumbnail), target));
  }
  return {};
}

Result<void> copy_rendition(storage::Store& store, KeyDomain target, CopiedContent& copied) {
  const Result<void> done = copy_rendition_parts(store, target, copied);
  if (done) return {};
  const ErrorCode code = done.error().code;
  if (code != ErrorCode::corrupt && code != ErrorCode::not_found) return done;
  copied.preview.reset();
  copied.thumbnail.reset();
  copied.rendition->preview.reset();
  copied.rendition->thumbnail.reset();
  copied.rendition->state = RenditionState::waiting;
  return {};
}

}  // namespace

Result<CopiedContent> copy_with_text(storage::Store& store, const ContentId& content,
                                     KeyDomain target) {
  using Found = std::optional<DocumentTextRecord>;
  CopiedContent copied{DMS_TRY(copy_content(store, content, target))};
  // Of one state: a text that holds recognised pages with the record that says so.
  copied.text = DMS_TRY(store.read<Found>([&](const View& view) -> Result<Found> {
    copied.recognition = DMS_TRY(find_recognition(view, content));
    copied.rendition = DMS_TRY(find_rendition_record(view, content));
    return find_document_text_record(view, content);
  }));
  if (copied.text && copied.text->text) {
    copied.passage = DMS_TRY(
        copy_content(store, {content.domain, *copied.text->text, copied.text->text_size}, target));
  }
  if (copied.recognition) {
    for (const ContentId& part : parts_of(*copied.recognition)) {
      copied.parts.push_back(DMS_TRY(copy_content(store, part, target)));
    }
  }
  if (copied.rendition) DMS_TRY(copy_rendition(store, target, copied));
  return copied;
}

namespace {

Result<void> keep_recognition(const View& view, Commit& commit, const CopiedContent& copied) {
  if (!copied.recognition || DMS_TRY(find_recognition(view, copied.original.id()))) return {};
  RecognitionRecord record = *copied.recognition;
  record.id = make_uuid_v7(record.requested_at);
  record.domain = copied.original.id().domain.value;
  for (const StagedContent& part : copied.parts) commit.name_content(part, record.id);
  return commit.put(recognition_table, record);
}

Result<void> keep_rendition(const View& view, Commit& commit, const CopiedContent& copied) {
  if (!copied.rendition || DMS_TRY(find_rendition_record(view, copied.original.id()))) return {};
  RenditionRecord record = *copied.rendition;
  record.id = make_uuid_v7(record.requested_at);
  record.domain = copied.original.id().domain.value;
  // Pictures of pages are drawn again for whoever leafs there.
  record.images.reset();
  record.images_wanted.reset();
  if (copied.preview) commit.name_content(*copied.preview, record.id);
  if (copied.thumbnail) commit.name_content(*copied.thumbnail, record.id);
  return commit.put(rendition_table, record);
}

}  // namespace

Result<void> keep_text(const View& view, Commit& commit, const CopiedContent& copied) {
  if (!copied.text || DMS_TRY(find_document_text_record(view, copied.original.id()))) return {};
  DMS_TRY(keep_recognition(view, commit, copied));
  DMS_TRY(keep_rendition(view, commit, copied));
  DocumentTextRecord record = *copied.text;
  record.id = make_uuid_v7(record.extracted_at);
  record.domain = copied.original.id().domain.value;
  DMS_TRY(commit.put(document_text_table, record));
  if (copied.passage) commit.name_content(*copied.passage, record.id);
  return {};
}

Result<void> drop_text(const storage::Store& store, const View& view, Commit& commit,
                       const ContentId& content, const std::set<Uuid>& owners) {
  const auto present = DMS_TRY(find_document_text_record(view, content));
  const auto recognition = DMS_TRY(find_recognition(view, content));
  const auto rendition = DMS_TRY(find_rendition_record(view, content));
  // A text file's text is the same bytes, so that one content, once more.
  const auto stays = [&](const Uuid& owner) {
    return !owners.contains(owner) && !(present && owner == present->id);
  };
  const auto all = DMS_TRY(store.content_owners(content, owners_looked_at));
  if (std::any_of(all.begin(), all.end(), stays)) return {};
  if (recognition) {
    release_parts(commit, *recognition);
    DMS_TRY(commit.erase(recognition_table, recognition_table.key(*recognition)));
  }
  if (rendition) {
    release_parts(commit, *rendition);
    DMS_TRY(commit.erase(rendition_table, rendition_table.key(*rendition)));
  }
  if (!present) return {};
  if (present->text) {
    commit.release_content({content.domain, *present->text, present->text_size}, present->id);
  }
  return commit.erase(document_text_table, document_text_table.key(*present));
}

bool DomainChange::is_elsewhere(const ContentFileRecord& file) const {
  return file.domain && *file.domain != Uuid{} && *file.domain != target_.value;
}

Result<void> DomainChange::stage(DocumentId document) {
  using Versions = std::vector<VersionRecord>;
  const Versions versions = DMS_TRY(store_.read<Versions>(
      [&](const View& view) -> Result<Versions> { return versions_of(view, document); }));
  for (const VersionRecord& version : versions) {
    for (const ContentFileRecord& file : version.files) {
      const ContentId content = content_of(file);
      if (!is_elsewhere(file) || copied_.contains(content)) continue;
      copied_.emplace(content, DMS_TRY(copy_with_text(store_, content, target_)));
    }
  }
  return {};
}

Result<bool> DomainChange::apply(const View& view, Commit& commit, DocumentId document) const {
  std::set<Uuid> moved;
  std::set<ContentId> left;
  for (VersionRecord& version : DMS_TRY(versions_of(view, document))) {
    bool is_changed = false;
    for (ContentFileRecord& file : version.files) {
      if (!is_elsewhere(file)) continue;
      const ContentId from = content_of(file);
      const auto found = copied_.find(from);
      if (found == copied_.end()) return false;
      commit.name_content(found->second.original, version.id.value);
      commit.release_content(from, version.id.value);
      file.domain = target_.value;
      if (target_ == KeyDomain{}) file.domain.reset();
      left.insert(from);
      is_changed = true;
    }
    if (!is_changed) continue;
    moved.insert(version.id.value);
    DMS_TRY(commit.put(version_table, version));
  }
  for (const ContentId& from : left) {
    DMS_TRY(keep_text(view, commit, copied_.at(from)));
    DMS_TRY(drop_text(store_, view, commit, from, moved));
  }
  return true;
}

}  // namespace dms
