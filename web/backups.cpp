#include "web/backups.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dms/local_date.h"
#include "web/audit_commands.h"
#include "web/backup_files.h"
#include "web/process.h"

namespace dms::web {

namespace {

constexpr std::chrono::hours retry_after{1};

Result<std::optional<storage::BackupGeneration>> newest_in(const storage::BackupPlace& place) {
  const auto generations = storage::list_backups(place);
  if (!generations && generations.error().code == ErrorCode::not_found) return std::nullopt;
  if (!generations) return fail(generations.error());
  if (generations->empty()) return std::nullopt;
  return generations->back();
}

}  // namespace

Result<storage::BackupOptions> backup_options(const ServerConfig& config,
                                              const std::string& tenant) {
  storage::BackupPlace place = DMS_TRY(configured_place(config.backup, tenant));
  storage::BackupOptions options;
  options.folder = std::move(place.folder);
  options.key = std::move(place.key);
  options.generations_kept = config.backup.generations;
  options.bytes_per_s_max = config.backup.bytes_per_s_max;
  options.files = DMS_TRY(files_to_back_up(config, tenant));
  options.present_files = [data_dir = config.data_dir, tenant] {
    return present_files_to_back_up(data_dir, tenant);
  };
  return options;
}

// Another day, not a later one: after a clock was put back generations go on, too.
bool is_backup_due(std::optional<Instant> newest, Instant now, std::uint32_t hour) {
  const std::chrono::hours shift{hour};
  return !newest || local_date(*newest - shift) != local_date(now - shift);
}

Backups::Backups(ServerConfig config, const std::vector<std::string>& tenants, const Clock& clock,
                 Log& log, MetricsRegistry& metrics)
    : config_(std::move(config)),
      clock_(clock),
      started_(clock.now()),
      log_(log),
      made_(metrics.counter("backups_made_total", "Generations made and proven")),
      failed_(metrics.counter("backups_failed_total", "Attempts that failed")) {
  if (!config_.backup.folder) return;
  {
    const MutexLock lock(mutex_);
    for (const std::string& id : tenants) known_[id] = {};
  }
  metrics.gauge(
      "backup_oldest_age_seconds",
      "Age of the newest generation of the tenant that is worst off; since the start where "
      "none is known",
      "", [this] { return oldest_age_s(); });
}

double Backups::oldest_age_s() const {
  double oldest = 0;
  for (const BackupView& tenant : views()) {
    const std::chrono::duration<double> age = clock_.now() - tenant.time.value_or(started_);
    oldest = std::max(oldest, age.count());
  }
  return oldest;
}

void Backups::look_after(const Tenants& open) {
  if (!config_.backup.folder) return;
  for (const auto& tenant : open) {
    // A full lane is asked again in a minute.
    if (may_be_due(tenant->config().id)) static_cast<void>(queue(tenant, Wish::due));
  }
}

Result<void> Backups::begin(const Tenants& open, std::optional<std::string_view> id) {
  if (!config_.backup.folder) {
    return fail(ErrorCode::conflict, "Es ist kein Ordner für Sicherungen eingestellt.",
                "No folder for backups is configured.");
  }
  bool is_found = false;
  for (const auto& tenant : open) {
    if (id && tenant->config().id != *id) continue;
    is_found = true;
    DMS_TRY(queue(tenant, Wish::now));
  }
  if (id && !is_found) {
    return fail(ErrorCode::not_found,
                "Diesen Mandanten gibt es hier nicht, oder er ist nicht offen.",
                "There is no such tenant here, or it is not open.");
  }
  return {};
}

std::vector<BackupView> Backups::views() const {
  const MutexLock lock(mutex_);
  std::vector<BackupView> views;
  for (const auto& [id, known] : known_) {
    BackupView view;
    view.tenant = id;
    view.waiting = known.is_queued;
    if (!known.failure.empty()) view.failure = known.failure;
    if (known.newest) {
      view.generation = known.newest->number;
      view.time = known.newest->time;
      view.bytes = known.newest->bytes;
    }
    views.push_back(std::move(view));
  }
  return views;
}

bool Backups::is_asked_for(const std::string& tenant) const {
  const MutexLock lock(mutex_);
  const auto found = known_.find(tenant);
  return found != known_.end() && found->second.is_queued;
}

void Backups::stop() {
  is_stopping_ = true;
  lane_.stop();
}

bool Backups::may_be_due(const std::string& id) const {
  const MutexLock lock(mutex_);
  const auto found = known_.find(id);
  if (found == known_.end()) return true;
  const Known& known = found->second;
  if (known.is_queued || clock_.now() < known.not_before) return false;
  return !known.newest || is_backup_due(known.newest->time, clock_.now(), config_.backup.hour);
}

Result<void> Backups::queue(const std::shared_ptr<Tenant>& tenant, Wish wish) {
  const std::string& id = tenant->config().id;
  {
    const MutexLock lock(mutex_);
    Known& known = known_[id];
    known.wish = std::max(known.wish, wish);
    // Whoever makes one looks for further wishes when it is made.
    if (std::exchange(known.is_queued, true)) return {};
  }
  // Waiting for its turn it keeps no tenant from being closed.
  const auto posted = lane_.post([this, id, waiting = std::weak_ptr<Tenant>(tenant)] {
    if (const auto held = waiting.lock()) return run(*held);
    const MutexLock lock(mutex_);
    known_[id].is_queued = false;
  });
  if (posted) return {};
  const MutexLock lock(mutex_);
  known_[id].is_queued = false;
  known_[id].wish = Wish::none;
  return fail(posted.error());
}

void Backups::run(Tenant& tenant) {
  while (fulfil(tenant)) {
  }
}

bool Backups::fulfil(Tenant& tenant) {
  const std::string& id = tenant.config().id;
  Wish wish = Wish::none;
  {
    const MutexLock lock(mutex_);
    Known& known = known_[id];
    wish = is_stopping_ ? Wish::none : std::exchange(known.wish, Wish::none);
    if (wish == Wish::none) known.is_queued = false;
  }
  if (wish == Wish::none) return false;
  const Result<void> outcome = make(tenant, wish);
  const MutexLock lock(mutex_);
  Known& known = known_[id];
  known.failure.clear();
  known.not_before = {};
  if (outcome || is_stopping_) return true;
  failed_.add();
  const Error& error = outcome.error();
  known.failure = std::string(to_string(error.code)) + ": " +
                  (error.hint.empty() ? error.message.en : error.hint);
  known.not_before = clock_.now() + retry_after;
  log_.error("backup_failed",
             {{"tenant", id}, {"code", std::string(to_string(error.code))}, {"hint", error.hint}});
  return true;
}

Result<void> Backups::make(Tenant& tenant, Wish wish) {
  const std::string& id = tenant.config().id;
  const auto newest = DMS_TRY(newest_in(DMS_TRY(configured_place(config_.backup, id))));
  {
    const MutexLock lock(mutex_);
    known_[id].newest = newest;
  }
  if (wish == Wish::due && newest &&
      !is_backup_due(newest->time, clock_.now(), config_.backup.hour)) {
    return {};
  }
  DMS_TRY(make_private_folder(*config_.backup.folder));
  const Instant begun = clock_.now();
  storage::BackupOptions options = DMS_TRY(backup_options(config_, id));
  options.is_cancelled = &is_stopping_;
  const auto made = DMS_TRY(back_up_with_heads(tenant, options));
  made_.add();
  {
    const MutexLock lock(mutex_);
    known_[id].newest = made;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun);
  log_.info("backup_made", {{"tenant", id},
                            {"generation", std::uint64_t{made.number}},
                            {"bytes", made.bytes},
                            {"journal", made.journal_sequence},
                            {"took_ms", std::int64_t{took.count()}}});
  return {};
}

}  // namespace dms::web
