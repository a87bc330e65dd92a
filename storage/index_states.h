#pragma once

// INTERNAL to storage/: which versions of a table's indexes are built, and how far a build is.
// Derived: where it is lost or unreadable everything is built again. FOR EVER: see README.md.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/json_record.h"
#include "storage/table_indexes.h"

namespace dms::storage {

// First what is wrong goes, then what is missing comes: who takes a unique key finds it free.
enum class IndexWalkPart : std::uint8_t { sweep, fill, done };
BOOST_DESCRIBE_ENUM(IndexWalkPart, sweep, fill, done)

// JSON, under states_key().
struct IndexStates : Extensible {
  static constexpr std::uint32_t json_format = 1;
  std::map<std::string, std::string> built;     // index → the version all its entries are made in
  std::map<std::string, std::string> building;  // the same of a build that has begun
  Open<IndexWalkPart> part;                     // where it is
  std::string place;                            // base64url: the last key it has looked at

  bool is_built(std::string_view index, std::string_view version) const;
};
BOOST_DESCRIBE_STRUCT(IndexStates, (Extensible), (built, building, part, place))

// In family meta.
std::string states_key(std::string_view table);
// Of absent or unreadable ones: nothing is built.
IndexStates decode_index_states(const std::optional<std::string>& stored);

// The indexes with a version that are not built in it, by name.
std::map<std::string, std::string> outdated_indexes(const TableIndexes& table,
                                                    const IndexStates& states);

}  // namespace dms::storage
