#pragma once

// A value that must not be printed, logged or left in freed memory: passwords, tokens, keys. It has
// no stream operator and no implicit conversion; whoever needs the bytes says expose().

#include <string>
#include <string_view>
#include <utility>

namespace dms {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  ~Secret() { wipe(); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      bytes_ = other.bytes_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::move(other.bytes_);
      other.wipe();
    }
    return *this;
  }
  // The bytes, borrowed. Name the use at the call site.
  std::string_view expose() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  void wipe();  // OPENSSL_cleanse over the whole capacity
  std::string bytes_;
};

}  // namespace dms
