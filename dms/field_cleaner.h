#pragma once

// Cleans the fields of a request one after the other and tells all that is wrong at once.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/base/text.h"
#include "dms/base/time.h"

namespace dms {

// One thread at a time.
class FieldCleaner {
 public:
  // `prefix`: the JSON pointer of the object whose members are cleaned, "" or "/metadata".
  explicit FieldCleaner(std::string_view prefix) : prefix_(prefix) {}

  // Replaces the text by its clean form (text.h).
  void line(std::string_view name, std::string& text, LineLimits limits);
  void paragraphs(std::string_view name, std::string& text, LineLimits limits);
  // Each element a line of 1 to `code_points_max`; at most `count_max` elements.
  void lines(std::string_view name, std::vector<std::string>& texts, std::size_t count_max,
             std::size_t code_points_max);
  // One that can be read back from a record.
  void day(std::string_view name, const std::optional<Date>& date);
  void require(bool holds, std::string_view name, std::string_view de, std::string_view en);
  template <class T>
  void take(Result<T> cleaned, T& into) {
    if (cleaned) {
      into = std::move(*cleaned);
    } else {
      note(std::move(cleaned).error());
    }
  }
  void note(Error error);
  std::string pointer(std::string_view name) const;
  // `invalid` with every field that was wrong.
  Result<void> finish();

 private:
  std::string prefix_;
  Error errors_;
  bool failed_ = false;
};

}  // namespace dms
