#pragma once

// INTERNAL to storage/: how a file of an encrypted backup lies on disk: a header and segments of
// AES-256-GCM under a key of the file's own (dms/base/aead.h). FOR EVER: README.md, Sealed files.
//
// Pure but for the salt. A file's name is sealed with it: one that was put in another's place does
// not open. Errors are `corrupt`, `unsupported` for a later format, `conflict` for another key;
// their hints name the file.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/aead.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "storage/backup.h"

namespace dms::storage {

inline constexpr std::size_t sealed_segment_bytes = 64U << 10U;  // plain ones
inline constexpr std::size_t sealed_header_bytes = 4 + 4 + 16 + SegmentCipher::salt_bytes;

// The id of the key that a file with this begin is sealed with; nullopt where it is not sealed.
std::optional<std::string> sealing_key_id(std::string_view header);

// What a file's length says. nullopt: no sealed file is as long; it was cut.
struct SealedShape {
  std::uint64_t plain_bytes = 0;
  std::uint32_t segments = 1;
};
std::optional<SealedShape> sealed_shape(std::uint64_t file_bytes);

// Seals a file from its beginning to its end. One thread at a time.
class Sealer {
 public:
  Sealer(const Secret& key, std::string_view name);
  // What the file begins with.
  const std::string& header() const { return header_; }
  // Appends to `out` what can be written now.
  void add(std::string_view plain, std::string& out);
  // Appends the last segment. Nothing can be added any more.
  void finish(std::string& out);

 private:
  Sealer(const Secret& key, std::string_view name, std::string_view salt);

  const std::string header_;
  const SegmentCipher cipher_;
  std::uint32_t index_ = 0;
  std::string buffer_;  // at most a segment: the last one is known by nothing following it
};

// Opens a sealed file's segments, in any order. Thread-safe.
class Unsealer {
 public:
  // `header`: the file's first sealed_header_bytes, or fewer where it is shorter.
  static Result<Unsealer> begin(const Secret& key, std::string name, std::string_view header,
                                std::uint64_t file_bytes);

  std::uint64_t plain_bytes() const { return shape_.plain_bytes; }
  // Where segment `index`, that of the plain bytes from index × sealed_segment_bytes on, lies.
  struct Extent {
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
  };
  Extent extent(std::uint32_t index) const;
  // Appends a segment's plain bytes.
  Result<void> open(std::uint32_t index, std::string_view sealed, std::string& out) const;

 private:
  Unsealer(SegmentCipher cipher, std::string name, SealedShape shape)
      : cipher_(std::move(cipher)), name_(std::move(name)), shape_(shape) {}

  SegmentCipher cipher_;
  std::string name_;
  SealedShape shape_;
};

// Whole files in memory.
std::string seal_file(const Secret& key, std::string_view name, std::string_view plain);
Result<std::string> unseal_file(const Secret& key, const std::string& name, std::string_view file);

}  // namespace dms::storage
