#include "dms/tenant_registry.h"

#include <algorithm>
#include <future>
#include <map>
#include <system_error>
#include <thread>
#include <utility>

#include "dms/tenant_slot.h"

namespace dms {

namespace {

// Verifying reads records from the disk that other tenants use, too.
constexpr std::size_t recoveries_max = 8;
// Longer than one takes that is put off, for requests run.
constexpr std::chrono::seconds recovery_patience{8};

tl::unexpected<Error> no_such_tenant() {
  return fail(ErrorCode::not_found, "Diesen Mandanten gibt es hier nicht.",
              "There is no such tenant here.");
}

}  // namespace

std::string_view to_string(TenantState state) {
  switch (state) {
    case TenantState::closed:
      return "closed";
    case TenantState::opening:
      return "opening";
    case TenantState::open:
      return "open";
    case TenantState::damaged:
      return "damaged";
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
  return state == TenantState::open || state == TenantState::damaged ||
         state == TenantState::search_failed || state == TenantState::storage_full ||
         state == TenantState::read_only;
}

// Built once and never changed: looked up without a lock.
struct TenantRegistry::State {
  explicit State(TenantEnvironment shared) : environment(std::move(shared)) {}
  TenantEnvironment environment;
  std::map<std::string, std::unique_ptr<TenantSlot>, std::less<>> by_id;
  std::map<std::string, TenantSlot*, std::less<>> by_host;
  // By tenant, those under way; of the thread that calls recover(). Waited for when it goes.
  std::map<std::string, std::future<bool>> recoveries;
};

TenantRegistry::TenantRegistry(std::unique_ptr<State> state) : state_(std::move(state)) {}
TenantRegistry::~TenantRegistry() = default;

Result<std::unique_ptr<TenantRegistry>> TenantRegistry::create(std::vector<TenantConfig> configs,
                                                               TenantEnvironment environment) {
  auto state = std::make_unique<State>(std::move(environment));
  for (TenantConfig& config : configs) {
    DMS_TRY(check_tenant_config(config));
    auto slot = std::make_unique<TenantSlot>(config, state->environment);
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
  return found->second->open();
}

Result<std::shared_ptr<Tenant>> TenantRegistry::find_by_id(std::string_view id) {
  const auto found = state_->by_id.find(id);
  if (found == state_->by_id.end()) return no_such_tenant();
  return found->second->open();
}

TenantRegistry::Tenants TenantRegistry::open_tenants() const {
  Tenants tenants;
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
  auto& under_way = state_->recoveries;
  for (const auto& [id, slot] : state_->by_id) {
    if (under_way.size() >= recoveries_max) break;
    if (under_way.contains(id) || !slot->wants_recovery()) continue;
    try {
      under_way.emplace(id, std::async(std::launch::async, [&is_stopping, &slot = *slot] {
                          return !is_stopping && slot.recover(is_stopping);
                        }));
    } catch (const std::system_error&) {
      break;  // no thread to be had: the next time
    }
  }
  const auto until = std::chrono::steady_clock::now() + recovery_patience;
  bool opened = false;
  for (auto at = under_way.begin(); at != under_way.end();) {
    if (at->second.wait_until(until) != std::future_status::ready) {
      ++at;
      continue;
    }
    opened |= at->second.get();
    at = under_way.erase(at);
  }
  return opened;
}

std::size_t TenantRegistry::close_idle(Instant unused_since, const TenantNeeded& is_needed) {
  std::size_t closed = 0;
  for (const auto& [id, slot] : state_->by_id) {
    if (slot->close_if_idle(unused_since, is_needed)) ++closed;
  }
  return closed;
}

std::vector<std::string> TenantRegistry::closed_since(Instant since, std::size_t limit) const {
  std::vector<std::pair<Instant, std::string>> closed;
  for (const auto& [id, slot] : state_->by_id) {
    const std::optional<Instant> at = slot->closed_since();
    if (at && *at <= since) closed.emplace_back(*at, id);
  }
  std::ranges::sort(closed);
  if (closed.size() > limit) closed.resize(limit);
  std::vector<std::string> ids;
  ids.reserve(closed.size());
  for (auto& [at, id] : closed) ids.push_back(std::move(id));
  return ids;
}

// All are told to stop before any is waited for: else those whose turn comes last would go on
// beginning work that somebody waits for.
void TenantRegistry::close() {
  state_->recoveries.clear();
  std::vector<std::thread> threads;
  for (const auto& [id, slot] : state_->by_id) {
    if (slot->if_open() == nullptr) continue;
    threads.emplace_back([&slot = *slot] { slot.stop_work(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& [id, slot] : state_->by_id) slot->close();
}

}  // namespace dms
