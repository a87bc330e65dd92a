#pragma once

// INTERNAL to dms: what uploads and their writers ask of a record, and how a piece is cut.

#include <cstdint>

#include "dms/actor.h"
#include "dms/upload.h"
#include "dms/upload_record.h"
#include "storage/view.h"

namespace dms {

// Bytes after which a piece of an upload of this length ends: what a kill may cost.
std::uint64_t piece_bytes_max(std::uint64_t length);
// A last piece below this is written again with what follows it.
std::uint64_t short_piece_bytes(std::uint64_t length);

// The actor's upload, filed ones too; everything else is absent.
Result<UploadRecord> require_upload(const storage::View& view, const Actor& actor, UploadId upload,
                                    Instant now);
// The same, but filed ones are absent too.
Result<UploadRecord> require_open_upload(const storage::View& view, const Actor& actor,
                                         UploadId upload, Instant now);
// `conflict` where it was filed, or bytes are missing.
Result<void> require_whole(const UploadRecord& upload);

Error wrong_offset();
Upload to_value(const UploadRecord& record);

// Appends what `piece` holds to `writer`.
Result<void> copy_piece(const storage::Store& store, const UploadPieceRecord& piece,
                        storage::ContentWriter& writer);

}  // namespace dms
