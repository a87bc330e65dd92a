#include "web/reindex.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "dms/indexing.h"

namespace dms::web {

Result<void> reindex_tenant(Workshop& workshop, search::Extractor& extractor,
                            const std::string& id) {
  const TenantFolders folders = tenant_folders(workshop.config.data_dir, id);
  // Making texts asks an index of theirs, which an older store has to build first.
  const auto store = DMS_TRY(storage::Store::open(
      workshop.storage, DMS_TRY(workshop.store_options(id, workshop.config.data_dir))));
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const auto show_progress = [&](const ReindexProgress& at) {
    const bool last = at.done == at.documents;
    fmt::print("{}tenant {}: {} of {} documents{}", terminal ? "\r" : "", id, at.done, at.documents,
               terminal && !last ? "" : "\n");
    std::fflush(stdout);
  };
  DMS_TRY(reindex({*store, extractor, workshop.clock, workshop.log}, folders.index,
                  {id, folders.staging}, show_progress));
  return {};
}

}  // namespace dms::web
