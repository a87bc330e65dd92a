// /file-plan: the filing structure, and its import from CSV.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/file_plan_csv.h"
#include "web/api/access_view.h"
#include "web/api/creation.h"
#include "web/api/file_plan_view.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

inline constexpr std::uint64_t import_bytes_max = 4U << 20U;  // 2,000 units are about 300 KiB

struct UnitView {
  UnitId id;
  std::uint64_t revision = 0;
  std::string code;
  std::string title;
  std::optional<std::string> description;
  std::optional<UnitId> parent;
  bool leaf = true;
  std::optional<Date> valid_from;
  std::optional<Date> valid_until;
  std::optional<RetentionView> retention;
  std::optional<std::uint32_t> transfer_years;
  std::optional<Appraisal> appraisal;
  std::optional<std::string> reference_pattern;
  Uuid scope;
  bool own_scope = false;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(UnitView, (),
                      (id, revision, code, title, description, parent, leaf, valid_from,
                       valid_until, retention, transfer_years, appraisal, reference_pattern, scope,
                       own_scope, created, modified))

struct PlanView {
  std::string title;
  std::string reference_pattern;
  std::uint64_t revision = 0;
  std::vector<UnitView> units;
};
BOOST_DESCRIBE_STRUCT(PlanView, (), (title, reference_pattern, revision, units))

struct UnitPathView {
  UnitView unit;
  std::vector<UnitView> path;
  std::vector<UnitView> children;
};
BOOST_DESCRIBE_STRUCT(UnitPathView, (), (unit, path, children))

struct PlanChangeRequest {
  std::optional<std::string> title;
  std::optional<std::string> reference_pattern;
};
BOOST_DESCRIBE_STRUCT(PlanChangeRequest, (), (title, reference_pattern))

// New units need code and title; in a change what is named is changed and null clears.
struct UnitRequest {
  std::optional<std::string> code;
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::optional<UnitId>> parent;
  std::optional<std::optional<Date>> valid_from;
  std::optional<std::optional<Date>> valid_until;
  std::optional<std::optional<RetentionView>> retention;
  std::optional<std::optional<std::uint32_t>> transfer_years;
  std::optional<std::optional<Appraisal>> appraisal;
  std::optional<std::string> reference_pattern;
};
BOOST_DESCRIBE_STRUCT(UnitRequest, (),
                      (code, title, description, parent, valid_from, valid_until, retention,
                       transfer_years, appraisal, reference_pattern))

struct NewUnitRequest : UnitRequest {
  std::optional<AccessRequest> access;  // a list of its own from the beginning
};
BOOST_DESCRIBE_STRUCT(NewUnitRequest, (UnitRequest), (access))

struct ImportErrorView {
  std::string pointer;
  std::string de;
  std::string en;
};
BOOST_DESCRIBE_STRUCT(ImportErrorView, (), (pointer, de, en))

struct ImportLineView {
  std::uint64_t line = 0;
  std::string code;
  std::string action;
  std::optional<std::vector<ImportErrorView>> errors;
};
BOOST_DESCRIBE_STRUCT(ImportLineView, (), (line, code, action, errors))

struct ImportView {
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t errors = 0;
  bool written = false;
  std::vector<ImportLineView> lines;
};
BOOST_DESCRIBE_STRUCT(ImportView, (), (created, changed, unchanged, errors, written, lines))

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

UnitView view_of(const FilePlanUnit& unit) {
  const FilePlanUnitFields& fields = unit.fields;
  UnitView view;
  view.id = unit.id;
  view.revision = unit.change.revision;
  view.code = fields.code;
  view.title = fields.title;
  view.description = unless_empty(fields.description);
  view.parent = fields.parent;
  view.leaf = unit.leaf;
  view.valid_from = fields.valid_from;
  view.valid_until = fields.valid_until;
  if (fields.retention) view.retention = web::view_of(*fields.retention);
  view.transfer_years = fields.transfer_years;
  view.appraisal = fields.appraisal;
  view.reference_pattern = unless_empty(fields.reference_pattern);
  view.scope = unit.scope.value;
  view.own_scope = unit.own_scope;
  view.created = unit.change.created.at;
  view.modified = unit.change.modified.at;
  return view;
}

std::vector<UnitView> views_of(const std::vector<FilePlanUnit>& units) {
  std::vector<UnitView> views;
  views.reserve(units.size());
  for (const FilePlanUnit& unit : units) views.push_back(view_of(unit));
  return views;
}

Result<void> apply(const UnitRequest& input, FilePlanUnitFields& fields) {
  if (input.code) fields.code = *input.code;
  if (input.title) fields.title = *input.title;
  if (input.description) fields.description = *input.description;
  if (input.parent) fields.parent = *input.parent;
  if (input.valid_from) fields.valid_from = *input.valid_from;
  if (input.valid_until) fields.valid_until = *input.valid_until;
  if (input.retention) {
    fields.retention.reset();
    if (const auto& view = *input.retention) {
      fields.retention = DMS_TRY(period_from(*view, "/retention"));
    }
  }
  if (input.transfer_years) fields.transfer_years = *input.transfer_years;
  if (input.appraisal) fields.appraisal = *input.appraisal;
  if (input.reference_pattern) fields.reference_pattern = *input.reference_pattern;
  return {};
}

Result<Response> show_plan(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const FilePlanInfo info = DMS_TRY(caller.tenant->file_plan().info(caller.actor));
  PlanView view;
  view.title = info.fields.title;
  view.reference_pattern = info.fields.reference_pattern;
  view.revision = info.change.revision;
  view.units = views_of(DMS_TRY(caller.tenant->file_plan().all(caller.actor)));
  // No 304 here: the revision is that of the plan's own fields, not of its units.
  Response response = json_response(200, encode_json(view));
  response.headers.set("ETag", revision_etag(info.change.revision));
  return response;
}

Result<Response> change_plan(const Caller& caller, Exchange& exchange) {
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<PlanChangeRequest>(exchange));
  FilePlan& plan = caller.tenant->file_plan();
  FilePlanFields fields = DMS_TRY(plan.info(caller.actor)).fields;
  if (input.title) fields.title = std::move(*input.title);
  if (input.reference_pattern) fields.reference_pattern = std::move(*input.reference_pattern);
  const FilePlanInfo info = DMS_TRY(plan.update_info(caller.actor, fields, revision));
  const PlanView view{info.fields.title, info.fields.reference_pattern, info.change.revision, {}};
  return object_response(exchange.request, info.change.revision, encode_json(view));
}

