// The other mails of a mail's thread.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_codec.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct ThreadMailView {
  DocumentId document_id;
  DossierId dossier_id;
  std::string subject;
  std::string from;
  std::optional<Instant> sent_at;
  Direction direction = Direction::internal;
  bool same_message = false;
};
BOOST_DESCRIBE_STRUCT(ThreadMailView, (),
                      (document_id, dossier_id, subject, from, sent_at, direction, same_message))

struct ThreadView {
  std::vector<ThreadMailView> items;
};
BOOST_DESCRIBE_STRUCT(ThreadView, (), (items))

Result<Response> list_thread(const Caller& caller, Exchange& exchange) {
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  ThreadView view;
  for (ThreadMail& mail : DMS_TRY(caller.tenant->mail_threads().of_document(caller.actor, id))) {
    view.items.push_back({mail.document, mail.dossier, std::move(mail.subject),
                          std::move(mail.from), mail.sent_at, mail.direction,
                          mail.is_same_message});
  }
  return json_response(200, encode_json(view));
}

}  // namespace

void add_mail_thread_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(api_route(context, Method::get, "/api/v1/documents/{id}/thread", signed_in,
                             BodyKind::none, list_thread));
}

}  // namespace dms::web
