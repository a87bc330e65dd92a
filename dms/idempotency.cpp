#include "dms/idempotency.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/base/json_record.h"
#include "storage/record_json.h"
#include "storage/table.h"

namespace dms {

namespace {

constexpr std::size_t sweep_batch = 500;

// On disk; names are for ever (dms/README.md).
struct IdempotencyRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  UserId user;
  std::string route;
  std::string key;
  Sha256Digest digest;
  std::uint32_t status = 0;
  std::string location;
  std::string etag;
  Uuid object;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(IdempotencyRecord, (Extensible),
                      (user, route, key, digest, status, location, etag, object, created))

std::string record_key(UserId user, std::string_view route, std::string_view key) {
  return storage::KeyBuilder().raw(user.key()).text(route).text(key).take();
}

std::uint64_t microseconds(Instant instant) {
  return static_cast<std::uint64_t>(to_unix_microseconds(instant));
}

const storage::Table<IdempotencyRecord> idempotency_table{
    "idempotency",
    [](const IdempotencyRecord& record) {
      return record_key(record.user, record.route, record.key);
    },
    {{"created", storage::IndexKind::multiple, [](const IdempotencyRecord& record) {
        return std::vector<std::string>{
            storage::KeyBuilder().number(microseconds(record.created)).take()};
      }}}};

bool is_forgotten(const IdempotencyRecord& record, Instant now) {
  return record.created + idempotency_age_max <= now;
}

// The record that still counts, or nullopt.
Result<std::optional<IdempotencyRecord>> find_record(const storage::View& view,
                                                     const IdempotencyKey& key, Instant now) {
  auto record = DMS_TRY(view.find(idempotency_table, record_key(key.user, key.route, key.key)));
  if (record && is_forgotten(*record, now)) record.reset();
  return record;
}

Error still_running() {
  Error error = make_error(ErrorCode::conflict,
                           "Dieselbe Anfrage wird gerade bearbeitet. Bitte gleich noch einmal.",
                           "The same request is being worked on. Please try again in a moment.");
  error.retry_after_s = 1;
  return error;
}

}  // namespace

storage::TableIndexes idempotency_indexes() {
  return storage::indexes_of(idempotency_table);
}

Result<IdempotencyKey> make_idempotency_key(const Actor& actor, std::string_view route,
                                            std::string_view sent) {
  const bool is_sound =
      !sent.empty() && sent.size() <= idempotency_key_length_max &&
      std::all_of(sent.begin(), sent.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!is_sound) {
    return fail(make_error(ErrorCode::invalid,
                           "Der Idempotency-Key besteht aus 1 bis 128 sichtbaren ASCII-Zeichen.",
                           "The Idempotency-Key consists of 1 to 128 visible ASCII characters."));
  }
  return IdempotencyKey{actor.user, std::string(route), std::string(sent)};
}

Result<std::optional<IdempotentOutcome>> find_replay(const storage::View& view,
                                                     const IdempotencyKey& key,
                                                     const Sha256Digest& digest, Instant now) {
  const auto record = DMS_TRY(find_record(view, key, now));
  if (!record) return std::optional<IdempotentOutcome>();
  if (record->digest != digest) {
    return fail(ErrorCode::unprocessable,
                "Dieser Idempotency-Key wurde schon für einen anderen Inhalt verwendet.",
                "This Idempotency-Key has been used for another content already.");
  }
  return std::optional<IdempotentOutcome>(
      IdempotentOutcome{record->status, record->location, record->etag, record->object});
}

Result<void> record_idempotent(const storage::View& view, storage::Commit& commit,
                               const IdempotencyKey& key, const Sha256Digest& digest,
                               const IdempotentOutcome& outcome, Instant now) {
  if (DMS_TRY(find_record(view, key, now))) return fail(still_running());
  IdempotencyRecord record;
  record.user = key.user;
  record.route = key.route;
  record.key = key.key;
  record.digest = digest;
  record.status = outcome.status;
  record.location = outcome.location;
  record.etag = outcome.etag;
  record.object = outcome.object;
  record.created = now;
  return commit.put(idempotency_table, record);
}

Result<void> forget_idempotent(const storage::View& view, storage::Commit& commit,
                               const Uuid& object, Instant created_at) {
  // Recorded in the creating commit, a moment after the object's own time was taken.
  constexpr std::chrono::seconds moment{2};
  storage::ScanOptions options;
  options.after = storage::KeyBuilder().number(microseconds(created_at) - 1).take();
  options.limit = sweep_batch;
  while (true) {
    const auto page = DMS_TRY(view.scan_index(idempotency_table, "created", options));
    for (const IdempotencyRecord& record : page.items) {
      if (record.created > created_at + moment) return {};
      if (record.object == object) {
        return commit.erase(idempotency_table, idempotency_table.key(record));
      }
    }
    if (page.cursor.empty()) return {};
    options.after = page.cursor;
  }
}

Result<std::size_t> sweep_idempotency(storage::Store& store, const Clock& clock) {
  using Keys = std::vector<std::string>;
  const Instant now = clock.now();
  const auto forgotten = [&](const storage::View& view) -> Result<Keys> {
    storage::ScanOptions oldest;
    oldest.limit = sweep_batch;
    Keys keys;
    for (const auto& record :
         DMS_TRY(view.scan_index(idempotency_table, "created", oldest)).items) {
      if (is_forgotten(record, now)) keys.push_back(idempotency_table.key(record));
    }
    return keys;
  };
  const Keys keys = DMS_TRY(store.read<Keys>(forgotten));
  if (keys.empty()) return std::size_t{0};
  DMS_TRY(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    for (const std::string& key : keys) {
      // A forgotten key may have been used anew since it was listed.
      const auto record = DMS_TRY(view.find(idempotency_table, key));
      if (record && is_forgotten(*record, now)) DMS_TRY(commit.erase(idempotency_table, key));
    }
    return commit;
  }));
  return keys.size();
}

struct InFlightRequests::State {
  std::mutex mutex;
  std::set<IdempotencyKey> running;  // guarded by mutex
};

InFlightRequests::InFlightRequests() : state_(std::make_shared<State>()) {}
InFlightRequests::~InFlightRequests() = default;

Result<InFlightRequests::Guard> InFlightRequests::enter(const IdempotencyKey& key) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->running.insert(key).second) return fail(still_running());
  }
  return Guard(state_, key);
}

InFlightRequests::Guard::Guard(std::shared_ptr<State> state, IdempotencyKey key)
    : state_(std::move(state)), key_(std::move(key)) {}

InFlightRequests::Guard& InFlightRequests::Guard::operator=(Guard&& other) noexcept {
  if (this != &other) {
    leave();
    state_ = std::move(other.state_);
    key_ = std::move(other.key_);
  }
  return *this;
}

InFlightRequests::Guard::~Guard() {
  leave();
}

void InFlightRequests::Guard::leave() {
  if (state_ == nullptr) return;
  const std::lock_guard lock(state_->mutex);
  state_->running.erase(key_);
}

}  // namespace dms
