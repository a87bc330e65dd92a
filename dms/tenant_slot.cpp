#include "dms/tenant_slot.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

namespace dms {

namespace {

constexpr std::chrono::milliseconds drain_look{20};
// Opening takes a tenth of a second or two; after a kill, with a WAL to replay, some seconds.
constexpr std::chrono::seconds opening_patience{3};
// A disk that fails again and again costs a third of the time at most.
constexpr int recovery_pause_factor = 2;

Error shutting_down() {
  Error error = make_error(ErrorCode::unavailable, "Der Server wird gerade beendet.",
                           "The server is shutting down.");
  error.retry_after_s = 30;
  return error;
}

Error reopening() {
  Error error = make_error(ErrorCode::unavailable,
                           "Der Datenbestand wird gerade neu geöffnet. Bitte versuchen Sie es "
                           "gleich wieder.",
                           "The records are being opened again. Please try again in a moment.");
  error.retry_after_s = static_cast<std::uint32_t>(tenant_drain_wait.count());
  return error;
}

Error still_opening() {
  Error error = make_error(ErrorCode::unavailable,
                           "Der Datenbestand wird gerade geöffnet. Bitte versuchen Sie es gleich "
                           "wieder.",
                           "The records are being opened. Please try again in a moment.");
  error.retry_after_s = static_cast<std::uint32_t>(opening_patience.count());
  return error;
}

// False where it does not hold in time.
bool await(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + tenant_drain_wait;
  while (!holds() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(drain_look);
  }
  return holds();
}

// Ends what nobody else keeps. Somebody may have looked it up by a weak pointer in this moment;
// then he ends it.
void end(std::shared_ptr<Tenant> last) {
  const std::weak_ptr<Tenant> ended = last;
  last.reset();
  await([&ended] { return ended.expired(); });
}

}  // namespace

Result<std::shared_ptr<Tenant>> TenantSlot::open() {
  if (auto present = DMS_TRY(if_usable())) return present;
  const std::unique_lock one_at_a_time(opening_mutex_, opening_patience);
  if (!one_at_a_time) return fail(still_opening());
  if (auto present = DMS_TRY(if_usable())) return present;
  DMS_TRY(begin_opening(Asker::request));
  return end_opening(Tenant::open(config_, environment_));
}

std::shared_ptr<Tenant> TenantSlot::if_open() const {
  const std::lock_guard lock(mutex_);
  return tenant_;
}

TenantStatus TenantSlot::status() const {
  // Asks the file system, which may hang: without the lock that every request takes.
  if (const auto tenant = if_open()) return status_of(*tenant);
  const std::lock_guard lock(mutex_);
  if (tenant_ != nullptr || phase_ != Phase::resting) {
    return {config_.id, TenantState::opening, ""};
  }
  if (!failure_) return {config_.id, TenantState::closed, ""};
  const bool corrupt = failure_->code == ErrorCode::corrupt;
  return {config_.id, corrupt ? TenantState::corrupt : TenantState::unavailable, failure_->hint};
}

bool TenantSlot::wants_recovery() const {
  const auto tenant = if_open();
  if (tenant == nullptr) return did_not_open();
  const auto writable = tenant->store().writable();
  return !writable && writable.error().code == ErrorCode::unavailable;
}

bool TenantSlot::recover(const std::atomic<bool>& is_stopping) {
  const std::unique_lock one_at_a_time(opening_mutex_, std::try_to_lock);
  if (!one_at_a_time) return false;
  const auto started = std::chrono::steady_clock::now();
  if (did_not_open()) {
    if (!begin_opening(Asker::recovery)) return false;
  } else {
    if (!is_worth_recovering()) return false;
    environment_.log.warning("tenant_recovery_begun", {{"tenant", config_.id}});
    // It could store nothing anyway.
    stop_work();
    if (!close_for_recovery()) {
      environment_.log.warning("tenant_recovery_put_off",
                               {{"tenant", config_.id}, {"cause", std::string("requests run")}});
      return false;
    }
  }
  const bool opened = end_opening(open_anew(is_stopping)).has_value();
  if (opened) {
    const auto took = std::chrono::steady_clock::now() - started;
    const std::lock_guard lock(mutex_);
    must_verify_ = false;
    not_before_ =
        environment_.clock.now() +
        recovery_pause_factor * std::chrono::duration_cast<std::chrono::microseconds>(took);
  }
  return opened;
}

bool TenantSlot::close_if_idle(Instant unused_since, const TenantNeeded& is_needed) {
  const std::unique_lock one_at_a_time(opening_mutex_, std::try_to_lock);
  if (!one_at_a_time) return false;  // it is being opened
  std::shared_ptr<Tenant> last = if_open();
  // One that failed keeps what it has to show until it is recovered.
  if (last == nullptr || !last->store().writable() || is_needed(*last)) return false;
  {
    const std::lock_guard lock(mutex_);
    const bool is_held = tenant_.use_count() > 2;  // by others than the slot and this function
    if (is_closed_ || is_held || last_used_ > unused_since) return false;
    tenant_.reset();
  }
  end(std::move(last));
  const std::lock_guard lock(mutex_);
  last_used_ = environment_.clock.now();
  return true;
}

std::optional<Instant> TenantSlot::closed_since() const {
  const std::lock_guard lock(mutex_);
  if (tenant_ != nullptr || phase_ != Phase::resting || failure_) return std::nullopt;
  return last_used_;
}

void TenantSlot::close() {
  std::shared_ptr<Tenant> last;
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  last = std::move(tenant_);
  tenant_.reset();
}

TenantStatus TenantSlot::status_of(Tenant& tenant) const {
  const auto writable = tenant.store().writable();
  if (!writable) {
    const bool is_full = writable.error().code == ErrorCode::storage_full;
    return {config_.id, is_full ? TenantState::storage_full : TenantState::read_only,
            writable.error().hint};
  }
  if (tenant.indexer() != nullptr && tenant.indexer()->state().failed) {
    return {config_.id, TenantState::search_failed, ""};
  }
  if (auto damage = tenant.store().damage()) {
    return {config_.id, TenantState::damaged, std::move(*damage)};
  }
  return {config_.id, TenantState::open, ""};
}

// nullptr where it is not open; nobody waits for a recovery, nor for what opens slowly.
Result<std::shared_ptr<Tenant>> TenantSlot::if_usable() {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::recovering) return fail(reopening());
  if (phase_ == Phase::opening &&
      std::chrono::steady_clock::now() - opening_since_ >= opening_patience) {
    return fail(still_opening());
  }
  if (tenant_ != nullptr) last_used_ = environment_.clock.now();
  return tenant_;
}

