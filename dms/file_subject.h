#pragma once

// What is called as its file is, where nobody says more: one rule for whatever brings a file in.

#include <string>
#include <string_view>

namespace dms {

// Whether a name tells its kind: a short ending without a space, and something before it.
bool has_file_suffix(std::string_view name);
// "Bescheid.pdf" → "Bescheid"; without such an ending the name as it is.
std::string_view file_stem(std::string_view name);

// "2026-11-18_Bescheid_Weber.pdf" → "2026-11-18 Bescheid Weber": a line that clean_line() takes, of
// 250 bytes at most. `otherwise` where nothing of the name can be one.
std::string subject_of_file(std::string_view name, std::string_view otherwise);

}  // namespace dms
