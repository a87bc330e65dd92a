#include "dms/indexing.h"

#include <chrono>
#include <filesystem>
#include <utility>

namespace dms {

namespace {

// Whether what the index says of itself is a place in this store's history.
Result<bool> belongs_to(const search::SearchIndex& index, const storage::Store& store) {
  const auto position = DMS_TRY(index.position());
  if (!position) return index.document_count() == 0;
  if (position->store_id != store.id()) return false;
  if (position->sequence == 0) return true;
  const auto hash = DMS_TRY(store.journal_hash(position->sequence));
  return hash && *hash == position->hash;
}

std::string rebuilt_folder(const std::string& index_folder) {
  return index_folder + ".rebuilt";
}

Result<void> remove_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) return {};
  return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
}

}  // namespace

Result<std::unique_ptr<search::SearchIndex>> open_search_index(const storage::Store& store,
                                                               const std::string& folder,
                                                               Log& log) {
  // What a stopped reindex() left may hold words of what is erased since.
  DMS_TRY(remove_folder(rebuilt_folder(folder)));
  search::IndexOptions options;
  options.folder = folder;
  auto opened = search::SearchIndex::open(options);
  if (opened && DMS_TRY(belongs_to(**opened, store))) return std::move(*opened);
  if (!opened && opened.error().code != ErrorCode::corrupt) return fail(opened.error());
  log.warning("index_begun_anew",
              {{"hint", opened ? std::string("of another history") : opened.error().hint}});
  opened = fail(ErrorCode::unavailable, "", "");  // closes it
  DMS_TRY(remove_folder(folder));
  return search::SearchIndex::open(options);
}

Result<ReindexProgress> reindex(const ReindexResources& resources, const std::string& index_folder,
                                const IndexingOptions& options,
                                const ReindexProgressed& progressed) {
  const std::string build_folder = rebuilt_folder(index_folder);
  const auto rebuild = rebuild_options(options.tenant, build_folder, resources.extractor);
  ReindexProgress reached;
  const std::string joined = DMS_TRY(rebuild_index(
      resources.store, resources.log, rebuild, [] { return false; },
      [&](const auto& progress) {
        reached = progress;
        if (progressed) progressed(progress);
      }));
  {
    search::IndexOptions index_options;
    index_options.folder = joined;
    const auto index = DMS_TRY(search::SearchIndex::open(index_options));
    MetricsRegistry metrics;
    WorkerLane lane({.name = "reindex", .threads = 2, .queue_limit = 16});
    const auto indexer = DMS_TRY(Indexer::start({resources.store, *index, resources.extractor, lane,
                                                 resources.clock, resources.log, metrics},
                                                options));
    const std::uint64_t head = resources.store.journal_head().sequence;
    while (!indexer->wait_until_indexed(head, std::chrono::seconds{1})) {
      if (indexer->state().failed) {
        return fail(operator_error(ErrorCode::unavailable, "the index failed"));
      }
    }
    indexer->stop();
  }
  DMS_TRY(search::replace_index(index_folder, joined));
  DMS_TRY(remove_folder(build_folder));
  reached.documents = DMS_TRY(count_documents(resources.store));
  reached.done = reached.documents;
  if (progressed) progressed(reached);
  return reached;
}

}  // namespace dms
