#include "dms/upload_record.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;
using Keys = std::vector<std::string>;

const storage::Table<UploadRecord> upload_table{
    "upload",
    [](const UploadRecord& upload) { return std::string(upload.id.key()); },
    {{"user", IndexKind::multiple,
      [](const UploadRecord& upload) {
        if (upload.version) return Keys{};
        return Keys{KeyBuilder().raw(upload.user.key()).take()};
      }},
     {"expires", IndexKind::multiple, [](const UploadRecord& upload) {
        const auto at = static_cast<std::uint64_t>(to_unix_microseconds(upload.expires));
        return Keys{KeyBuilder().number(at).take()};
      }}}};

std::uint64_t offset_of(const UploadRecord& upload) {
  std::uint64_t offset = 0;
  for (const UploadPieceRecord& piece : upload.pieces) offset += piece.size;
  return offset;
}

storage::ContentId content_of(const UploadPieceRecord& piece) {
  return {{piece.domain.value_or(Uuid{})}, piece.sha256, piece.size};
}

}  // namespace dms
