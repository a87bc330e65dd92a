#include "dms/tenant_registry.h"

#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace dms {

namespace {

constexpr std::chrono::milliseconds drain_look{20};
// A disk that fails again and again costs a third of the time at most.
constexpr int recovery_pause_factor = 2;

tl::unexpected<Error> no_such_tenant() {
  return fail(ErrorCode::not_found, "Diesen Mandanten gibt es hier nicht.",
              "There is no such tenant here.");
}

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

// One tenant, opened on demand. Thread-safe: who comes while it opens waits.
class Slot {
 public:
  explicit Slot(TenantConfig config) : config_(std::move(config)) {}

  const std::string& id() const { return config_.id; }

  Result<std::shared_ptr<Tenant>> open(const TenantEnvironment& environment) {
    if (auto present = DMS_TRY(unless_recovering())) return present;
    const std::lock_guard one_at_a_time(opening_mutex_);
    if (auto present = DMS_TRY(unless_recovering())) return present;
    DMS_TRY(begin_opening(environment.clock.now(), Asker::request));
    return end_opening(Tenant::open(config_, environment), environment);
  }

  std::shared_ptr<Tenant> if_open() const {
    const std::lock_guard lock(mutex_);
    return tenant_;
  }

  TenantStatus status() const {
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

  // True where the tenant was opened again.
  bool recover(const TenantEnvironment& environment, const std::atomic<bool>& is_stopping) {
    const std::lock_guard one_at_a_time(opening_mutex_);
    const auto started = std::chrono::steady_clock::now();
    if (did_not_open()) {
      if (!begin_opening(environment.clock.now(), Asker::recovery)) return false;
    } else {
      if (!is_worth_recovering(environment.clock.now())) return false;
      environment.log.warning("tenant_recovery_begun", {{"tenant", config_.id}});
      stop_indexing();
      if (!close_when_idle(environment.clock)) {
        environment.log.warning("tenant_recovery_put_off",
                                {{"tenant", config_.id}, {"cause", std::string("requests run")}});
        return false;
      }
    }
    const bool opened = end_opening(open_anew(environment, is_stopping), environment).has_value();
    if (opened) {
      const auto took = std::chrono::steady_clock::now() - started;
      const std::lock_guard lock(mutex_);
      must_verify_ = false;
      not_before_ =
          environment.clock.now() +
          recovery_pause_factor * std::chrono::duration_cast<std::chrono::microseconds>(took);
    }
    return opened;
  }

  void close() {
    std::shared_ptr<Tenant> last;
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    last = std::move(tenant_);
    tenant_.reset();
  }

 private:
  enum class Phase : std::uint8_t { resting, opening, recovering };
  enum class Asker : std::uint8_t { request, recovery };

  TenantStatus status_of(Tenant& tenant) const {
    const auto writable = tenant.store().writable();
    if (!writable) {
      const bool is_full = writable.error().code == ErrorCode::storage_full;
      return {config_.id, is_full ? TenantState::storage_full : TenantState::read_only,
              writable.error().hint};
    }
    const bool search_failed = tenant.indexer() && tenant.indexer()->state().failed;
    return {config_.id, search_failed ? TenantState::search_failed : TenantState::open, ""};
  }

  // nullptr where it is not open; nobody waits for a recovery.
  Result<std::shared_ptr<Tenant>> unless_recovering() const {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::recovering) return fail(reopening());
    return tenant_;
  }

  // Whether it may be tried now. What must be verified first is opened by recover() alone.
  Result<void> begin_opening(Instant now, Asker asker) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return fail(shutting_down());
    const bool stays = failure_ && (failure_->code == ErrorCode::corrupt || now < not_before_ ||
                                    (must_verify_ && asker == Asker::request));
    if (stays) return fail(*failure_);
    phase_ = asker == Asker::recovery ? Phase::recovering : Phase::opening;
    return {};
  }

