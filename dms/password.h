#pragma once

// Passwords: the rules for new ones, and their hashes. Hashes are Argon2id (RFC 9106) in the PHC
// string format, so each stored hash says with which parameters it was made.
//
// Hashing takes a tenth of a second and 64 MiB on purpose: it runs on the caller's lane, which is
// the small `password` lane of the server. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

// In code points, after NFC: long enough for Argon2id to matter, short enough to bound the work.
inline constexpr std::size_t password_length_min = 12;
inline constexpr std::size_t password_length_max = 128;

// Computes and verifies hashes. An interface, so that tests count and cheapen them.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  // A PHC string with fresh salt.
  virtual Result<std::string> hash(const Secret& password) const = 0;
  // Whether `password` made `phc`. `corrupt` where `phc` is no Argon2id string. An empty `phc`
  // stands for a user who does not exist: it costs the same work and is always false.
  virtual Result<bool> verify(const Secret& password, std::string_view phc) const = 0;
  // Whether `phc` was made with other parameters than hash() would use now.
  virtual bool is_outdated(std::string_view phc) const = 0;
};

struct Argon2Parameters {
  std::uint32_t memory_kib = 64U * 1024U;
  std::uint32_t passes = 3;
  std::uint32_t lanes = 1;
};

class Argon2idHasher final : public PasswordHasher {
 public:
  explicit Argon2idHasher(Argon2Parameters parameters = {});
  Result<std::string> hash(const Secret& password) const override;
  Result<bool> verify(const Secret& password, std::string_view phc) const override;
  bool is_outdated(std::string_view phc) const override;

 private:
  Argon2Parameters parameters_;
  std::string decoy_;  // PHC of a password nobody knows, for users who do not exist
};

// The same password typed on another keyboard is the same: NFC. `invalid` at `pointer` for
// ill-formed UTF-8 and NUL.
Result<Secret> normalize_password(const Secret& typed, std::string_view pointer);

// Whether `password` (normalized) may be set for `user_name`: the length, not one of the obvious
// ones, not made of the user's own name. Any character is allowed and none is required (OWASP ASVS
// 2.1). `invalid` at `pointer`.
Result<void> check_new_password(const Secret& password, std::string_view user_name,
                                std::string_view pointer);

}  // namespace dms
