#include "web/erasure_runs.h"

#include <atomic>

namespace dms::web {

namespace {

// Then the lane's other work has its turn.
constexpr int steps_at_once = 20;

}  // namespace

struct ErasureRuns::Run {
  std::atomic<bool> is_busy = false;
};

ErasureRuns::ErasureRuns(WorkerLane& lane, Log& log) : lane_(lane), log_(log) {}
ErasureRuns::~ErasureRuns() = default;

void ErasureRuns::carry_on(const std::shared_ptr<Tenant>& tenant) {
  ErasureRun* const due = tenant->erasure_run();
  if (due == nullptr || !due->is_due()) return;
  std::shared_ptr<Run>& run = by_id_[tenant->config().id];
  if (run == nullptr) run = std::make_shared<Run>();
  if (run->is_busy.exchange(true)) return;
  const auto posted = lane_.post([this, run, waiting = std::weak_ptr<Tenant>(tenant)] {
    if (const auto held = waiting.lock()) {
      Result<bool> worked = true;
      for (int step = 0; step < steps_at_once && worked && *worked; ++step) {
        worked = held->erasure_run()->step();
      }
      if (!worked) {
        log_.error("erasure_held_up", {{"tenant", held->config().id},
                                       {"code", std::string(to_string(worked.error().code))},
                                       {"hint", worked.error().hint}});
      }
    }
    run->is_busy = false;
  });
  if (!posted) run->is_busy = false;
}

}  // namespace dms::web
