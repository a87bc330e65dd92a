#pragma once

// Carries out what was released (erasure.h), a piece at a time: a job whose plan and place lie in
// the store, so that a kill anywhere costs a piece and nothing else.
//
//   taking    Bounded commits take documents and dossiers away: record, index entries, access list,
//             in one with the event `document.erased` or `dossier.erased` that the search index
//             follows. From then on they are absent. The guard is asked in the same commit; what it
//             holds against an object leaves that one out, and is told.
//   the rest  Bounded commits take what is left of each: versions, contents and texts that nobody
//             else names, routings, uploads, idempotency keys, and the details of its events.
//   freeing   The search index is written anew without the words, the keys of destroyed dossiers
//   are
//             destroyed, content is swept, and tables are
//             compacted. Only when no file holds anything of it any more the erasure is `done`.

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dms/base/time.h"
#include "dms/content_key_ring.h"
#include "dms/document_belongings.h"
#include "dms/ids.h"
#include "dms/indexing.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

struct ErasureRecord;  // erasure_record.h

// Borrowed; outlives the run. `belongings` and `content_keys` may be nullptr. `index` and `indexer`
// are both nullptr where no index is kept.
struct ErasureParts {
  storage::Store& store;
  const Clock& clock;
  const DocumentBelongings* belongings;
  search::SearchIndex* index;
  Indexer* indexer;
  ContentKeyRing* content_keys;
};

// One a tenant. step() on one thread at a time; is_due() on any.
class ErasureRun {
 public:
  explicit ErasureRun(ErasureParts parts);
  ~ErasureRun();

  // False where nothing has been committed since there was nothing to do, or something is waited
  // for that takes a while. Cheap.
  bool is_due() const;
  // One piece: a commit, or a step of freeing, which may take as long as writing the tables or the
  // search index anew. False where nothing is to be done now.
  Result<bool> step();

 private:
  class Freeing;
  enum class Stepped : std::uint8_t { worked, waits, has_nothing_to_do };
  Result<Stepped> go_on();
  // False where there is nothing left to take of it.
  Result<bool> take(const ErasureRecord& erasure);

  ErasureParts parts_;
  const std::unique_ptr<Freeing> freeing_;
  std::atomic<std::uint64_t> idle_at_;       // the store's state in which there was nothing to do
  std::atomic<std::int64_t> wait_until_{0};  // microseconds since 1970
};

}  // namespace dms
