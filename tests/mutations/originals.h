#pragma once

// Real files of every kind that is read, and any number of damaged ones made of them.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace dms::mutations {

struct DamagedFile {
  std::string name;  // of the file it was made of
  std::string bytes;
};

// Immutable; any thread asks it.
class Originals {
 public:
  // Of the shared data; empty where any of its folders is not there.
  explicit Originals(const std::filesystem::path& data);
  bool empty() const { return kinds_.empty(); }
  // Always the same for the same number. Kinds come in turn, so that one with many files does not
  // crowd out the others.
  DamagedFile damaged(std::uint64_t number) const;

 private:
  struct Original {
    std::string name;
    std::string bytes;
  };
  std::map<std::string, std::vector<Original>> kinds_;  // by the name's ending
};

}  // namespace dms::mutations
