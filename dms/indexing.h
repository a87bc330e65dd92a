#pragma once

// Keeps a tenant's search index in step with its journal: extracts text (in the sandbox, on a lane
// of its own), stores it as a rendition, feeds the index. The index says itself up to which journal
// sequence it is complete, so that a kill at any point costs repeated work and nothing else.
//
// What is filed is searchable within two seconds under normal load: where extraction takes longer,
// the metadata comes first and the text after it.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/base/worker_lanes.h"
#include "dms/ids.h"
#include "dms/index_rebuild.h"
#include "dms/recognition_record.h"
#include "dms/rendition.h"
#include "search/extract/extractor.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

struct IndexingOptions {
  std::string tenant;  // for log and metrics
  // Where large files lie, unlinked, on their way into the sandbox; an existing folder.
  std::string staging_folder;
  // What becomes of pages without text: TextExtraction::recognition.
  RecognitionState recognition = RecognitionState::waiting;
  // Called after each text that was made, on the lane; may be empty. There may be new pages to
  // recognise, or renditions to make.
  std::function<void()> text_made = {};
  // TextExtraction::rendition.
  RenditionState rendition = RenditionState::off;
  // Where a lost index is built anew by several threads; "": nowhere, it is filled by the
  // Indexer's.
  std::string build_folder = {};
  // With fewer documents that is not worth it.
  std::uint64_t build_documents_min = 2000;
  // With fewer documents written since the index was packed it is not packed again.
  std::uint64_t unpacked_documents_min = 1000;
  // Free space that packing leaves on the disk: no store is to come to its reserve by it.
  std::uint64_t bytes_kept_free = 1ULL << 30U;
};

// How far the index is.
struct IndexingState {
  std::uint64_t journal_sequence = 0;  // the journal's head
  std::uint64_t indexed_sequence = 0;  // complete up to here, text included
  std::uint64_t waiting = 0;           // documents that wait for their text or for the index
  std::uint64_t documents = 0;         // put into the index since the start
  bool rebuilding = false;
  bool is_packing = false;       // it is written anew, and may not be closed meanwhile
  bool lacks_documents = false;  // it was lost, and is being filled: not everything is found
  ReindexProgress rebuilt;  // where it is built by several threads; for operators: it counts all
  bool failed = false;      // the index is damaged or takes nothing, and is not recovered yet
  bool is_caught_up() const {
    return indexed_sequence == journal_sequence && waiting == 0 && !rebuilding;
  }
  // For everybody: says how far it is, not of how much.
  unsigned rebuilt_percent() const {
    if (rebuilt.documents == 0) return 0;
    return static_cast<unsigned>(
        std::min<std::uint64_t>(rebuilt.done * 100 / rebuilt.documents, 99));
  }
};

// Opens a store's search index. One that is damaged, of another format, or does not belong to this
// store's history is put away and begun anew; the Indexer then fills it from the records.
Result<std::unique_ptr<search::SearchIndex>> open_search_index(const storage::Store& store,
                                                               const std::string& folder, Log& log);

// What an Indexer works with. Borrowed; must outlive it. `extraction_lane` may be shared.
struct IndexingResources {
  storage::Store& store;
  search::SearchIndex& index;  // it alone writes to it
  search::Extractor& extractor;
  WorkerLane& extraction_lane;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
};

// One a tenant, with a background thread that the store's commits wake. Thread-safe.
class Indexer {
 public:
  static Result<std::unique_ptr<Indexer>> start(const IndexingResources& resources,
                                                IndexingOptions options);
  virtual ~Indexer() = default;  // as stop()

  virtual IndexingState state() const = 0;
  // Waits until everything up to `sequence` is complete in the index, text included; false after
  // `timeout`. For shutdown, tests and tools.
  virtual bool wait_until_indexed(std::uint64_t sequence, std::chrono::milliseconds timeout) = 0;
  // Has a document put again that no event names, because the index says something else of it. True
  // once that is done and committed; then the next call asks anew.
  virtual bool put_again(DocumentId document) = 0;
  // Commits what is in hand, ends the thread. What still waits for its text is taken up again at
  // the next start. Idempotent.
  virtual void stop() = 0;
};

// Builds the index anew from the records into a folder beside `index_folder` and puts it in its
// place, with all texts that can be made. For a store that no Indexer runs on (`aktenwerk
// reindex`). What was stopped is gone on with.
struct ReindexResources {
  storage::Store& store;
  search::Extractor& extractor;
  const Clock& clock;
  Log& log;
};
Result<ReindexProgress> reindex(const ReindexResources& resources, const std::string& index_folder,
                                const IndexingOptions& options,
                                const ReindexProgressed& progressed);

}  // namespace dms
