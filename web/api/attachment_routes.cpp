// What the file of a document or of an inbound item carries: the bytes and the text of each
// attachment; and filing a document's as a document of its own.

#include <charconv>
#include <optional>
#include <string>

#include "web/api/content_reply.h"
#include "web/api/creation.h"
#include "web/api/document_view.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/upload_source.h"

namespace dms::web {

namespace {

// What cannot be a number names nothing: absent.
template <class Number>
Result<Number> path_count(const Exchange& exchange, std::string_view name) {
  const std::string& text = exchange.request.path_parameters.find(name)->second;
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return fail(absent_object());
  return number;
}

template <class Place>
Result<Place> place_in(const Exchange& exchange);

template <>
Result<AttachmentPlace> place_in(const Exchange& exchange) {
  AttachmentPlace place;
  place.document = DMS_TRY(path_id<DocumentId>(exchange));
  place.number = DMS_TRY(path_count<std::uint64_t>(exchange, "attachment"));
  const auto& parameters = exchange.request.path_parameters;
  if (parameters.find("number") != parameters.end()) {
    place.version = DMS_TRY(path_count<std::uint32_t>(exchange, "number"));
  }
  return place;
}

template <>
Result<InboundAttachmentPlace> place_in(const Exchange& exchange) {
  const InboundItemId item = DMS_TRY(path_id<InboundItemId>(exchange));
  return InboundAttachmentPlace{item, DMS_TRY(path_count<std::uint64_t>(exchange, "attachment"))};
}

Response file_of(const Caller& caller, const Request& request, const OpenedAttachment& opened,
                 Disposition disposition) {
  return file_response(caller, request,
                       {opened.reader, opened.mime_type, opened.file_name, disposition});
}

template <class Place>
Result<Response> show_content(const Caller& caller, Exchange& exchange) {
  const auto place = DMS_TRY(place_in<Place>(exchange));
  const auto opened = DMS_TRY(caller.tenant->attachments().open(caller.actor, place));
  return file_of(caller, exchange.request, opened, Disposition::attachment);
}

// No ranges are offered: a viewer that reads a PDF piece by piece would have it taken out of the
// mail for each.
template <class Place>
Result<Response> show_preview(const Caller& caller, Exchange& exchange) {
  const auto place = DMS_TRY(place_in<Place>(exchange));
  Attachments& attachments = caller.tenant->attachments();
  Response response = no_content();
  auto state = RenditionState::unsupported;
  if (is_shown_itself(DMS_TRY(attachments.type_of(caller.actor, place)))) {
    const auto opened = DMS_TRY(attachments.open(caller.actor, place));
    response = file_of(caller, exchange.request, opened, Disposition::inline_);
    response.headers.set("Accept-Ranges", "none");
    state = RenditionState::made;
  }
  response.headers.set("X-Rendition-State", std::string(to_string(state)));
  return response;
}

template <class Place>
Result<Response> show_text(const Caller& caller, Exchange& exchange) {
  const auto place = DMS_TRY(place_in<Place>(exchange));
  const auto opened = DMS_TRY(caller.tenant->attachments().open_text(caller.actor, place));
  return text_response(caller, exchange.request, opened.reader, opened.state);
}

Response created_reply(const Document& document) {
  return created_response("/api/v1/documents/" + document.id.text(), document.change.revision,
                          render_document(document));
}

Result<Document> file_attachment(const Caller& caller, const AttachmentPlace& place,
                                 const NewDocument& input, const AlsoCommit& also) {
  Tenant& tenant = *caller.tenant;
  Documents& documents = tenant.documents();
  const auto opened = DMS_TRY(tenant.attachments().open(caller.actor, place));
  storage::StagedContent staged =
      DMS_TRY(stage_copy(tenant.store(), documents.content_domain(input.dossier), *opened.reader));
  const storage::ContentId id = staged.id();
  const Source source{std::move(staged), opened.file_name, id};
  DMS_TRY(require_no_malware(caller, source));
  return documents.file_document(caller.actor, input, source.content, also);
}

Result<Response> make_document(const Caller& caller, Exchange& exchange) {
  Documents& documents = caller.tenant->documents();
  auto place = DMS_TRY(place_in<AttachmentPlace>(exchange));
  NewDocument input = DMS_TRY(caller.tenant->attachments().proposed_document(caller.actor, place));
  place.version = input.attachment_of->version;
  DMS_TRY(apply_attachment_filing(exchange.body, input));
  DMS_TRY(documents.admit_filing(caller.actor, input));
  Creation creation;
  creation.route = "POST /documents/attachments/document";
  creation.location_prefix = "/api/v1/documents/";
  creation.digest = sha256(exchange.request.path + "\n" + exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(file_attachment(caller, place, input, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(documents.get(caller.actor, DocumentId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

}  // namespace

// All take files out of files, in a process that others may have to be waited for.
void add_attachment_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
    routes.back().lane = LaneKind::upload;
  };
  const auto read = [&](std::string_view pattern, CallerHandler handler) {
    add(Method::get, pattern, signed_in, BodyKind::none, handler);
  };
  read("/api/v1/documents/{id}/attachments/{attachment}/content", show_content<AttachmentPlace>);
  read("/api/v1/documents/{id}/versions/{number}/attachments/{attachment}/content",
       show_content<AttachmentPlace>);
  read("/api/v1/documents/{id}/versions/{number}/attachments/{attachment}/preview",
       show_preview<AttachmentPlace>);
  read("/api/v1/documents/{id}/versions/{number}/attachments/{attachment}/text",
       show_text<AttachmentPlace>);
  add(Method::post, "/api/v1/documents/{id}/versions/{number}/attachments/{attachment}/document",
      creating, BodyKind::json, make_document);
  read("/api/v1/inbox/{id}/attachments/{attachment}/content", show_content<InboundAttachmentPlace>);
  read("/api/v1/inbox/{id}/attachments/{attachment}/preview", show_preview<InboundAttachmentPlace>);
  read("/api/v1/inbox/{id}/attachments/{attachment}/text", show_text<InboundAttachmentPlace>);
}

}  // namespace dms::web
