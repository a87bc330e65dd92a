#pragma once

// Contents that are made of an original: texts, recognised pages, renditions. Where one of them
// rots it is made anew from the original, by whatever made it first; and what is made anew is often
// the same, byte for byte, as what lies there damaged.

#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/log.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

// Stages bytes that were made of an original. Equal ones that lie here damaged get them, so that
// their name stands for whole bytes again; for that, what lies here already is read once.
Result<storage::StagedContent> stage_derived(storage::Store& store, storage::KeyDomain domain,
                                             std::string_view bytes);

// What is wrong with the stored text of `original`, for the operator; nullopt where it is whole, or
// none is stored. Reads all of it.
Result<std::optional<std::string>> find_text_damage(const storage::Store& store,
                                                    const storage::ContentId& original);

// Logs that, where it is so: whoever cannot read a text goes on without it.
void note_text_damage(const storage::Store& store, const storage::ContentId& original, Log& log,
                      const std::string& tenant);

struct GivenUpContents {
  // Whose texts are damaged. Each is still named, and its documents' histories tell that it is to
  // be read again, so that the indexer does so.
  std::vector<storage::ContentId> originals_of_texts;
  std::uint64_t recognitions = 0;  // whose pages are to be read again
  std::uint64_t renditions = 0;    // previews, thumbnails and pictures of pages that were let go
};

// Has made anew what is derived among `damaged`: recognised pages and renditions are let go of and
// wait for their makers again, texts see above. Each content is read before, so that one too many
// does no harm. What is an original as well (a text file's text may be) nobody can make: it stays.
// Looks through all records of what is derived; `unavailable` once `is_cancelled` or where the
// store fails meanwhile.
Result<GivenUpContents> give_up_damaged(storage::Store& store,
                                        const std::set<Sha256Digest>& damaged, Instant now,
                                        const std::atomic<bool>* is_cancelled = nullptr);

}  // namespace dms
