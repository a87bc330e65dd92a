#include "dms/token.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dms/access_record.h"
#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/base/json_codec.h"
#include "dms/base/random.h"
#include "dms/base/text.h"
#include "dms/identity_event.h"
#include "dms/identity_revision.h"
#include "dms/session_cache.h"
#include "dms/session_record.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

namespace {

// So that scanners for leaked secrets know ours.
constexpr std::string_view token_prefix = "akt_";
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t scopes_max = 100;
constexpr std::size_t cached_max = 10'000;
constexpr LineLimits name_limits{1, 200};

struct TokenEventDetail {
  TokenId token;
  std::string name;
  std::vector<Open<Right>> rights;
  std::vector<Uuid> scopes;
  Instant expires;
};
BOOST_DESCRIBE_STRUCT(TokenEventDetail, (), (token, name, rights, scopes, expires))

tl::unexpected<Error> bad_token() {
  return fail(ErrorCode::unauthenticated, "Dieses Zugriffstoken gilt nicht.",
              "This access token is not valid.");
}

Token to_token(const TokenRecord& record) {
  Token token;
  token.id = record.id;
  token.user = record.user;
  token.name = record.name;
  token.rights = to_rights(record.rights);
  for (const Uuid& scope : record.scopes) token.scopes.push_back({scope});
  token.created = record.created;
  token.created_by = record.created_by;
  token.expires = record.expires;
  token.revoked = record.revoked;
  return token;
}

storage::Event token_event(const Actor& actor, std::string_view kind, const TokenRecord& record) {
  TokenEventDetail detail;
  detail.token = record.id;
  detail.name = record.name;
  detail.rights = record.rights;
  detail.scopes = record.scopes;
  detail.expires = record.expires;
  return identity_event(actor, kind, record.user.value, encode_json(detail));
}

// A person for himself, a system administrator for all; a program for nobody.
Result<void> require_may_manage(const storage::View& view, const Actor& actor, UserId user) {
  if (actor.token) {
    return fail(ErrorCode::forbidden, "Ein Programm kann keine Zugriffstoken verwalten.",
                "A program cannot manage access tokens.");
  }
  return actor.user == user ? require_active(view, actor) : require_administrator(view, actor);
}

Result<TokenRecord> new_record(const Actor& actor, const NewToken& input, Instant now) {
  if (input.rights.empty()) {
    return fail(invalid_field("/rights", "Ein Zugriffstoken braucht ein Recht.",
                              "An access token needs a right."));
  }
  if (input.scopes.size() > scopes_max) {
    return fail(invalid_field("/scopes", "Höchstens 100 Bereiche.", "At most 100 scopes."));
  }
  if (input.expires <= now || input.expires > now + token_age_max) {
    return fail(invalid_field("/expires", "Der Ablauf muss in den nächsten 366 Tagen liegen.",
                              "The expiry must be within the next 366 days."));
  }
  TokenRecord record;
  record.id = TokenId::make(now);
  record.user = input.user.value_or(actor.user);
  record.name = DMS_TRY(clean_line(input.name, "/name", name_limits));
  record.rights = to_names(input.rights | Rights{Right::see});
  for (const ScopeId scope : input.scopes) record.scopes.push_back(scope.value);
  record.created = now;
  record.created_by = actor.user;
  record.expires = input.expires;
  return record;
}

Result<void> check_new(const storage::View& view, const TokenRecord& record) {
  const auto user = DMS_TRY(view.find(user_table, record.user.key()));
  if (!user || !user->active) {
    return fail(invalid_field("/user", "Diesen Benutzer gibt es nicht oder er ist gesperrt.",
                              "This user does not exist or is inactive."));
  }
  storage::ScanOptions options;
  options.prefix = storage::KeyBuilder().raw(record.user.key()).take();
  options.limit = 10'000;
  const auto present = DMS_TRY(view.scan_index(token_table, "user", options));
  const auto live = std::count_if(
      present.items.begin(), present.items.end(),
      [&](const TokenRecord& other) { return !other.revoked && other.expires > record.created; });
  if (static_cast<std::size_t>(live) < tokens_per_user_max) return {};
  return fail(ErrorCode::conflict, "Dieser Benutzer hat schon 50 gültige Zugriffstoken.",
              "This user has 50 valid access tokens already.");
}

std::optional<Sha256Digest> digest_of(const Secret& bearer) {
  const std::string_view text = bearer.expose();
  if (!text.starts_with(token_prefix)) return std::nullopt;
  auto raw = from_base64url(text.substr(token_prefix.size()));
  if (!raw || raw->size() != secret_bytes) return std::nullopt;
  const Secret bytes(std::move(*raw));
  return sha256(bytes.expose());
}

}  // namespace

struct Tokens::State {
  struct Known {
    Actor actor;
    Instant expires;
    std::uint64_t revision = 0;
  };

  State(storage::Store& truth, const Clock& present, SignInFailures& its_failures)
      : store(truth), clock(present), failures(its_failures) {}

