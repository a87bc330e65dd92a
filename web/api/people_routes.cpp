// /people: the directory of names, for everybody who is signed in.

#include <boost/describe/class.hpp>

#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "workflow/absence.h"

namespace dms::web {

namespace {

constexpr std::size_t page_default = 50;
constexpr std::size_t page_max = 200;

struct AbsenceView {
  Date until;
  std::vector<UserId> deputies;
};
BOOST_DESCRIBE_STRUCT(AbsenceView, (), (until, deputies))

struct PersonView {
  UserId id;
  std::string display_name;
  std::optional<OrgUnitId> org_unit;
  std::optional<AbsenceView> absence;
};
BOOST_DESCRIBE_STRUCT(PersonView, (), (id, display_name, org_unit, absence))

// "ids=…,…": nullopt where it is not asked for; "" names nobody.
Result<std::optional<std::vector<UserId>>> query_ids(const Request& request) {
  using Ids = std::vector<UserId>;
  const auto text = request.query_value("ids");
  if (!text) return std::optional<Ids>();
  Ids ids;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto comma = rest.find(',');
    const auto id = UserId::parse(rest.substr(0, comma));
    if (!id) {
      return fail(invalid_field("/ids", "Erwartet werden Kennungen (UUID), durch Kommas getrennt.",
                                "Ids (UUIDs) divided by commas are expected."));
    }
    ids.push_back(*id);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return std::optional<Ids>(std::move(ids));
}

Result<std::vector<PersonView>> views_of(const Caller& caller, const std::vector<Person>& people) {
  std::vector<UserId> ids;
  for (const Person& person : people) ids.push_back(person.id);
  const auto absences = DMS_TRY(workflow::absences_of(caller.tenant->store(), caller.actor, ids,
                                                      caller.tenant->clock().now()));
  std::vector<PersonView> views;
  for (const Person& person : people) {
    PersonView view{person.id, person.display_name, person.org_unit, std::nullopt};
    const auto absence = absences.find(person.id);
    if (absence != absences.end()) {
      view.absence = AbsenceView{absence->second.until, absence->second.deputies};
    }
    views.push_back(std::move(view));
  }
  return views;
}

Result<Response> list_people(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(check_query(request, {"q", "ids"}));
  const auto list = DMS_TRY(ListRequest::read(caller, request, page_default, page_max));
  const auto text = request.query_value("q");
  if (const auto ids = DMS_TRY(query_ids(request))) {
    if (text) {
      return fail(invalid_field("/ids", "Entweder q oder ids, nicht beides.",
                                "Either q or ids, not both."));
    }
    const auto people = DMS_TRY(caller.tenant->people().named(caller.actor, *ids));
    return json_response(
        200, encode_list(DMS_TRY(views_of(caller, people)), std::nullopt, people.size()));
  }
  const auto page =
      DMS_TRY(caller.tenant->people().find(caller.actor, text.value_or(""), list.page()));
  return json_response(200, encode_list(DMS_TRY(views_of(caller, page.items)), list.seal(page.next),
                                        page.total_estimate));
}

}  // namespace

void add_people_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(
      api_route(context, Method::get, "/api/v1/people", signed_in, BodyKind::none, list_people));
}

}  // namespace dms::web
