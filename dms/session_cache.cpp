#include "dms/session_cache.h"

#include <mutex>
#include <utility>

namespace dms {

void CachedSession::note_use(Instant now) {
  const std::int64_t use = to_unix_microseconds(now);
  std::int64_t known = last_used_us_.load();
  while (known < use && !last_used_us_.compare_exchange_weak(known, use)) {
  }
}

std::optional<Instant> CachedSession::unwritten_use() const {
  const std::int64_t use = last_used_us_.load();
  if (use <= persisted_us_.load()) return std::nullopt;
  return from_unix_microseconds(use);
}

SessionCache::Entry SessionCache::find(const Sha256Digest& secret) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_secret_.find(secret);
  return found == by_secret_.end() ? nullptr : found->second;
}

SessionCache::Entry SessionCache::put(const Sha256Digest& secret, Entry entry) {
  const std::unique_lock lock(mutex_);
  Entry& place = by_secret_[secret];
  if (place != nullptr) {
    if (place->revision() > entry->revision()) return place;
    entry->note_use(place->last_used());
  }
  place = std::move(entry);
  return place;
}

void SessionCache::erase(const Sha256Digest& secret) {
  const std::unique_lock lock(mutex_);
  by_secret_.erase(secret);
}

std::vector<std::pair<Sha256Digest, SessionCache::Entry>> SessionCache::all() const {
  const std::shared_lock lock(mutex_);
  return {by_secret_.begin(), by_secret_.end()};
}

}  // namespace dms
