#pragma once

// The bytes of a ring of content keys (content_key_ring.h). Pure; on disk for ever, layout in
// dms/README.md.
//
// A head, then entries of one length. Each entry's checksum covers the one before it, so that none
// can be changed, left out, doubled or moved unnoticed. Entries are only appended; where one is to
// lose its key the whole file is written anew.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/content.h"

namespace dms {

enum class KeyEntryKind : std::uint8_t {
  key = 1,        // a key of a domain, wrapped by the server's
  destroyed = 2,  // what is left of one
  rotation = 3    // the keys before it seal nothing new
};

struct KeyEntry {
  static constexpr std::size_t wrapped_bytes = 60;  // nonce, 32 bytes, tag
  KeyEntryKind kind = KeyEntryKind::key;
  storage::KeyDomain domain;
  std::uint32_t id = 0;  // random; 0 of a rotation
  Instant time;          // made, destroyed, begun
  std::string wrapped;   // wrapped_bytes of a key, else empty
  friend bool operator==(const KeyEntry&, const KeyEntry&) = default;
};

struct ContentKeyFile {
  std::string fingerprint;  // of the server key that wraps
  std::vector<KeyEntry> entries;
  Sha256Digest checksum;        // of the last entry, or of the head
  std::size_t whole_bytes = 0;  // what follows them is an entry that was never finished
};

// The file from the beginning.
std::string encode_key_file(std::string_view fingerprint, const std::vector<KeyEntry>& entries);
// An entry to be put behind one with checksum `previous`, which becomes the new one's.
std::string encode_key_entry(const KeyEntry& entry, Sha256Digest& previous);

// `corrupt` for anything but a head, whole entries and the beginning of a last one; the hint says
// at which byte. A last entry that is cut off, or whose checksum was not written yet (all zeros),
// was never durable, so nothing was sealed with it.
Result<ContentKeyFile> parse_key_file(std::string_view bytes);

// What is authenticated with a wrapped key: a key in another's place does not unwrap.
std::string wrapping_context(const KeyEntry& entry);

}  // namespace dms
