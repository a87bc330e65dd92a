#include "storage/committer.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <variant>

#include "dms/base/bytes.h"
#include "storage/changes.h"
#include "storage/key_codec.h"
#include "storage/recording_view.h"

namespace dms::storage {

namespace {

// A group stops growing here; the rest waits for the next fsync. Two of the largest commits fit.
constexpr std::size_t group_bytes_max = 32U << 20U;

Error stopping_error() {
  Error error = make_error(ErrorCode::unavailable, "Der Server wird gerade beendet.",
                           "The server is shutting down.");
  error.retry_after_s = 5;
  return error;
}

}  // namespace

struct Committer::Request {
  enum class Awaited : std::uint8_t { yes, no };

  // One of: a decide (with what it decided on a lane, if it did), work, or neither: a sync.
  std::function<Result<Commit>(const View&)> decide;
  std::optional<Commit> commit;
  ReadSet reads;
  std::uint64_t state = 0;
  std::function<Result<void>(PendingBatch&)> work;
  Awaited awaited = Awaited::yes;
  std::promise<Result<Committed>> answer;
  Result<Committed> outcome;
};

struct Committer::Group {
  Group(const Database& database, LastGroup before)
      : batch(database), last(before), head(before.head) {}
  bool has_events() const { return head.sequence > last.head.sequence; }

  PendingBatch batch;
  WriteSet writes;
  const LastGroup last;  // the group before
  JournalPosition head;  // with the events gathered so far
  bool sync = false;     // asked for without anything to write
};

Committer::Committer(Database& database, StorageEnvironment::State& environment, ReadsChain& reads,
                     AcknowledgedFile* acknowledged, LastGroup last)
    : database_(database),
      environment_(environment),
      reads_(reads),
      acknowledged_(acknowledged),
      commits_(environment.metrics.counter("aktenwerk_store_commits_total", "Durable commits.")),
      groups_(environment.metrics.counter("aktenwerk_store_groups_total",
                                          "Groups of commits that shared one fsync.")),
      redecided_(environment.metrics.counter("aktenwerk_store_redecided_total",
                                             "Decisions made again on a newer state.")),
      write_seconds_(environment.metrics.histogram("aktenwerk_store_group_seconds",
                                                   "Time to write and fsync a group.")),
      last_(last) {}

Committer::~Committer() {
  stop();
}

Result<Committed> Committer::commit(const Decide& decide) {
  DMS_TRY(database_.writable());
  auto request = std::make_unique<Request>();
  {
    const SnapshotState state(database_);
    const RecordingView view(state, &request->reads);
    request->state = state.number();
    request->commit = DMS_TRY(decide(view));
  }
  if (request->commit->changes().empty()) return Committed{0, 0, environment_.clock.now()};
  request->decide = std::cref(decide);
  return enqueue(std::move(request)).get();
}

Result<void> Committer::run_serial(std::function<Result<void>(PendingBatch&)> work) {
  auto request = std::make_unique<Request>();
  request->work = std::move(work);
  DMS_TRY(enqueue(std::move(request)).get());
  return {};
}

void Committer::post(Decide decide) {
  auto request = std::make_unique<Request>();
  request->awaited = Request::Awaited::no;
  request->decide = std::move(decide);
  enqueue(std::move(request));
}

void Committer::post_sync() {
  {
    const MutexLock lock(mutex_);
    if (sync_queued_) return;
    sync_queued_ = true;
  }
  auto request = std::make_unique<Request>();
  request->awaited = Request::Awaited::no;
  enqueue(std::move(request));
}

void Committer::log_failure(const Error& error) {
  environment_.log.warning("store_background_write_failed",
                           {{"store", database_.name()}, {"reason", error.hint}});
}

std::future<Result<Committed>> Committer::enqueue(std::unique_ptr<Request> request) {
  std::future<Result<Committed>> answer = request->answer.get_future();
  bool schedule = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) {
      request->answer.set_value(fail(stopping_error()));
      return answer;
    }
    waiting_.push_back(std::move(request));
    schedule = !std::exchange(scheduled_, true);
  }
  if (schedule) environment_.pool.post([this] { run(); });
  return answer;
}

void Committer::stop() {
  const MutexLock lock(mutex_);
  stopping_ = true;
  while (scheduled_) idle_.wait(mutex_);
}

LastGroup Committer::last() const {
  const MutexLock lock(mutex_);
  return last_;
}

void Committer::set_listener(std::function<void(std::uint64_t)> listener) {
  const MutexLock lock(listener_mutex_);
  listener_ = std::move(listener);
}

void Committer::tell_listener(std::uint64_t sequence) {
  const MutexLock lock(listener_mutex_);
  if (listener_) listener_(sequence);
}

void Committer::run() {
  std::vector<std::unique_ptr<Request>> requests = take();
  process(requests);
  {
    const MutexLock lock(mutex_);
    if (waiting_.empty()) {
      scheduled_ = false;
      idle_.notify_all();
      return;
    }
  }
  environment_.pool.post([this] { run(); });
}

std::vector<std::unique_ptr<Committer::Request>> Committer::take() {
  const MutexLock lock(mutex_);
  sync_queued_ = false;
  return std::exchange(waiting_, {});
}

void Committer::process(std::vector<std::unique_ptr<Request>>& requests) {
  std::size_t next = 0;
  while (next < requests.size()) {
    Group group(database_, last());
    const std::size_t first = next;
    for (; next < requests.size() && group.batch.bytes() < group_bytes_max; ++next) {
      Request& request = *requests[next];
      request.outcome = apply(request, group);
    }
    const Result<void> written = write(group);
    for (std::size_t i = first; i < next; ++i) {
      Request& request = *requests[i];
      if (!written) request.outcome = fail(written.error());
      if (request.outcome && request.commit) commits_.add();
      if (!request.outcome && request.awaited == Request::Awaited::no)
        log_failure(request.outcome.error());
      request.answer.set_value(std::move(request.outcome));
    }
    if (written && group.has_events()) tell_listener(group.head.sequence);
  }
}

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
    request.commit = DMS_TRY(request.decide(view));
  }
  return apply_changes(request.commit->changes(), group);
}

Result<Committed> Committer::apply_work(Request& request, Group& group) {
  group.batch.set_save_point();
  const Result<void> worked = request.work(group.batch);
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
  const Result<void> checked = apply_checked(changes, group);
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

Result<void> Committer::write(Group& group) {
  if (group.batch.empty() && !group.sync) return {};
  const ReadsPosition reads = reads_.head();
  const auto started = std::chrono::steady_clock::now();
  LastGroup written = group.last;
  if (group.batch.empty()) {
    DMS_TRY(database_.sync());
  } else {
    written = {group.last.number + 1, group.head};
    group.batch.put(Family::meta, last_group_key, encode_last_group(written));
    DMS_TRY(database_.write(group.batch.batch(), Durability::synced));
    groups_.add();
    recent_.add(database_.latest_state(), std::move(group.writes));
  }
  write_seconds_.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  // Durable: what follows can no longer take it back.
  const Result<void> noted = acknowledged_->write({written, reads});
  if (!noted) database_.fail_all(noted.error().hint);
  reads_.mark_synced(reads);
  const MutexLock lock(mutex_);
  last_ = written;
  return {};
}

}  // namespace dms::storage
