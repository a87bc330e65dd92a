#pragma once

// Idempotency-Key: a request that creates something can be sent again and creates it once. What the
// first one answered is written in the very commit that created, and kept for a day.
//
//   const auto running = DMS_TRY(in_flight.enter(key));            // conflict while one runs
//   if (const auto seen = DMS_TRY(find_replay(view, key, digest))) return replay(*seen);
//   … decide: create, DMS_TRY(record_idempotent(view, commit, key, digest, …)) …
//
// A replay checks rights again and renders the object as it is for the asker.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/commit.h"
#include "storage/store.h"

namespace dms {

// Of the table that holds what was created (tables.h).
storage::TableIndexes idempotency_indexes();

inline constexpr std::size_t idempotency_key_length_max = 128;  // bytes of visible ASCII
inline constexpr std::chrono::hours idempotency_age_max{24};

struct IdempotencyKey {
  UserId user;
  std::string route;  // "POST /documents": the route's name, not the request's path
  std::string key;    // as the client sent it
  friend auto operator<=>(const IdempotencyKey&, const IdempotencyKey&) = default;
};

// `invalid` where `sent` is empty, too long, or holds anything but visible ASCII.
Result<IdempotencyKey> make_idempotency_key(const Actor& actor, std::string_view route,
                                            std::string_view sent);

// What the first request was answered.
struct IdempotentOutcome {
  unsigned status = 201;
  std::string location;
  std::string etag;
  Uuid object;
};

// The outcome to replay; nullopt: the key is fresh (or older than a day); `unprocessable`: the key
// was used with another digest (of metadata and content).
Result<std::optional<IdempotentOutcome>> find_replay(const storage::View& view,
                                                     const IdempotencyKey& key,
                                                     const Sha256Digest& digest, Instant now);

// Adds the outcome to the commit that creates; for AlsoCommit (change.h). `conflict` with
// retry_after_s where the key has been used since find_replay(): ask that again.
Result<void> record_idempotent(const storage::View& view, storage::Commit& commit,
                               const IdempotencyKey& key, const Sha256Digest& digest,
                               const IdempotentOutcome& outcome, Instant now);

// Takes away what is remembered of the request that created `object` at `created_at`.
Result<void> forget_idempotent(const storage::View& view, storage::Commit& commit,
                               const Uuid& object, Instant created_at);

// Removes what is older than a day, a bounded number a call. Returns how many.
Result<std::size_t> sweep_idempotency(storage::Store& store, const Clock& clock);

// The keys whose first request is still running. Thread-safe; outlives its guards.
class InFlightRequests {
 public:
  // While it lives the key is taken. Movable.
  class Guard;

  InFlightRequests();
  ~InFlightRequests();
  // `conflict` with retry_after_s = 1 where the key is taken.
  Result<Guard> enter(const IdempotencyKey& key);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class InFlightRequests::Guard {
 public:
  Guard(Guard&&) noexcept = default;
  Guard& operator=(Guard&& other) noexcept;
  ~Guard();

 private:
  friend class InFlightRequests;
  Guard(std::shared_ptr<State> state, IdempotencyKey key);
  void leave();
  std::shared_ptr<State> state_;  // empty once moved from
  IdempotencyKey key_;
};

}  // namespace dms
