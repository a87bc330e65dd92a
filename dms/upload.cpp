// Making, assembling, taking and ending uploads. Receiving their bytes: upload_writer.cpp.

#include "dms/upload.h"

#include <utility>
#include <vector>

#include "dms/base/text.h"
#include "dms/upload_rules.h"
#include "dms/upload_writer.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

// Uploads that one run of the sweep ends; the next goes on.
constexpr std::size_t sweep_batch = 100;

// What an upload holds goes back; `record` is left without pieces.
void release_pieces(Commit& commit, UploadRecord& record) {
  for (const UploadPieceRecord& piece : record.pieces) {
    commit.release_content(content_of(piece), piece.id);
  }
  record.pieces.clear();
}

Result<void> require_room(const View& view, const Actor& actor, std::size_t open_max) {
  storage::ScanOptions options;
  options.prefix = storage::KeyBuilder().raw(actor.user.key()).take();
  options.limit = open_max;
  const auto open = DMS_TRY(view.scan_index(upload_table, "user", options)).items;
  if (open.size() < open_max) return {};
  return fail(ErrorCode::rate_limited,
              "Sie haben zu viele angefangene Uploads. Beenden Sie zuerst einen davon.",
              "You have too many unfinished uploads. End one of them first.");
}

// Exactly one piece that is the whole, in the right domain: what a commit can take.
bool is_assembled(const UploadRecord& record, storage::KeyDomain domain) {
  return record.pieces.size() == 1 && record.pieces.front().size == record.length &&
         content_of(record.pieces.front()).domain == domain;
}

Result<storage::StagedContent> join_pieces(storage::Store& store, const UploadRecord& record,
                                           storage::KeyDomain domain) {
  const auto writer = DMS_TRY(store.write_content(domain));
  for (const UploadPieceRecord& piece : record.pieces) DMS_TRY(copy_piece(store, piece, *writer));
  storage::StagedContent joined = DMS_TRY(writer->finish());
  if (joined.id().size != record.length) {
    return fail(operator_error(ErrorCode::corrupt,
                               "upload " + record.id.text() + ": its pieces are not its length"));
  }
  return joined;
}

Result<ContentId> take_upload(const View& view, Commit& commit, const ContentTaking& taking,
                              UploadId upload) {
  UploadRecord record = DMS_TRY(require_upload(view, taking.actor, upload, taking.now));
  DMS_TRY(require_whole(record));
  if (!is_assembled(record, taking.domain)) {
    return fail(operator_error(ErrorCode::internal, "upload taken before it was assembled"));
  }
  const ContentId content = content_of(record.pieces.front());
  commit.name_content(content, taking.owner.value);
  release_pieces(commit, record);
  record.version = taking.owner;
  DMS_TRY(commit.put(upload_table, record));
  return content;
}

}  // namespace

Uploads::Uploads(storage::Store& store, const Clock& clock, UploadLimits limits)
    : store_(store), clock_(clock), limits_(limits) {}

Result<Upload> Uploads::create(const Actor& actor, const NewUpload& input) {
  if (input.length > limits_.bytes_max) {
    return fail(ErrorCode::too_large, "Die Datei ist zu groß.", "The file is too large.");
  }
  if (input.metadata.size() > upload_metadata_bytes_max) {
    return fail(invalid_field("/metadata", "Zu lang.", "Too long."));
  }
  UploadRecord record;
  record.file_name = DMS_TRY(clean_file_name(input.file_name, "/file_name"));
  record.metadata = input.metadata;
  record.length = input.length;
  record.user = actor.user;
  record.token = actor.token;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_room(view, actor, limits_.open_max));
    record.created = clock_.now();
    record.expires = record.created + limits_.age_max;
    record.id = UploadId::make(record.created);
    Commit commit(view);
    DMS_TRY(commit.insert(upload_table, record));
    return commit;
  }));
  return to_value(record);
}

