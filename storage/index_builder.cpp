#include "storage/index_builder.h"

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"

namespace dms::storage {

namespace {

// Steps taken while a store opens: some ten thousand records, about a second.
constexpr int steps_at_opening = 20;

// More than a step writes.
constexpr std::uint64_t step_bytes_max = 4U << 20U;

IndexWalk resumed(const IndexStates& states) {
  IndexWalk walk;
  for (const auto& [index, version] : states.building) walk.indexes.insert(index);
  const auto place = from_base64url(states.place);
  if (place && states.part.known()) {
    walk.part = *states.part.known();
    walk.place = *place;
  }
  return walk;
}

}  // namespace

Result<bool> build_on(PendingBatch& batch, const TableIndexes& table) {
  const std::string key = states_key(table.table);
  IndexStates states = decode_index_states(DMS_TRY(batch.get(Family::meta, key)));
  const std::map<std::string, std::string> outdated = outdated_indexes(table, states);
  if (outdated.empty()) return true;
  if (states.building != outdated) {
    // Half of another version's entries may be there from now on: that one is built no more either.
    for (const auto& [index, version] : outdated) states.built.erase(index);
    states.building = outdated;
    states.part = IndexWalkPart::sweep;
    states.place.clear();
  }
  IndexWalk walk = resumed(states);
  DMS_TRY(walk_on(batch, table, walk));
  states.part = walk.part;
  states.place = to_base64url(walk.place);
  const bool is_done = walk.part == IndexWalkPart::done;
  if (is_done) {
    for (const auto& [index, version] : outdated) states.built[index] = version;
    states.building.clear();
  }
  batch.put(Family::meta, key, encode_json(states));
  return is_done;
}

Result<bool> IndexBuilder::is_built() const {
  for (const TableIndexes& table : tables_) {
    const auto stored = DMS_TRY(database_.get(Family::meta, states_key(table.table)));
    if (!outdated_indexes(table, decode_index_states(stored)).empty()) return false;
  }
  return true;
}

Result<void> IndexBuilder::begin() {
  if (DMS_TRY(is_built())) return {};
  for (int i = 0; i < steps_at_opening; ++i) {
    DMS_TRY(committer_.run_serial([this](PendingBatch& batch) -> Result<void> {
      state_ = DMS_TRY(step(batch));
      return {};
    }));
    if (state_ != State::building) return {};
  }
  database_.log().info("indexes_being_built", {{"store", database_.name()}});
  go_on();
  return {};
}

void IndexBuilder::look() {
  State put_off = State::put_off;
  if (state_ != put_off || !database_.check_disk(step_bytes_max)) return;
  if (state_.compare_exchange_strong(put_off, State::building)) go_on();
}

Result<IndexBuilder::State> IndexBuilder::step(PendingBatch& batch) {
  if (!database_.check_disk(batch.bytes() + step_bytes_max)) return State::put_off;
  for (; next_ < tables_.size(); ++next_) {
    if (!DMS_TRY(build_on(batch, tables_[next_]))) return State::building;
  }
  database_.log().info("indexes_built", {{"store", database_.name()}});
  return State::done;
}

void IndexBuilder::go_on() {
  committer_.post_serial([this](PendingBatch& batch) -> Result<void> {
    state_ = DMS_TRY(step(batch));
    if (state_ == State::building) go_on();
    return {};
  });
}

}  // namespace dms::storage
