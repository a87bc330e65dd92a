#include "web/tenant_opening.h"

#include <algorithm>
#include <utility>

namespace dms::web {

namespace {

constexpr std::size_t threads_max = 4;

bool is_opening(const TenantRegistry& tenants, const std::string& id) {
  return std::ranges::any_of(tenants.status(), [&](const TenantStatus& tenant) {
    return tenant.id == id && tenant.state == TenantState::opening;
  });
}

}  // namespace

void TenantOpening::begin(TenantRegistry& tenants, std::vector<std::string> ids) {
  std::size_t threads = 0;
  {
    const MutexLock lock(mutex_);
    awaited_ = {ids.begin(), ids.end()};
    ids_ = std::move(ids);
    threads = std::min(ids_.size(), threads_max);
  }
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([&] { run(tenants); });
}

bool TenantOpening::wait(std::chrono::milliseconds patience) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  const MutexLock lock(mutex_);
  while (!awaited_.empty() && std::chrono::steady_clock::now() < limit) {
    finished_.wait_until(mutex_, limit);
  }
  return awaited_.empty();
}

std::set<std::string, std::less<>> TenantOpening::awaited() const {
  const MutexLock lock(mutex_);
  return awaited_;
}

void TenantOpening::stop() {
  {
    const MutexLock lock(mutex_);
    next_ = ids_.size();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void TenantOpening::run(TenantRegistry& tenants) {
  for (std::string id = next(); !id.empty(); id = next()) {
    // One that does not open says so for itself (readiness, log); the others serve.
    auto opened = tenants.find_by_id(id);
    // Somebody came first, and has not opened it yet.
    while (!opened && is_opening(tenants, id)) opened = tenants.find_by_id(id);
    if (!opened) {
      log_.error("tenant_not_opened", {{"tenant", id},
                                       {"code", std::string(to_string(opened.error().code))},
                                       {"hint", opened.error().hint}});
    }
    finish(id);
  }
}

std::string TenantOpening::next() {
  const MutexLock lock(mutex_);
  return next_ < ids_.size() ? ids_[next_++] : std::string();
}

void TenantOpening::finish(const std::string& id) {
  const MutexLock lock(mutex_);
  awaited_.erase(id);
  finished_.notify_all();
}

}  // namespace dms::web
