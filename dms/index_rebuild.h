#pragma once

// Fills a lost search index from the records, by several threads: each has a range of the documents
// (the last one what waits in inboxes, too) and writes a part of its own (search/index_build.h);
// the parts are joined at the end. A stop costs what was put since a part's last commit. Filing
// goes on meanwhile: the joined index says of itself that it is complete up to where the journal
// was when the build began, or up to the oldest document that still lacked its text, and an Indexer
// goes on from there.

#include <functional>
#include <string>

#include "dms/base/log.h"
#include "dms/base/result.h"
#include "dms/index_document.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

struct IndexRebuildOptions {
  std::string tenant;  // for the log
  std::string folder;  // the build's own; what an earlier one left there is gone on with
  std::size_t threads = 2;
  Refused refused = Refused::keep;
  // A part's commit; more at once takes more memory, and is slower.
  std::size_t commit_documents = 2000;
};

// With as many threads as this machine is good for.
IndexRebuildOptions rebuild_options(const std::string& tenant, const std::string& folder,
                                    search::Extractor& extractor);
// Texts refused for want of a sandbox are tried again where there is one now.
Refused refused_by(search::Extractor& extractor);

struct ReindexProgress {
  std::uint64_t done = 0;
  std::uint64_t documents = 0;  // in all
};
// On the caller's thread, about once a second.
using ReindexProgressed = std::function<void(const ReindexProgress&)>;

// Asked before each document, by several threads.
using IsAbandoned = std::function<bool()>;

// The folder of the joined index, below `options.folder`, which the caller removes when the index
// is in its place. Blocks; in one process one build runs at a time, for it takes all processors,
// behind whatever serves people: the calling thread's priority falls, for good. `busy` where it was
// abandoned: call again to go on. While the parts are joined that is not asked.
Result<std::string> rebuild_index(const storage::Store& store, Log& log,
                                  const IndexRebuildOptions& options,
                                  const IsAbandoned& is_abandoned,
                                  const ReindexProgressed& progressed);

}  // namespace dms
