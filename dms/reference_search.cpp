#include "dms/reference_search.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t candidate_bytes_min = 4;
constexpr std::size_t candidate_bytes_max = 200;
// How far before a reference the words stand that say whose it is: a line, or the head of a column.
constexpr std::size_t label_distance = 120;

bool is_ascii_of(char c, int (*kind)(int)) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80U && kind(byte) != 0;
}

// Letters beyond ASCII are bytes of 80 and above.
bool is_letter_or_digit(char c) {
  return static_cast<unsigned char>(c) >= 0x80U || is_ascii_of(c, std::isalnum);
}

bool is_sign(char c) {
  return c == '.' || c == '-' || c == '/' || c == '_';
}

bool is_candidate(std::string_view text) {
  const auto is_digit = [](char c) { return is_ascii_of(c, std::isdigit); };
  return text.size() >= candidate_bytes_min && text.size() <= candidate_bytes_max &&
         std::any_of(text.begin(), text.end(), is_digit) &&
         std::any_of(text.begin(), text.end(), is_sign);
}

std::string_view without_outer_signs(std::string_view text) {
  while (!text.empty() && is_sign(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_sign(text.back())) text.remove_suffix(1);
  return text;
}

// "621.41-2026/014-3" → "621.41-2026/014": what lies in a file is often numbered on.
std::string_view without_last_number(std::string_view text) {
  const std::size_t at = text.rfind('-');
  if (at == std::string_view::npos || text.find('/') > at) return {};
  return text.substr(0, at);
}

bool asks_for_ours(std::string_view before) {
  static constexpr std::array<std::string_view, 5> labels = {
      "ihr zeichen", "ihr aktenzeichen", "ihr az", "your reference", "your ref"};
  if (before.size() > label_distance) before.remove_prefix(before.size() - label_distance);
  std::string lower(before);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return is_ascii_of(c, std::isupper) ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::size_t own = lower.rfind("unser");
  return std::any_of(labels.begin(), labels.end(), [&](std::string_view label) {
    const std::size_t at = lower.rfind(label);
    return at != std::string::npos && (own == std::string::npos || own < at);
  });
}

void add(std::vector<FoundReference>& found, std::string_view text, bool is_yours) {
  if (!is_candidate(text) || found.size() == found_references_max) return;
  const auto known = std::find_if(found.begin(), found.end(),
                                  [&](const FoundReference& each) { return each.text == text; });
  if (known == found.end()) {
    found.push_back({std::string(text), is_yours});
  } else {
    known->is_yours = known->is_yours || is_yours;
  }
}

// Calls `see` with each run of characters that `belongs` takes, and where it begins.
template <class Belongs, class See>
void for_each_run(std::string_view text, const Belongs& belongs, const See& see) {
  for (std::size_t at = 0; at < text.size();) {
    if (!belongs(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && belongs(text[at])) ++at;
    see(text.substr(begin, at - begin), begin);
  }
}

}  // namespace

std::vector<FoundReference> find_references(std::string_view text) {
  std::vector<FoundReference> found;
  const auto belongs = [](char c) { return is_letter_or_digit(c) || is_sign(c); };
  for_each_run(text, belongs, [&](std::string_view run, std::size_t begin) {
    if (found.size() == found_references_max) return;
    const std::string_view candidate = without_outer_signs(run);
    if (!is_candidate(candidate)) return;
    const bool is_yours = asks_for_ours(text.substr(0, begin));
    add(found, candidate, is_yours);
    add(found, without_last_number(candidate), is_yours);
  });
  return found;
}

std::vector<std::string> telling_words(std::string_view text, WordLimits limits) {
  static constexpr std::array<std::string_view, 6> operators = {"ODER", "UND", "NICHT",
                                                                "OR",   "AND", "NOT"};
  std::vector<std::string> words;
  if (!is_valid_utf8(text)) return words;
  for_each_run(text, is_letter_or_digit, [&](std::string_view run, std::size_t) {
    const bool is_operator = std::find(operators.begin(), operators.end(), run) != operators.end();
    if (is_operator || words.size() == limits.count_max ||
        count_code_points(run) < limits.code_points_min) {
      return;
    }
    if (std::find(words.begin(), words.end(), run) == words.end()) words.emplace_back(run);
  });
  return words;
}

}  // namespace dms
