#include "dms/session.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/base/json_codec.h"
#include "dms/base/random.h"
#include "dms/hmac.h"
#include "dms/identity_event.h"
#include "dms/identity_revision.h"
#include "dms/permission.h"
#include "dms/session_cache.h"
#include "dms/session_record.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t activity_batch = 500;
constexpr std::size_t sweep_batch = 500;

struct SessionEventDetail {
  SessionId session;
  std::optional<std::string> reason;  // why it ended, where nobody ended it
};
BOOST_DESCRIBE_STRUCT(SessionEventDetail, (), (session, reason))

// It made room for another one of the same user.
constexpr std::string_view surplus_reason = "surplus";

tl::unexpected<Error> not_signed_in() {
  return fail(ErrorCode::unauthenticated, "Bitte melden Sie sich an.", "Please sign in.");
}

// The digest under which a secret is stored; nullopt for what cannot be one.
std::optional<Sha256Digest> digest_of(const Secret& secret) {
  auto raw = from_base64url(secret.expose());
  if (!raw || raw->size() != secret_bytes) return std::nullopt;
  const Secret bytes(std::move(*raw));
  return sha256(bytes.expose());
}

bool has_ended(const SessionRecord& record, Instant now) {
  return now >= record.started + session_age_max || now >= record.last_used + session_idle_max;
}

Session to_session(const SessionRecord& record, const UserRecord& user) {
  Session session;
  session.id = record.id;
  session.actor.user = user.id;
  session.actor.system_administrator = user.system_administrator;
  session.started = record.started;
  session.ends = record.started + session_age_max;
  return session;
}

// The sessions of `user`, oldest first.
Result<std::vector<SessionRecord>> sessions_of(const storage::View& view, UserId user) {
  storage::ScanOptions options;
  options.prefix = storage::KeyBuilder().raw(user.key()).take();
  options.limit = 2 * sessions_per_user_max;
  return DMS_TRY(view.scan_index(session_table, "user", options)).items;
}

storage::Event session_event(const Actor& actor, std::string_view kind, UserId user,
                             SessionId session, std::optional<std::string> reason = std::nullopt) {
  return identity_event(actor, kind, user.value,
                        encode_json(SessionEventDetail{session, std::move(reason)}));
}

Instant last_use(const SessionCache& cache, const SessionRecord& record) {
  const SessionCache::Entry known = cache.find(record.secret_sha256);
  return known == nullptr ? record.last_used : std::max(known->last_used(), record.last_used);
}

// Makes room for one more: drops what has ended, then those not used for the longest time. `actor`
// is who signs in.
Result<void> drop_surplus(const storage::View& view, storage::Commit& commit,
                          const SessionCache& cache, const UserRecord& user, const Actor& actor,
                          Instant now) {
  std::vector<SessionRecord> live;
  for (SessionRecord& record : DMS_TRY(sessions_of(view, user.id))) {
    record.last_used = last_use(cache, record);
    if (has_ended(record, now) || record.generation != user.session_generation) {
      DMS_TRY(commit.erase(session_table, record.secret_sha256.raw()));
    } else {
      live.push_back(std::move(record));
    }
  }
  const std::size_t keep = sessions_per_user_max - 1;
  if (live.size() <= keep) return {};
  std::ranges::stable_sort(live, {}, &SessionRecord::last_used);
  live.resize(live.size() - keep);
  for (const SessionRecord& record : live) {
    DMS_TRY(commit.erase(session_table, record.secret_sha256.raw()));
    commit.append(
        session_event(actor, "session.ended", user.id, record.id, std::string(surplus_reason)));
  }
  return advance_identity_revision(view, commit);
}

// Some of the sessions whose time has run out: they cannot come back, so they may be erased without
// looking again.
Result<std::vector<Sha256Digest>> ended_sessions(const storage::View& view, Instant now) {
  std::vector<Sha256Digest> ended;
  storage::ScanOptions options;
  do {
    const auto scanned = DMS_TRY(view.scan(session_table, options));
    for (const SessionRecord& record : scanned.items) {
      if (has_ended(record, now) && ended.size() < sweep_batch) {
        ended.push_back(record.secret_sha256);
      }
    }
    options.after = scanned.cursor;
  } while (!options.after.empty() && ended.size() < sweep_batch);
  return ended;
}

}  // namespace

