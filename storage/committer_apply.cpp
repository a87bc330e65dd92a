// How one request becomes a part of its group's batch.

#include <fmt/format.h>

#include <exception>
#include <string>
#include <typeinfo>
#include <variant>

#include "dms/base/bytes.h"
#include "storage/changes.h"
#include "storage/committer.h"
#include "storage/committer_group.h"
#include "storage/key_codec.h"
#include "storage/recording_view.h"

namespace dms::storage {

namespace {

// What is thrown here ends its request, as it would on a lane; on a thread of the shared pool it
// would end the process, with every tenant. Only around what a save point takes back, or what
// writes nothing.
template <class Run>
auto guarded(Run run) -> decltype(run()) {
  std::string thrown = "exception";
  try {
    return run();
  } catch (const std::exception& exception) {
    // Its text may quote content; its type does not.
    thrown.append(" ").append(typeid(exception).name());
  } catch (...) {
  }
  return fail(operator_error(ErrorCode::internal, "committer: " + thrown));
}

}  // namespace

Result<Committed> Committer::apply(Request& request, Group& group) {
  DMS_TRY(database_.writable());
  if (request.work) return apply_work(request, group);
  if (!request.decide) {
    group.sync = true;
    return Committed{};
  }
  DMS_TRY(database_.check_disk(group.batch.bytes()));
  const bool changed = request.commit && (touches(group.writes, request.reads) ||
                                          recent_.changed_since(request.state, request.reads));
  if (!request.commit || changed) {
    if (changed) redecided_.add();
    const PendingState state(group.batch);
    const RecordingView view(state, nullptr);
    request.commit = DMS_TRY(guarded([&] { return request.decide(view); }));
  }
  return apply_changes(request.commit->changes(), group);
}

Result<Committed> Committer::apply_work(Request& request, Group& group) {
  group.batch.set_save_point();
  const Result<void> worked = guarded([&] { return request.work(group.batch); });
  if (!worked) {
    group.batch.roll_back();
    return fail(worked.error());
  }
  group.batch.keep();
  group.sync = true;
  return Committed{};
}

Result<Committed> Committer::apply_changes(const Commit::Changes& changes, Group& group) {
  DMS_TRY(changes.check_limits());
  for (const Event& event : changes.events) DMS_TRY(check_event_kind(event.kind));
  PendingBatch& batch = group.batch;
  batch.set_save_point();
  const Result<void> checked = guarded([&] { return apply_checked(changes, group); });
  if (!checked) {
    batch.roll_back();
    return fail(checked.error());
  }
  batch.keep();
  const auto write_entries = [&](Family family, const auto& entries) {
    for (const auto& [key, value] : entries) {
      value ? batch.put(family, key, *value) : batch.erase(family, key);
      group.writes.insert(tagged_key(family, key));
    }
  };
  write_entries(Family::records, changes.records);
  write_entries(Family::indexes, changes.indexes);
  for (const std::uint64_t sequence : changes.erased_details) {
    batch.erase(Family::journal_detail, sequence_key(sequence));
  }
  Committed committed{0, 0, environment_.clock.now()};
  for (const Event& event : changes.events) {
    group.head = append_event(batch, group.head, event, committed.time);
    if (committed.first_sequence == 0) committed.first_sequence = group.head.sequence;
    committed.last_sequence = group.head.sequence;
  }
  return committed;
}

Result<void> Committer::apply_checked(const Commit::Changes& changes, Group& group) {
  for (const auto& [name, value] : changes.counters) {
    const std::string key = counter_key(name);
    const std::optional<std::string> before = DMS_TRY(group.batch.get(Family::meta, key));
    if (before && read_big_endian_64(*before).value_or(0) > value) {
      return fail(operator_error(ErrorCode::internal, fmt::format("counter {} would fall", name)));
    }
    std::string bytes;
    append_big_endian(bytes, value);
    group.batch.put(Family::meta, key, bytes);
    group.writes.insert(tagged_key(Family::meta, key));
  }
  for (const Commit::Changes::ContentChange& change : changes.contents) {
    DMS_TRY(apply_content(change, group.batch));
  }
  return {};
}

Result<void> Committer::apply_content(const Commit::Changes::ContentChange& change,
                                      PendingBatch& batch) {
  if (const auto* staged = std::get_if<StagedContent>(&change.content)) {
    return content_->apply_named(batch, *staged, change.owner);
  }
  const ContentId& content = std::get<ContentId>(change.content);
  if (change.kind == Commit::Changes::ContentChange::Kind::name) {
    return content_->apply_named(batch, content, change.owner);
  }
  return content_->apply_released(batch, content, change.owner);
}

}  // namespace dms::storage
