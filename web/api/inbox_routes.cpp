// /inboxes and /inbox: post as it arrives, until it is filed.

#include <boost/describe/class.hpp>

#include "web/api/content_reply.h"
#include "web/api/inbox_view.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/search_view.h"
#include "web/api/upload_source.h"

namespace dms::web {

namespace {

struct InboxRequest {
  std::string name;
  OrgUnitId org_unit_id;
};
BOOST_DESCRIBE_STRUCT(InboxRequest, (), (name, org_unit_id))

struct InboxChangeRequest {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(InboxChangeRequest, (), (name))

// ---- inboxes

Result<Response> list_inboxes(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  return json_response(200, render_inboxes(DMS_TRY(caller.tenant->inboxes().list(caller.actor))));
}

// Its access list is set below /scopes, as those of units are; until then nobody sees into it.
Result<Response> create_inbox(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<InboxRequest>(exchange));
  const Inbox made = DMS_TRY(caller.tenant->inboxes().create(
      caller.actor, {std::move(input.name), input.org_unit_id, AccessList{}}));
  return created_response("/api/v1/inboxes/" + made.id.text(), made.change.revision,
                          render_inbox(made));
}

Result<Response> show_inbox(const Caller& caller, Exchange& exchange) {
  const InboxId id = DMS_TRY(path_id<InboxId>(exchange));
  const Inbox inbox = DMS_TRY(caller.tenant->inboxes().get(caller.actor, id));
  // No 304: what waits changes without a new revision.
  Response response = json_response(200, render_inbox(inbox));
  response.headers.set("ETag", revision_etag(inbox.change.revision));
  return response;
}

Result<Response> change_inbox(const Caller& caller, Exchange& exchange) {
  const InboxId id = DMS_TRY(path_id<InboxId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<InboxChangeRequest>(exchange));
  const Inbox inbox =
      DMS_TRY(caller.tenant->inboxes().rename(caller.actor, id, std::move(input.name), revision));
  return object_response(exchange.request, inbox.change.revision, render_inbox(inbox));
}

// ---- what lies in them

Response reply(const Request& request, const InboundItem& item) {
  return object_response(request, item.change.revision, render_item(item));
}

Response created_reply(const InboundItem& item) {
  return created_response("/api/v1/inbox/" + item.id.text(), item.change.revision,
                          render_item(item));
}

// The inbox of an org unit, where the asker sees it.
Result<InboxId> inbox_of_unit(const Caller& caller, OrgUnitId unit) {
  for (const Inbox& inbox : DMS_TRY(caller.tenant->inboxes().list(caller.actor))) {
    if (inbox.org_unit == unit && inbox.rights.has(Right::see)) return inbox.id;
  }
  return fail(absent_object());
}

Result<InboundFilter> filter_of(const Caller& caller, const Request& request) {
  InboundFilter filter;
  filter.inbox = DMS_TRY(query_id<InboxId>(request, "inbox"));
  if (const auto unit = DMS_TRY(query_id<OrgUnitId>(request, "unit"))) {
    if (filter.inbox) {
      return fail(invalid_field("/unit", "Entweder „inbox“ oder „unit“.", "Either inbox or unit."));
    }
    filter.inbox = DMS_TRY(inbox_of_unit(caller, *unit));
  }
  if (const auto sent = request.query_value("state")) {
    const auto state = enum_from_name<InboundState>(*sent);
    if (!state) {
      return fail(invalid_field("/state", "Möglich sind received, distributed, filed, discarded.",
                                "One of received, distributed, filed, discarded."));
    }
    filter.state = *state;
  }
  if (const auto sent = request.query_value("mine")) {
    if (*sent != "true" && *sent != "false") {
      return fail(invalid_field("/mine", "Möglich sind true und false.", "true or false."));
    }
    filter.is_mine = *sent == "true";
  }
  const bool others = filter.inbox || request.query_value("state");
  if (filter.is_mine && others) {
    return fail(invalid_field("/mine", "„mine“ steht für sich allein.", "mine stands alone."));
  }
  return filter;
}

// What waits and says what was asked for, whether it was distributed or not.
Result<Response> find_items(const Caller& caller, const Request& request,
                            const InboundFilter& filter, std::string_view text) {
  if (request.query_value("state")) {
    return fail(invalid_field("/q", "Gesucht wird in allem, was wartet: ohne „state“.",
                              "The search is in all that waits: without state."));
  }
  const auto list = DMS_TRY(ListRequest::read(caller, request, 50, 100));
  const InboundQuery query{std::string(text), filter.inbox, filter.is_mine, list.after(),
                           list.limit()};
  const auto answer = DMS_TRY(caller.tenant->inbound_search().search(caller.actor, query));
  std::string body = render_found_items(answer, list.seal(answer.next));
  body.pop_back();  // the closing brace
  return json_response(200, body + rebuilding_member(*caller.tenant) + "}");
}

Result<Response> list_items(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"q", "inbox", "unit", "state", "mine"}));
  const InboundFilter filter = DMS_TRY(filter_of(caller, exchange.request));
  const auto text = exchange.request.query_value("q");
  if (text && !text->empty()) return find_items(caller, exchange.request, filter, *text);
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, 200));
  const auto page = DMS_TRY(caller.tenant->inbound_items().list(caller.actor, filter, list.page()));
  return json_response(200, render_items(page, list.seal(page.next)));
}

