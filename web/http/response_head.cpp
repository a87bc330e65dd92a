#include "web/http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "web/http/ascii.h"

namespace dms::web {

namespace {

std::string_view reason_of(unsigned status) {
  switch (status) {
    // clang-format off
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 424: return "Failed Dependency";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "";  // a reason may be empty (RFC 9112 §4)
      // clang-format on
  }
}

bool is_made_here(std::string_view name) {
  return ascii_equal(name, "Content-Length") || ascii_equal(name, "Connection") ||
         ascii_equal(name, "Transfer-Encoding") || ascii_equal(name, "Date");
}

}  // namespace

BodyFraming framing_of(const Response& response, unsigned version) {
  using Kind = BodyFraming::Kind;
  if (response.status == 204 || response.status == 304) return {Kind::none, 0};
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    return {Kind::length, text->size()};
  }
  if (const auto* content = std::get_if<ContentBody>(&response.body)) {
    return {Kind::length, content->length};
  }
  return {version >= 11 ? Kind::chunked : Kind::until_close, 0};
}

bool is_well_formed(const Headers& headers) {
  return std::ranges::all_of(headers.all(), [](const auto& field) {
    const auto is_bad = [](char c) { return is_control(c) && c != '\t'; };
    return !field.first.empty() && std::ranges::all_of(field.first, is_token_character) &&
           std::ranges::none_of(field.second, is_bad);
  });
}

void append_head(std::string& out, const Response& response, const HeadParameters& parameters) {
  auto end = std::back_inserter(out);
  fmt::format_to(end, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_of(response.status),
                 parameters.date);
  for (const auto& [name, value] : response.headers.all()) {
    if (is_made_here(name)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  switch (parameters.framing.kind) {
    case BodyFraming::Kind::length:
      fmt::format_to(end, "Content-Length: {}\r\n", parameters.framing.length);
      break;
    case BodyFraming::Kind::chunked:
      out.append("Transfer-Encoding: chunked\r\n");
      break;
    case BodyFraming::Kind::none:
    case BodyFraming::Kind::until_close:
      break;
  }
  if (!parameters.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (parameters.version < 11) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace dms::web