std::string csrf_token(const Secret& session_secret) {
  return to_base64url(hmac_sha256(session_secret, "aktenwerk csrf token").raw());
}

bool csrf_token_matches(const Secret& session_secret, std::string_view sent) {
  return equal_constant_time(csrf_token(session_secret), sent);
}

struct Sessions::State {
  State(storage::Store& truth, const Clock& present) : store(truth), clock(present) {}

  // Reads the session anew and remembers it. nullptr where it is not or no longer valid.
  Result<SessionCache::Entry> load(const Sha256Digest& secret) {
    const std::uint64_t state = store.state_number();
    SessionCache::Entry loaded;
    DMS_TRY(store.read<void>([&](const storage::View& view) -> Result<void> {
      const auto record = DMS_TRY(view.find(session_table, secret.raw()));
      if (!record) return {};
      const auto user = DMS_TRY(view.find(user_table, record->user.key()));
      if (!user || !user->active || user->session_generation != record->generation) return {};
      loaded = std::make_shared<CachedSession>(
          to_session(*record, *user), DMS_TRY(identity_revision(view)), state, record->last_used);
      return {};
    }));
    if (loaded == nullptr) {
      cache.erase(secret);
      return loaded;
    }
    return cache.put(secret, std::move(loaded));
  }

  // From memory where nothing has changed since it was read, else from the store.
  Result<SessionCache::Entry> find(const Sha256Digest& secret) {
    const SessionCache::Entry known = cache.find(secret);
    if (known == nullptr) return load(secret);
    const std::uint64_t state = store.state_number();
    if (known->is_confirmed_at(state)) return known;
    const std::uint64_t revision = DMS_TRY(store.read<std::uint64_t>(identity_revision));
    if (known->revision() != revision) return load(secret);
    known->confirm_at(state);
    return known;
  }

  // Never nullptr.
  Result<SessionCache::Entry> find_live(const Secret& secret) {
    const auto digest = digest_of(secret);
    if (!digest) return not_signed_in();
    SessionCache::Entry entry = DMS_TRY(find(*digest));
    if (entry == nullptr || !entry->is_live(clock.now())) return not_signed_in();
    return entry;
  }

  // Ends those of the user's sessions that `chosen` names.
  Result<void> end(const Actor& actor, UserId user,
                   const std::function<bool(const SessionRecord&)>& chosen) {
    std::vector<Sha256Digest> ended;
    const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
      if (actor.user != user || actor.token) DMS_TRY(require_administrator(view, actor));
      ended.clear();
      storage::Commit commit(view);
      for (const SessionRecord& record : DMS_TRY(sessions_of(view, user))) {
        if (!chosen(record)) continue;
        DMS_TRY(commit.erase(session_table, record.secret_sha256.raw()));
        commit.append(session_event(actor, "session.ended", user, record.id));
        ended.push_back(record.secret_sha256);
      }
      if (!ended.empty()) DMS_TRY(advance_identity_revision(view, commit));
      return commit;
    };
    DMS_TRY(store.commit(decide));
    for (const Sha256Digest& secret : ended) cache.erase(secret);
    return {};
  }

  storage::Store& store;
  const Clock& clock;
  SessionCache cache;
};

Sessions::Sessions(storage::Store& store, const Clock& clock)
    : state_(std::make_unique<State>(store, clock)) {}
Sessions::~Sessions() = default;

Result<Session> Sessions::authenticate(const Secret& secret) {
  const SessionCache::Entry entry = DMS_TRY(state_->find_live(secret));
  entry->note_use(state_->clock.now());
  return entry->session();
}

Result<Session> Sessions::look_up(const Secret& secret) {
  return DMS_TRY(state_->find_live(secret))->session();
}

