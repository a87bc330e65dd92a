#include "web/api/content_reply.h"

#include "web/api/problem.h"
#include "web/api/replies.h"

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

// A content on its way out. It holds the tenant: its store is not closed under it.
struct Outgoing {
  std::shared_ptr<Tenant> tenant;
  std::shared_ptr<storage::ContentReader> reader;  // ends first
};

// The bytes of `reader` under the rules of conditional and range requests.
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
  response.body = ContentBody{
      range.offset, range.length,
      [outgoing = Outgoing{caller.tenant, reader}](std::uint64_t offset, std::size_t length) {
        return outgoing.reader->read(offset, length);
      }};
  return response;
}

}  // namespace

Response file_response(const Caller& caller, const Request& request, const SentFile& file) {
  Response response = content_response(caller, request, file.reader);
  if (response.status == 200 || response.status == 206) {
    response.headers.set("Content-Type", file.mime_type);
    response.headers.set("Content-Disposition",
                         content_disposition(file.disposition, file.file_name));
  }
  return response;
}

Response preview_response(const Caller& caller, const Request& request,
                          const OpenedPreview& preview) {
  Response response = no_content();
  if (preview.reader) {
    response =
        file_response(caller, request,
                      {preview.reader, preview.mime_type, preview.file_name, Disposition::inline_});
  }
  response.headers.set("X-Rendition-State", std::string(to_string(preview.state)));
  return response;
}

Response text_response(const Caller& caller, const Request& request,
                       const std::shared_ptr<storage::ContentReader>& text,
                       DocumentTextState state) {
  Response response = text ? content_response(caller, request, text) : no_content();
  if (response.status == 200 || response.status == 206) {
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
  }
  response.headers.set("X-Text-State", std::string(to_string(state)));
  return response;
}

}  // namespace dms::web
