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

// Thread-safe. Of the askers who searched last; a bit a document each. What a view answers stands
// on its identity revision alone: a dossier's unit never changes, a unit goes only where the same
// rights hold, and a list of rights comes, changes or goes with a revision.
class KeptSights {
 public:
  // What was kept at this revision; empty where there is none.
  search::SeenDocuments take(const Actor& actor, std::uint64_t identity);
  // After a search in which every question was answered, and none was about what the view did not
  // know yet.
  void keep(const Actor& actor, std::uint64_t identity, search::SeenDocuments seen);

 private:
  static constexpr std::size_t askers_max = 64;
  using Asker = std::pair<Uuid, Uuid>;  // user and token, or nil
  struct Kept {
    std::uint64_t identity = 0;
    search::SeenDocuments seen;
    std::uint64_t used = 0;
  };
  static Asker asker_of(const Actor& actor);

  Mutex mutex_;
  std::map<Asker, Kept> kept_ DMS_GUARDED_BY(mutex_);
  std::uint64_t uses_ DMS_GUARDED_BY(mutex_) = 0;
};

}  // namespace dms
