#pragma once

// Finding what waits in inboxes by its words, with the passage that answers. Only what the asker
// may read is found, since a hit tells what a text says; each hit is checked once more against
// today's records. What is filed is found as a document (search_service.h). Thread-safe; blocking.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/inbound_item.h"
#include "search/index.h"

namespace dms {

struct InboundQuery {
  std::string text;              // search/query.h; may be empty: all that waits
  std::optional<InboxId> inbox;  // nullopt: all that the asker reads, and his basket
  // What lies in the asker's basket, whatever its inbox; `inbox` is not looked at then.
  bool is_mine = false;
  std::string after;       // raw cursor: authenticate it outside
  std::size_t limit = 50;  // 1–100
};

struct FoundItem {
  InboundItem item;
  search::Snippet snippet;            // empty where the item has no text
  std::optional<std::uint32_t> page;  // as SearchHit's
};

struct InboundAnswer {
  std::vector<FoundItem> items;         // the latest received first
  std::string next;                     // raw cursor, "" at the end
  std::uint64_t total_estimate = 0;     // of what the asker may read; exact
  bool is_beginning_shortened = false;  // as SearchAnswer's
};

class InboundSearch {
 public:
  // Borrows all.
  InboundSearch(storage::Store& store, const search::SearchIndex& index,
                const PermissionCache& permissions)
      : store_(store), index_(index), permissions_(permissions) {}

  // absent_object() for an inbox that the asker does not see.
  Result<InboundAnswer> search(const Actor& actor, const InboundQuery& query) const;

 private:
  Result<search::SearchResults> find(const Actor& actor, const InboundQuery& query,
                                     const search::SearchRequest& request) const;
  Result<std::vector<FoundItem>> check(const Actor& actor, const InboundQuery& query,
                                       const std::vector<search::Hit>& found) const;

  storage::Store& store_;
  const search::SearchIndex& index_;
  const PermissionCache& permissions_;
};

}  // namespace dms
