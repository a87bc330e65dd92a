#include "deploy/demo/loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace dms::demo {

namespace {

template <class Map>
auto lookup(const Map& map, std::string_view name, const char* what)
    -> Result<typename Map::mapped_type> {
  const auto found = map.find(name);
  if (found == map.end()) {
    return fail(operator_error(ErrorCode::not_found, fmt::format("no {} '{}'", what, name)));
  }
  return found->second;
}

// What went wrong, with when and by whom it was tried.
Error told_of(Error error, const Act& act) {
  std::string fields;
  for (const FieldError& field : error.fields) {
    fields += " " + field.pointer + ": " + field.message.en;
  }
  error.hint = fmt::format("{} [{} by {}, {}{}{}]", error.hint, format_rfc3339(act.when.at),
                           act.when.by, act.story == nullptr ? "town" : act.story->name,
                           act.dossier == nullptr ? "" : "/" + act.dossier->key, fields);
  return error;
}

std::string plain_file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

}  // namespace

Result<Subject> subject_of(const HouseIds& ids, const std::string& name) {
  if (const auto person = ids.users.find(name); person != ids.users.end()) {
    return Subject{SubjectKind::user, person->second.value};
  }
  const OrgUnitId unit = DMS_TRY(lookup(ids.org_units, name, "person or department"));
  return Subject{SubjectKind::org_unit, unit.value};
}

Loader::Loader(Tenant& tenant, StoryClock& clock, const Town& town, const HouseIds& ids, Desk& desk)
    : tenant_(tenant),
      clock_(clock),
      town_(town),
      ids_(ids),
      desk_(desk),
      routings_(tenant.store(), clock),
      substitutions_(tenant.store(), clock) {}

Result<void> Loader::run() {
  for (const Act& act : DMS_TRY(timeline(town_))) {
    clock_.set(act.when.at);
    const auto done = perform(act);
    if (!done) return fail(told_of(done.error(), act));
  }
  return {};
}

Result<void> Loader::perform(const Act& act) {
  return std::visit([&](const auto& what) { return perform(act, what); }, act.what);
}

Composer Loader::composer(const Act& act) const {
  // Of what is not filed yet: no text of it speaks of a dossier of its own.
  static const DossierScript none{};
  return {town_, *act.story, act.dossier == nullptr ? none : *act.dossier, references_};
}

Result<UserId> Loader::user(const std::string& name) const {
  return lookup(ids_.users, name, "person");
}

Result<VersionSource> Loader::stage(const std::string& bytes) {
  auto writer = DMS_TRY(tenant_.store().write_content(storage::KeyDomain{}));
  DMS_TRY(writer->append(bytes));
  return VersionSource(DMS_TRY(writer->finish()));
}

Result<void> Loader::perform(const Act& act, const OpenDossier&) {
  const DossierScript& script = *act.dossier;
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  NewDossier input;
  input.unit = DMS_TRY(lookup(ids_.units, script.unit_code, "unit"));
  input.fields = script.fields;
  const Composer words = composer(act);
  input.fields.title = DMS_TRY(words.fill(script.fields.title));
  input.fields.description = DMS_TRY(words.fill(script.fields.description));
  input.fields.lead_unit = DMS_TRY(lookup(ids_.org_units, script.lead_department, "department"));
  input.fields.record_keeping_unit =
      DMS_TRY(lookup(ids_.org_units, script.record_keeping_department, "department"));
  for (const std::string& key : script.links) {
    input.fields.links.push_back(DMS_TRY(lookup(dossiers_, key, "open dossier")));
  }
  const Dossier dossier = DMS_TRY(tenant_.dossiers().open(actor, input));
  dossiers_[script.key] = dossier.id;
  references_[script.key] = dossier.file_reference;
  return {};
}

