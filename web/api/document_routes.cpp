// /documents and /bin: filing, versions, description, moving, the bin.

#include <boost/describe/class.hpp>

#include "dms/base/text.h"
#include "web/api/document_view.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/upload_source.h"

namespace dms::web {

namespace {

struct MoveRequest {
  DossierId dossier_id;
};
BOOST_DESCRIBE_STRUCT(MoveRequest, (), (dossier_id))

Response reply(const Request& request, const Document& document) {
  return object_response(request, document.change.revision, render_document(document));
}

Response created_reply(const Document& document) {
  return created_response("/api/v1/documents/" + document.id.text(), document.change.revision,
                          render_document(document));
}

Result<void> admit_document(Exchange& exchange) {
  const Caller& caller = caller_of(exchange);
  DocumentRequest input = DMS_TRY(new_document_from(exchange.parts.at("metadata")));
  input.document.version.file_name = name_to_come;
  if (input.open.subject) input.document.fields.subject = name_to_come;
  DMS_TRY(caller.tenant->documents().admit_filing(caller.actor, input.document));
  if (input.upload) exchange.sink = uploaded_file_sink();
  return {};
}

Result<storage::KeyDomain> domain_of_document(Exchange& exchange) {
  const DocumentRequest input = DMS_TRY(new_document_from(exchange.parts.at("metadata")));
  return caller_of(exchange).tenant->documents().content_domain(input.document.dossier);
}

Result<storage::KeyDomain> domain_of_version(Exchange& exchange) {
  return caller_of(exchange).tenant->documents().content_domain(
      DMS_TRY(path_id<DocumentId>(exchange)));
}

Result<Response> file_document(const Caller& caller, Exchange& exchange) {
  DocumentRequest input = DMS_TRY(new_document_from(exchange.parts.at("metadata")));
  Documents& documents = caller.tenant->documents();
  FileCreation creation;
  creation.route = "POST /documents";
  creation.location_prefix = "/api/v1/documents/";
  creation.upload = input.upload;
  creation.domain = documents.content_domain(input.document.dossier);
  if (input.open.any()) creation.read_first = ReadFirst::yes;
  creation.create = [&](Source& source, const AlsoCommit& also) -> Result<Response> {
    input.document.version.file_name = source.file_name;
    if (input.open.any()) {
      const auto mail = caller.tenant->mail_files().read(source.id, source.file_name);
      fill(input.document.fields, input.open, mail, source.file_name);
    }
    return created_reply(
        DMS_TRY(documents.file_document(caller.actor, input.document, source.content, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(documents.get(caller.actor, DocumentId{id})));
  };
  return create_from_file(caller, exchange, creation);
}

Result<void> admit_version(Exchange& exchange) {
  const Caller& caller = caller_of(exchange);
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  VersionRequest input = DMS_TRY(new_version_from(exchange.parts.at("metadata")));
  input.version.file_name = name_to_come;
  DMS_TRY(caller.tenant->documents().admit_version(caller.actor, id, input.version, revision));
  if (input.upload) exchange.sink = uploaded_file_sink();
  return {};
}

// A new version is a change of an existing document: If-Match makes a repeated request harmless
// (412), so it needs no Idempotency-Key.
Result<Response> add_version(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  VersionRequest input = DMS_TRY(new_version_from(exchange.parts.at("metadata")));
  Documents& documents = caller.tenant->documents();
  Result<Source> source =
      input.upload ? uploaded_source(caller, *input.upload, DMS_TRY(documents.content_domain(id)))
                   : staged_source(exchange, ReadFirst::no);
  if (!source) return fail(std::move(source).error());
  DMS_TRY(require_no_malware(caller, *source));
  input.version.file_name = source->file_name;
  const Document document =
      DMS_TRY(documents.add_version(caller.actor, id, input.version, source->content, revision));
  return created_response(
      "/api/v1/documents/" + id.text() + "/versions/" + std::to_string(document.current.number),
      document.change.revision, render_document(document));
}

Result<Response> show_document(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const Document document = DMS_TRY(caller.tenant->documents().get(caller.actor, id));
  // No 304: the text's state and type appear after filing without a new revision.
  Response response = json_response(200, render_document(document));
  response.headers.set("ETag", revision_etag(document.change.revision));
  return response;
}

Result<Response> change_document(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  Documents& documents = caller.tenant->documents();
  DocumentFields fields = DMS_TRY(documents.get(caller.actor, id)).fields;
  DMS_TRY(apply_document_change(exchange.body, fields));
  return reply(exchange.request, DMS_TRY(documents.update(caller.actor, id, fields, revision)));
}

Result<Response> move_document(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<MoveRequest>(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->documents().move(
                                     caller.actor, id, input.dossier_id, revision)));
}

Result<Response> put_in_bin(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(exchange.request,
               DMS_TRY(caller.tenant->documents().put_in_bin(caller.actor, id, revision)));
}

Result<Response> restore_document(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(exchange.request,
               DMS_TRY(caller.tenant->documents().restore(caller.actor, id, revision)));
}

// A column's name, behind a minus where it is to descend.
Result<DocumentOrder> document_order(const Request& request) {
  const auto sent = request.query_value("sort");
  if (!sent) return DocumentOrder{};
  std::string_view name = *sent;
  const bool descends = name.starts_with('-');
  if (descends) name.remove_prefix(1);
  const auto column = enum_from_name<DocumentColumn>(name);
  if (!column) {
    return fail(invalid_field("/sort",
                              "Sortieren lässt sich nach filed, subject, date, received, "
                              "reference, type, status und modified; absteigend mit einem Minus "
                              "davor.",
                              "Lists can be sorted by filed, subject, date, received, reference, "
                              "type, status and modified; descending with a minus before it."));
  }
  using Direction = storage::ScanOptions::Direction;
  return DocumentOrder{*column, descends ? Direction::descending : Direction::ascending};
}

Result<Response> list_documents(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"sort"}));
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const DocumentOrder order = DMS_TRY(document_order(exchange.request));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, 200));
  const auto page = DMS_TRY(caller.tenant->documents().list(caller.actor, id, list.page(), order));
  return json_response(200, render_documents(page, list.seal(page.next)));
}

