#pragma once

// What each asker was found to see of the search index, kept from one search to the next: else each
// would ask for every dossier that it meets. Private to dms.

#include <cstdint>
#include <map>
#include <utility>

#include "dms/actor.h"
#include "dms/base/id.h"
#include "dms/base/mutex.h"
#include "search/index.h"

namespace dms {

// Thread-safe. Of the askers who searched last; a bit a document each.
class KeptSights {
 public:
  // What the answers stand on. A dossier's unit never changes, a unit goes only where the same
  // rights hold, and a list of rights comes, changes or goes with a revision.
  struct State {
    std::uint64_t identity = 0;  // identity_revision() of the view that was asked
    // How often dossiers got or lost a list of their own, as far as who asks knows: that may be
    // less than the view.
    std::uint64_t lists = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  // What was kept at this state; empty where there is none.
  search::SeenDocuments take(const Actor& actor, const State& state);
  // After a search in which every question was answered, and none was about what the view did not
  // know yet.
  void keep(const Actor& actor, const State& state, search::SeenDocuments seen);

 private:
  static constexpr std::size_t askers_max = 64;
  using Asker = std::pair<Uuid, Uuid>;  // user and token, or nil
  struct Kept {
    State state;
    search::SeenDocuments seen;
    std::uint64_t used = 0;
  };
  static Asker asker_of(const Actor& actor);

  Mutex mutex_;
  std::map<Asker, Kept> kept_ DMS_GUARDED_BY(mutex_);
  std::uint64_t uses_ DMS_GUARDED_BY(mutex_) = 0;
};

}  // namespace dms