  // What a client is told of a tenant that does not open: damage stays damage, all else is
  // `unavailable` for now.
  Result<std::shared_ptr<Tenant>> end_opening(Result<std::shared_ptr<Tenant>> opened,
                                              const TenantEnvironment& environment) {
    if (!opened) {
      environment.log.error("tenant_open_failed",
                            {{"tenant", config_.id},
                             {"code", std::string(to_string(opened.error().code))},
                             {"hint", opened.error().hint}});
    }
    const std::lock_guard lock(mutex_);
    phase_ = Phase::resting;
    failure_.reset();
    if (opened) {
      if (is_closed_) return fail(shutting_down());
      tenant_ = *opened;
      return opened;
    }
    not_before_ = environment.clock.now() + tenant_retry_after;
    failure_ = std::move(opened).error();
    if (failure_->code != ErrorCode::corrupt) {
      failure_ = operator_error(ErrorCode::unavailable, failure_->hint);
      failure_->retry_after_s = static_cast<std::uint32_t>(tenant_retry_after.count());
    }
    return fail(*failure_);
  }

  bool did_not_open() const {
    const std::lock_guard lock(mutex_);
    return tenant_ == nullptr && failure_ && failure_->code != ErrorCode::corrupt;
  }

  bool is_worth_recovering(Instant now) {
    const std::shared_ptr<Tenant> tenant = if_open();
    if (tenant == nullptr || status_of(*tenant).state != TenantState::read_only) return false;
    {
      const std::lock_guard lock(mutex_);
      if (now < not_before_) return false;
    }
    return tenant->store().try_disk().has_value();
  }

  // What is being extracted ends while the tenant still serves; it could store nothing anyway.
  void stop_indexing() {
    const std::shared_ptr<Tenant> tenant = if_open();
    if (tenant != nullptr && tenant->indexer() != nullptr) tenant->indexer()->stop();
  }

  // Takes the tenant from the others and ends it. Where requests keep it too long, or the server
  // stops, it is given back.
  bool close_when_idle(const Clock& clock) {
    const auto end = std::chrono::steady_clock::now() + tenant_drain_wait;
    const auto await = [end](const auto& holds) {
      while (!holds() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(drain_look);
      }
      return holds();
    };
    std::shared_ptr<Tenant> last;
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_) return false;
      phase_ = Phase::recovering;
      last = std::move(tenant_);
      tenant_.reset();
    }
    if (!await([&last] { return last.use_count() == 1; })) {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::resting;
      not_before_ = clock.now() + tenant_retry_after;
      if (!is_closed_) tenant_ = std::move(last);
      return false;
    }
    must_verify();
    // Somebody may have looked it up by a weak pointer in this moment; then he ends it.
    const std::weak_ptr<Tenant> ended = last;
    last.reset();
    await([&ended] { return ended.expired(); });
    return true;
  }

  void must_verify() {
    const std::lock_guard lock(mutex_);
    must_verify_ = true;
  }

  // What a failing disk left behind is looked through, read-only, before anything is written to it.
  Result<std::shared_ptr<Tenant>> open_anew(const TenantEnvironment& environment,
                                            const std::atomic<bool>& is_stopping) {
    if (!needs_verification()) return Tenant::open(config_, environment);
    storage::VerifyReport report;
    {
      storage::StoreOptions options = tenant_store_options(environment, config_.id);
      options.access = storage::StoreOptions::Access::read_only;
      const auto store = DMS_TRY(storage::Store::open(environment.storage, std::move(options)));
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
    auto tenant = DMS_TRY(Tenant::open(config_, environment));
    environment.log.info("tenant_recovered", {{"tenant", config_.id},
                                              {"records", report.records},
                                              {"journal_entries", report.journal_entries}});
    return tenant;
  }

  bool needs_verification() const {
    const std::lock_guard lock(mutex_);
    return must_verify_;
  }

  const TenantConfig config_;
  std::mutex opening_mutex_;  // held while opening; taken before mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<Tenant> tenant_;  // guarded by mutex_, as all below
  std::optional<Error> failure_;
  Instant not_before_;        // the next opening after a failure, or recovery
  bool must_verify_ = false;  // closed after a failed write, and not looked through since
  Phase phase_ = Phase::resting;
  bool is_closed_ = false;
};

}  // namespace

