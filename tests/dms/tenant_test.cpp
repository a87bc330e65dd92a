// Tenants: each on its own, found by host name alone, one's trouble being nobody else's.

#include "dms/tenant.h"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "dms/tenant_registry.h"
#include "identity_fixture.h"
#include "support/failing_writes.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

// That the server stops.
const std::atomic<bool> never{false};

// Nothing is to be kept open.
bool no_need(Tenant& /*tenant*/) {
  return false;
}

class TenantTest : public ::testing::Test {
 protected:
  TenantEnvironment environment() {
    return {storage_, hasher_, clock_, log_, metrics_, (temp_ / "data").string()};
  }
  static TenantConfig musterbach() {
    return {"musterbach", "Gemeinde Musterbach", {"akten.musterbach.example", "localhost"}};
  }
  static TenantConfig nebenbach() {
    return {"nebenbach", "Gemeinde Nebenbach", {"akten.nebenbach.example"}};
  }
  std::unique_ptr<TenantRegistry> registry(std::vector<TenantConfig> configs) {
    return value_of(TenantRegistry::create(std::move(configs), environment()));
  }
  static NewUser first_administrator() {
    NewUser input;
    input.name = "verwaltung";
    input.display_name = "Systemverwaltung";
    input.password = Secret(good_password);
    return input;
  }
  static StartedSession sign_in(Tenant& tenant) {
    return value_of(tenant.sign_in().sign_in({"verwaltung", Secret(good_password), address}));
  }
  static unsigned mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
  }

  TempDir temp_;
  FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  CountingHasher hasher_;
};

TEST_F(TenantTest, KeepsTheReserveThatIsConfigured) {
  TenantEnvironment roomless = environment();
  roomless.disk_reserve_bytes = std::uint64_t{1} << 60U;
  const auto tenant = value_of(Tenant::open(musterbach(), roomless));
  EXPECT_EQ(code_of(tenant->store().writable()), ErrorCode::storage_full);
}

TEST_F(TenantTest, OpensWithItsOwnFolderAndKeysOutsideOfIt) {
  const auto tenant = value_of(Tenant::open(musterbach(), environment()));
  const fs::path data = temp_ / "data";
  EXPECT_EQ(mode_of(data / "musterbach"), 0700U);
  EXPECT_EQ(mode_of(data / "keys" / "musterbach"), 0700U);
  EXPECT_EQ(mode_of(data / "keys" / "musterbach" / "cursor.key"), 0600U);
  EXPECT_EQ(mode_of(data / "keys" / "musterbach" / "signing.key"), 0600U);
  EXPECT_EQ(mode_of(data / "heads"), 0700U);
  EXPECT_TRUE(fs::is_directory(data / "musterbach" / "store"));
  EXPECT_TRUE(fs::is_directory(data / "musterbach" / "index"));
  EXPECT_EQ(tenant->indexer(), nullptr);
  EXPECT_EQ(tenant->index().document_count(), 0U);
}

TEST_F(TenantTest, RefusesIdsAndHostsThatAreNotAsConfigured) {
  for (const char* id : {"", "Musterbach", "../x", "a/b", "keys", "tls", "heads", "a_b", "ä"}) {
    TenantConfig config = musterbach();
    config.id = id;
    EXPECT_EQ(code_of(check_tenant_config(config)), ErrorCode::invalid) << id;
  }
  for (const char* host : {"", "Akten.example", "akten.example:8443", "a..b", ".a", "a.", "*.a"}) {
    TenantConfig config = musterbach();
    config.hosts = {host};
    EXPECT_EQ(code_of(check_tenant_config(config)), ErrorCode::invalid) << host;
  }
  TenantConfig without_hosts = musterbach();
  without_hosts.hosts.clear();
  EXPECT_EQ(code_of(check_tenant_config(without_hosts)), ErrorCode::invalid);
}

TEST_F(TenantTest, RefusesAFolderThatLeadsElsewhere) {
  fs::create_directories(temp_ / "data");
  fs::create_directories(temp_ / "elsewhere");
  fs::create_directory_symlink(temp_ / "elsewhere", temp_ / "data" / "musterbach");
  EXPECT_EQ(code_of(Tenant::open(musterbach(), environment())), ErrorCode::unavailable);
  EXPECT_TRUE(fs::is_empty(temp_ / "elsewhere"));
}

TEST_F(TenantTest, UsersSessionsAndCursorsOfOneAreNothingToAnother) {
  const auto tenants = registry({musterbach(), nebenbach()});
  const auto here = value_of(tenants->find("akten.musterbach.example"));
  const auto there = value_of(tenants->find("akten.nebenbach.example"));
  value_of(here->users().bootstrap_administrator(first_administrator()));
  value_of(there->users().bootstrap_administrator(first_administrator()));
  const auto session = sign_in(*here);
  EXPECT_TRUE(here->sessions().authenticate(session.secret));
  EXPECT_EQ(code_of(there->sessions().authenticate(session.secret)), ErrorCode::unauthenticated);
  EXPECT_FALSE(there->cursors().open("p", here->cursors().seal("p", "place")));
  EXPECT_EQ(code_of(there->users().get(session.session.actor, session.session.actor.user)),
            ErrorCode::forbidden);
}

