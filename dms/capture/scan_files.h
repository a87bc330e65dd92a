#pragma once

// INTERNAL to scan folders: the files of one folder below that of the scans. Nothing is followed
// out of it: no symbolic link, no "..". One thread.

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms {

// Owns a descriptor; -1 is none.
class ScanDescriptor {
 public:
  explicit ScanDescriptor(int number = -1) : number_(number) {}
  ~ScanDescriptor();
  ScanDescriptor(ScanDescriptor&& other) noexcept;
  ScanDescriptor& operator=(ScanDescriptor&& other) noexcept;
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

// What tells whether a file is still being written.
struct FileMark {
  std::uint64_t size = 0;        // bytes
  std::int64_t modified_ns = 0;  // since the epoch
  std::uint64_t inode = 0;
  friend bool operator==(const FileMark&, const FileMark&) = default;
};
FileMark mark_of(const struct stat& status);

struct FoundFile {
  std::string name;  // bytes, as the system has it
  FileMark mark;
};

class ScanFiles {
 public:
  // `unavailable` where a folder is not there, or is a link.
  static Result<ScanFiles> open(const std::string& folder, const std::string& subfolder);

  // What is no folder and does not begin with a point, by name; at most `count_max`.
  Result<std::vector<FoundFile>> list(std::size_t count_max) const;
  bool has(const std::string& name) const;
  // For reading. `invalid` where it can never be taken: a link, no regular file, no right to it;
  // its message says so to people. `not_found` where it is gone.
  Result<ScanDescriptor> open_file(const std::string& name) const;

  // Into the folder `into` beside it, made where absent, under a name that is free there; durable.
  // Returns that name.
  Result<std::string> move(const std::string& name, std::string_view into);
  // The same into the folder of what failed, with the reason beside it.
  Result<void> put_aside(const std::string& name, std::string_view reason);

 private:
  explicit ScanFiles(ScanDescriptor folder, std::string path)
      : folder_(std::move(folder)), path_(std::move(path)) {}
  Result<ScanDescriptor> open_folder(std::string_view name) const;
  tl::unexpected<Error> trouble(std::string_view what) const;

  ScanDescriptor folder_;
  std::string path_;  // for messages
};

}  // namespace dms
