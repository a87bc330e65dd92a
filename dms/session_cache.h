#pragma once

// The sessions in use, in memory: what authenticate() answers from. Internal to session.cpp.

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dms/actor.h"
#include "dms/base/digest.h"
#include "dms/base/time.h"
#include "dms/session.h"

namespace dms {

struct DigestHash {
  // A SHA-256 is as good a hash as any of its parts.
  std::size_t operator()(const Sha256Digest& digest) const noexcept {
    return std::hash<std::string_view>{}(digest.raw());
  }
};

// One session as it was read at an identity revision, and its uses since. Thread-safe.
class CachedSession {
 public:
  // As read when the store's state_number() was `state`.
  CachedSession(const Session& session, std::uint64_t revision, std::uint64_t state,
                Instant last_used)
      : session_(session),
        revision_(revision),
        confirmed_at_(state),
        last_used_us_(to_unix_microseconds(last_used)),
        persisted_us_(to_unix_microseconds(last_used)) {}

  const Session& session() const { return session_; }
  std::uint64_t revision() const { return revision_; }
  // The last state of the store at which revision() was the identity revision.
  bool is_confirmed_at(std::uint64_t state) const { return confirmed_at_.load() == state; }
  void confirm_at(std::uint64_t state) { confirmed_at_.store(state); }
  Instant last_used() const { return from_unix_microseconds(last_used_us_.load()); }
  bool is_live(Instant now) const {
    return now < session_.ends && now < last_used() + session_idle_max;
  }
  void note_use(Instant now);
  // The last use that persist_activity() has yet to write, or nullopt.
  std::optional<Instant> unwritten_use() const;
  void note_written(Instant use) { persisted_us_.store(to_unix_microseconds(use)); }

 private:
  const Session session_;
  const std::uint64_t revision_;
  std::atomic<std::uint64_t> confirmed_at_;
  std::atomic<std::int64_t> last_used_us_;
  std::atomic<std::int64_t> persisted_us_;
};

// Thread-safe.
class SessionCache {
 public:
  using Entry = std::shared_ptr<CachedSession>;
  // nullptr where the session is not in memory.
  Entry find(const Sha256Digest& secret) const;
  // Takes the place of what is there, unless that is newer, and carries on its last use.
  Entry put(const Sha256Digest& secret, Entry entry);
  void erase(const Sha256Digest& secret);
  std::vector<std::pair<Sha256Digest, Entry>> all() const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<Sha256Digest, Entry, DigestHash> by_secret_;  // guarded by mutex_
};

}  // namespace dms
