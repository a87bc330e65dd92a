// Tenants share lanes: who stops does not wait for the others' work that stands before his.

#include "dms/lane_turn.h"

#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "erasure_fixture.h"

namespace dms {
namespace {

using test::value_of;

// Other tenants' work, which occupies all threads of a lane until it is let go.
class Occupied {
 public:
  Occupied(WorkerLane& lane, std::ptrdiff_t threads) : begun_(threads) {
    for (std::ptrdiff_t i = 0; i < threads; ++i) {
      value_of(lane.post([this] {
        begun_.count_down();
        released_.wait();
      }));
    }
    begun_.wait();
  }
  ~Occupied() { let_go(); }
  Occupied(const Occupied&) = delete;
  Occupied& operator=(const Occupied&) = delete;

  void let_go() {
    if (!released_.try_wait()) released_.count_down();
  }

 private:
  std::latch begun_;
  std::latch released_{1};
};

class SharedLaneTest : public test::ErasureTest {
 protected:
  static void wait_for_one_that_waits(const WorkerLane& lane) {
    while (lane.queued() == 0) std::this_thread::yield();
  }
  // Stops and ends it; `others` go on where that does not come to an end.
  template <class Worker>
  static void expect_ends(std::unique_ptr<Worker>& worker, Occupied& others) {
    auto stopped = std::async(std::launch::async, [&] { worker.reset(); });
    const bool is_ended = stopped.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    EXPECT_TRUE(is_ended) << "waits for others' work";
    others.let_go();
    stopped.wait();
  }
};

TEST_F(SharedLaneTest, RenditionsThatWaitForTheirTurnAreGivenUp) {
  start_renditions();
  Occupied others(rendition_lane_, 1);
  const Document document = file(dossier_.id, "Brief", "Sehr geehrte Damen");
  wait();
  wait_for_one_that_waits(rendition_lane_);
  expect_ends(rendition_maker_, others);
  rendition_lane_.stop();
  EXPECT_TRUE(extractor_.batches().empty()) << "made for one that has stopped";
  EXPECT_EQ(value_of(documents_->get(clerk_, document.id)).preview_state, RenditionState::waiting);
}

TEST_F(SharedLaneTest, PagesThatWaitForTheirTurnAreGivenUp) {
  Occupied others(recognition_lane_, 1);
  file(dossier_.id, "Scan", "scan\fRegenrückhaltebecken");
  wait();
  wait_for_one_that_waits(recognition_lane_);
  indexer_.reset();  // it wakes the recogniser
  expect_ends(recogniser_, others);
  recognition_lane_.stop();
  EXPECT_TRUE(extractor_.recognised().empty());
}

TEST_F(SharedLaneTest, FilesThatWaitForTheirTurnAreGivenUp) {
  Occupied others(lane_, 2);
  file(dossier_.id, "Brief", "Sehr geehrte Damen");
  wait_for_one_that_waits(lane_);
  search_.reset();
  expect_ends(indexer_, others);
  lane_.stop();
  EXPECT_EQ(extractor_.calls(), 0);
}

}  // namespace
}  // namespace dms
