#pragma once

// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) and HKDF-SHA-256 (RFC 5869) by OpenSSL.
// Pure; thread-safe. Aborts where OpenSSL cannot compute: there is no answer that would be safe.
//
// A stream longer than one message is sealed in segments, by the construction of Google Tink's
// "AES-GCM-HKDF Streaming AEAD": a key of its own for each stream, derived from a random salt; a
// nonce that is the segment's place. So no nonce comes twice under one key, and segments that are
// changed, swapped, left out or cut off at the end do not open.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/secret.h"

namespace dms {

inline constexpr std::size_t aead_key_bytes = 32;
inline constexpr std::size_t aead_nonce_bytes = 12;
inline constexpr std::size_t aead_tag_bytes = 16;  // what sealing adds

// `size` bytes of HKDF-SHA-256, at most 8,160. `info` says what the key is for: another one,
// another key.
Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info,
                   std::size_t size);

// One message under a key of aead_key_bytes with a random nonce in front: nonce ‖ ciphertext ‖ tag.
// For few messages a key (at most 2^32, SP 800-38D 8.3). `context` is authenticated, not stored.
std::string seal_message(const Secret& key, std::string_view plain, std::string_view context);
// nullopt where key or context is another one, or a byte of `sealed` is.
std::optional<Secret> open_message(const Secret& key, std::string_view sealed,
                                   std::string_view context);

// Where a segment stands in its stream. All but the last of a stream should have one length.
struct SegmentPlace {
  std::uint32_t index = 0;
  bool is_last = false;
};

// Seals and opens one stream's segments, in any order. Copyable; holds its key.
class SegmentCipher {
 public:
  static constexpr std::size_t salt_bytes = 32;

  // `salt`: salt_bytes random ones, a stream's own for ever; stored in the clear. `info`: what kind
  // of stream it is, and what it must not be mistaken for.
  SegmentCipher(const Secret& key, std::string_view salt, std::string_view info);

  // Appends ciphertext and tag to `out`: aead_tag_bytes more than `plain`. Each place once a
  // stream.
  void seal(SegmentPlace place, std::string_view plain, std::string& out) const;
  // Appends the plain bytes to `out`; false, and `out` as it was, where `sealed` is not what was
  // sealed for this place.
  bool open(SegmentPlace place, std::string_view sealed, std::string& out) const;

 private:
  std::string nonce(SegmentPlace place) const;

  Secret key_;
  Secret nonce_prefix_;  // 7 bytes
};

}  // namespace dms
