#pragma once

// Ed25519 (RFC 8032) by OpenSSL. Pure; thread-safe.

#include <string>
#include <string_view>

#include "dms/base/secret.h"

namespace dms {

inline constexpr std::size_t ed25519_seed_bytes = 32;
inline constexpr std::size_t ed25519_public_key_bytes = 32;
inline constexpr std::size_t ed25519_signature_bytes = 64;

// `seed`: the private key's 32 bytes; with another length the process ends, as with a library that
// fails.
std::string ed25519_public_key(const Secret& seed);
std::string ed25519_sign(const Secret& seed, std::string_view message);

// What a stranger says: raw bytes of any length.
struct Ed25519Proof {
  std::string_view public_key;
  std::string_view signature;
};
bool ed25519_verifies(const Ed25519Proof& proof, std::string_view message);

}  // namespace dms
