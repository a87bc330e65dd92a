#pragma once

// Where the keys come from that content is sealed with at rest. This layer seals and opens; who
// keeps the keys, and when one is destroyed, is decided above (dms/content_key_ring.h).
//
// Formats: storage/README.md, Sealed content.

#include <cstdint>
#include <optional>
#include <string>

#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "storage/content.h"

namespace dms::storage {

// A key of a domain: 32 bytes, and the number by which manifests name it, never 0.
struct ContentSealingKey {
  std::uint32_t id = 0;
  Secret key;
};

enum class ContentKeyState : std::uint8_t {
  present,
  destroyed,  // on purpose, and that is on record: what it sealed is meant to be unreadable
  missing     // nobody knows it
};

struct ContentOpeningKey {
  ContentKeyState state = ContentKeyState::missing;
  Secret key;  // where present
};

// Thread-safe.
class ContentKeys {
 public:
  virtual ~ContentKeys() = default;
  // What new content of `domain` is sealed with, durable before this returns; nullopt: content of
  // this domain is stored in the clear. `conflict` where the domain's keys were destroyed.
  virtual Result<std::optional<ContentSealingKey>> sealing_key(KeyDomain domain) = 0;
  // The key of `domain` that manifests call `id`.
  virtual Result<ContentOpeningKey> opening_key(KeyDomain domain, std::uint32_t id) const = 0;
};

// How reading content fails that nobody can open: `unavailable` where its key is missing,
// `not_found` where it was destroyed.
Error key_missing(std::string hint);
Error key_destroyed(std::string hint);
// Whether `error` is one of these: trying again is of no use before somebody brings keys back.
bool is_without_key(const Error& error);

}  // namespace dms::storage
