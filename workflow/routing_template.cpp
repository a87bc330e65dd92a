#include "workflow/routing_template.h"

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/field_cleaner.h"
#include "dms/identity_event.h"
#include "dms/identity_list.h"
#include "dms/permission.h"
#include "dms/user.h"
#include "workflow/routing_store.h"
#include "workflow/step_rules.h"

namespace dms::workflow {

using storage::Commit;
using storage::View;

namespace {

struct TemplateDetail {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(TemplateDetail, (), (name))

Result<RoutingTemplateFields> clean_fields(RoutingTemplateFields fields) {
  FieldCleaner clean("");
  clean.line("name", fields.name, {1, 200});
  DMS_TRY(clean.finish());
  fields.stages = DMS_TRY(clean_stages(std::move(fields.stages)));
  for (const NewStage& stage : fields.stages) {
    for (const NewStep& step : stage.steps) {
      clean.require(!step.due_on, "stages", "Ein Laufweg zählt Tage; er nennt kein Datum.",
                    "A template counts days; it names no date.");
    }
  }
  DMS_TRY(clean.finish());
  return fields;
}

void assign_fields(RoutingTemplateRecord& record, const RoutingTemplateFields& fields) {
  record.name = fields.name;
  record.folded_name = fold_german(fields.name);
  record.stages.clear();
  for (const NewStage& stage : fields.stages) {
    TemplateStageRecord& into = record.stages.emplace_back();
    for (const NewStep& step : stage.steps) {
      TemplateStepRecord& made = into.steps.emplace_back();
      made.directive = step.directive;
      if (step.assignee) made.assignee = to_record(*step.assignee);
      made.instruction = unless_empty(step.instruction);
      made.due_days = step.due_days;
    }
  }
}

std::vector<NewStage> to_stages(const RoutingTemplateRecord& record) {
  std::vector<NewStage> stages;
  for (const TemplateStageRecord& stage : record.stages) {
    NewStage& into = stages.emplace_back();
    for (const TemplateStepRecord& step : stage.steps) {
      NewStep& made = into.steps.emplace_back();
      made.directive = known_or(step.directive, Directive::process);
      if (step.assignee) made.assignee = to_subject(*step.assignee);
      made.instruction = step.instruction.value_or("");
      made.due_days = step.due_days;
    }
  }
  return stages;
}

RoutingTemplate to_value(const RoutingTemplateRecord& record) {
  return {record.id, record.name, to_stages(record), change_info(record)};
}

Result<RoutingTemplateRecord> existing(const View& view, RoutingTemplateId id) {
  auto record = DMS_TRY(view.find(routing_template_table, id.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

// A step that a later version of this program wrote must not start as another kind of step.
Result<void> require_known_directives(const RoutingTemplateRecord& record) {
  for (const TemplateStageRecord& stage : record.stages) {
    for (const TemplateStepRecord& step : stage.steps) {
      if (step.directive.known()) continue;
      return fail(ErrorCode::conflict,
                  "Dieser Laufweg hat einen Schritt, den diese Programmfassung nicht kennt.",
                  "This template has a step that this version of the program does not know.");
    }
  }
  return {};
}

Result<void> require_free_name(const View& view, const RoutingTemplateRecord& record) {
  const auto holder = DMS_TRY(view.find_by(routing_template_table, "name",
                                           storage::KeyBuilder().text(record.folded_name).take()));
  if (!holder || holder->id == record.id) return {};
  return fail(ErrorCode::conflict, "Einen Laufweg mit diesem Namen gibt es schon.",
              "A template with this name exists already.");
}

storage::Event template_event(const Actor& actor, std::string_view kind,
                              const RoutingTemplateRecord& record) {
  return object_event(actor, kind, record.id.value, std::nullopt,
                      encode_json(TemplateDetail{record.name}));
}

}  // namespace

Result<RoutingTemplate> RoutingTemplates::create(const Actor& actor,
                                                 const RoutingTemplateFields& fields,
                                                 const AlsoCommit& also) {
  const RoutingTemplateFields clean = DMS_TRY(clean_fields(fields));
  const Instant now = clock_.now();
  RoutingTemplateRecord made;
  made.id = RoutingTemplateId::make(now);
  assign_fields(made, clean);
  stamp_created(made, {now, actor.user});
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    DMS_TRY(require_subjects(view, clean.stages));
    DMS_TRY(require_free_name(view, made));
    Commit commit(view);
    DMS_TRY(commit.insert(routing_template_table, made));
    commit.append(template_event(actor, "routing_template.created", made));
    if (also) DMS_TRY(also(view, commit, made.id.value));
    return commit;
  }));
  return to_value(made);
}

Result<RoutingTemplate> RoutingTemplates::update(const Actor& actor, RoutingTemplateId id,
                                                 const RoutingTemplateFields& fields,
                                                 std::uint64_t if_match) {
  const RoutingTemplateFields clean = DMS_TRY(clean_fields(fields));
  const Instant now = clock_.now();
  RoutingTemplateRecord changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    changed = DMS_TRY(existing(view, id));
    DMS_TRY(check_revision(changed.revision, if_match));
    DMS_TRY(require_subjects(view, clean.stages));
    assign_fields(changed, clean);
    DMS_TRY(require_free_name(view, changed));
    stamp_modified(changed, {now, actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(routing_template_table, changed));
    commit.append(template_event(actor, "routing_template.changed", changed));
    return commit;
  }));
  return to_value(changed);
}

Result<void> RoutingTemplates::remove(const Actor& actor, RoutingTemplateId id,
                                      std::uint64_t if_match) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    const RoutingTemplateRecord record = DMS_TRY(existing(view, id));
    DMS_TRY(check_revision(record.revision, if_match));
    Commit commit(view);
    DMS_TRY(commit.erase(routing_template_table, id.key()));
    commit.append(template_event(actor, "routing_template.removed", record));
    return commit;
  }));
  return {};
}

Result<RoutingTemplate> RoutingTemplates::get(const Actor& actor, RoutingTemplateId id) const {
  return store_.read<RoutingTemplate>([&](const View& view) -> Result<RoutingTemplate> {
    DMS_TRY(require_active(view, actor));
    return to_value(DMS_TRY(existing(view, id)));
  });
}

Result<Page<RoutingTemplate>> RoutingTemplates::list(const Actor& actor,
                                                     const PageRequest& page) const {
  return store_.read<Page<RoutingTemplate>>([&](const View& view) -> Result<Page<RoutingTemplate>> {
    DMS_TRY(require_active(view, actor));
    return list_by_name<RoutingTemplate>(view, routing_template_table, page, to_value);
  });
}

Result<std::vector<NewStage>> stages_of_template(const View& view, RoutingTemplateId id,
                                                 const std::vector<Subject>& assignees) {
  const RoutingTemplateRecord record = DMS_TRY(existing(view, id));
  DMS_TRY(require_known_directives(record));
  std::vector<NewStage> stages = to_stages(record);
  std::size_t used = 0;
  for (NewStage& stage : stages) {
    for (NewStep& step : stage.steps) {
      if (step.assignee) continue;
      if (used < assignees.size()) step.assignee = assignees[used];
      ++used;
    }
  }
  if (used == assignees.size()) return stages;
  return fail(invalid_field("/assignees",
                            "Für jeden offenen Platz des Laufwegs muss jemand "
                            "genannt werden, und nicht mehr.",
                            "Somebody must be named for each open place of the template, and no "
                            "more."));
}

}  // namespace dms::workflow