Result<void> admit_item(Exchange& exchange) {
  const Caller& caller = caller_of(exchange);
  ItemRequest input = DMS_TRY(new_item_from(exchange.parts.at("metadata")));
  input.item.file_name = name_to_come;
  if (input.item.fields.subject.empty()) input.item.fields.subject = name_to_come;
  DMS_TRY(caller.tenant->inbound_items().admit_receipt(caller.actor, input.item));
  if (input.upload) exchange.sink = uploaded_file_sink();
  return {};
}

// Nobody knows yet which dossier it will be: the tenant's own.
Result<storage::KeyDomain> domain_of_item(Exchange&) {
  return storage::KeyDomain{};
}

Result<Response> receive_item(const Caller& caller, Exchange& exchange) {
  ItemRequest input = DMS_TRY(new_item_from(exchange.parts.at("metadata")));
  InboundItems& items = caller.tenant->inbound_items();
  FileCreation creation;
  creation.route = "POST /inbox";
  creation.location_prefix = "/api/v1/inbox/";
  creation.upload = input.upload;
  creation.read_first = ReadFirst::yes;
  creation.create = [&](Source& source, const AlsoCommit& also) -> Result<Response> {
    input.item.file_name = source.file_name;
    const auto mail = caller.tenant->mail_files().read(source.id, source.file_name);
    fill(input.item.fields, input.open, mail, source.file_name);
    if (mail) input.item.message = mail->message;
    return created_reply(DMS_TRY(items.receive(caller.actor, input.item, source.content, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(items.get(caller.actor, InboundItemId{id})));
  };
  return create_from_file(caller, exchange, creation);
}

Result<Response> show_item(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  const InboundItem item = DMS_TRY(caller.tenant->inbound_items().get(caller.actor, id));
  // No 304: the text's state and type appear without a new revision.
  Response response = json_response(200, render_item(item));
  response.headers.set("ETag", revision_etag(item.change.revision));
  return response;
}

Result<Response> change_item(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  InboundItems& items = caller.tenant->inbound_items();
  InboundFields fields = DMS_TRY(items.get(caller.actor, id)).fields;
  DMS_TRY(apply_item_change(exchange.body, fields));
  return reply(exchange.request, DMS_TRY(items.update(caller.actor, id, fields, revision)));
}

using StateStep = Result<InboundItem> (InboundItems::*)(const Actor&, InboundItemId, std::uint64_t);
// A step that takes the revision alone.
template <StateStep step>
Result<Response> take_step(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(exchange.request,
               DMS_TRY((caller.tenant->inbound_items().*step)(caller.actor, id, revision)));
}

Result<Response> file_item(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  InboundItems& items = caller.tenant->inbound_items();
  InboundFilingRequest filing;
  filing.fields = DMS_TRY(items.get(caller.actor, id)).fields;
  filing.dossier = DMS_TRY(apply_filing(exchange.body, filing.fields));
  return reply(exchange.request, DMS_TRY(items.file(caller.actor, id, filing, revision)));
}

Result<Response> distribute_items(const Caller& caller, Exchange& exchange) {
  const Distribution distribution = DMS_TRY(distribution_from(exchange.body));
  DMS_TRY(caller.tenant->inbound_items().distribute(caller.actor, distribution));
  return no_content();
}

Result<Response> show_proposals(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  DMS_TRY(check_query(exchange.request, {"fields"}));
  const std::string_view wanted = exchange.request.query_value("fields").value_or("false");
  if (wanted != "true" && wanted != "false") {
    return fail(invalid_field("/fields", "Möglich sind true und false.", "true or false."));
  }
  const FilingProposals& proposals = caller.tenant->filing_proposals();
  const auto dossiers = DMS_TRY(proposals.of_item(caller.actor, id));
  std::optional<std::vector<ProposedField>> fields;
  if (wanted == "true") fields = DMS_TRY(proposals.fields_of_item(caller.actor, id));
  return json_response(200, render_proposals(dossiers, fields));
}

template <Disposition disposition>
Result<Response> show_content(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  InboundItems& items = caller.tenant->inbound_items();
  if constexpr (disposition == Disposition::inline_) {
    return preview_response(caller, exchange.request,
                            DMS_TRY(items.open_preview(caller.actor, id, is_shown_itself)));
  } else {
    const auto opened = DMS_TRY(items.open_content(caller.actor, id));
    return file_response(
        caller, exchange.request,
        {opened.reader, opened.item.text.mime_type, opened.item.file_name, disposition});
  }
}

Result<Response> show_text(const Caller& caller, Exchange& exchange) {
  const InboundItemId id = DMS_TRY(path_id<InboundItemId>(exchange));
  const auto opened = DMS_TRY(caller.tenant->inbound_items().open_text(caller.actor, id));
  return text_response(caller, exchange.request, opened.reader, opened.item.text.state);
}

}  // namespace

void add_inbox_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  const auto read = [&](std::string_view pattern, CallerHandler handler) {
    add(Method::get, pattern, signed_in, BodyKind::none, handler);
  };
  read("/api/v1/inboxes", list_inboxes);
  add(Method::post, "/api/v1/inboxes", signed_in, BodyKind::json, create_inbox);
  read("/api/v1/inboxes/{id}", show_inbox);
  add(Method::patch, "/api/v1/inboxes/{id}", with_revision, BodyKind::json, change_inbox);
  read("/api/v1/inbox", list_items);
  add(Method::post, "/api/v1/inbox", creating, BodyKind::multipart, receive_item);
  take_file(routes.back(), admit_item, domain_of_item);
  add(Method::post, "/api/v1/inbox/distribute", signed_in, BodyKind::json, distribute_items);
  read("/api/v1/inbox/{id}", show_item);
  add(Method::patch, "/api/v1/inbox/{id}", with_revision, BodyKind::json, change_item);
  add(Method::delete_, "/api/v1/inbox/{id}", with_revision, BodyKind::none,
      take_step<&InboundItems::discard>);
  add(Method::post, "/api/v1/inbox/{id}/restore", with_revision, BodyKind::none,
      take_step<&InboundItems::restore>);
  add(Method::post, "/api/v1/inbox/{id}/file", with_revision, BodyKind::json, file_item);
  routes.back().lane = LaneKind::upload;  // contents may have to be copied
  add(Method::post, "/api/v1/inbox/{id}/undo-filing", with_revision, BodyKind::none,
      take_step<&InboundItems::undo_filing>);
  routes.back().lane = LaneKind::upload;
  read("/api/v1/inbox/{id}/proposals", show_proposals);
  read("/api/v1/inbox/{id}/content", show_content<Disposition::attachment>);
  read("/api/v1/inbox/{id}/preview", show_content<Disposition::inline_>);
  read("/api/v1/inbox/{id}/text", show_text);
}

}  // namespace dms::web
