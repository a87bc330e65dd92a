#pragma once

// A password hasher that knows the hashes it has made itself: the demo's people sign in a hundred
// times while their story is told, and each has one password. Hashes are made as ever. Not
// thread-safe.

#include <map>
#include <string>

#include "dms/password.h"

namespace dms::demo {

class RememberingHasher final : public PasswordHasher {
 public:
  // Borrows.
  explicit RememberingHasher(const PasswordHasher& hasher) : hasher_(hasher) {}

  Result<std::string> hash(const Secret& password) const override {
    std::string phc = DMS_TRY(hasher_.hash(password));
    made_.insert_or_assign(phc, password);
    return phc;
  }
  Result<bool> verify(const Secret& password, std::string_view phc) const override {
    const auto made = made_.find(phc);
    if (made == made_.end()) return hasher_.verify(password, phc);
    return made->second.expose() == password.expose();
  }
  bool is_outdated(std::string_view phc) const override { return hasher_.is_outdated(phc); }

 private:
  const PasswordHasher& hasher_;
  mutable std::map<std::string, Secret, std::less<>> made_;
};

}  // namespace dms::demo
