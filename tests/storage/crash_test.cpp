// kill -9 at random moments: a child with four writers reports what it begins and what was
// acknowledged; after each kill everything acknowledged is there and the store is clean. A kill
// counts as a hit when it met a commit that was begun and not answered; no hits at all is a
// failure.

#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "store_fixture.h"
#include "support/child_test.h"

namespace dms::storage::test {
namespace {

using dms::test::ChildTest;

constexpr const char* folder_order = "STORE_FOLDER";
constexpr const char* round_order = "STORE_ROUND";
constexpr int writers = 4;
constexpr int rounds = 15;

class StoreCrash : public StoreTest {
 protected:
  std::unique_ptr<Store> open_at(const std::string& at) {
    StoreOptions chosen = options();
    chosen.folder = at;
    return value_of(Store::open(environment_, chosen));
  }
  void write_until_killed(const std::string& prefix) {
    for (int i = 0;; ++i) {
      const std::string key = prefix + std::to_string(i);
      ChildTest::report("begin " + key);
      value_of(store_->commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        commit.set_counter("number", DMS_TRY(view.counter("number")) + 1);
        DMS_TRY(commit.insert(notes, note(key, key)));
        if (i % 3 != 0) commit.append(event("note.made"));
        return commit;
      }));
      if (i % 5 == 0) {
        value_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt}));
      }
      ChildTest::report("done " + key);
    }
  }
};

TEST_F(StoreCrash, DISABLED_Writer) {
  const char* const at = std::getenv(folder_order);
  const char* const round = std::getenv(round_order);
  ASSERT_TRUE(at != nullptr && round != nullptr);
  store_ = open_at(at);
  std::vector<std::thread> threads;
  for (int t = 0; t < writers; ++t) {
    threads.emplace_back(
        [&, t] { write_until_killed(std::string(round) + "/" + std::to_string(t) + "/"); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(StoreCrash, KeepsWhatItAcknowledgedThroughKills) {
  std::mt19937 random(20260302);
  std::set<std::string> acknowledged;
  int hits = 0;
  for (int round = 0; round < rounds; ++round) {
    std::set<std::string> begun;
    const auto take = [&](const std::string& line) {
      if (line.starts_with("begin ")) begun.insert(line.substr(6));
      if (!line.starts_with("done ")) return;
      begun.erase(line.substr(5));
      acknowledged.insert(line.substr(5));
    };
    ChildTest child("StoreCrash.DISABLED_Writer",
                    {{folder_order, folder()}, {round_order, std::to_string(round)}});
    const auto lines = std::uniform_int_distribution<int>(1, 120)(random);
    for (int i = 0; i < lines; ++i) {
      const std::optional<std::string> line = child.read_line();
      ASSERT_TRUE(line) << "the writer ended by itself";
      take(*line);
    }
    child.kill();
    child.wait();
    while (const std::optional<std::string> line = child.read_line()) take(*line);
    if (!begun.empty()) ++hits;
    store_ = open_at(folder());
    for (const std::string& key : acknowledged) ASSERT_TRUE(find(key)) << key;
    expect_clean();
    store_.reset();
  }
  EXPECT_GT(hits, 0) << "no kill met a commit in flight: this test showed nothing";
  RecordProperty("kills", rounds);
  RecordProperty("hits", hits);
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  std::printf("%d kills, %d met a commit in flight, %zu commits acknowledged\n", rounds, hits,
              acknowledged.size());
}

}  // namespace
}  // namespace dms::storage::test
