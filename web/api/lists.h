#pragma once

// Lists on the wire: {items, next_cursor, total_estimate}, with `limit` and an authenticated
// `cursor` that is good for the same asker, route and filters only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/page.h"
#include "web/api/caller.h"

namespace dms::web {

// Checks that the query holds only `allowed` names besides `limit` and `cursor`: `invalid` names
// the others, so that a mistyped filter is never silently no filter.
Result<void> check_query(const Request& request, std::initializer_list<std::string_view> allowed);

// `invalid` where pages are asked for: for what answers with all at once.
Result<void> refuse_pages(const Request& request);

// What a list request asks. Seals and opens cursors for it.
class ListRequest {
 public:
  static Result<ListRequest> read(const Caller& caller, const Request& request,
                                  std::size_t limit_default, std::size_t limit_max);
  const std::string& after() const { return after_; }  // raw
  std::size_t limit() const { return limit_; }
  PageRequest page() const { return {after_, limit_}; }
  // The cursor of the next page, or nullopt for an empty place.
  std::optional<std::string> seal(std::string_view place) const;

 private:
  ListRequest(const CursorSealer& sealer, std::string purpose)
      : sealer_(&sealer), purpose_(std::move(purpose)) {}
  const CursorSealer* sealer_;
  std::string purpose_;
  std::string after_;
  std::size_t limit_ = 0;
};

// The list as JSON. View is a described struct.
template <class View>
std::string encode_list(const std::vector<View>& items,
                        const std::optional<std::string>& next_cursor,
                        std::optional<std::uint64_t> total_estimate) {
  std::string text = "{\"items\":" + encode_json(items);
  if (next_cursor) text += ",\"next_cursor\":" + encode_json(*next_cursor);
  if (total_estimate) text += ",\"total_estimate\":" + std::to_string(*total_estimate);
  return text + "}";
}

}  // namespace dms::web
