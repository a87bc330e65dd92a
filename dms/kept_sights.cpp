#include "dms/kept_sights.h"

#include <algorithm>

namespace dms {

KeptSights::Asker KeptSights::asker_of(const Actor& actor) {
  return {actor.user.value, actor.token.value_or(TokenId{}).value};
}

search::SeenDocuments KeptSights::take(const Actor& actor, const State& state) {
  const MutexLock lock(mutex_);
  const auto found = kept_.find(asker_of(actor));
  if (found == kept_.end() || found->second.state != state) return {};
  found->second.used = ++uses_;
  return found->second.seen;
}

void KeptSights::keep(const Actor& actor, const State& state, search::SeenDocuments seen) {
  const MutexLock lock(mutex_);
  kept_.insert_or_assign(asker_of(actor), Kept{state, std::move(seen), ++uses_});
  if (kept_.size() <= askers_max) return;
  kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
    return a.second.used < b.second.used;
  }));
}

}  // namespace dms