std::string_view to_string(TenantState state) {
  switch (state) {
    case TenantState::closed:
      return "closed";
    case TenantState::opening:
      return "opening";
    case TenantState::open:
      return "open";
    case TenantState::search_failed:
      return "search_failed";
    case TenantState::storage_full:
      return "storage_full";
    case TenantState::read_only:
      return "read_only";
    case TenantState::unavailable:
      return "unavailable";
    case TenantState::corrupt:
      return "corrupt";
  }
  return "";
}

bool is_serving(TenantState state) {
  return state == TenantState::open || state == TenantState::search_failed ||
         state == TenantState::storage_full || state == TenantState::read_only;
}

// Built once and never changed: looked up without a lock.
struct TenantRegistry::State {
  explicit State(TenantEnvironment shared) : environment(std::move(shared)) {}
  TenantEnvironment environment;
  std::map<std::string, std::unique_ptr<Slot>, std::less<>> by_id;
  std::map<std::string, Slot*, std::less<>> by_host;
};

TenantRegistry::TenantRegistry(std::unique_ptr<State> state) : state_(std::move(state)) {}
TenantRegistry::~TenantRegistry() = default;

Result<std::unique_ptr<TenantRegistry>> TenantRegistry::create(std::vector<TenantConfig> configs,
                                                               TenantEnvironment environment) {
  auto state = std::make_unique<State>(std::move(environment));
  for (TenantConfig& config : configs) {
    DMS_TRY(check_tenant_config(config));
    auto slot = std::make_unique<Slot>(config);
    for (const std::string& host : config.hosts) {
      if (!state->by_host.emplace(host, slot.get()).second) {
        return fail(invalid_field("/tenant/hosts", "Ein Rechnername kommt zweimal vor.",
                                  "A host name occurs twice."));
      }
    }
    if (!state->by_id.emplace(config.id, std::move(slot)).second) {
      return fail(invalid_field("/tenant/id", "Die Kennung eines Mandanten kommt zweimal vor.",
                                "A tenant id occurs twice."));
    }
  }
  return std::unique_ptr<TenantRegistry>(new TenantRegistry(std::move(state)));
}

bool TenantRegistry::knows(std::string_view host) const {
  return state_->by_host.contains(host);
}

Result<std::shared_ptr<Tenant>> TenantRegistry::find(std::string_view host) {
  const auto found = state_->by_host.find(host);
  if (found == state_->by_host.end()) return no_such_tenant();
  return found->second->open(state_->environment);
}

Result<std::shared_ptr<Tenant>> TenantRegistry::find_by_id(std::string_view id) {
  const auto found = state_->by_id.find(id);
  if (found == state_->by_id.end()) return no_such_tenant();
  return found->second->open(state_->environment);
}

std::vector<std::shared_ptr<Tenant>> TenantRegistry::open_tenants() const {
  std::vector<std::shared_ptr<Tenant>> tenants;
  for (const auto& [id, slot] : state_->by_id) {
    if (auto tenant = slot->if_open()) tenants.push_back(std::move(tenant));
  }
  return tenants;
}

std::vector<TenantStatus> TenantRegistry::status() const {
  std::vector<TenantStatus> all;
  for (const auto& [id, slot] : state_->by_id) all.push_back(slot->status());
  return all;
}

bool TenantRegistry::recover(const std::atomic<bool>& is_stopping) {
  bool opened = false;
  for (const auto& [id, slot] : state_->by_id) {
    if (is_stopping) break;
    opened = slot->recover(state_->environment, is_stopping) || opened;
  }
  return opened;
}

void TenantRegistry::close() {
  for (const auto& [id, slot] : state_->by_id) slot->close();
}

}  // namespace dms
