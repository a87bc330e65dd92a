#pragma once

// Defines record_json() of table.h. For the files that declare a table; those that use one need
// table.h, view.h or commit.h alone.

#include <string_view>

#include "dms/base/json_codec.h"
#include "storage/table.h"

namespace dms::storage {

template <class Record>
RecordCodec<Record> record_json() {
  return {&encode_json<Record>,
          [](std::string_view stored) { return decode_json<Record>(stored, JsonProfile::record); }};
}

}  // namespace dms::storage
