#include "web/tenant_rounds.h"

namespace dms::web {

namespace {

// So many a minute that a thousand have their turn each hour.
constexpr std::size_t opened_a_round_max = 20;

}  // namespace

void TenantRounds::go(const TenantNeeded& is_needed) {
  if (idle_after_.count() == 0) return;
  const Instant now = clock_.now();
  const std::size_t closed = tenants_.close_idle(now - idle_after_, is_needed);
  // What does not open says so itself.
  const auto due = tenants_.closed_since(now - tenant_round_every, opened_a_round_max);
  for (const std::string& id : due) static_cast<void>(tenants_.find_by_id(id));
  if (closed + due.size() == 0) return;
  log_.write(LogLevel::debug, "tenants_looked_after",
             {{"closed", std::uint64_t{closed}}, {"opened", std::uint64_t{due.size()}}});
}

}  // namespace dms::web
