#pragma once

// How far the journal was followed, as it lies on disk. Names are for ever (README.md).

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>

#include "dms/base/json_record.h"

namespace dms::workflow {

struct JournalPlaceRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  std::string name;  // of the follower
  std::uint64_t sequence = 0;
};
BOOST_DESCRIBE_STRUCT(JournalPlaceRecord, (Extensible), (name, sequence))

}  // namespace dms::workflow
