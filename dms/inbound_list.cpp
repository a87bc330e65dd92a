#include "dms/inbound_list.h"

#include <algorithm>
#include <utility>

#include "dms/inbound_access.h"

namespace dms {

using storage::ScanOptions;
using storage::View;

namespace {

constexpr std::size_t read_at_once = 100;

std::string_view place_in(const InboundRange& range, const storage::RawEntry& entry) {
  return std::string_view(entry.index_key).substr(range.prefix.size());
}

}  // namespace

Result<std::vector<InboundRange>> inbound_ranges(const View& view,
                                                 const PermissionCache& permissions,
                                                 const Actor& actor, const InboundFilter& filter) {
  using Ranges = std::vector<InboundRange>;
  if (filter.is_mine) return Ranges{{"assignee", inbound_assignee_prefix(actor.user)}};
  if (filter.inbox) {
    DMS_TRY(permissions.require(view, actor, scope_of(*filter.inbox), Right::see));
    return Ranges{{"inbox", inbound_inbox_prefix(*filter.inbox, filter.state)}};
  }
  Ranges ranges;
  for (const InboxId inbox : DMS_TRY(inboxes_with(view, permissions, actor, Right::see))) {
    ranges.push_back({"inbox", inbound_inbox_prefix(inbox, filter.state)});
  }
  if (filter.state == InboundState::distributed && !actor.token) {
    ranges.push_back({"assignee", inbound_assignee_prefix(actor.user)});
  }
  return ranges;
}

InboundReader::InboundReader(const View& view, std::vector<InboundRange> ranges, std::string after)
    : view_(view), last_(std::move(after)) {
  for (InboundRange& range : ranges) sources_.push_back({std::move(range), last_, {}, false});
}

Result<void> InboundReader::fill(Source& source) const {
  if (source.is_at_end || !source.read.empty()) return {};
  ScanOptions options;
  options.prefix = source.range.prefix;
  if (!source.after.empty()) options.after = source.range.prefix + source.after;
  options.limit = read_at_once;
  options.direction = ScanOptions::Direction::descending;
  source.read = DMS_TRY(view_.read_index(inbound_item_table.name, source.range.index, options));
  source.is_at_end = source.read.size() < read_at_once;
  if (!source.read.empty()) source.after = place_in(source.range, source.read.back());
  std::reverse(source.read.begin(), source.read.end());
  return {};
}

Result<std::optional<InboundReader::Entry>> InboundReader::next() {
  while (true) {
    Source* latest = nullptr;
    for (Source& source : sources_) {
      DMS_TRY(fill(source));
      if (source.read.empty()) continue;
      if (latest == nullptr || place_in(source.range, source.read.back()) >
                                   place_in(latest->range, latest->read.back())) {
        latest = &source;
      }
    }
    if (latest == nullptr) return std::optional<Entry>();
    const storage::RawEntry& entry = latest->read.back();
    Entry found{std::string(place_in(latest->range, entry)), entry.record_key};
    latest->read.pop_back();
    // What lies in a basket lies in its inbox, too.
    if (found.place == last_) continue;
    last_ = found.place;
    return std::optional<Entry>(std::move(found));
  }
}

}  // namespace dms
