#pragma once

namespace dms::test {

// Of [backup]: a file of a few bytes waits for as much of the rate as a large one, and a test has
// many.
inline constexpr const char* any_rate = "bytes_per_s_max = 0\n";

}  // namespace dms::test
