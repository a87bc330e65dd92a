#include "dms/permission_cache.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dms/identity_revision.h"

namespace dms {

namespace {

constexpr std::size_t answers_max = 100'000;

// Who asks for what: user ‖ token (nil: none) ‖ scope.
struct Question {
  std::array<char, 48> bytes{};
  friend bool operator==(const Question&, const Question&) = default;
};

struct QuestionHash {
  std::size_t operator()(const Question& question) const noexcept {
    return std::hash<std::string_view>{}({question.bytes.data(), question.bytes.size()});
  }
};

Question question_of(const Actor& actor, ScopeId scope) {
  Question question;
  auto* to = question.bytes.data();
  to = std::copy_n(actor.user.key().data(), 16, to);
  const TokenId token = actor.token.value_or(TokenId{});
  to = std::copy_n(token.key().data(), 16, to);
  std::copy_n(scope.key().data(), 16, to);
  return question;
}

}  // namespace

struct PermissionCache::State {
  // The answer at `revision`, or nullopt.
  std::optional<Rights> find(std::uint64_t at, const Question& question) const {
    const std::shared_lock lock(mutex);
    if (at != revision) return std::nullopt;
    const auto found = answers.find(question);
    return found == answers.end() ? std::nullopt : std::optional<Rights>(found->second);
  }

  // Keeps an answer unless it is older than what is kept.
  void keep(std::uint64_t at, const Question& question, Rights rights) {
    const std::unique_lock lock(mutex);
    if (at < revision) return;
    if (at > revision || answers.size() >= answers_max) answers.clear();
    revision = at;
    answers.insert_or_assign(question, rights);
  }

  mutable std::shared_mutex mutex;
  std::uint64_t revision = 0;                                  // guarded by mutex
  std::unordered_map<Question, Rights, QuestionHash> answers;  // guarded by mutex
};

PermissionCache::PermissionCache() : state_(std::make_unique<State>()) {}
PermissionCache::~PermissionCache() = default;

Result<Rights> PermissionCache::rights_in(const storage::View& view, const Actor& actor,
                                          ScopeId scope) const {
  const std::uint64_t revision = DMS_TRY(identity_revision(view));
  const Question question = question_of(actor, scope);
  if (const auto known = state_->find(revision, question)) return *known;
  const Rights rights = DMS_TRY(dms::rights_in(view, actor, scope));
  state_->keep(revision, question, rights);
  return rights;
}

Result<void> PermissionCache::require(const storage::View& view, const Actor& actor, ScopeId scope,
                                      Right right) const {
  return require_right(DMS_TRY(rights_in(view, actor, scope)), right);
}

}  // namespace dms
