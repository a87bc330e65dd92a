// A race planted beside a working store: two threads count in one variable without any order
// between them, each between two commits. Run under the thread sanitizer, which must report it.

#include <cstdio>
#include <thread>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::test {
namespace {

int planted_count = 0;

void count_up() {
  ++planted_count;
}

bool commit_something(storage::Store& store) {
  const auto committed = store.commit([](const storage::View& view) -> Result<storage::Commit> {
    const std::uint64_t before = DMS_TRY(view.counter("planted"));
    storage::Commit commit(view);
    commit.set_counter("planted", before + 1);
    return commit;
  });
  return committed.has_value();
}

int run() {
  const TempDir folder;
  FakeClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment environment({}, clock, log, metrics);
  storage::StoreOptions options;
  options.folder = (folder / "store").string();
  options.name = "planted";
  auto store = storage::Store::open(environment, options);
  if (!store) return 2;
  const auto work = [&store] {
    for (int i = 0; i < 20; ++i) {
      if (!commit_something(**store)) std::abort();
      count_up();
    }
  };
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  std::printf("%d\n", planted_count);
  return 0;
}

}  // namespace
}  // namespace dms::test

int main() {
  return dms::test::run();
}