Result<StartedSession> Sessions::start(UserId user, std::string_view verified_phc,
                                       std::string fresh_phc, std::string_view address) {
  std::string raw = random_bytes(secret_bytes);
  StartedSession started;
  started.secret = Secret(to_base64url(raw));
  const Secret raw_secret(std::move(raw));
  const Instant now = state_->clock.now();
  SessionRecord record;
  record.secret_sha256 = sha256(raw_secret.expose());
  record.id = SessionId::make(now);
  record.user = user;
  record.started = record.last_used = now;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    auto holder = DMS_TRY(view.find(user_table, user.key()));
    if (!holder || !holder->active || holder->password_hash != verified_phc) {
      return not_signed_in();
    }
    record.generation = holder->session_generation;
    started.session = to_session(record, *holder);
    storage::Commit commit(view);
    Actor actor = started.session.actor;
    actor.address = address;
    DMS_TRY(drop_surplus(view, commit, state_->cache, *holder, actor, now));
    DMS_TRY(commit.insert(session_table, record));
    if (!fresh_phc.empty()) {
      holder->password_hash = fresh_phc;
      DMS_TRY(commit.put(user_table, *holder));
    }
    commit.append(session_event(actor, "session.started", user, record.id));
    return commit;
  };
  DMS_TRY(state_->store.commit(decide));
  return started;
}

Result<void> Sessions::end(const Actor& actor, SessionId id) {
  return state_->end(actor, actor.user,
                     [&](const SessionRecord& record) { return record.id == id; });
}

Result<void> Sessions::end_all(const Actor& actor, UserId user) {
  return state_->end(actor, user, [](const SessionRecord&) { return true; });
}

Result<std::vector<Session>> Sessions::list(const Actor& actor, UserId user) const {
  using List = std::vector<Session>;
  const Instant now = state_->clock.now();
  return state_->store.read<List>([&](const storage::View& view) -> Result<List> {
    DMS_TRY(require_active(view, actor));
    if (actor.user != user || actor.token) DMS_TRY(require_administrator(view, actor));
    const auto holder = DMS_TRY(view.find(user_table, user.key()));
    if (!holder) return fail(absent_object());
    List sessions;
    for (const SessionRecord& record : DMS_TRY(sessions_of(view, user))) {
      const auto cached = state_->cache.find(record.secret_sha256);
      const bool ended = cached ? !cached->is_live(now) : has_ended(record, now);
      if (ended || record.generation != holder->session_generation) continue;
      sessions.push_back(to_session(record, *holder));
    }
    return sessions;
  });
}

Result<void> Sessions::persist_activity() {
  std::vector<std::pair<Sha256Digest, SessionCache::Entry>> used = state_->cache.all();
  std::erase_if(used, [](const auto& entry) { return !entry.second->unwritten_use(); });
  for (std::size_t begin = 0; begin < used.size(); begin += activity_batch) {
    const std::size_t end = std::min(begin + activity_batch, used.size());
    std::vector<Instant> uses;
    for (std::size_t i = begin; i < end; ++i) uses.push_back(used[i].second->last_used());
    DMS_TRY(state_->store.commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (std::size_t i = begin; i < end; ++i) {
        auto record = DMS_TRY(view.find(session_table, used[i].first.raw()));
        if (!record || record->last_used >= uses[i - begin]) continue;
        record->last_used = uses[i - begin];
        DMS_TRY(commit.put(session_table, *record));
      }
      return commit;
    }));
    for (std::size_t i = begin; i < end; ++i) used[i].second->note_written(uses[i - begin]);
  }
  return {};
}

Result<std::size_t> Sessions::sweep() {
  // What is live in memory but not yet written must not look idle to the sweep.
  DMS_TRY(persist_activity());
  const Instant now = state_->clock.now();
  for (const auto& [secret, entry] : state_->cache.all()) {
    if (!entry->is_live(now)) state_->cache.erase(secret);
  }
  using Ended = std::vector<Sha256Digest>;
  const Ended ended = DMS_TRY(state_->store.read<Ended>(
      [&](const storage::View& view) { return ended_sessions(view, now); }));
  if (ended.empty()) return std::size_t{0};
  DMS_TRY(state_->store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    for (const Sha256Digest& secret : ended) DMS_TRY(commit.erase(session_table, secret.raw()));
    return commit;
  }));
  return ended.size();
}

}  // namespace dms
