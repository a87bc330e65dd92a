#pragma once

// A folder that is there for a while.

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace dms::web {

// Removes what is there now, and goes with what is in it then.
class Scratch {
 public:
  explicit Scratch(std::string folder) : folder_(std::move(folder)) { clear(); }
  ~Scratch() { clear(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& folder() const { return folder_; }

 private:
  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string folder_;
};

}  // namespace dms::web
