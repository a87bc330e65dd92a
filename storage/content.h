#pragma once

// The content store: immutable bytes named by key domain and SHA-256. Content is written first
// (an intent protects it), then named by a commit (a ref protects it); what nobody names is swept
// after a day. Equal bytes in one key domain are stored once.
//
// Formats and limits: storage/README.md.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/result.h"

namespace dms::storage {

// Deduplication never crosses a key domain. The tenant's own domain is the nil Uuid.
struct KeyDomain {
  Uuid value;
  friend auto operator<=>(const KeyDomain&, const KeyDomain&) = default;
};

// Names stored content. `owner` of a ref is who keeps it alive (a version's or rendition's id).
struct ContentId {
  KeyDomain domain;
  Sha256Digest sha256;
  std::uint64_t size = 0;  // bytes
  friend auto operator<=>(const ContentId&, const ContentId&) = default;
};

enum class ContentState : std::uint8_t {
  stored,   // somebody names it, or may still name it
  leaving,  // nobody names it; its bytes may still be on the disk
  gone      // no byte of it is in any file or memtable
};

// Content that is received but not yet named. Holds a lease: while it lives nothing sweeps it. When
// it is destroyed unnamed, the intent stays for the sweeper; of what finish_for_commit() kept back
// nothing stays. Movable.
class StagedContent {
 public:
  struct State;
  explicit StagedContent(std::shared_ptr<State> state) : state_(std::move(state)) {}
  const ContentId& id() const;
  const std::shared_ptr<State>& state() const { return state_; }

 private:
  std::shared_ptr<State> state_;
};

// Receives bytes of unknown length. One thread at a time. Memory: at most two chunks (1 MiB each).
class ContentWriter {
 public:
  virtual ~ContentWriter() = default;  // aborts what was not finished; its space is swept
  // Fails with storage_full below the disk reserve, too_large above the store's file limit.
  virtual Result<void> append(std::string_view bytes) = 0;
  // The content can be read, and be named by its id, at once.
  virtual Result<StagedContent> finish() = 0;
  // As finish(), but small content (at most 64 KiB) is kept in memory and written by the commit
  // that names it, which saves a write of its own: until then it cannot be read, and only the
  // staged content itself can be named. For content that its commit follows at once.
  virtual Result<StagedContent> finish_for_commit() = 0;
};

// Reads content; holds a lease. Thread-safe.
class ContentReader {
 public:
  virtual ~ContentReader() = default;
  virtual const ContentId& id() const = 0;
  // `length` bytes at `offset`, fewer only at the end; at most 1 MiB a call. `corrupt` where a
  // chunk is missing or damaged, or does not open with its key.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t length) const = 0;
};

}  // namespace dms::storage