Result<void> Loader::perform(const Act& act, const CloseDossier&) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const DossierId id = DMS_TRY(lookup(dossiers_, act.dossier->key, "open dossier"));
  const Dossier dossier = DMS_TRY(tenant_.dossiers().get(actor, id));
  DMS_TRY(tenant_.dossiers().close(actor, id, dossier.change.revision));
  return {};
}

Result<void> Loader::perform(const Act& act, const ProposeErasure&) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const DossierId id = DMS_TRY(lookup(dossiers_, act.dossier->key, "open dossier"));
  DMS_TRY(tenant_.erasures().propose(actor, {{id}, {}, act.dossier->erasure->reason}));
  return {};
}

Result<NewDocument> Loader::new_document(const Act& act, const FileVersion& what) const {
  const Composer words = composer(act);
  const DocumentScript& script = *what.document;
  const ContentScript& content = what.version->content;
  NewDocument input;
  input.dossier = DMS_TRY(lookup(dossiers_, act.dossier->key, "open dossier"));
  input.channel = script.channel;
  DocumentFields& fields = input.fields;
  fields.subject = DMS_TRY(words.fill(content.subject));
  fields.type = script.type;
  fields.direction = script.direction;
  fields.status = script.status;
  const bool is_note = script.direction == Direction::internal && content.from == "town";
  fields.sender = DMS_TRY(words.name_of(is_note ? content.clerk : content.from, content.clerk));
  if (!content.to.empty()) fields.recipients = {DMS_TRY(words.name_of(content.to, ""))};
  for (const std::string& copy : content.cc) {
    fields.recipients.push_back(DMS_TRY(words.name_of(copy, "")));
  }
  fields.letter_date = content.dated;
  fields.received_on = script.received_on;
  fields.sent_on = script.sent_on;
  fields.foreign_reference = DMS_TRY(words.fill(content.our_reference));
  if (script.direction == Direction::outgoing) {
    fields.foreign_reference = DMS_TRY(words.fill(content.your_reference));
    fields.business_reference = DMS_TRY(words.fill("{az}"));
  }
  return input;
}

Result<void> Loader::perform(const Act& act, const FileVersion& what) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const Composer words = composer(act);
  const VersionSource bytes = DMS_TRY(stage(DMS_TRY(words.file(what.version->content))));
  const NewVersion version{plain_file_name(DMS_TRY(words.fill(what.version->file_name))),
                           DMS_TRY(words.fill(what.version->comment))};
  const auto filed = documents_.find(what.document);
  if (filed == documents_.end()) {
    NewDocument input = DMS_TRY(new_document(act, what));
    input.version = version;
    documents_[what.document] = DMS_TRY(tenant_.documents().file_document(actor, input, bytes)).id;
    return {};
  }
  const Document before = DMS_TRY(tenant_.documents().get(actor, filed->second));
  DMS_TRY(
      tenant_.documents().add_version(actor, before.id, version, bytes, before.change.revision));
  return {};
}

Result<void> Loader::perform(const Act& act, const TakeStep& what) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const Document before = DMS_TRY(tenant_.documents().get(actor, documents_.at(what.document)));
  DocumentFields fields = before.fields;
  fields.status = what.step->status;
  if (what.step->status == DocumentStatus::sent) fields.sent_on = act.when.day;
  DMS_TRY(tenant_.documents().update(actor, before.id, fields, before.change.revision));
  return {};
}

Result<std::vector<workflow::NewStage>> Loader::stages(
    const Composer& words, const std::vector<StageScript>& scripts) const {
  std::vector<workflow::NewStage> stages;
  for (const StageScript& script : scripts) {
    workflow::NewStage& stage = stages.emplace_back();
    for (const StepScript& step : script) {
      workflow::NewStep& asked = stage.steps.emplace_back();
      asked.directive = step.directive;
      asked.assignee = DMS_TRY(subject_of(ids_, step.assignee));
      asked.instruction = DMS_TRY(words.fill(step.instruction));
      asked.due_on = step.due_on;
      asked.due_days = step.due_days;
    }
  }
  return stages;
}

