#include "storage/committer.h"

#include <chrono>
#include <utility>

#include "dms/base/worker_lanes.h"
#include "storage/committer_group.h"
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
      last_(last),
      group_number_(last.number) {}

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
  auto answer = enqueue(std::move(request));
  const WorkerLane::Pause pause;
  return answer.get();
}

Result<void> Committer::run_serial(std::function<Result<void>(PendingBatch&)> work) {
  auto request = std::make_unique<Request>();
  request->work = std::move(work);
  auto answer = enqueue(std::move(request));
  const WorkerLane::Pause pause;
  DMS_TRY(answer.get());
  return {};
}

void Committer::post(Decide decide) {
  auto request = std::make_unique<Request>();
  request->awaited = Request::Awaited::no;
  request->decide = std::move(decide);
  enqueue(std::move(request));
}

void Committer::post_serial(std::function<Result<void>(PendingBatch&)> work) {
  auto request = std::make_unique<Request>();
  request->awaited = Request::Awaited::no;
  request->work = std::move(work);
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
  if (schedule) environment_.pool.post([this] { return run(); });
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

std::size_t Committer::queued() const {
  const MutexLock lock(mutex_);
  return waiting_.size();
}

std::uint64_t Committer::add_listener(Store::CommitListener listener) {
  const MutexLock lock(listener_mutex_);
  listeners_.emplace(++listeners_made_, std::move(listener));
  return listeners_made_;
}

void Committer::remove_listener(std::uint64_t id) {
  const MutexLock lock(listener_mutex_);
  listeners_.erase(id);
}

void Committer::tell_listeners(std::uint64_t sequence) {
  const MutexLock lock(listener_mutex_);
  for (const auto& [id, listener] : listeners_) listener(sequence);
}

bool Committer::run() {
  std::vector<std::unique_ptr<Request>> requests = take();
  process(requests);
  const MutexLock lock(mutex_);
  if (!waiting_.empty()) return true;
  scheduled_ = false;
  idle_.notify_all();
  return false;
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
    if (written && group.has_events()) tell_listeners(group.head.sequence);
    for (std::size_t i = first; i < next; ++i) {
      Request& request = *requests[i];
      if (!written) request.outcome = fail(written.error());
      if (request.outcome && request.commit) commits_.add();
      if (!request.outcome && request.awaited == Request::Awaited::no)
        log_failure(request.outcome.error());
      request.answer.set_value(std::move(request.outcome));
    }
  }
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
  group_number_.store(written.number, std::memory_order_release);
  return {};
}

}  // namespace dms::storage
