#include "dms/upload_record.h"

#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;
using Keys = std::vector<std::string>;

namespace {

Keys version_keys(const UploadRecord& upload) {
  if (!upload.version) return {};
  return {KeyBuilder().raw(upload.version->key()).take()};
}

// The index came later than its table (storage/table.h).
std::string first_version() {
  return "1";
}

}  // namespace

const storage::Table<UploadRecord> upload_table{
    "upload",
    [](const UploadRecord& upload) { return std::string(upload.id.key()); },
    {{"user", IndexKind::multiple,
      [](const UploadRecord& upload) {
        if (upload.version) return Keys{};
        return Keys{KeyBuilder().raw(upload.user.key()).take()};
      }},
     {"expires", IndexKind::multiple,
      [](const UploadRecord& upload) {
        const auto at = static_cast<std::uint64_t>(to_unix_microseconds(upload.expires));
        return Keys{KeyBuilder().number(at).take()};
      }},
     {"version", IndexKind::unique, version_keys, first_version}}};

Result<void> forget_upload(const storage::View& view, storage::Commit& commit, VersionId version) {
  DMS_TRY(view.require_built(upload_table.name, "version", first_version()));
  const auto key = DMS_TRY(
      view.read_unique(upload_table.name, "version", KeyBuilder().raw(version.key()).take()));
  return key ? commit.erase(upload_table, *key) : Result<void>();
}

std::uint64_t offset_of(const UploadRecord& upload) {
  std::uint64_t offset = 0;
  for (const UploadPieceRecord& piece : upload.pieces) offset += piece.size;
  return offset;
}

storage::ContentId content_of(const UploadPieceRecord& piece) {
  return {{piece.domain.value_or(Uuid{})}, piece.sha256, piece.size};
}

}  // namespace dms