Result<void> Loader::perform(const Act& act, const StartRouting& what) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const Composer words = composer(act);
  workflow::NewRouting input;
  input.document = documents_.at(what.document);
  input.title = DMS_TRY(words.fill(what.routing->title));
  if (!what.routing->template_.empty()) {
    input.template_ = DMS_TRY(lookup(ids_.templates, what.routing->template_, "template"));
  }
  for (const std::string& name : what.routing->assignees) {
    input.assignees.push_back(DMS_TRY(subject_of(ids_, name)));
  }
  input.stages = DMS_TRY(stages(words, what.routing->stages));
  started_[what.routing] = DMS_TRY(routings_.start(actor, input)).record.id;
  return {};
}

Result<workflow::Task> Loader::own_task(const Actor& actor, const DecideTask& what,
                                        const std::string& on_behalf_of) const {
  std::optional<UserId> absent;
  if (!on_behalf_of.empty()) absent = DMS_TRY(user(on_behalf_of));
  PageRequest request;
  request.limit = 500;
  const auto page = DMS_TRY(routings_.tasks(actor, request));
  for (const workflow::Task& task : page.items) {
    if (task.routing == started_.at(what.routing) && task.on_behalf_of == absent) return task;
  }
  return fail(operator_error(ErrorCode::not_found, "he has no task in this routing"));
}

Result<void> Loader::perform(const Act& act, const DecideTask& what) {
  Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const DecisionScript& script = *what.decision;
  const workflow::Task task = DMS_TRY(own_task(actor, what, script.on_behalf_of));
  actor.on_behalf_of = task.on_behalf_of;
  // Who signs has read it.
  DMS_TRY(tenant_.documents().open_content(actor, task.document, std::nullopt));
  workflow::TaskDecision decision;
  decision.decision = script.decision;
  decision.version = task.version;
  decision.comment = DMS_TRY(composer(act).fill(script.comment));
  if (!script.to.empty()) decision.to = DMS_TRY(subject_of(ids_, script.to));
  DMS_TRY(routings_.decide(actor, task.task.id, decision, task.revision));
  return {};
}

Result<void> Loader::perform(const Act& act, const EnterAbsence& what) {
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const UserId deputy = DMS_TRY(user(what.absence->deputy));
  DMS_TRY(substitutions_.create(
      actor, {actor.user, deputy, what.absence->first_day, what.absence->last_day}));
  return {};
}

Result<void> Loader::perform(const Act& act, const ReceiveItem& what) {
  const InboundScript& script = *what.inbound;
  const Actor actor = DMS_TRY(desk_.actor(act.when.by));
  const Composer words = composer(act);
  NewInboundItem input;
  input.inbox = DMS_TRY(lookup(ids_.inboxes, script.department, "inbox"));
  input.channel = script.channel;
  input.fields.subject = DMS_TRY(words.fill(script.content.subject));
  input.fields.sender = DMS_TRY(words.name_of(script.content.from, script.content.clerk));
  input.fields.type = script.type;
  input.fields.letter_date = script.content.dated;
  input.fields.received_on = act.when.day;
  input.fields.foreign_reference = DMS_TRY(words.fill(script.content.our_reference));
  input.fields.deadline = script.deadline;
  input.file_name = plain_file_name(DMS_TRY(words.fill(script.file_name)));
  const VersionSource bytes = DMS_TRY(stage(DMS_TRY(words.file(script.content))));
  const InboundItem item = DMS_TRY(tenant_.inbound_items().receive(actor, input, bytes));
  if (script.basket.empty()) return {};
  Distribution distribution;
  distribution.items = {{item.id, item.change.revision}};
  distribution.target.user = DMS_TRY(user(script.basket));
  distribution.note = script.note;
  return tenant_.inbound_items().distribute(actor, distribution);
}

}  // namespace dms::demo
