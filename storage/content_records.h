#pragma once

// The keys and the small binary records of the content store beside the manifest. They are on disk
// for ever; their layout is in README.md. Pure values, no RocksDB.
//
// Family content_meta holds, told apart by the first byte of the key:
//
//   'h'                          the high-water mark of reserved numbers
//   'm' domain sha256            a manifest
//   'r' domain sha256 owner      a ref: owner keeps this content alive
//   'l' domain sha256            a loss: this content lost an owner, look whether it was the last
//   'i' number                   an intent: an upload that no commit has named yet
//   'e' number                   an erasure: runs that nothing names and whose space is to be freed
//
// Families content and content_large hold number → the chunk's bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/content.h"
#include "storage/manifest.h"

namespace dms::storage {

// A content within its domain: the part of a ContentId that keys are made of.
struct ContentKey {
  KeyDomain domain;
  Sha256Digest sha256;
  friend auto operator<=>(const ContentKey&, const ContentKey&) = default;
};
inline ContentKey content_key(const ContentId& id) {
  return {id.domain, id.sha256};
}

// An upload: what it may have stored, so that it can be taken away again.
struct ContentIntent {
  Instant time;  // when it last grew
  KeyDomain domain;
  std::optional<Sha256Digest> sha256;  // once finished: of the manifest it wrote
  Placement placement = Placement::small;
  std::vector<ChunkRun> runs;  // reserved; the last ones may hold no chunk
  friend bool operator==(const ContentIntent&, const ContentIntent&) = default;
};

// Chunks that nothing names any more.
struct ContentErasure {
  std::uint64_t bytes = 0;  // what freeing them is worth
  Placement placement = Placement::small;
  std::vector<ChunkRun> runs;
  friend bool operator==(const ContentErasure&, const ContentErasure&) = default;
};

std::string encode_intent(const ContentIntent& intent);
Result<ContentIntent> parse_intent(std::string_view bytes);
std::string encode_erasure(const ContentErasure& erasure);
Result<ContentErasure> parse_erasure(std::string_view bytes);
// A u64 alone (the high-water mark).
std::string encode_number(std::uint64_t number);
Result<std::uint64_t> parse_number(std::string_view bytes);

// The value of refs and losses: only a format.
inline constexpr std::string_view presence_value{"\x01", 1};

// What the keys in content_meta begin with.
inline constexpr char tag_high_water = 'h';
inline constexpr char tag_manifest = 'm';
inline constexpr char tag_intent = 'i';
inline constexpr char tag_ref = 'r';
inline constexpr char tag_loss = 'l';
inline constexpr char tag_erasure = 'e';

std::string high_water_key();
std::string manifest_key(const ContentKey& content);
std::string loss_key(const ContentKey& content);
std::string intent_key(std::uint64_t number);
std::string erasure_key(std::uint64_t number);
// What the ref_keys of all owners begin with.
std::string ref_prefix(const ContentKey& content);
std::string ref_key(const ContentKey& content, const Uuid& owner);
std::string chunk_key(std::uint64_t number);

// Back from keys; nullopt for bytes that are no such key. parse_content_key takes a manifest_key or
// a loss_key, parse_numbered_key an intent_key or an erasure_key.
struct ParsedRef {
  ContentKey content;
  Uuid owner;
};
std::optional<ContentKey> parse_content_key(std::string_view tagged_key);
std::optional<ParsedRef> parse_ref_key(std::string_view key);
std::optional<std::uint64_t> parse_numbered_key(std::string_view tagged_key);

}  // namespace dms::storage
