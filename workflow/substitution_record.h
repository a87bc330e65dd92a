#pragma once

// How substitutions lie on disk. Names are for ever (README.md).

#include <boost/describe/class.hpp>

#include "dms/object_record.h"
#include "workflow/ids.h"

namespace dms::workflow {

struct SubstitutionRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  SubstitutionId id;
  UserId absent;
  UserId deputy;
  Date first_day;  // in Germany, both inclusive
  Date last_day;
};
BOOST_DESCRIBE_STRUCT(SubstitutionRecord, (ObjectRecord), (id, absent, deputy, first_day, last_day))

}  // namespace dms::workflow
