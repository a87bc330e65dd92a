#include "web/api/lists.h"

#include <algorithm>
#include <charconv>

namespace dms::web {

namespace {

Result<std::size_t> read_limit(const Request& request, std::size_t limit_default,
                               std::size_t limit_max) {
  const auto text = request.query_value("limit");
  if (!text) return limit_default;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size() || limit < 1 ||
      limit > limit_max) {
    const std::string most = std::to_string(limit_max);
    return fail(invalid_field("/limit", "Erlaubt ist eine Zahl von 1 bis " + most + ".",
                              "A number from 1 to " + most + " is allowed."));
  }
  return limit;
}

// Names the asker, the path and every filter, so that a cursor fits no other list.
std::string purpose_of(const Caller& caller, const Request& request) {
  auto filters = request.query;
  std::erase_if(filters,
                [](const auto& pair) { return pair.first == "limit" || pair.first == "cursor"; });
  std::sort(filters.begin(), filters.end());
  std::string purpose = caller.actor.user.text() + '\n' + request.path;
  for (const auto& [name, value] : filters) {
    purpose.append(1, '\n').append(name).append(1, '=').append(value);
  }
  return purpose;
}

}  // namespace

Result<void> check_query(const Request& request, std::initializer_list<std::string_view> allowed) {
  Error error = make_error(ErrorCode::invalid, "Die Anfrage enthält unbekannte Parameter.",
                           "The request has unknown parameters.");
  for (const auto& [name, value] : request.query) {
    if (name == "limit" || name == "cursor") continue;
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    error.fields.push_back(
        {"/" + name, {"Diesen Parameter gibt es hier nicht.", "There is no such parameter here."}});
  }
  if (!error.fields.empty()) return fail(std::move(error));
  return {};
}

Result<void> refuse_pages(const Request& request) {
  for (const std::string_view name : {"limit", "cursor"}) {
    if (!request.query_value(name)) continue;
    return fail(invalid_field("/" + std::string(name), "Hier gibt es keine Seiten.",
                              "There are no pages here."));
  }
  return {};
}

Result<ListRequest> ListRequest::read(const Caller& caller, const Request& request,
                                      std::size_t limit_default, std::size_t limit_max) {
  ListRequest list(caller.tenant->cursors(), purpose_of(caller, request));
  list.limit_ = DMS_TRY(read_limit(request, limit_default, limit_max));
  const auto cursor = request.query_value("cursor");
  if (cursor) list.after_ = DMS_TRY(list.sealer_->open(list.purpose_, *cursor));
  return list;
}

std::optional<std::string> ListRequest::seal(std::string_view place) const {
  if (place.empty()) return std::nullopt;
  return sealer_->seal(purpose_, place);
}

}  // namespace dms::web
