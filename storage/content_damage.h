#pragma once

// Which contents the problems of a verification or a scrub are about (integrity.h).

#include <set>
#include <string>
#include <vector>

#include "dms/base/digest.h"

namespace dms::storage {

// Told to be damaged, in whichever domain. Not all need be: ask before anything is done about one.
std::set<Sha256Digest> contents_told_of(const std::vector<std::string>& problems);

}  // namespace dms::storage
