#pragma once

// INTERNAL to the filing proposals: what in a letter may be a file reference.

#include <string>
#include <string_view>
#include <vector>

namespace dms {

struct FoundReference {
  std::string text;
  bool is_yours = false;  // stands behind "Ihr Zeichen" or what else asks for ours
  friend bool operator==(const FoundReference&, const FoundReference&) = default;
};

inline constexpr std::size_t found_references_max = 500;

// Candidates in the order of the text, each once: what is written together of letters, digits and
// `. - / _`, and holds a digit and one of these signs; with a number at its end ("…/014-3") also
// without that. Pure; total for any bytes; at most found_references_max.
std::vector<FoundReference> find_references(std::string_view text);

// The words of `text` that a search is made of: letters and digits only, of so many characters and
// more, none that the query language takes for an operator; each once.
struct WordLimits {
  std::size_t code_points_min = 1;
  std::size_t count_max = 12;
};
std::vector<std::string> telling_words(std::string_view text, WordLimits limits);

}  // namespace dms
