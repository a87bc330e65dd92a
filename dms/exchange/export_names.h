#pragma once

// Names of folders and files that every file system takes (also those of Windows, and a stick's):
// for the part of an export that people read. Pure; thread-safe, but for NamesTaken.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace dms::exchange {

// `text` (UTF-8; what is none is replaced) in NFC as one name of at most `bytes_max` bytes: what no
// file system takes (control characters, < > : " / \ | ? *) and what misleads (bidirectional
// controls) becomes _, blanks and dots at the ends go, names of devices get a _ before them. Never
// empty, never "." or "..".
std::string portable_name(std::string_view text, std::size_t bytes_max);
// The same, but the end from the last dot on survives where the rest is cut.
std::string portable_file_name(std::string_view name, std::size_t bytes_max);

// The names in one folder: each is another one also where case does not count. One thread.
class NamesTaken {
 public:
  // `name`, or, where it is taken, with " (2)", " (3)" … before its last dot.
  std::string take(const std::string& name);
  // Keeps it from being given.
  void reserve(const std::string& name) { take(name); }

 private:
  std::set<std::string> folded_;
};

}  // namespace dms::exchange