  std::optional<Known> find_cached(const Sha256Digest& secret, std::uint64_t revision) const {
    const std::shared_lock lock(mutex);
    const auto found = by_secret.find(secret);
    if (found == by_secret.end() || found->second.revision != revision) return std::nullopt;
    return found->second;
  }

  void keep(const Sha256Digest& secret, const Known& known) {
    const std::unique_lock lock(mutex);
    if (by_secret.size() >= cached_max) by_secret.clear();
    by_secret.insert_or_assign(secret, known);
  }

  // nullopt where it does not count; `refused` then says whose it is and why. Whether it has
  // expired is not looked at.
  Result<std::optional<Known>> find(const storage::View& view, const Sha256Digest& secret,
                                    RefusedToken& refused) {
    const std::uint64_t revision = DMS_TRY(identity_revision(view));
    if (const auto cached = find_cached(secret, revision)) return cached;
    const auto record = DMS_TRY(
        view.find_by(token_table, "secret", storage::KeyBuilder().raw(secret.raw()).take()));
    if (!record) return std::optional<Known>();
    refused.user = record->user;
    refused.token = record->id;
    refused.reason = TokenRefusal::revoked;
    if (record->revoked) return std::optional<Known>();
    refused.reason = TokenRefusal::inactive;
    const auto user = DMS_TRY(view.find(user_table, record->user.key()));
    if (!user || !user->active) return std::optional<Known>();
    Known known;
    known.actor.user = record->user;
    known.actor.token = record->id;
    known.expires = record->expires;
    known.revision = revision;
    keep(secret, known);
    return std::optional(known);
  }

  storage::Store& store;
  const Clock& clock;
  SignInFailures& failures;
  mutable std::shared_mutex mutex;
  std::unordered_map<Sha256Digest, Known, DigestHash> by_secret;  // guarded by mutex
};

Tokens::Tokens(storage::Store& store, const Clock& clock, SignInFailures& failures)
    : state_(std::make_unique<State>(store, clock, failures)) {}
Tokens::~Tokens() = default;

Result<CreatedToken> Tokens::create(const Actor& actor, const NewToken& input) {
  TokenRecord record = DMS_TRY(new_record(actor, input, state_->clock.now()));
  const Secret raw(random_bytes(secret_bytes));
  record.secret_sha256 = sha256(raw.expose());
  DMS_TRY(state_->store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_may_manage(view, actor, record.user));
    DMS_TRY(check_new(view, record));
    storage::Commit commit(view);
    DMS_TRY(commit.insert(token_table, record));
    commit.append(token_event(actor, "token.created", record));
    return commit;
  }));
  return CreatedToken{to_token(record),
                      Secret(std::string(token_prefix) + to_base64url(raw.expose()))};
}

Result<Page<Token>> Tokens::list(const Actor& actor, UserId user, const PageRequest& page) const {
  using List = Page<Token>;
  return state_->store.read<List>([&](const storage::View& view) -> Result<List> {
    DMS_TRY(require_may_manage(view, actor, user));
    storage::ScanOptions options;
    options.prefix = storage::KeyBuilder().raw(user.key()).take();
    options.after = page.after;
    options.limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
    options.direction = storage::ScanOptions::Direction::descending;
    const auto scanned = DMS_TRY(view.scan_index(token_table, "user", options));
    List tokens;
    for (const TokenRecord& record : scanned.items) tokens.items.push_back(to_token(record));
    tokens.next = scanned.cursor;
    return tokens;
  });
}

Result<void> Tokens::revoke(const Actor& actor, TokenId id) {
  const Instant now = state_->clock.now();
  DMS_TRY(state_->store.commit([&](const storage::View& view) -> Result<storage::Commit> {
    auto record = DMS_TRY(view.find(token_table, id.key()));
    const bool may = record && require_may_manage(view, actor, record->user).has_value();
    if (!may) return fail(absent_object());
    storage::Commit commit(view);
    if (record->revoked) return commit;
    record->revoked = now;
    DMS_TRY(commit.put(token_table, *record));
    DMS_TRY(advance_identity_revision(view, commit));
    commit.append(token_event(actor, "token.revoked", *record));
    return commit;
  }));
  return {};
}

Result<Actor> Tokens::authenticate(const Secret& bearer, std::string_view address) {
  RefusedToken refused;
  refused.address = address;
  using Found = std::optional<State::Known>;
  Found known;
  if (const auto secret = digest_of(bearer)) {
    known = DMS_TRY(state_->store.read<Found>(
        [&](const storage::View& view) { return state_->find(view, *secret, refused); }));
  }
  if (known && known->expires > state_->clock.now()) return known->actor;
  if (known) {
    refused.reason = TokenRefusal::expired;
    refused.user = known->actor.user;
    refused.token = known->actor.token;
  }
  DMS_TRY(state_->failures.record(refused));
  return bad_token();
}

}  // namespace dms
