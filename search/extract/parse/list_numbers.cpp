#include "search/extract/parse/list_numbers.h"

#include <algorithm>

namespace dms::search::extract {
namespace {

std::string roman(int value) {
  struct Digit {
    int value;
    std::string_view letters;
  };
  constexpr std::array<Digit, 13> digits{{{1000, "m"},
                                          {900, "cm"},
                                          {500, "d"},
                                          {400, "cd"},
                                          {100, "c"},
                                          {90, "xc"},
                                          {50, "l"},
                                          {40, "xl"},
                                          {10, "x"},
                                          {9, "ix"},
                                          {5, "v"},
                                          {4, "iv"},
                                          {1, "i"}}};
  std::string result;
  for (const Digit& digit : digits) {
    for (; value >= digit.value; value -= digit.value) result += digit.letters;
  }
  return result;
}

// a … z, aa … zz, aaa …, as Word counts.
std::string letters(int value) {
  if (value < 1) return {};
  const auto index = static_cast<std::size_t>(value - 1);
  return std::string(index / 26 + 1, static_cast<char>('a' + static_cast<char>(index % 26)));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string_view english_ending(int value) {
  const int tens = value / 10 % 10;
  const int ones = value % 10;
  if (tens == 1 || ones == 0 || ones > 3) return "th";
  return ones == 1 ? "st" : ones == 2 ? "nd" : "rd";
}

}  // namespace

std::string format_number(int value, std::string_view format) {
  constexpr int roman_max = 3999;
  constexpr int letters_max = 780;
  if (format == "none" || format == "bullet") return {};
  if ((format == "lowerRoman" || format == "upperRoman") && value >= 1 && value <= roman_max) {
    return format == "lowerRoman" ? roman(value) : upper(roman(value));
  }
  if ((format == "lowerLetter" || format == "upperLetter") && value >= 1 && value <= letters_max) {
    return format == "lowerLetter" ? letters(value) : upper(letters(value));
  }
  std::string decimal = std::to_string(value);
  if (format == "decimalZero" && value < 10) return "0" + decimal;
  if (format == "ordinal") return decimal + ".";
  if (format == "ordinalEnglish") return decimal + std::string(english_ending(value));
  return decimal;
}

std::string ListNumbers::next_label(std::string_view id, std::size_t level) {
  auto found = lists_.find(id);
  if (found == lists_.end() || level >= level_count) return {};
  List& list = found->second;
  Counters& counters = counters_[list.abstract_id];
  if (!list.used) {
    for (std::size_t i = 0; i < level_count; ++i) {
      if (list.start_overrides[i]) counters[i].reset();
    }
    list.used = true;
  }
  for (std::size_t i = 0; i <= level; ++i) {
    const int first = list.start_overrides[i].value_or(list.levels[i].start);
    if (i < level) {
      // A deeper item without one above it counts as standing in the first.
      counters[i] = counters[i].value_or(first);
    } else {
      counters[i] = counters[i] ? std::min(*counters[i] + 1, number_max) : first;
    }
  }
  for (std::size_t i = level + 1; i < level_count; ++i) {
    if (level < list.levels[i].restart_limit) counters[i].reset();
  }
  return label(list.levels, level, counters);
}

// "%1.%2" → "3.1".
std::string ListNumbers::label(const Levels& levels, std::size_t level, const Counters& counters) {
  constexpr std::size_t label_bytes_max = 200;
  const ListLevel& own = levels[level];
  if (own.format == "bullet" || own.format == "none") return {};
  std::string result;
  for (std::size_t i = 0; i < own.text.size() && result.size() < label_bytes_max; ++i) {
    const bool place = own.text[i] == '%' && i + 1 < own.text.size() && own.text[i + 1] >= '1' &&
                       own.text[i + 1] <= '9';
    if (!place) {
      result += own.text[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(own.text[++i] - '1');
    const std::string_view format = own.legal ? "decimal" : std::string_view(levels[index].format);
    result += format_number(counters[index].value_or(levels[index].start), format);
  }
  return result;
}

}  // namespace dms::search::extract
