#include "web/backups.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dms/local_date.h"
#include "web/process.h"

namespace dms::web {

namespace {

constexpr std::chrono::hours retry_after{1};

Result<std::optional<storage::BackupGeneration>> newest_in(const std::string& folder) {
  const auto generations = storage::list_backups(folder);
  if (!generations && generations.error().code == ErrorCode::not_found) return std::nullopt;
  if (!generations) return fail(generations.error());
  if (generations->empty()) return std::nullopt;
  return generations->back();
}

}  // namespace

std::string backup_folder(const BackupConfig& config, const std::string& tenant) {
  return config.folder.value_or("") + "/" + tenant;
}

storage::BackupOptions backup_options(const BackupConfig& config, const std::string& tenant) {
  return {backup_folder(config, tenant), config.generations, config.bytes_per_s_max};
}

bool is_backup_due(std::optional<Instant> newest, Instant now, std::uint32_t hour) {
  const std::chrono::hours shift{hour};
  return !newest || local_date(*newest - shift) < local_date(now - shift);
}

Backups::Backups(BackupConfig config, const Clock& clock, Log& log, MetricsRegistry& metrics)
    : config_(std::move(config)),
      clock_(clock),
      started_(clock.now()),
      log_(log),
      made_(metrics.counter("backups_made_total", "Generations made and proven")),
      failed_(metrics.counter("backups_failed_total", "Attempts that failed")) {
  // What to watch: it grows without bound where backups fail, or are not made at all.
  metrics.gauge(
      "backup_oldest_age_seconds",
      "Age of the newest generation of the tenant that is worst off; since the start where "
      "it has none",
      "", [this] {
        double oldest = 0;
        for (const BackupView& tenant : views()) {
          const std::chrono::duration<double> age = clock_.now() - tenant.time.value_or(started_);
          oldest = std::max(oldest, age.count());
        }
        return oldest;
      });
}

void Backups::look_after(const std::vector<std::shared_ptr<Tenant>>& tenants) {
  if (!config_.folder) return;
  for (const auto& tenant : tenants) {
    // A full lane is asked again in a minute.
    if (may_be_due(tenant->config().id)) static_cast<void>(queue(tenant, When::due));
  }
}

Result<void> Backups::begin(const std::vector<std::shared_ptr<Tenant>>& tenants) {
  if (!config_.folder) {
    return fail(ErrorCode::conflict, "Es ist kein Ordner für Sicherungen eingestellt.",
                "No folder for backups is configured.");
  }
  for (const auto& tenant : tenants) DMS_TRY(queue(tenant, When::now));
  return {};
}

std::vector<BackupView> Backups::views() const {
  const MutexLock lock(mutex_);
  std::vector<BackupView> views;
  for (const auto& [id, known] : known_) {
    BackupView view;
    view.tenant = id;
    view.waiting = known.is_waiting;
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

void Backups::stop() {
  is_stopping_ = true;
  lane_.stop();
}

bool Backups::may_be_due(const std::string& id) const {
  const MutexLock lock(mutex_);
  const auto found = known_.find(id);
  if (found == known_.end()) return true;
  const Known& known = found->second;
  if (known.is_waiting || clock_.now() < known.not_before) return false;
  if (!known.is_read || !known.newest) return true;
  return is_backup_due(known.newest->time, clock_.now(), config_.hour);
}

Result<void> Backups::queue(const std::shared_ptr<Tenant>& tenant, When when) {
  const std::string& id = tenant->config().id;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(known_[id].is_waiting, true)) return {};
  }
  const auto posted = lane_.post([this, tenant, when] { run(*tenant, when); });
  if (posted) return {};
  const MutexLock lock(mutex_);
  known_[id].is_waiting = false;
  return fail(posted.error());
}

void Backups::run(Tenant& tenant, When when) {
  const std::string& id = tenant.config().id;
  const auto outcome = make(tenant, when);
  const MutexLock lock(mutex_);
  Known& known = known_[id];
  known.is_waiting = false;
  if (outcome) {
    known.is_read = true;
    known.newest = *outcome;
    known.failure.clear();
    known.not_before = {};
    return;
  }
  failed_.add();
  const Error& error = outcome.error();
  known.failure = std::string(to_string(error.code)) + ": " + error.hint;
  known.not_before = clock_.now() + retry_after;
  log_.error("backup_failed",
             {{"tenant", id}, {"code", std::string(to_string(error.code))}, {"hint", error.hint}});
}

Result<std::optional<storage::BackupGeneration>> Backups::make(Tenant& tenant, When when) {
  const std::string& id = tenant.config().id;
  if (is_stopping_) return fail(operator_error(ErrorCode::unavailable, "the server stops"));
  if (when == When::due) {
    const auto newest = DMS_TRY(newest_in(backup_folder(config_, id)));
    if (newest && !is_backup_due(newest->time, clock_.now(), config_.hour)) return newest;
  }
  DMS_TRY(make_private_folder(*config_.folder));
  const Instant begun = clock_.now();
  storage::BackupOptions options = backup_options(config_, id);
  options.is_cancelled = &is_stopping_;
  const auto made = DMS_TRY(tenant.store().back_up(options));
  made_.add();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun);
  log_.info("backup_made", {{"tenant", id},
                            {"generation", std::uint64_t{made.number}},
                            {"bytes", made.bytes},
                            {"journal", made.journal_sequence},
                            {"took_ms", std::int64_t{took.count()}}});
  return std::optional<storage::BackupGeneration>(made);
}

}  // namespace dms::web
