#pragma once

// INTERNAL to the code of inbound items: one change of an existing one.

#include <functional>

#include "dms/inbound_item.h"
#include "dms/inbox_record.h"

namespace dms {

// `apply` decides whether it may be and changes the record.
struct InboundItems::Step {
  std::string_view event;
  std::uint64_t if_match = 0;
  std::function<Result<void>(InboundItemRecord&, const Stamp&)> apply;
};

// `conflict` for what is filed or lies in the bin.
Result<void> require_waiting(const InboundItemRecord& item);
// `conflict` for what the virus scanner found something in.
Result<void> require_clean(const InboundItemRecord& item);

}  // namespace dms
