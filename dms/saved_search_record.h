#pragma once

// How saved searches lie on disk. Names are for ever (README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/object_record.h"
#include "dms/saved_search.h"
#include "storage/table.h"

namespace dms {

struct SavedSearchRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  SavedSearchId id;
  UserId owner;
  std::string name;
  std::string folded_name;
  std::optional<std::string> text;  // what was typed
  std::optional<UnitId> unit;
  std::optional<DossierId> dossier;
  std::vector<Open<DocumentType>> types;
  std::vector<Open<DocumentStatus>> statuses;
  std::optional<UserId> author;
  std::vector<std::string> senders;
  std::optional<Date> from;
  std::optional<Date> to;
  Open<SearchSort> sort = SearchSort::relevance;
  // The document filed last when the owner looked last: what was filed after it is new to him.
  DocumentId looked_up_to;
};
BOOST_DESCRIBE_STRUCT(SavedSearchRecord, (ObjectRecord),
                      (id, owner, name, folded_name, text, unit, dossier, types, statuses, author,
                       senders, from, to, sort, looked_up_to))

// Key: id. Index "owner" (unique: owner, folded name).
extern const storage::Table<SavedSearchRecord> saved_search_table;
std::string saved_search_prefix(UserId owner);

}  // namespace dms
