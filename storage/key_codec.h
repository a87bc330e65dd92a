#pragma once

// INTERNAL to storage/: where records and index entries lie. FOR EVER: see README.md.

#include <string>
#include <string_view>

namespace dms::storage {

// records: text(table) ‖ key
std::string record_key(std::string_view table, std::string_view key);
std::string table_prefix(std::string_view table);

// indexes: text(table) ‖ text(index) ‖ index key (unique), or ‖ index key ‖ record key (multiple)
std::string index_prefix(std::string_view table, std::string_view index);

// meta: text("counter") ‖ name
std::string counter_key(std::string_view name);

// The first key after all that start with `prefix`. The prefix holds a byte below FF.
std::string prefix_end(std::string_view prefix);

}  // namespace dms::storage
