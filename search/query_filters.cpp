#include "search/query_filters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/text.h"

namespace dms::search {

namespace {

constexpr std::size_t value_bytes_max = 64;

// Three numbers at most, divided by full stops or by hyphens.
std::optional<std::vector<int>> read_numbers(std::string_view text, char divider) {
  std::vector<int> numbers;
  while (true) {
    const std::size_t end = std::min(text.find(divider), text.size());
    const std::string_view digits = text.substr(0, end);
    constexpr std::size_t digits_max = 4;
    int number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + end, number);
    if (digits.empty() || digits.size() > digits_max || error != std::errc{} ||
        stop != digits.data() + end || number < 0) {
      return std::nullopt;
    }
    numbers.push_back(number);
    if (end == text.size()) return numbers;
    if (numbers.size() == 3) return std::nullopt;
    text.remove_prefix(end + 1);
  }
}

struct Days {
  Date first;
  Date last;
};

// Year alone, year and month, or all three; year first.
std::optional<Days> days_of(const std::vector<int>& numbers) {
  using std::chrono::day, std::chrono::last, std::chrono::month, std::chrono::year;
  constexpr int year_min = 1000;
  if (numbers.empty() || numbers.front() < year_min) return std::nullopt;
  const year in{numbers.front()};
  if (numbers.size() == 1) return Days{in / 1 / 1, in / 12 / 31};
  const month of{static_cast<unsigned>(numbers[1])};
  if (!of.ok()) return std::nullopt;
  if (numbers.size() == 2) return Days{in / of / 1, Date{in / of / last}};
  const Date exact = in / of / day{static_cast<unsigned>(numbers[2])};
  if (!exact.ok()) return std::nullopt;
  return Days{exact, exact};
}

std::optional<Days> read_days(std::string_view text) {
  if (const auto numbers = read_numbers(text, '-')) return days_of(*numbers);
  auto numbers = read_numbers(text, '.');
  if (!numbers) return std::nullopt;
  std::reverse(numbers->begin(), numbers->end());
  return days_of(*numbers);
}

}  // namespace

std::optional<FilterName> filter_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, FilterName>, 8> names = {{
      {"art", FilterName::type},
      {"typ", FilterName::type},
      {"type", FilterName::type},
      {"status", FilterName::status},
      {"von", FilterName::from},
      {"from", FilterName::from},
      {"bis", FilterName::to},
      {"to", FilterName::to},
  }};
  if (name.empty() || name.size() > value_bytes_max) return std::nullopt;
  const std::string folded = fold_german(name);
  for (const auto& [known, filter] : names) {
    if (known == folded) return filter;
  }
  return std::nullopt;
}

std::optional<TypedFilter> read_filter(FilterName name, std::string_view value,
                                       std::span<const FilterWord> words) {
  if (value.empty() || value.size() > value_bytes_max) return std::nullopt;
  if (name == FilterName::from || name == FilterName::to) {
    const auto days = read_days(value);
    if (!days) return std::nullopt;
    if (name == FilterName::from) return FirstDay{days->first};
    return LastDay{days->last};
  }
  const Filter filter = name == FilterName::type ? Filter::type : Filter::status;
  const std::string folded = fold_german(value);
  for (const FilterWord& word : words) {
    if (word.filter == filter && word.word == folded) {
      return QueryFilter{filter, std::string(word.value), false};
    }
  }
  return std::nullopt;
}

}  // namespace dms::search