Result<Response> render_unit(const Caller& caller, UnitId id) {
  FilePlan& plan = caller.tenant->file_plan();
  const FilePlanUnit unit = DMS_TRY(plan.get(caller.actor, id));
  UnitPathView view;
  view.unit = view_of(unit);
  view.path = views_of(DMS_TRY(plan.path(caller.actor, id)));
  view.children = views_of(DMS_TRY(plan.children(caller.actor, id)));
  Response response = json_response(200, encode_json(view));
  response.headers.set("ETag", revision_etag(unit.change.revision));
  return response;
}

Result<Response> show_unit(const Caller& caller, Exchange& exchange) {
  return render_unit(caller, DMS_TRY(path_id<UnitId>(exchange)));
}

Result<Response> create_unit(const Caller& caller, Exchange& exchange) {
  const auto input = DMS_TRY(request_body<NewUnitRequest>(exchange));
  FilePlanUnitFields fields;
  DMS_TRY(apply(input, fields));
  std::optional<AccessList> access;
  if (input.access) access = access_list_from(*input.access);
  FilePlan& plan = caller.tenant->file_plan();
  Creation creation;
  creation.route = "POST /file-plan/units";
  creation.location_prefix = "/api/v1/file-plan/units/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    const FilePlanUnit unit = DMS_TRY(plan.create(caller.actor, fields, access, also));
    return created_response("/api/v1/file-plan/units/" + unit.id.text(), unit.change.revision,
                            encode_json(view_of(unit)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    const FilePlanUnit unit = DMS_TRY(plan.get(caller.actor, UnitId{id}));
    return created_response("/api/v1/file-plan/units/" + unit.id.text(), unit.change.revision,
                            encode_json(view_of(unit)));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> change_unit(const Caller& caller, Exchange& exchange) {
  const UnitId id = DMS_TRY(path_id<UnitId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<UnitRequest>(exchange));
  FilePlan& plan = caller.tenant->file_plan();
  FilePlanUnitFields fields = DMS_TRY(plan.get(caller.actor, id)).fields;
  DMS_TRY(apply(input, fields));
  const FilePlanUnit unit = DMS_TRY(plan.update(caller.actor, id, fields, revision));
  return object_response(exchange.request, unit.change.revision, encode_json(view_of(unit)));
}

Result<Response> remove_unit(const Caller& caller, Exchange& exchange) {
  const UnitId id = DMS_TRY(path_id<UnitId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  DMS_TRY(caller.tenant->file_plan().remove(caller.actor, id, revision));
  return no_content();
}

Result<Response> give_unit_access_list(const Caller& caller, Exchange& exchange) {
  const UnitId id = DMS_TRY(path_id<UnitId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<AccessRequest>(exchange));
  const FilePlanUnit unit = DMS_TRY(caller.tenant->file_plan().give_access_list(
      caller.actor, id, access_list_from(input), revision));
  return object_response(exchange.request, unit.change.revision, encode_json(view_of(unit)));
}

std::string_view name_of(FilePlanImportLine::Action action) {
  switch (action) {
    case FilePlanImportLine::Action::created:
      return "created";
    case FilePlanImportLine::Action::changed:
      return "changed";
    case FilePlanImportLine::Action::unchanged:
      return "unchanged";
    case FilePlanImportLine::Action::error:
      return "error";
  }
  return "error";
}

ImportView view_of(const FilePlanImportReport& report) {
  ImportView view{report.created, report.changed, report.unchanged,
                  report.errors,  report.written, {}};
  for (const FilePlanImportLine& line : report.lines) {
    ImportLineView line_view{line.line, line.code, std::string(name_of(line.action)), {}};
    for (const FieldError& error : line.errors) {
      if (!line_view.errors) line_view.errors.emplace();
      line_view.errors->push_back({error.pointer, error.message.de, error.message.en});
    }
    view.lines.push_back(std::move(line_view));
  }
  return view;
}

// Keeps the CSV in memory: it is bounded by the route's limit.
class TextSink final : public BodySink {
 public:
  Result<void> write(std::string_view block) override {
    text_ += block;
    return {};
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Result<Response> import_plan(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"dry_run"}));
  const std::string_view dry_run = exchange.request.query_value("dry_run").value_or("false");
  if (dry_run != "true" && dry_run != "false") {
    return fail(
        invalid_field("/dry_run", "Erlaubt sind true und false.", "Allowed are true and false."));
  }
  const auto& sink = static_cast<const TextSink&>(*exchange.sink);
  const FilePlanImportReport report = DMS_TRY(
      import_file_plan(caller.tenant->store(), caller.tenant->clock(), caller.actor, sink.text(),
                       dry_run == "true" ? ImportMode::dry_run : ImportMode::write));
  return json_response(report.errors > 0 && dry_run == "false" ? 422 : 200,
                       encode_json(view_of(report)));
}

}  // namespace

void add_file_plan_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  add(Method::get, "/api/v1/file-plan", signed_in, BodyKind::none, show_plan);
  add(Method::patch, "/api/v1/file-plan", with_revision, BodyKind::json, change_plan);
  add(Method::post, "/api/v1/file-plan/units", creating, BodyKind::json, create_unit);
  add(Method::get, "/api/v1/file-plan/units/{id}", signed_in, BodyKind::none, show_unit);
  add(Method::patch, "/api/v1/file-plan/units/{id}", with_revision, BodyKind::json, change_unit);
  add(Method::delete_, "/api/v1/file-plan/units/{id}", with_revision, BodyKind::none, remove_unit);
  add(Method::post, "/api/v1/file-plan/units/{id}/access", with_revision, BodyKind::json,
      give_unit_access_list);
  add(Method::post, "/api/v1/file-plan/import", signed_in, BodyKind::stream, import_plan);
  Route& import = routes.back();
  import.body_bytes_max = import_bytes_max;
  import.lane = LaneKind::upload;
  import.open_sink = [](Exchange&)->Result<std::unique_ptr<BodySink>> {
    return std::make_unique<TextSink>();
};
}  // namespace dms::web

}  // namespace dms::web
