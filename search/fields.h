#pragma once

// The names inside an index on disk: term prefixes, value slots, metadata keys. They are for ever:
// never renamed, never given another meaning. A new one is added at the end; README.md lists them.
//
// Prefixes are capital ASCII letters and words are folded to small ones, so that where the prefix
// ends is always plain. The letter Z before a prefix marks stems, as in Xapian's own examples.
// Private to search.

#include <xapian.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "search/document.h"

namespace dms::search::fields {

// The layout of all of this. Another one is another index.
inline constexpr std::string_view format_version = "1";

// Words of the body have no prefix; those of all other fields stand under their field's prefix and,
// together, under this one.
inline constexpr std::string_view any_but_body = "M";
inline constexpr std::string_view stem_mark = "Z";
// Stems of the parts of compounds, without positions: "Kkaufvertrag", "KSsatzung".
inline constexpr std::string_view part_mark = "K";

constexpr std::string_view prefix(Field field) {
  switch (field) {
    case Field::subject:
      return "S";
    case Field::body:
      return "";
    case Field::author:
      return "A";
    case Field::sender:
      return "V";  // "C" was senders and recipients together: never again
    case Field::reference:
      return "R";
    case Field::file_name:
      return "F";
    case Field::notes:
      return "N";
    case Field::recipient:
      return "T";
  }
  return "";
}

// Without positions and weight: "XT:letter".
constexpr std::string_view prefix(Filter filter) {
  switch (filter) {
    case Filter::unit:
      return "XU:";
    case Filter::dossier:
      return "XD:";
    case Filter::type:
      return "XT:";
    case Filter::status:
      return "XS:";
    case Filter::author:
      return "XA:";
    case Filter::sender:
      return "XC:";
  }
  return "";
}

// A word as it is written in a field that is not the body, under its exact form:
// "Wmueller\tMüller". Without positions and weight.
inline constexpr std::string_view written_mark = "W";
inline constexpr char written_divider = '\t';
inline constexpr std::size_t written_bytes_max = 100;

// The document's id and its group, as canonical UUIDs.
inline constexpr std::string_view id_prefix = "Q";
inline constexpr std::string_view group_prefix = "G";

inline std::string id_term(const Uuid& id) {
  return std::string(id_prefix) + to_string(id);
}
inline std::string group_term(const Uuid& group) {
  return std::string(group_prefix) + to_string(group);
}
inline std::string filter_term(const FilterValue& value) {
  return std::string(prefix(value.filter)) + value.value;
}

inline std::string written_term(std::string_view exact, std::string_view written) {
  return std::string(written_mark).append(exact).append(1, written_divider).append(written);
}

// Value slots.
inline constexpr Xapian::valueno group_slot = 0;  // the group's 16 raw bytes
inline constexpr Xapian::valueno day_slot = 1;  // days since 1970-01-01 + 2^31, big-endian, 4 bytes

// The values of what documents are counted by, as in the filter's term; absent where there is none.
inline constexpr Xapian::valueno type_slot = 2;
inline constexpr Xapian::valueno status_slot = 3;
inline constexpr Xapian::valueno unit_slot = 4;
inline constexpr Xapian::valueno sender_slot = 5;

// Metadata keys, all texts.
inline constexpr const char* format_key = "aktenwerk.format";
inline constexpr const char* analysis_key = "aktenwerk.analysis";
inline constexpr const char* position_key = "aktenwerk.position";  // "<store id> <sequence> <hash>"
inline constexpr const char* source_key = "aktenwerk.source";      // absent: 0
// How many documents were written or removed since the index was packed; absent: 0.
inline constexpr const char* unpacked_key = "aktenwerk.unpacked";

}  // namespace dms::search::fields
