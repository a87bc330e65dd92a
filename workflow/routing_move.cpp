#include "workflow/routing_move.h"

#include <algorithm>

#include "dms/base/json_codec.h"
#include "dms/document_record.h"
#include "workflow/routing_store.h"
#include "workflow/staffing.h"

namespace dms::workflow {

using storage::Commit;
using storage::View;

namespace {

// Ids, numbers and names of the program only: comments and questions stay in the routing.
struct EffectDetail {
  std::optional<RoutingStepId> step;
  std::optional<Open<Directive>> directive;
  std::optional<TaskId> task;
  std::optional<TaskKind> task_kind;
  std::optional<SubjectKind> holder_kind;
  std::optional<Uuid> holder;
  std::optional<Date> due;
  std::optional<SlipAct> act;
  std::optional<std::uint32_t> version;
  std::optional<Sha256Digest> sha256;
};
BOOST_DESCRIBE_STRUCT(EffectDetail, (),
                      (step, directive, task, task_kind, holder_kind, holder, due, act, version,
                       sha256))

EffectDetail detail_of(const RoutingRecord& state, const Effect& effect) {
  EffectDetail detail;
  detail.step = effect.step;
  detail.task = effect.task;
  detail.act = effect.act;
  if (effect.step) {
    if (const auto* step = find_step(state, *effect.step)) detail.directive = step->directive;
  }
  const TaskRecord* task = effect.task ? find_task(state, *effect.task) : nullptr;
  if (task != nullptr && effect.kind == EffectKind::task_opened) {
    detail.task_kind = task->kind;
    if (const auto holder = to_subject(task->holder)) {
      detail.holder_kind = holder->kind;
      detail.holder = holder->id;
    }
    detail.due = task->due;
  }
  if (effect.kind == EffectKind::started || effect.kind == EffectKind::step_decided ||
      effect.kind == EffectKind::version_noted) {
    detail.version = state.version.number;
    detail.sha256 = state.version.sha256;
  }
  return detail;
}

void append_events(Commit& commit, const Actor& actor, const Transition& moved) {
  for (const Effect& effect : moved.effects) {
    commit.append(object_event(actor, "routing." + std::string(enum_name(effect.kind)),
                               moved.state.id.value, moved.state.document.value,
                               encode_json(detail_of(moved.state, effect))));
  }
}

Result<Transition> apply_for(const View& view, const RoutingRecord& state, const Actor& actor,
                             const Event& event, Instant now) {
  const Acting acting{actor.user, actor.on_behalf_of};
  return apply(
      state, event,
      {acting, DMS_TRY(staffing_of(view, subjects_of_event(state, event), acting, now)), now});
}

// Whether the final signature stands under what is newest, and nothing is waited for any more.
bool is_signed_finally(const RoutingRecord& state) {
  const auto waits = [](const RoutingStepRecord& step) {
    return is_blocking(step) && step.state != StepState::done;
  };
  const auto signs_finally = [&](const SlipEntryRecord& entry) {
    const auto* step = entry.step ? find_step(state, *entry.step) : nullptr;
    return entry.act == SlipAct::signed_ && step != nullptr &&
           step->directive == Directive::final_sign && !is_for_older_version(state, entry);
  };
  return std::ranges::none_of(state.steps, waits) && std::ranges::any_of(state.slip, signs_finally);
}

// The document's own status follows what its way has come to.
Result<void> sign_document(const View& view, Commit& commit, const Move& move,
                           const Transition& moved) {
  // An acknowledgement that comes later is no last word.
  const auto is_decision = [&](const Effect& effect) {
    if (effect.kind != EffectKind::step_decided || !effect.step) return false;
    const auto* step = find_step(moved.state, *effect.step);
    return step != nullptr && is_blocking(*step);
  };
  if (!std::ranges::any_of(moved.effects, is_decision) || !is_signed_finally(moved.state))
    return {};
  DocumentRecord document = DMS_TRY(view.get(document_table, moved.state.document.key()));
  if (!sign_finally(document, {move.now, move.actor.user})) return {};
  DMS_TRY(commit.put(document_table, document));
  commit.append(document_event(move.actor, "document.changed", document));
  return {};
}

void set_revision(Event& event, std::uint64_t revision) {
  std::visit(
      [&](auto& each) {
        if constexpr (requires { each.revision; }) each.revision = revision;
      },
      event);
}

}  // namespace

Result<VersionMark> newest_version(const View& view, DocumentId document) {
  const DocumentRecord record = DMS_TRY(view.get(document_table, document.key()));
  const VersionRecord version = DMS_TRY(current_version(view, record));
  VersionMark mark;
  mark.number = version.number;
  mark.sha256 = DMS_TRY(original_content(version)).sha256;
  return mark;
}

Result<RoutingRecord> commit_start(const View& view, Commit& commit, const Actor& actor,
                                   const Start& event, Instant now) {
  const Transition moved = DMS_TRY(apply_for(view, RoutingRecord{}, actor, event, now));
  DMS_TRY(commit.insert(routing_table, moved.state));
  append_events(commit, actor, moved);
  return moved.state;
}

Result<RoutingRecord> commit_move(const View& view, Commit& commit, const RoutingRecord& before,
                                  Move move) {
  RoutingRecord state = before;
  if (!has_ended(before)) {
    const VersionAdded added{DMS_TRY(newest_version(view, before.document))};
    Transition caught_up = DMS_TRY(apply(state, added, {{}, {}, move.now}));
    append_events(commit, Actor{}, caught_up);
    state = std::move(caught_up.state);
  }
  // What was seen is the record's revision; revision 0 is none's.
  set_revision(move.event, move.if_match == before.revision ? state.revision : 0);
  Transition moved = DMS_TRY(apply_for(view, state, move.actor, move.event, move.now));
  append_events(commit, move.actor, moved);
  DMS_TRY(sign_document(view, commit, move, moved));
  if (moved.state.revision != before.revision) DMS_TRY(commit.put(routing_table, moved.state));
  return std::move(moved.state);
}

}  // namespace dms::workflow
