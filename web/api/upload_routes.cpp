// /uploads: tus 1.0 (https://tus.io/protocols/resumable-upload), the core with creation, expiration
// and termination. A document or version that names the upload ends it: document_routes.cpp.
//
// A creation needs no Idempotency-Key: one made twice by accident expires.

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "web/api/problem.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/upload_metadata.h"

namespace dms::web {

namespace {

constexpr std::string_view uploads_path = "/api/v1/uploads";
constexpr std::string_view tus_version = "1.0.0";
constexpr std::string_view tus_extensions = "creation,expiration,termination";
constexpr std::string_view patch_media_type = "application/offset+octet-stream";

// Keeps the tenant open for as long as bytes may come.
class UploadSink final : public BodySink {
 public:
  UploadSink(std::shared_ptr<Tenant> tenant, std::unique_ptr<UploadWriter> writer)
      : tenant_(std::move(tenant)), writer_(std::move(writer)) {}
  Result<void> write(std::string_view block) override { return writer_->append(block); }
  Result<Upload> finish() { return writer_->finish(); }

 private:
  std::shared_ptr<Tenant> tenant_;
  std::unique_ptr<UploadWriter> writer_;  // destroyed first: it keeps what came
};

// Takes what is refused with an answer of its own.
class DiscardingSink final : public BodySink {
 public:
  Result<void> write(std::string_view) override { return {}; }
};

bool speaks_our_version(const Request& request) {
  return request.headers.count("tus-resumable") == 1 &&
         request.headers.find("tus-resumable") == tus_version;
}

// No ErrorCode stands for it: 412 elsewhere says that an object was changed.
Response wrong_version(const Request& request) {
  Response response = render_refusal(412,
                                     {"Die Kopfzeile Tus-Resumable fehlt oder nennt eine Fassung "
                                      "von tus, die dieser Server nicht spricht.",
                                      "The header Tus-Resumable is missing or names a version of "
                                      "tus that this server does not speak."},
                                     request);
  response.headers.set("Tus-Version", std::string(tus_version));
  return response;
}

template <CallerHandler handler>
Result<Response> with_our_version(const Caller& caller, Exchange& exchange) {
  if (!speaks_our_version(exchange.request)) return wrong_version(exchange.request);
  return handler(caller, exchange);
}

// A header field that is a number of bytes.
Result<std::uint64_t> required_bytes(const Request& request, std::string_view name) {
  const std::string_view text = request.headers.find(name).value_or("");
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  const bool is_number = request.headers.count(name) == 1 && error == std::errc() &&
                         end == text.data() + text.size() && !text.empty();
  if (is_number) return bytes;
  return fail(ErrorCode::invalid, fmt::format("Die Kopfzeile {} muss eine Zahl sein.", name),
              fmt::format("The header {} must be a number.", name));
}

Result<std::string> required_file_name(std::string_view metadata) {
  const auto values = DMS_TRY(parse_upload_metadata(metadata));
  const auto name = values.find("filename");
  if (name != values.end()) return name->second;
  return fail(ErrorCode::invalid, "In Upload-Metadata fehlt der Dateiname (filename).",
              "Upload-Metadata lacks the file's name (filename).");
}

void describe(const Upload& upload, Response& response) {
  response.headers.set("Upload-Offset", std::to_string(upload.offset));
  response.headers.set("Upload-Expires", format_http_date(upload.expires));
}

Result<Response> create_upload(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  NewUpload input;
  input.length = DMS_TRY(required_bytes(request, "Upload-Length"));
  input.metadata = std::string(request.headers.find("upload-metadata").value_or(""));
  input.file_name = DMS_TRY(required_file_name(input.metadata));
  const Upload upload = DMS_TRY(caller.tenant->uploads().create(caller.actor, input));
  Response response;
  response.status = 201;
  response.headers.set("Location", fmt::format("{}/{}", uploads_path, upload.id.text()));
  describe(upload, response);
  return response;
}

Result<Response> show_upload(const Caller& caller, Exchange& exchange) {
  const UploadId id = DMS_TRY(path_id<UploadId>(exchange));
  const Upload upload = DMS_TRY(caller.tenant->uploads().get(caller.actor, id));
  Response response;
  describe(upload, response);
  response.headers.set("Upload-Length", std::to_string(upload.length));
  response.headers.set("Upload-Metadata", upload.metadata);
  return response;
}

Result<std::unique_ptr<BodySink>> open_upload_sink(Exchange& exchange) {
  const Request& request = exchange.request;
  if (!speaks_our_version(request)) return std::make_unique<DiscardingSink>();
  const Caller& caller = caller_of(exchange);
  if (request.headers.find("content-type") != patch_media_type) {
    return fail(ErrorCode::unsupported, fmt::format("Erwartet wird {}.", patch_media_type),
                fmt::format("{} is expected.", patch_media_type));
  }
  const UploadId id = DMS_TRY(path_id<UploadId>(exchange));
  const std::uint64_t offset = DMS_TRY(required_bytes(request, "Upload-Offset"));
  auto writer = DMS_TRY(caller.tenant->uploads().resume(caller.actor, id, offset));
  return std::make_unique<UploadSink>(caller.tenant, std::move(writer));
}

Result<Response> end_of_piece(const Caller&, Exchange& exchange) {
  const Upload upload = DMS_TRY(static_cast<UploadSink&>(*exchange.sink).finish());
  Response response = no_content();
  describe(upload, response);
  return response;
}

Result<Response> terminate_upload(const Caller& caller, Exchange& exchange) {
  const UploadId id = DMS_TRY(path_id<UploadId>(exchange));
  DMS_TRY(caller.tenant->uploads().terminate(caller.actor, id));
  return no_content();
}

Result<Response> show_capabilities(const Caller& caller, Exchange&) {
  Response response = no_content();
  response.headers.set("Allow", "POST, OPTIONS");
  response.headers.set("Tus-Version", std::string(tus_version));
  response.headers.set("Tus-Extension", std::string(tus_extensions));
  response.headers.set("Tus-Max-Size", std::to_string(caller.tenant->uploads().limits().bytes_max));
  return response;
}

}  // namespace

// On every answer about uploads, refusals included.
void add_tus_headers(const Request& request, Response& response) {
  const std::string_view path = request.path;
  if (!path.starts_with(uploads_path)) return;
  const std::string_view rest = path.substr(uploads_path.size());
  if (rest.empty() || rest.starts_with('/')) {
    response.headers.set("Tus-Resumable", std::string(tus_version));
  }
}

void add_upload_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, BodyKind body,
                       CallerHandler handler, AdmissionRules rules = signed_in) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  add(Method::options, uploads_path, BodyKind::none, show_capabilities,
      {SignIn::not_needed, Precondition::none});
  add(Method::post, uploads_path, BodyKind::none, with_our_version<create_upload>);
  constexpr std::string_view one = "/api/v1/uploads/{id}";
  add(Method::head, one, BodyKind::none, with_our_version<show_upload>);
  add(Method::patch, one, BodyKind::stream, with_our_version<end_of_piece>);
  routes.back().lane = LaneKind::upload;
  routes.back().open_sink = open_upload_sink;
  add(Method::delete_, one, BodyKind::none, with_our_version<terminate_upload>);
}

}  // namespace dms::web
