#pragma once

// A tenant's store in a temporary folder with the identity services on it, a clock that stands
// still, and a hasher that is cheap and counts.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/group.h"
#include "dms/login.h"
#include "dms/org_unit.h"
#include "dms/password.h"
#include "dms/scope.h"
#include "dms/session.h"
#include "dms/tables.h"
#include "dms/token.h"
#include "dms/user.h"
#include "storage/store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::test {

template <class T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value()) << "expected an error";
  return result ? ErrorCode::internal : result.error().code;
}

template <class T>
std::string why(const Result<T>& result) {
  if (result) return "";
  std::string text = std::string(to_string(result.error().code)) + ": " + result.error().message.en;
  for (const FieldError& field : result.error().fields) text += " " + field.pointer;
  return text + " (" + result.error().hint + ")";
}

// The value, or the end of the test program with the error's text.
template <class T>
T value_of(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << why(result);
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Counts what Argon2id would be asked.
class CountingHasher final : public PasswordHasher {
 public:
  Result<std::string> hash(const Secret& password) const override {
    ++hashes;
    return scheme + std::string(password.expose());
  }
  Result<bool> verify(const Secret& password, std::string_view phc) const override {
    ++verifications;
    if (on_verify) on_verify();
    if (phc.empty()) return false;
    return phc.substr(phc.find(':') + 1) == password.expose();
  }
  bool is_outdated(std::string_view phc) const override { return !phc.starts_with(scheme); }

  std::string scheme = "v1:";
  std::function<void()> on_verify;  // what happens meanwhile
  mutable std::atomic<int> hashes{0};
  mutable std::atomic<int> verifications{0};
};

inline constexpr const char* good_password = "Birnbaum am Rathausplatz 7";
inline constexpr const char* other_password = "Lindenallee im Regen 12";
inline constexpr const char* address = "192.0.2.7";

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    open();
    admin_ = actor_of(value_of(users_->bootstrap_administrator(person("verwaltung"))));
  }

  // Whatever a test did: what records name is referenced, and what is referenced is named.
  void TearDown() override {
    if (!store_) return;
    const auto report = store_->verify();
    if (!report) return;
    for (const std::string& problem : report->problems) {
      EXPECT_EQ(problem.find("referenced"), std::string::npos) << problem;
    }
  }

  // Opens the store and makes the services anew, as a restart does; with `content_keys_`.
  void open() {
    sign_in_.reset();
    tokens_.reset();
    sessions_.reset();
    access_.reset();
    org_units_.reset();
    groups_.reset();
    users_.reset();
    failures_.reset();
    throttle_.reset();
    store_.reset();
    storage::StoreOptions options;
    options.folder = (temp_ / "store").string();
    options.name = "musterbach";
    options.tables = stored_tables();
    options.content_keys = content_keys_;
    store_ = value_of(storage::Store::open(environment_, options));
    throttle_ = std::make_unique<LoginThrottle>(clock_);
    failures_ = std::make_unique<SignInFailures>(*store_, clock_);
    users_ = std::make_unique<Users>(*store_, clock_, hasher_, *throttle_, *failures_);
    groups_ = std::make_unique<Groups>(*store_, clock_);
    org_units_ = std::make_unique<OrgUnits>(*store_, clock_);
    access_ = std::make_unique<AccessLists>(*store_, clock_);
    sessions_ = std::make_unique<Sessions>(*store_, clock_);
    tokens_ = std::make_unique<Tokens>(*store_, clock_, *failures_);
    sign_in_ = std::make_unique<SignIn>(*store_, hasher_, *throttle_, *sessions_, *failures_);
  }

  static NewUser person(const std::string& name) {
    NewUser input;
    input.name = name;
    input.display_name = "Frau " + name;
    input.email = name + "@musterbach.example";
    input.password = Secret(good_password);
    return input;
  }
  static Actor actor_of(const User& user) {
    Actor actor;
    actor.user = user.id;
    actor.system_administrator = user.system_administrator;
    return actor;
  }
  User add_user(const std::string& name) { return value_of(users_->create(admin_, person(name))); }
  User add_administrator(const std::string& name) {
    NewUser input = person(name);
    input.system_administrator = true;
    return value_of(users_->create(admin_, input));
  }

  Result<StartedSession> sign_in(const std::string& name,
                                 const std::string& password = good_password) {
    return sign_in_->sign_in({name, Secret(password), address});
  }

  static AccessEntry grant(SubjectKind kind, const Uuid& id, Role role) {
    return {{kind, id}, role, {}};
  }
  ScopeId new_scope_id() const { return {make_uuid_v7(clock_.now())}; }
  // Makes a scope as the file plan does: by the administrator, below the plan.
  Result<void> add_scope(const Actor& actor, ScopeId scope, const AccessList& list,
                         ScopeId above = {}) {
    const auto committed =
        store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
          storage::Commit commit(view);
          DMS_TRY(create_scope(view, commit, actor, {scope, above, list}, clock_.now()));
          return commit;
        });
    if (!committed) return fail(committed.error());
    return {};
  }
  Rights rights(const Actor& actor, ScopeId scope) {
    return value_of(store_->read<Rights>(
        [&](const storage::View& view) { return rights_in(view, actor, scope); }));
  }
  Result<void> check(const Actor& actor, ScopeId scope, Right right) {
    return store_->read<void>(
        [&](const storage::View& view) { return require(view, actor, scope, right); });
  }
  std::vector<storage::JournalEntry> journal() { return value_of(store_->read_journal(0, 1000)); }
  std::size_t count_events(std::string_view kind) {
    std::size_t count = 0;
    for (const auto& entry : journal()) count += entry.kind == kind ? 1U : 0U;
    return count;
  }

  TempDir temp_;
  FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment environment_{{}, clock_, log_, metrics_};
  CountingHasher hasher_;
  std::shared_ptr<storage::ContentKeys> content_keys_;  // nullptr: nothing is sealed
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<LoginThrottle> throttle_;
  std::unique_ptr<SignInFailures> failures_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Groups> groups_;
  std::unique_ptr<OrgUnits> org_units_;
  std::unique_ptr<AccessLists> access_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Tokens> tokens_;
  std::unique_ptr<SignIn> sign_in_;
  Actor admin_;
};

}  // namespace dms::test
