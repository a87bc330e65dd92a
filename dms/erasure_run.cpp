#include "dms/erasure_run.h"

#include <utility>

#include "dms/erasure_freeing.h"

namespace dms {

using storage::View;

namespace {

// What is waited for is a reader, a backup or the indexer: asked again so often.
constexpr std::chrono::seconds wait_before_next{3};
// After an error, which the log tells each time.
constexpr std::chrono::seconds wait_after_trouble{60};
constexpr std::uint64_t never = ~std::uint64_t{0};

}  // namespace

Result<std::vector<ErasureRecord>> due_erasures(const storage::Store& store) {
  using Due = std::vector<ErasureRecord>;
  return store.read<Due>([](const View& view) -> Result<Due> {
    return DMS_TRY(view.scan_index(erasure_table, "due", {})).items;
  });
}

ErasureRun::ErasureRun(ErasureParts parts)
    : parts_(parts), freeing_(std::make_unique<Freeing>(parts_)), idle_at_(never) {}
ErasureRun::~ErasureRun() = default;

bool ErasureRun::is_due() const {
  return idle_at_ != parts_.store.state_number() &&
         to_unix_microseconds(parts_.clock.now()) >= wait_until_;
}

Result<bool> ErasureRun::step() {
  // Before reading: what is committed meanwhile is looked at the next time.
  const std::uint64_t state = parts_.store.state_number();
  Result<Stepped> stepped = go_on();
  const auto wait = [&](std::chrono::seconds time) {
    wait_until_ = to_unix_microseconds(parts_.clock.now() + time);
  };
  if (!stepped) {
    wait(wait_after_trouble);
    return fail(std::move(stepped).error());
  }
  if (*stepped == Stepped::waits) wait(wait_before_next);
  if (*stepped == Stepped::has_nothing_to_do) idle_at_ = state;
  return *stepped == Stepped::worked;
}

Result<ErasureRun::Stepped> ErasureRun::go_on() {
  std::vector<ErasureRecord> freeing;
  Result<void> trouble;  // of one must not keep the others
  for (ErasureRecord& erasure : DMS_TRY(due_erasures(parts_.store))) {
    const Result<bool> took = take(erasure);
    if (took && *took) return Stepped::worked;
    if (took) {
      freeing.push_back(std::move(erasure));
    } else if (trouble) {
      trouble = fail(took.error());
    }
  }
  if (!freeing.empty() && DMS_TRY(freeing_->go_on(freeing))) return Stepped::worked;
  DMS_TRY(std::move(trouble));
  return freeing.empty() ? Stepped::has_nothing_to_do : Stepped::waits;
}

Result<bool> ErasureRun::take(const ErasureRecord& erasure) {
  const bool has_rest = DMS_TRY(parts_.store.read<bool>([&](const View& view) -> Result<bool> {
    storage::ScanOptions options;
    options.prefix = erasure_prefix(erasure.id);
    options.limit = 1;
    return !DMS_TRY(view.read_keys(erasure_rest_table.name, options)).empty();
  }));
  if (!has_rest && erasure.state == ErasureState::freeing) return false;
  const auto decide = has_rest ? take_rest : take_some;
  DMS_TRY(parts_.store.commit([&](const View& view) { return decide(view, parts_, erasure.id); }));
  return true;
}

}  // namespace dms
