#pragma once

// What hostile code would try from inside the sandbox. Each probe is named by a word.

#include <string>
#include <string_view>

namespace dms::test {

// Tries it. "allowed…" where it worked, "refused…" where the system said no; does not return where
// the sandbox ends the process.
std::string run_probe(std::string_view name);

}  // namespace dms::test
