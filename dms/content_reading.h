#pragma once

// INTERNAL to dms: what opening a content takes, be it a document's or an inbound item's.

#include <string>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/version.h"
#include "storage/store.h"

namespace dms {

// Puts into the chain of reads that `actor` opens `object`: no byte of it is sent before.
// `unavailable` where that cannot be kept.
Result<void> record_read(storage::Store& store, const Actor& actor, std::string_view kind,
                         const Uuid& object);

// A file as far as looking at it goes.
struct LookedAt {
  storage::ContentId content;
  std::string mime_type;
  std::string file_name;
};
// The file itself where `shown` takes its type, else its PDF preview. No rights are checked, and
// nothing is recorded.
Result<OpenedPreview> preview_of(storage::Store& store, const LookedAt& file,
                                 bool (*shown)(std::string_view mime_type));
Result<OpenedPreview> thumbnail_of(storage::Store& store, const LookedAt& file);

// What Document::preview_state tells.
Result<RenditionState> preview_state(const storage::View& view, const storage::ContentId& content,
                                     std::string_view mime_type);

}  // namespace dms
