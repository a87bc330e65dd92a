#pragma once

// INTERNAL to dms: what an UploadWriter knows.

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/time.h"
#include "dms/upload.h"
#include "dms/upload_record.h"
#include "storage/store.h"

namespace dms {

struct UploadWriter::State {
  storage::Store& store;
  const Clock& clock;
  const std::chrono::hours age_max;
  const Actor actor;
  UploadRecord record;  // as committed last

  // The piece being received; nullptr between pieces.
  std::unique_ptr<storage::ContentWriter> piece = nullptr;
  std::uint64_t piece_bytes = 0;                // in it
  std::uint64_t fresh_bytes = 0;                // of them: not committed before
  std::optional<Uuid> repeated = std::nullopt;  // the short last piece that it begins with
  bool has_failed = false;

  Result<void> take(std::string_view bytes);
  Result<void> begin_piece();
  // Commits the piece; nothing happens where there is none.
  Result<void> keep_piece();
  // Leaves in `grown` the record with the piece.
  Result<storage::Commit> decide(const storage::View& view, const storage::StagedContent& staged,
                                 UploadRecord& grown);
};

}  // namespace dms
