#pragma once

// Damage to files, always the same for the same number.

#include <cstdint>
#include <string>
#include <string_view>

namespace dms::mutations {

// `bytes` damaged in one to four ways; `other` is a file of the same kind to take pieces from.
std::string mutate(std::string_view bytes, std::string_view other, std::uint64_t number);

}  // namespace dms::mutations
