// The bytes of a version, to keep or to look at, and the text that was found in them.

#include <algorithm>
#include <array>
#include <charconv>

#include "web/api/problem.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

// A document is shown, never run: no script, no frame, no request of its own.
constexpr std::string_view content_policy =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

Response range_not_satisfiable(const Request& request, std::uint64_t size) {
  Response response = render_refusal(416,
                                     {"Der verlangte Bereich liegt außerhalb der Datei.",
                                      "The requested range lies outside the file."},
                                     request);
  response.headers.set("Content-Range", "bytes */" + std::to_string(size));
  return response;
}

// The bytes of `reader` under the rules of conditional and range requests.
// A content on its way out. It holds the tenant: its store is not closed under it.
struct Outgoing {
  std::shared_ptr<Tenant> tenant;
  std::shared_ptr<storage::ContentReader> reader;  // ends first
};

Response content_response(const Caller& caller, const Request& request,
                          const std::shared_ptr<storage::ContentReader>& reader) {
  const std::uint64_t size = reader->id().size;
  const std::string etag = content_etag(reader->id().sha256);
  Response response;
  response.headers.set("ETag", etag);
  response.headers.set("Cache-Control", "private, no-cache");
  if (matches_none_match(request, etag)) {
    response.status = 304;
    return response;
  }
  const RangeDecision decision = decide_range(request, size, etag);
  if (decision.kind == RangeDecision::Kind::unsatisfiable) {
    return range_not_satisfiable(request, size);
  }
  ByteRange range{0, size};
  if (decision.kind == RangeDecision::Kind::partial) {
    range = decision.range;
    response.status = 206;
    response.headers.set("Content-Range", "bytes " + std::to_string(range.offset) + "-" +
                                              std::to_string(range.offset + range.length - 1) +
                                              "/" + std::to_string(size));
  }
  response.headers.set("Accept-Ranges", "bytes");
  response.headers.set("Content-Security-Policy", std::string(content_policy));
  response.body = ContentBody{range.offset, range.length,
                              [outgoing = Outgoing{caller.tenant, reader}](
                                  std::uint64_t offset, std::size_t length) {
                                return outgoing.reader->read(offset, length);
                              }};
  return response;
}

// What browsers show without running anything in it. HTML, SVG and all else that can hold a script
// are never sent to be shown; TIFF and the like they do not know.
bool is_shown(std::string_view mime_type) {
  constexpr std::array<std::string_view, 5> types{"application/pdf", "image/png", "image/jpeg",
                                                  "image/gif", "image/webp"};
  return std::find(types.begin(), types.end(), mime_type) != types.end();
}

Result<Response> content_of(const Caller& caller, const Request& request, DocumentId id,
                            std::optional<std::uint32_t> number, Disposition disposition) {
  Documents& documents = caller.tenant->documents();
  const OpenedContent content =
      DMS_TRY(disposition == Disposition::inline_
                  ? documents.open_preview(caller.actor, id, number, is_shown)
                  : documents.open_content(caller.actor, id, number));
  Response response = content_response(caller, request, content.reader);
  if (response.status == 200 || response.status == 206) {
    response.headers.set("Content-Type", content.version.mime_type);
    response.headers.set("Content-Disposition",
                         content_disposition(disposition, content.version.file_name));
  }
  return response;
}

template <Disposition disposition>
Result<Response> show_content(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  return content_of(caller, exchange.request, id, std::nullopt, disposition);
}

Result<std::uint32_t> path_number(const Exchange& exchange) {
  const std::string& text = exchange.request.path_parameters.at("number");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) {
    return fail(absent_object());
  }
  return number;
}

template <Disposition disposition>
Result<Response> show_version_content(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint32_t number = DMS_TRY(path_number(exchange));
  return content_of(caller, exchange.request, id, number, disposition);
}

// Without text the answer is 204 and X-Text-State says why.
Result<Response> show_text(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const auto opened = DMS_TRY(caller.tenant->documents().open_text(caller.actor, id));
  Response response =
      opened.reader ? content_response(caller, exchange.request, opened.reader) : no_content();
  if (response.status == 200 || response.status == 206) {
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
  }
  response.headers.set("X-Text-State", std::string(to_string(opened.text.state)));
  return response;
}

}  // namespace

void add_content_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](std::string_view pattern, CallerHandler handler) {
    routes.push_back(api_route(context, Method::get, pattern, signed_in, BodyKind::none, handler));
  };
  constexpr Disposition keep = Disposition::attachment;
  constexpr Disposition look = Disposition::inline_;
  add("/api/v1/documents/{id}/content", show_content<keep>);
  add("/api/v1/documents/{id}/versions/{number}/content", show_version_content<keep>);
  add("/api/v1/documents/{id}/preview", show_content<look>);
  add("/api/v1/documents/{id}/versions/{number}/preview", show_version_content<look>);
  add("/api/v1/documents/{id}/text", show_text);
}

}  // namespace dms::web
