#pragma once

// Takes German compounds apart, with a dictionary that the build makes (dictionary/README.md) and
// that lies beside the program. It is mapped, not read: opening takes microseconds and all
// processes share its pages.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms::search {

// Immutable; thread-safe.
class Compounds {
 public:
  // `unavailable` with the file's name where it is missing or not such a file.
  static Result<std::unique_ptr<const Compounds>> open(const std::string& path);
  ~Compounds();
  Compounds(const Compounds&) = delete;
  Compounds& operator=(const Compounds&) = delete;

  // Where the parts of an exact form end but for the last; empty: it is no compound. A linking
  // element belongs to the part before it: "gebuehren|satzung". Microseconds.
  std::vector<std::uint8_t> split(std::string_view exact) const;

  // Of the dictionary's contents, in hexadecimal digits: indexes made with another differ.
  std::string version() const;
  std::size_t word_count() const;

 private:
  class Mapping;
  explicit Compounds(std::unique_ptr<Mapping> mapping);
  std::unique_ptr<Mapping> mapping_;
};

// The dictionary of this program, opened at the first call: as with ICU's data there is one for all
// and nothing to configure. It is aktenwerk-german.words beside the program, in ../share/aktenwerk,
// or, in a build folder, search/ of one of the folders above. The error says where it was looked
// for. Thread-safe.
Result<const Compounds*> german_compounds();

}  // namespace dms::search