TEST_F(TenantTest, OnlyExactHostsAreKnown) {
  const auto tenants = registry({musterbach(), nebenbach()});
  const auto by_host = value_of(tenants->find("localhost"));
  EXPECT_EQ(by_host->config().id, "musterbach");
  EXPECT_EQ(value_of(tenants->find_by_id("musterbach")), by_host) << "opened twice";
  for (const char* host :
       {"", "AKTEN.MUSTERBACH.EXAMPLE", "musterbach.example", "x.akten.musterbach.example",
        "akten.musterbach.example.", "127.0.0.1"}) {
    EXPECT_FALSE(tenants->knows(host)) << host;
    EXPECT_EQ(code_of(tenants->find(host)), ErrorCode::not_found) << host;
  }
  EXPECT_TRUE(tenants->knows("akten.nebenbach.example"));
}

TEST_F(TenantTest, HostsAndIdsOccurOnce) {
  TenantConfig other = nebenbach();
  other.hosts = {"localhost"};
  EXPECT_EQ(code_of(TenantRegistry::create({musterbach(), other}, environment())),
            ErrorCode::invalid);
  other = nebenbach();
  other.id = "musterbach";
  EXPECT_EQ(code_of(TenantRegistry::create({musterbach(), other}, environment())),
            ErrorCode::invalid);
}

TEST_F(TenantTest, OneThatDoesNotOpenStopsNoOtherAndIsTriedAgain) {
  fs::create_directories(temp_ / "data" / "musterbach");
  std::ofstream(temp_ / "data" / "musterbach" / "store") << "no folder";
  const auto tenants = registry({musterbach(), nebenbach()});
  const auto refused = tenants->find("localhost");
  EXPECT_EQ(code_of(refused), ErrorCode::unavailable);
  EXPECT_GT(refused.error().retry_after_s, 0U);
  EXPECT_TRUE(tenants->find("akten.nebenbach.example"));
  const auto status = tenants->status();
  ASSERT_EQ(status.size(), 2U);
  EXPECT_EQ(status[0].state, TenantState::unavailable);
  EXPECT_FALSE(status[0].hint.empty());
  EXPECT_EQ(status[1].state, TenantState::open);

  fs::remove(temp_ / "data" / "musterbach" / "store");
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::unavailable) << "tried at once";
  clock_.advance(tenant_retry_after);
  EXPECT_TRUE(tenants->find("localhost"));
}

// A disk that does not answer: whoever waited for it would take a lane's threads from the others.
TEST_F(TenantTest, NobodyWaitsForOneThatDoesNotComeToOpen) {
  value_of(Tenant::open(musterbach(), environment()));
  const fs::path key = temp_ / "data" / "keys" / "musterbach" / "cursor.key";
  fs::remove(key);
  ASSERT_EQ(::mkfifo(key.c_str(), 0600), 0);  // to open it waits for somebody who writes
  const auto tenants = registry({musterbach(), nebenbach()});
  std::thread first([&] { static_cast<void>(tenants->find("localhost")); });
  const auto is_opening = [&] { return tenants->status()[0].state == TenantState::opening; };
  while (!is_opening()) std::this_thread::yield();
  const auto refused = std::async(std::launch::async, [&] { return tenants->find("localhost"); });
  const bool is_told = refused.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  EXPECT_TRUE(is_told);
  if (is_told) {
    const auto begun = std::chrono::steady_clock::now();
    const auto again = tenants->find("localhost");
    EXPECT_EQ(code_of(again), ErrorCode::unavailable);
    EXPECT_GT(again.error().retry_after_s, 0U);
    EXPECT_FALSE(tenants->recover(never));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
    EXPECT_TRUE(is_opening());
    EXPECT_TRUE(tenants->find("akten.nebenbach.example"));
  }
  { const std::ofstream empty(key); }
  first.join();
}

TEST_F(TenantTest, DamageIsToldAndNotTriedAgain) {
  value_of(Tenant::open(musterbach(), environment()));
  const fs::path current = temp_ / "data" / "musterbach" / "store" / "db" / "CURRENT";
  ASSERT_TRUE(fs::exists(current));
  std::ofstream(current, std::ios::trunc) << "MANIFEST-999999\n";
  const auto tenants = registry({musterbach(), nebenbach()});
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::corrupt);
  clock_.advance(tenant_retry_after * 2);
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::corrupt);
  EXPECT_EQ(tenants->status()[0].state, TenantState::corrupt);
  EXPECT_TRUE(tenants->find("akten.nebenbach.example"));
}

