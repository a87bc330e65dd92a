#pragma once

// Strings in the records of an XLS ([MS-XLS] 2.5.293 and 2.5.294). A long one goes on in further
// records, each of which begins with a byte that says anew how wide its characters are.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

class ExcelStrings {
 public:
  // A record's content and that of those that continue it, all borrowed; read from `offset` on.
  explicit ExcelStrings(std::vector<std::string_view> parts, std::size_t offset = 0)
      : parts_(std::move(parts)), at_(offset) {}

  bool at_end() const;
  // The next string with all that follows it: length, flags, runs, phonetics.
  std::string read_rich();
  // `count` characters, led by their flags.
  std::string read_characters(std::size_t count);

 private:
  std::uint8_t byte();
  std::uint32_t number(int bytes);
  void skip(std::size_t bytes);
  std::string characters(std::size_t count, bool wide);

  std::vector<std::string_view> parts_;
  std::size_t part_ = 0;
  std::size_t at_ = 0;  // in that part
};

}  // namespace dms::search::extract
