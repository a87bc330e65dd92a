// One key creates once, whoever asks how often and at the same time.

#include "dms/idempotency.h"

#include <atomic>
#include <thread>

#include "identity_fixture.h"

namespace dms::test {
namespace {

using std::chrono::hours;

class IdempotencyTest : public IdentityTest {
 protected:
  IdempotencyTest() : anna_(actor_of(add_user("anna"))) {}

  IdempotencyKey key(const std::string& sent, const std::string& route = "POST /documents") {
    return value_of(make_idempotency_key(anna_, route, sent));
  }
  // What a creating request does in its commit.
  Result<void> create(const IdempotencyKey& at, std::string_view content, const Uuid& object) {
    const auto committed =
        store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
          storage::Commit commit(view);
          IdempotentOutcome outcome;
          outcome.location = "/api/v1/documents/" + to_string(object);
          outcome.etag = "\"1\"";
          outcome.object = object;
          DMS_TRY(record_idempotent(view, commit, at, sha256(content), outcome, clock_.now()));
          return commit;
        });
    if (!committed) return fail(committed.error());
    return {};
  }
  Result<std::optional<IdempotentOutcome>> replay(const IdempotencyKey& at,
                                                  std::string_view content) {
    return store_->read<std::optional<IdempotentOutcome>>([&](const storage::View& view) {
      return find_replay(view, at, sha256(content), clock_.now());
    });
  }

  Actor anna_;
};

TEST_F(IdempotencyTest, ReplaysWhatWasAnsweredAcrossARestart) {
  const Uuid object = make_uuid_v7(clock_.now());
  EXPECT_FALSE(value_of(replay(key("k1"), "Brief")));
  value_of(create(key("k1"), "Brief", object));
  open();
  const auto outcome = value_of(replay(key("k1"), "Brief"));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 201U);
  EXPECT_EQ(outcome->object, object);
  EXPECT_EQ(outcome->location, "/api/v1/documents/" + to_string(object));
  EXPECT_EQ(outcome->etag, "\"1\"");
}

TEST_F(IdempotencyTest, AnotherContentUnderTheSameKeyIsUnprocessable) {
  value_of(create(key("k1"), "Brief", {}));
  EXPECT_EQ(code_of(replay(key("k1"), "anderer Brief")), ErrorCode::unprocessable);
}

TEST_F(IdempotencyTest, KeysBelongToOneUserAndOneRoute) {
  value_of(create(key("k1"), "Brief", {}));
  EXPECT_FALSE(value_of(replay(key("k1", "POST /dossiers"), "Brief")));
  IdempotencyKey of_another = key("k1");
  of_another.user = admin_.user;
  EXPECT_FALSE(value_of(replay(of_another, "Brief")));
  EXPECT_FALSE(value_of(replay(key("k"), "Brief")));
}

TEST_F(IdempotencyTest, ASecondCreationUnderOneKeyIsRefusedByTheCommit) {
  value_of(create(key("k1"), "Brief", {}));
  const auto second = create(key("k1"), "Brief", {});
  EXPECT_EQ(code_of(second), ErrorCode::conflict);
  EXPECT_EQ(second.error().retry_after_s, 1U);
}

TEST_F(IdempotencyTest, IsForgottenAfterADay) {
  value_of(create(key("k1"), "Brief", {}));
  clock_.advance(hours(24) - std::chrono::microseconds(1));
  EXPECT_TRUE(value_of(replay(key("k1"), "Brief")));
  EXPECT_EQ(value_of(sweep_idempotency(*store_, clock_)), 0U);
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_FALSE(value_of(replay(key("k1"), "anderer Brief")));
  value_of(create(key("k1"), "anderer Brief", {}));
  value_of(create(key("k2"), "Brief", {}));
  EXPECT_EQ(value_of(sweep_idempotency(*store_, clock_)), 0U) << "renewed keys are fresh";
  clock_.advance(hours(24));
  EXPECT_EQ(value_of(sweep_idempotency(*store_, clock_)), 2U);
  EXPECT_EQ(value_of(sweep_idempotency(*store_, clock_)), 0U);
}

TEST_F(IdempotencyTest, RefusesUnsoundKeys) {
  for (const std::string& sent : {std::string(), std::string(129, 'a'), std::string("a b"),
                                  std::string("ä"), std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_EQ(code_of(make_idempotency_key(anna_, "POST /documents", sent)), ErrorCode::invalid);
  }
  EXPECT_TRUE(make_idempotency_key(anna_, "POST /documents", std::string(128, '~')));
}

TEST_F(IdempotencyTest, ARunningRequestHoldsItsKey) {
  InFlightRequests in_flight;
  {
    auto first = in_flight.enter(key("k1"));
    ASSERT_TRUE(first);
    const auto second = in_flight.enter(key("k1"));
    EXPECT_EQ(code_of(second), ErrorCode::conflict);
    EXPECT_EQ(second.error().retry_after_s, 1U);
    EXPECT_TRUE(in_flight.enter(key("k2")));
    const InFlightRequests::Guard moved = std::move(*first);
    EXPECT_FALSE(in_flight.enter(key("k1")));
  }
  EXPECT_TRUE(in_flight.enter(key("k1")));
}

// Eight clients send one request under one key, again and again until it is answered.
TEST_F(IdempotencyTest, SimultaneousRequestsCreateOnce) {
  InFlightRequests in_flight;
  std::atomic<int> created{0};
  std::atomic<int> replayed{0};
  std::atomic<int> refused{0};
  const IdempotencyKey shared = key("k1");
  const auto client = [&] {
    while (true) {
      const auto running = in_flight.enter(shared);
      if (!running) {
        EXPECT_EQ(running.error().code, ErrorCode::conflict);
        ++refused;
        std::this_thread::yield();
        continue;
      }
      const auto seen = replay(shared, "Brief");
      ASSERT_TRUE(seen) << why(seen);
      if (*seen) {
        ++replayed;
        return;
      }
      const auto made = create(shared, "Brief", make_uuid_v7(clock_.now()));
      ASSERT_TRUE(made) << why(made);
      ++created;
      return;
    }
  };
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) clients.emplace_back(client);
  for (std::thread& thread : clients) thread.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(replayed, 7);
}

// Without the guard (two processes, a bug): the committer still lets one through.
TEST_F(IdempotencyTest, TheCommitterLetsOneThroughEvenWithoutTheGuard) {
  std::atomic<int> created{0};
  std::atomic<int> refused{0};
  const IdempotencyKey shared = key("k1");
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      const auto made = create(shared, "Brief", make_uuid_v7(clock_.now()));
      ++(made ? created : refused);
    });
  }
  for (std::thread& thread : clients) thread.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, 7);
}

}  // namespace
}  // namespace dms::test