Result<Upload> Uploads::get(const Actor& actor, UploadId upload) const {
  return store_.read<Upload>([&](const View& view) -> Result<Upload> {
    return to_value(DMS_TRY(require_open_upload(view, actor, upload, clock_.now())));
  });
}

Result<std::unique_ptr<UploadWriter>> Uploads::resume(const Actor& actor, UploadId upload,
                                                      std::uint64_t offset) {
  UploadRecord record = DMS_TRY(store_.read<UploadRecord>(
      [&](const View& view) { return require_open_upload(view, actor, upload, clock_.now()); }));
  if (offset_of(record) != offset) return fail(wrong_offset());
  auto state = std::unique_ptr<UploadWriter::State>(
      new UploadWriter::State{store_, clock_, limits_.age_max, actor, std::move(record)});
  return std::make_unique<UploadWriter>(std::move(state));
}

Result<void> Uploads::terminate(const Actor& actor, UploadId upload) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    UploadRecord record = DMS_TRY(require_open_upload(view, actor, upload, clock_.now()));
    Commit commit(view);
    release_pieces(commit, record);
    DMS_TRY(commit.erase(upload_table, upload.key()));
    return commit;
  }));
  return {};
}

Result<Upload> Uploads::assemble(const Actor& actor, UploadId id, storage::KeyDomain domain) {
  UploadRecord record = DMS_TRY(store_.read<UploadRecord>(
      [&](const View& view) { return require_upload(view, actor, id, clock_.now()); }));
  DMS_TRY(require_whole(record));
  const auto assembled = [&] {
    Upload upload = to_value(record);
    upload.content = content_of(record.pieces.front());
    return upload;
  };
  if (is_assembled(record, domain)) return assembled();
  const storage::StagedContent joined = DMS_TRY(join_pieces(store_, record, domain));
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    record = DMS_TRY(require_upload(view, actor, id, clock_.now()));
    DMS_TRY(require_whole(record));
    Commit commit(view);
    if (is_assembled(record, domain)) return commit;  // by another request, from the same bytes
    release_pieces(commit, record);
    UploadPieceRecord whole;
    whole.id = make_uuid_v7(clock_.now());
    whole.sha256 = joined.id().sha256;
    whole.size = joined.id().size;
    if (domain != storage::KeyDomain{}) whole.domain = domain.value;
    commit.name_content(joined, whole.id);
    record.pieces.push_back(std::move(whole));
    DMS_TRY(commit.put(upload_table, record));
    return commit;
  }));
  return assembled();
}

Result<std::size_t> Uploads::sweep() {
  using Found = std::vector<UploadRecord>;
  const Instant now = clock_.now();
  const Found oldest = DMS_TRY(store_.read<Found>([&](const View& view) -> Result<Found> {
    storage::ScanOptions options;
    options.limit = sweep_batch;
    return DMS_TRY(view.scan_index(upload_table, "expires", options)).items;
  }));
  std::size_t swept = 0;
  for (const UploadRecord& found : oldest) {
    if (found.expires > now) break;
    // A commit each: an upload of many pieces fills one.
    DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      auto record = DMS_TRY(view.find(upload_table, found.id.key()));
      if (!record || record->expires > now) return commit;
      release_pieces(commit, *record);
      DMS_TRY(commit.erase(upload_table, found.id.key()));
      return commit;
    }));
    ++swept;
  }
  return swept;
}

Result<ContentId> take_content(const View& view, Commit& commit, const ContentTaking& taking) {
  if (const auto* upload = std::get_if<UploadId>(&taking.source)) {
    return take_upload(view, commit, taking, *upload);
  }
  const auto& staged = std::get<storage::StagedContent>(taking.source);
  if (staged.id().domain != taking.domain) {
    return fail(operator_error(ErrorCode::internal, "content staged in another key domain"));
  }
  commit.name_content(staged, taking.owner.value);
  return staged.id();
}

}  // namespace dms