TEST_F(TenantTest, AFailedWriteLetsItReadUntilItsDiskIsWell) {
  const auto tenants = registry({musterbach(), nebenbach()});
  value_of(tenants->find("akten.nebenbach.example"));
  StartedSession session;
  {
    const auto tenant = value_of(tenants->find("localhost"));
    value_of(tenant->users().bootstrap_administrator(first_administrator()));
    session = sign_in(*tenant);
    const FailingWrites fault;
    EXPECT_EQ(code_of(tenant->sessions().end(session.session.actor, session.session.id)),
              ErrorCode::unavailable);
  }
  {
    const FailingWrites fault;
    EXPECT_FALSE(tenants->recover(never)) << "the disk is not well";
    EXPECT_EQ(tenants->status()[0].state, TenantState::read_only);
  }
  EXPECT_FALSE(tenants->status()[0].hint.empty());
  EXPECT_EQ(tenants->status()[1].state, TenantState::open);
  const auto reading = value_of(tenants->find("localhost"));
  EXPECT_TRUE(reading->sessions().look_up(session.secret));
  EXPECT_EQ(code_of(reading->sessions().end(session.session.actor, session.session.id)),
            ErrorCode::unavailable)
      << "well again, and not opened again";
}

TEST_F(TenantTest, RecoversByOpeningAgainOnceNobodyHoldsIt) {
  const auto tenants = registry({musterbach()});
  auto held = value_of(tenants->find("localhost"));
  value_of(held->users().bootstrap_administrator(first_administrator()));
  const StartedSession session = sign_in(*held);
  {
    const FailingWrites fault;
    EXPECT_FALSE(held->sessions().end(session.session.actor, session.session.id));
  }
  EXPECT_FALSE(tenants->recover(never)) << "a request is under way";
  EXPECT_EQ(value_of(tenants->find("localhost")), held) << "not given back";
  held.reset();
  EXPECT_FALSE(tenants->recover(never)) << "tried at once";
  clock_.advance(tenant_retry_after);
  EXPECT_TRUE(tenants->recover(never));
  EXPECT_EQ(tenants->status()[0].state, TenantState::open);
  const auto opened = value_of(tenants->find("localhost"));
  EXPECT_TRUE(opened->sessions().look_up(session.secret));
  EXPECT_TRUE(opened->sessions().end(session.session.actor, session.session.id));
  EXPECT_FALSE(tenants->recover(never)) << "nothing to be done";
}

TEST_F(TenantTest, WhatDidNotOpenAfterAFailedWriteIsLeftToRecovery) {
  const auto tenants = registry({musterbach()});
  {
    const auto tenant = value_of(tenants->find("localhost"));
    value_of(tenant->users().bootstrap_administrator(first_administrator()));
    const StartedSession session = sign_in(*tenant);
    const FailingWrites fault;
    EXPECT_FALSE(tenant->sessions().end(session.session.actor, session.session.id));
  }
  const fs::path staging = temp_ / "data" / "musterbach" / "staging";
  fs::remove_all(staging);
  std::ofstream(staging) << "no folder";
  EXPECT_FALSE(tenants->recover(never));
  EXPECT_EQ(tenants->status()[0].state, TenantState::unavailable);
  fs::remove(staging);
  clock_.advance(tenant_retry_after);
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::unavailable) << "not verified";
  EXPECT_TRUE(tenants->recover(never));
  EXPECT_TRUE(tenants->find("localhost"));
}

TEST_F(TenantTest, RecoveryTriesWhatDidNotOpen) {
  fs::create_directories(temp_ / "data" / "musterbach");
  const fs::path store = temp_ / "data" / "musterbach" / "store";
  std::ofstream(store) << "no folder";
  const auto tenants = registry({musterbach()});
  EXPECT_FALSE(tenants->recover(never)) << "opened on first use";
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::unavailable);
  fs::remove(store);
  EXPECT_FALSE(tenants->recover(never)) << "tried at once";
  clock_.advance(tenant_retry_after);
  EXPECT_TRUE(tenants->recover(never));
  EXPECT_EQ(tenants->status()[0].state, TenantState::open);
}

TEST_F(TenantTest, ADamagedIndexIsBegunAnew) {
  value_of(Tenant::open(musterbach(), environment()));
  const fs::path index = temp_ / "data" / "musterbach" / "index";
  for (const auto& file : fs::recursive_directory_iterator(index)) {
    if (file.is_regular_file()) fs::resize_file(file.path(), 0);
  }
  const auto tenant = value_of(Tenant::open(musterbach(), environment()));
  EXPECT_EQ(tenant->index().document_count(), 0U);
}

