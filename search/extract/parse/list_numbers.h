#pragma once

// The numbers before the items of lists, which word processors show but do not store: what a list's
// levels look like, and how far each has been counted.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dms::search::extract {

struct ListLevel {
  int start = 1;
  std::string format = "decimal";  // as format_number() knows it, or "bullet"
  std::string text;                // "%1.%2"
  bool legal = false;              // all numbers in it as decimals
  // Begins anew after an item of a level below this one (counted from 0); usually any above it.
  std::size_t restart_limit = 9;
};

class ListNumbers {
 public:
  static constexpr std::size_t level_count = 9;
  static constexpr int number_max = 32767;
  using Levels = std::array<ListLevel, level_count>;

  struct List {
    std::string abstract_id;  // lists with the same one count on from one another
    Levels levels;
    std::array<std::optional<int>, level_count> start_overrides;
    bool used = false;
  };

  void add(std::string id, List list) { lists_[std::move(id)] = std::move(list); }
  // The label of the list's next item at that level: "2.1", "a)"; empty where there is no such
  // list, or only a bullet.
  std::string next_label(std::string_view list, std::size_t level);

 private:
  using Counters = std::array<std::optional<int>, level_count>;
  static std::string label(const Levels& levels, std::size_t level, const Counters& counters);

  std::map<std::string, List, std::less<>> lists_;
  std::map<std::string, Counters, std::less<>> counters_;  // by abstract list
};

using ListLevels = ListNumbers::Levels;
using NumberedList = ListNumbers::List;

// `value` in the given w:numFmt (ECMA-376 part 1, 17.18.59); decimal where the format is not
// known. "ordinal" is the German one, "1."; "ordinalEnglish" is "1st".
std::string format_number(int value, std::string_view format);

}  // namespace dms::search::extract
