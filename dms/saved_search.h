#pragma once

// Saved searches: what a person asks for again and again, under a name, and how much of it is new.
// Each belongs to one person and is nobody else's to see: another's is absent. Programs (machine
// tokens) have none. They stay while their owner is disabled, and he has them again afterwards.
//
// New is what was filed after the document that was filed last when the owner last looked (or saved
// the search): moved, changed or restored documents are not. Counts are those of search(): of what
// the owner may see now, and made when they are asked for.
//
// Each change is an event in the same commit; what is searched for, and the name, stand in the
// record alone. Looking is no event. Thread-safe; blocking: call it on a lane.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/search_service.h"
#include "storage/store.h"

namespace dms {

using SavedSearchId = Id<struct SavedSearchTag>;

// As the interface and records call search::SortOrder.
enum class SearchSort : std::uint8_t { relevance, newest, oldest };
BOOST_DESCRIBE_ENUM(SearchSort, relevance, newest, oldest)
search::SortOrder to_order(SearchSort sort);
SearchSort to_sort(search::SortOrder order);

struct SavedSearchFields {
  std::string name;   // 1–100 code points; unique among the owner's, as people read it
  SearchQuery query;  // but for paging and facets
};

struct SavedSearch {
  SavedSearchId id;
  SavedSearchFields fields;
  ChangeInfo change;
};

class SavedSearches {
 public:
  static constexpr std::size_t a_person_max = 30;

  // Borrows all.
  SavedSearches(storage::Store& store, const SearchService& search, const Clock& clock)
      : store_(store), search_(search), clock_(clock) {}

  // `invalid` for what search() would refuse; `conflict` for a name he has, or one search too many.
  Result<SavedSearch> create(const Actor& actor, SavedSearchFields fields,
                             const AlsoCommit& also = nullptr);
  // Another name, or another question; what is new stays so.
  Result<SavedSearch> update(const Actor& actor, SavedSearchId id, SavedSearchFields fields,
                             std::uint64_t if_match);
  Result<void> remove(const Actor& actor, SavedSearchId id, std::uint64_t if_match);
  Result<SavedSearch> get(const Actor& actor, SavedSearchId id) const;
  // His, by name.
  Result<std::vector<SavedSearch>> list(const Actor& actor) const;

  // What each of his finds now; a search each.
  struct Count {
    SavedSearchId id;
    SearchCount count;
  };
  Result<std::vector<Count>> counts(const Actor& actor) const;
  // He has seen what is there now. Leaves the revision.
  Result<void> look(const Actor& actor, SavedSearchId id);

 private:
  storage::Store& store_;
  const SearchService& search_;
  const Clock& clock_;
};

}  // namespace dms
