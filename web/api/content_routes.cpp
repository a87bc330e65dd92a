// The bytes of a version, to keep or to look at, and the text that was found in them.

#include <charconv>

#include "web/api/content_reply.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

Result<Response> content_of(const Caller& caller, const Request& request, DocumentId id,
                            std::optional<std::uint32_t> number, Disposition disposition) {
  Documents& documents = caller.tenant->documents();
  const OpenedContent content =
      DMS_TRY(disposition == Disposition::inline_
                  ? documents.open_preview(caller.actor, id, number, is_shown)
                  : documents.open_content(caller.actor, id, number));
  return file_response(
      caller, request,
      {content.reader, content.version.mime_type, content.version.file_name, disposition});
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

Result<Response> show_text(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const auto opened = DMS_TRY(caller.tenant->documents().open_text(caller.actor, id));
  return text_response(caller, exchange.request, opened.reader, opened.text.state);
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
