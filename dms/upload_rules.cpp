#include "dms/upload_rules.h"

#include <algorithm>

#include "dms/permission.h"

namespace dms {

namespace {

constexpr std::uint64_t mebibyte = 1ULL << 20U;
// What bounds a record's size and a commit's objects, however long the upload.
constexpr std::uint64_t pieces_max = 512;  // and a short one
constexpr std::uint64_t read_bytes = mebibyte;

constexpr std::uint64_t share_of(std::uint64_t length) {
  return length / pieces_max + (length % pieces_max == 0 ? 0 : 1);
}

}  // namespace

std::uint64_t piece_bytes_max(std::uint64_t length) {
  return std::max(16 * mebibyte, share_of(length));
}

std::uint64_t short_piece_bytes(std::uint64_t length) {
  return std::max(mebibyte, share_of(length));
}

Result<UploadRecord> require_upload(const storage::View& view, const Actor& actor, UploadId upload,
                                    Instant now) {
  auto record = DMS_TRY(view.find(upload_table, upload.key()));
  const bool is_mine = record && record->user == actor.user && record->token == actor.token;
  if (!is_mine || record->expires <= now) return fail(absent_object());
  return std::move(*record);
}

Result<UploadRecord> require_open_upload(const storage::View& view, const Actor& actor,
                                         UploadId upload, Instant now) {
  UploadRecord record = DMS_TRY(require_upload(view, actor, upload, now));
  if (record.version) return fail(absent_object());
  return record;
}

Result<void> require_whole(const UploadRecord& upload) {
  if (upload.version) {
    return fail(ErrorCode::conflict, "Dieser Upload wurde schon abgelegt.",
                "This upload has been filed already.");
  }
  if (offset_of(upload) != upload.length) {
    return fail(ErrorCode::conflict, "Dieser Upload ist noch nicht vollständig.",
                "This upload is not complete yet.");
  }
  return {};
}

Error wrong_offset() {
  return make_error(ErrorCode::conflict,
                    "Der Upload steht an einer anderen Stelle. Fragen Sie Upload-Offset neu ab.",
                    "The upload stands at another offset. Ask for Upload-Offset again.");
}

Upload to_value(const UploadRecord& record) {
  return {record.id,
          record.length,
          offset_of(record),
          record.file_name,
          record.metadata,
          record.expires,
          {}};
}

Result<void> copy_piece(const storage::Store& store, const UploadPieceRecord& piece,
                        storage::ContentWriter& writer) {
  const auto reader = DMS_TRY(store.read_content(content_of(piece)));
  for (std::uint64_t offset = 0; offset < piece.size; offset += read_bytes) {
    DMS_TRY(writer.append(DMS_TRY(reader->read(offset, read_bytes))));
  }
  return {};
}

}  // namespace dms