Result<Response> list_bin(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, 200));
  const auto page = DMS_TRY(caller.tenant->documents().bin(caller.actor, list.page()));
  return json_response(200, render_documents(page, list.seal(page.next)));
}

Result<Response> list_versions(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  return json_response(
      200, render_versions(DMS_TRY(caller.tenant->documents().versions(caller.actor, id))));
}

}  // namespace

void add_document_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  const auto add_upload = [&](std::string_view pattern, AdmissionRules rules, Admit admit,
                              DomainOf domain_of, CallerHandler handler) {
    add(Method::post, pattern, rules, BodyKind::multipart, handler);
    take_file(routes.back(), std::move(admit), domain_of);
  };
  add_upload("/api/v1/documents", creating, admit_document, domain_of_document, file_document);
  add_upload("/api/v1/documents/{id}/versions", with_revision, admit_version, domain_of_version,
             add_version);
  add(Method::get, "/api/v1/documents/{id}", signed_in, BodyKind::none, show_document);
  add(Method::patch, "/api/v1/documents/{id}", with_revision, BodyKind::json, change_document);
  add(Method::delete_, "/api/v1/documents/{id}", with_revision, BodyKind::none, put_in_bin);
  add(Method::post, "/api/v1/documents/{id}/restore", with_revision, BodyKind::none,
      restore_document);
  add(Method::post, "/api/v1/documents/{id}/move", with_revision, BodyKind::json, move_document);
  routes.back().lane = LaneKind::upload;  // contents may have to be copied
  add(Method::get, "/api/v1/documents/{id}/versions", signed_in, BodyKind::none, list_versions);
  add(Method::get, "/api/v1/dossiers/{id}/documents", signed_in, BodyKind::none, list_documents);
  add(Method::get, "/api/v1/bin", signed_in, BodyKind::none, list_bin);
}

}  // namespace dms::web
