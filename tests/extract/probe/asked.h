#pragma once

// How a probe tells which jobs its helper was asked for.

#include <string>

#include "search/extract/protocol/messages.h"

namespace dms::test {

// A line a job: what it was, and beside whom its processes stand back.
inline std::string asked_line(search::extract::JobKind kind, search::extract::Standing standing) {
  return "job " + std::to_string(static_cast<int>(kind)) + ", standing " +
         std::to_string(static_cast<int>(standing)) + "\n";
}

}  // namespace dms::test
