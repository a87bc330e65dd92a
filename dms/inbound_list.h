#pragma once

// INTERNAL to dms: which inbound items a list may hold, and in which order, before any is read. Of
// inboxes that the asker does not see nothing is looked at, so that nothing of them can show: not
// even by how long a list takes, or by where its pages end.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/inbox_record.h"
#include "dms/permission_cache.h"

namespace dms {

// An index and the part of it that a list takes from. Behind the prefix every key goes on alike:
// when the item was received, and its id.
struct InboundRange {
  std::string_view index;
  std::string prefix;
};

// Where the items lie that `filter` asks for, as far as `actor` may see them.
Result<std::vector<InboundRange>> inbound_ranges(const storage::View& view,
                                                 const PermissionCache& permissions,
                                                 const Actor& actor, const InboundFilter& filter);

// Several ranges read as one, the latest received first, each item once. Borrows the View; one
// thread's.
class InboundReader {
 public:
  // `after`: the place of the last item of the page before, "" at the beginning.
  InboundReader(const storage::View& view, std::vector<InboundRange> ranges, std::string after);

  struct Entry {
    std::string place;  // for `after`
    std::string record_key;
  };
  // nullopt at the end.
  Result<std::optional<Entry>> next();

 private:
  struct Source {
    InboundRange range;
    std::string after;                    // place
    std::vector<storage::RawEntry> read;  // the latest last
    bool is_at_end = false;
  };
  Result<void> fill(Source& source) const;

  const storage::View& view_;
  std::vector<Source> sources_;
  std::string last_;
};

}  // namespace dms