// Whether it may be tried now. What must be verified first is opened by recover() alone.
Result<void> TenantSlot::begin_opening(Asker asker) {
  const Instant now = environment_.clock.now();
  const std::lock_guard lock(mutex_);
  if (is_closed_) return fail(shutting_down());
  const bool stays = failure_ && (failure_->code == ErrorCode::corrupt || now < not_before_ ||
                                  (must_verify_ && asker == Asker::request));
  if (stays) return fail(*failure_);
  phase_ = asker == Asker::recovery ? Phase::recovering : Phase::opening;
  opening_since_ = std::chrono::steady_clock::now();
  return {};
}

// What a client is told of a tenant that does not open: damage stays damage, all else is
// `unavailable` for now.
Result<std::shared_ptr<Tenant>> TenantSlot::end_opening(Result<std::shared_ptr<Tenant>> opened) {
  if (!opened) {
    environment_.log.error("tenant_open_failed",
                           {{"tenant", config_.id},
                            {"code", std::string(to_string(opened.error().code))},
                            {"hint", opened.error().hint}});
  }
  const Instant now = environment_.clock.now();
  const std::lock_guard lock(mutex_);
  phase_ = Phase::resting;
  failure_.reset();
  if (opened) {
    if (is_closed_) return fail(shutting_down());
    tenant_ = *opened;
    last_used_ = now;
    return opened;
  }
  not_before_ = now + tenant_retry_after;
  failure_ = std::move(opened).error();
  if (failure_->code != ErrorCode::corrupt) {
    failure_ = operator_error(ErrorCode::unavailable, failure_->hint);
    failure_->retry_after_s = static_cast<std::uint32_t>(tenant_retry_after.count());
  }
  return fail(*failure_);
}

bool TenantSlot::did_not_open() const {
  const std::lock_guard lock(mutex_);
  return tenant_ == nullptr && failure_ && failure_->code != ErrorCode::corrupt;
}

bool TenantSlot::is_worth_recovering() {
  const std::shared_ptr<Tenant> tenant = if_open();
  if (tenant == nullptr || status_of(*tenant).state != TenantState::read_only) return false;
  {
    const std::lock_guard lock(mutex_);
    if (environment_.clock.now() < not_before_) return false;
  }
  return tenant->store().try_disk().has_value();
}

void TenantSlot::stop_work() {
  const std::shared_ptr<Tenant> tenant = if_open();
  if (tenant == nullptr) return;
  if (tenant->indexer() != nullptr) tenant->indexer()->stop();
  if (tenant->recogniser() != nullptr) tenant->recogniser()->stop();
  if (tenant->rendition_maker() != nullptr) tenant->rendition_maker()->stop();
}

// Takes the tenant from the others and ends it. Where requests keep it too long, or the server
// stops, it is given back.
bool TenantSlot::close_for_recovery() {
  std::shared_ptr<Tenant> last;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return false;
    phase_ = Phase::recovering;
    last = std::move(tenant_);
    tenant_.reset();
  }
  if (!await([&last] { return last.use_count() == 1; })) {
    const Instant now = environment_.clock.now();
    const std::lock_guard lock(mutex_);
    phase_ = Phase::resting;
    not_before_ = now + tenant_retry_after;
    if (!is_closed_) tenant_ = std::move(last);
    return false;
  }
  must_verify();
  end(std::move(last));
  return true;
}

void TenantSlot::must_verify() {
  const std::lock_guard lock(mutex_);
  must_verify_ = true;
}

// What a failing disk left behind is looked through, read-only, before anything is written to it.
Result<std::shared_ptr<Tenant>> TenantSlot::open_anew(const std::atomic<bool>& is_stopping) {
  if (!needs_verification()) return Tenant::open(config_, environment_);
  storage::VerifyReport report;
  {
    storage::StoreOptions options = tenant_store_options(environment_, config_.id);
    options.access = storage::StoreOptions::Access::read_only;
    const auto store = DMS_TRY(storage::Store::open(environment_.storage, std::move(options)));
    storage::VerifyControl control;
    control.is_cancelled = &is_stopping;
    report = DMS_TRY(store->verify_records(control));
  }
  if (!report.problems.empty()) {
    return fail(operator_error(
        ErrorCode::corrupt,
        fmt::format("after a failed write verification finds {} problems, the first: {}",
                    report.problems.size(), report.problems.front())));
  }
  auto tenant = DMS_TRY(Tenant::open(config_, environment_));
  environment_.log.info("tenant_recovered", {{"tenant", config_.id},
                                             {"records", report.records},
                                             {"journal_entries", report.journal_entries}});
  return tenant;
}

bool TenantSlot::needs_verification() const {
  const std::lock_guard lock(mutex_);
  return must_verify_;
}

}  // namespace dms
