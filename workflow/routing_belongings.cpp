#include "workflow/routing_belongings.h"

#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::View;

Result<bool> RoutingBelongings::is_in_use(const View& view, DocumentId document) const {
  storage::ScanOptions options;
  options.prefix = routing_document_prefix(document);
  options.limit = 100;
  while (true) {
    const auto page = DMS_TRY(view.scan_index(routing_table, "document", options));
    for (const RoutingRecord& routing : page.items) {
      if (!has_ended(routing)) return true;
    }
    if (page.cursor.empty()) return false;
    options.after = page.cursor;
  }
}

Result<bool> RoutingBelongings::has_any(const View& view, DocumentId document) const {
  storage::ScanOptions options;
  options.prefix = routing_document_prefix(document);
  options.limit = 1;
  return !DMS_TRY(view.read_index(routing_table.name, "document", options)).empty();
}

Result<std::size_t> RoutingBelongings::erase(const View& view, storage::Commit& commit,
                                             DocumentId document, std::size_t count_max) const {
  storage::ScanOptions options;
  options.prefix = routing_document_prefix(document);
  options.limit = count_max;
  const auto entries = DMS_TRY(view.read_index(routing_table.name, "document", options));
  for (const auto& entry : entries) DMS_TRY(commit.erase(routing_table, entry.record_key));
  return entries.size();
}

}  // namespace dms::workflow
