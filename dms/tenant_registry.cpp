#include "dms/tenant_registry.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace dms {

namespace {

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

// One tenant, opened on demand. Thread-safe: who comes while it opens waits.
class Slot {
 public:
  explicit Slot(TenantConfig config) : config_(std::move(config)) {}

  const std::string& id() const { return config_.id; }

  Result<std::shared_ptr<Tenant>> open(const TenantEnvironment& environment) {
    if (auto present = if_open()) return present;
    const std::lock_guard one_at_a_time(opening_mutex_);
    if (auto present = if_open()) return present;
    DMS_TRY(begin_opening(environment.clock.now()));
    auto opened = Tenant::open(config_, environment);
    if (!opened) {
      environment.log.error("tenant_open_failed",
                            {{"tenant", config_.id},
                             {"code", std::string(to_string(opened.error().code))},
                             {"hint", opened.error().hint}});
    }
    return end_opening(std::move(opened), environment.clock.now());
  }

  std::shared_ptr<Tenant> if_open() const {
    const std::lock_guard lock(mutex_);
    return tenant_;
  }

  TenantStatus status() const {
    const std::lock_guard lock(mutex_);
    if (tenant_ != nullptr) {
      const auto writable = tenant_->store().writable();
      if (!writable) return {config_.id, TenantState::unavailable, writable.error().hint};
      const bool search_failed = tenant_->indexer() && tenant_->indexer()->state().failed;
      return {config_.id, search_failed ? TenantState::search_failed : TenantState::open, ""};
    }
    if (is_opening_) return {config_.id, TenantState::opening, ""};
    if (!failure_) return {config_.id, TenantState::closed, ""};
    const bool corrupt = failure_->code == ErrorCode::corrupt;
    return {config_.id, corrupt ? TenantState::corrupt : TenantState::unavailable, failure_->hint};
  }

  void close() {
    std::shared_ptr<Tenant> last;
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    last = std::move(tenant_);
    tenant_.reset();
  }

 private:
  // Whether it may be tried now.
  Result<void> begin_opening(Instant now) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return fail(shutting_down());
    const bool stays =
        failure_ && (failure_->code == ErrorCode::corrupt || now < failed_at_ + tenant_retry_after);
    if (stays) return fail(*failure_);
    is_opening_ = true;
    return {};
  }

  // What a client is told of a tenant that does not open: damage stays damage, all else is
  // `unavailable` for now.
  Result<std::shared_ptr<Tenant>> end_opening(Result<std::shared_ptr<Tenant>> opened, Instant now) {
    const std::lock_guard lock(mutex_);
    is_opening_ = false;
    failure_.reset();
    if (opened) {
      if (is_closed_) return fail(shutting_down());
      tenant_ = *opened;
      return opened;
    }
    failure_ = std::move(opened).error();
    failed_at_ = now;
    if (failure_->code != ErrorCode::corrupt) {
      failure_ = operator_error(ErrorCode::unavailable, failure_->hint);
      failure_->retry_after_s = static_cast<std::uint32_t>(tenant_retry_after.count());
    }
    return fail(*failure_);
  }

  const TenantConfig config_;
  std::mutex opening_mutex_;  // held while opening; taken before mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<Tenant> tenant_;  // guarded by mutex_, as all below
  std::optional<Error> failure_;
  Instant failed_at_;
  bool is_opening_ = false;
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
    case TenantState::unavailable:
      return "unavailable";
    case TenantState::corrupt:
      return "corrupt";
  }
  return "";
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

void TenantRegistry::close() {
  for (const auto& [id, slot] : state_->by_id) slot->close();
}

}  // namespace dms