TEST_F(TenantTest, ClosesForGood) {
  const auto tenants = registry({musterbach()});
  EXPECT_EQ(tenants->status()[0].state, TenantState::closed);
  value_of(tenants->find("localhost"));
  EXPECT_EQ(tenants->open_tenants().size(), 1U);
  tenants->close();
  EXPECT_TRUE(tenants->open_tenants().empty());
  EXPECT_EQ(code_of(tenants->find("localhost")), ErrorCode::unavailable);
  // The store's lock is free again.
  EXPECT_TRUE(Tenant::open(musterbach(), environment()));
}

TEST_F(TenantTest, ClosesWhatNobodyUsesAndOpensItAgain) {
  const auto tenants = registry({musterbach(), nebenbach()});
  value_of(
      value_of(tenants->find("localhost"))->users().bootstrap_administrator(first_administrator()));
  value_of(tenants->find("akten.nebenbach.example"));
  clock_.advance(std::chrono::minutes(10));
  value_of(tenants->find("akten.nebenbach.example"));
  const Instant limit = clock_.now() - std::chrono::minutes(5);
  EXPECT_TRUE(tenants->closed_since(clock_.now(), 9).empty());
  EXPECT_EQ(tenants->close_idle(limit, no_need), 1U);
  EXPECT_EQ(tenants->status()[0].state, TenantState::closed);
  EXPECT_EQ(tenants->status()[1].state, TenantState::open) << "it was used since";
  // The store's lock is free: another process may have it.
  EXPECT_TRUE(Tenant::open(musterbach(), environment()));

  EXPECT_TRUE(tenants->closed_since(clock_.now() - std::chrono::seconds(1), 9).empty());
  EXPECT_EQ(tenants->closed_since(clock_.now(), 9), std::vector<std::string>{"musterbach"});
  EXPECT_TRUE(tenants->closed_since(clock_.now(), 0).empty());
  sign_in(*value_of(tenants->find("localhost")));
  EXPECT_EQ(tenants->status()[0].state, TenantState::open);
}

TEST_F(TenantTest, KeepsOpenWhatIsHeldNeededOrFailed) {
  const auto tenants = registry({musterbach()});
  auto held = value_of(tenants->find("localhost"));
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(tenants->close_idle(clock_.now(), no_need), 0U) << "a request has it";
  held.reset();
  EXPECT_EQ(tenants->close_idle(clock_.now(), [](Tenant&) { return true; }), 0U);
  {
    const FailingWrites failing;
    EXPECT_FALSE(value_of(tenants->find("localhost"))
                     ->users()
                     .bootstrap_administrator(first_administrator()));
  }
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(tenants->status()[0].state, TenantState::read_only);
  EXPECT_EQ(tenants->close_idle(clock_.now(), no_need), 0U) << "recovery is to look at it";
  EXPECT_TRUE(tenants->recover(never));
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(tenants->close_idle(clock_.now(), no_need), 1U);
}

TEST_F(TenantTest, WhoComesWhileItClosesFindsItOpenedAgain) {
  const auto tenants = registry({musterbach()});
  std::atomic<bool> is_over{false};
  std::atomic<std::size_t> found{0};
  std::atomic<std::size_t> refused{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      while (!is_over) ++(tenants->find("localhost") ? found : refused);
    });
  }
  std::size_t closed = 0;
  while (closed < 10) closed += tenants->close_idle(clock_.now(), no_need);
  is_over = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_GE(found, closed);
  EXPECT_EQ(refused, 0U);
}

TEST_F(TenantTest, ClosingKeepsTheLastUseOfSessions) {
  StartedSession session;
  {
    const auto tenant = value_of(Tenant::open(musterbach(), environment()));
    value_of(tenant->users().bootstrap_administrator(first_administrator()));
    session = sign_in(*tenant);
    clock_.advance(std::chrono::minutes(29));
    EXPECT_TRUE(tenant->sessions().authenticate(session.secret));
  }
  const auto tenant = value_of(Tenant::open(musterbach(), environment()));
  clock_.advance(std::chrono::minutes(29));
  EXPECT_TRUE(tenant->sessions().authenticate(session.secret));
}

TEST_F(TenantTest, HousekeepingSweepsWhatHasEnded) {
  const auto tenant = value_of(Tenant::open(musterbach(), environment()));
  value_of(tenant->users().bootstrap_administrator(first_administrator()));
  sign_in(*tenant);
  const auto stored = [&] {
    return value_of(tenant->store().read<std::vector<std::string>>(
        [](const storage::View& view) { return view.read_keys("session", {}); }));
  };
  tenant->do_housekeeping();
  EXPECT_EQ(stored().size(), 1U);
  clock_.advance(session_idle_max);
  tenant->do_housekeeping();
  EXPECT_EQ(stored().size(), 0U);
}

}  // namespace
}  // namespace dms::test
