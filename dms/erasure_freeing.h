#pragma once

// INTERNAL to the erasure code: what was taken leaves the disk. What is remembered here in memory
// is only what was reached already; a restart begins again and comes to the same end.

#include <cstdint>
#include <map>
#include <vector>

#include "dms/erasure_steps.h"

namespace dms {

// One thread at a time.
class ErasureRun::Freeing {
 public:
  explicit Freeing(const ErasureParts& parts) : parts_(parts) {}

  // Goes on with all that are being freed. True where one has come further; false where they wait
  // for something else to end: for the indexer, a reader, a backup.
  Result<bool> go_on(const std::vector<ErasureRecord>& erasures);

 private:
  // Whether the search index holds none of their words, in no block of its files.
  Result<bool> clear_index(const ErasureRecord& erasure);
  // What of its dossiers lies in old backups, sealed with a key of the dossier's own, is unreadable
  // from then on.
  Result<void> destroy_keys(const ErasureRecord& erasure);
  // Whether each content that it released has left the disk, or is somebody else's; what has left
  // is counted then.
  Result<bool> see_contents_go(const ErasureRecord& erasure);
  Result<void> forget_contents(ErasureId id);
  Result<void> end(ErasureId id);

  const ErasureParts& parts_;
  // The journal's head when an erasure was first met here: its events are not behind it.
  std::map<ErasureId, std::uint64_t> heads_;
  std::uint64_t index_cleared_through_ = 0;  // a sequence of the journal
  // Of these only the tables are left to write anew, which one pass does for all.
  std::vector<ErasureId> ready_;
  std::uint64_t mark_ = 0;
};

}  // namespace dms
