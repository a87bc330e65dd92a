#pragma once

// How users, groups and org units are listed: page by page in the order of their folded names.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "dms/base/result.h"
#include "dms/page.h"
#include "storage/view.h"

namespace dms {

// `to_item(record)` makes the public value. The estimate counts up to 10,000.
template <class Item, class Record, class ToItem>
Result<Page<Item>> list_by_name(const storage::View& view, const storage::Table<Record>& table,
                                const PageRequest& request, const ToItem& to_item) {
  storage::ScanOptions options;
  options.after = request.after;
  options.limit = std::clamp<std::size_t>(request.limit, 1, page_limit_max);
  auto scanned = DMS_TRY(view.scan_index(table, "name", options));
  Page<Item> page;
  for (const Record& record : scanned.items) page.items.push_back(to_item(record));
  page.next = std::move(scanned.cursor);
  storage::ScanOptions all;
  all.limit = 10'000;
  page.total_estimate = DMS_TRY(view.read_index(table.name, "name", all)).size();
  return page;
}

}  // namespace dms
