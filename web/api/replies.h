#pragma once

// The usual answers, and the usual questions to a request, in one place.

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/permission.h"
#include "web/api/conditional.h"
#include "web/http/message.h"

namespace dms::web {

inline Response json_response(unsigned status, std::string json) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = std::move(json);
  return response;
}

// An object with its revision as ETag; 304 where If-None-Match of a GET names it.
inline Response object_response(const Request& request, std::uint64_t revision, std::string json) {
  const std::string etag = revision_etag(revision);
  const bool is_read = request.method == Method::get || request.method == Method::head;
  Response response;
  if (is_read && matches_none_match(request, etag)) {
    response.status = 304;
  } else {
    response = json_response(200, std::move(json));
  }
  response.headers.set("ETag", etag);
  return response;
}

// 201 with Location and ETag.
inline Response created_response(std::string location, std::uint64_t revision, std::string json) {
  Response response = json_response(201, std::move(json));
  response.headers.set("Location", std::move(location));
  response.headers.set("ETag", revision_etag(revision));
  return response;
}

inline Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

// The id in the path. What cannot be an id names nothing: absent.
template <class IdType>
Result<IdType> path_id(const Exchange& exchange, std::string_view name = "id") {
  const auto parameter = exchange.request.path_parameters.find(name);
  const auto id = parameter == exchange.request.path_parameters.end()
                      ? std::nullopt
                      : IdType::parse(parameter->second);
  if (!id) return fail(absent_object());
  return *id;
}

// The id in the query parameter `name`: nullopt where absent, `invalid` where malformed.
template <class IdType>
Result<std::optional<IdType>> query_id(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<IdType>();
  const auto id = IdType::parse(*text);
  if (!id) {
    return fail(invalid_field("/" + std::string(name), "Keine gültige Kennung (UUID).",
                              "Not a valid id (UUID)."));
  }
  return std::optional<IdType>(*id);
}

inline Result<std::optional<Date>> query_date(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Date>();
  const auto date = parse_date(*text);
  if (!date) {
    return fail(invalid_field("/" + std::string(name), "Kein Datum der Form 2026-11-30.",
                              "Not a date of the form 2026-11-30."));
  }
  return date;
}

template <class View>
Result<View> request_body(const Exchange& exchange) {
  return decode_json<View>(exchange.body, JsonProfile::request);
}

}  // namespace dms::web
