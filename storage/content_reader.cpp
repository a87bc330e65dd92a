// Reads ranges of content. The chunk read last is kept while a read ended inside it, so that a
// sequential reader with small buffers fetches and checks each chunk once.

#include <algorithm>

#include "storage/content_core.h"

namespace dms::storage {
namespace {

constexpr std::size_t read_bytes_max = 1U << 20U;

class Reader final : public ContentReader {
 public:
  Reader(ContentCore& core, const ContentId& id, Manifest manifest, ContentCipher cipher,
         ContentLease lease)
      : core_(core),
        id_(id),
        manifest_(std::move(manifest)),
        cipher_(std::move(cipher)),
        lease_(std::move(lease)) {}

  const ContentId& id() const override { return id_; }
  Result<std::string> read(std::uint64_t offset, std::size_t length) const override;

 private:
  // Immutable once made; shared by the reads that use it.
  struct Chunk {
    std::uint64_t index = 0;
    PlainChunk plain;
  };
  using ChunkPointer = std::shared_ptr<const Chunk>;

  Result<std::size_t> append_whole_chunk(std::uint64_t offset, std::uint64_t rest,
                                         std::string& out) const;
  Result<ChunkPointer> chunk(std::uint64_t index) const;
  void keep(ChunkPointer chunk, bool read_to_its_end) const;

  ContentCore& core_;
  const ContentId id_;
  const Manifest manifest_;
  const ContentCipher cipher_;
  const ContentLease lease_;
  mutable Mutex mutex_;
  mutable ChunkPointer kept_ DMS_GUARDED_BY(mutex_);
};

Result<std::string> Reader::read(std::uint64_t offset, std::size_t length) const {
  std::string out;
  if (offset >= id_.size) return out;
  std::uint64_t rest = std::min<std::uint64_t>({length, read_bytes_max, id_.size - offset});
  out.reserve(rest);
  while (rest > 0) {
    if (const std::size_t whole = DMS_TRY(append_whole_chunk(offset, rest, out)); whole > 0) {
      offset += whole;
      rest -= whole;
      continue;
    }
    const ChunkPointer source = DMS_TRY(chunk(offset / chunk_bytes));
    const std::string_view bytes = source->plain.bytes();
    const std::size_t begin = offset % chunk_bytes;
    const std::size_t count = std::min<std::size_t>(rest, bytes.size() - begin);
    out.append(bytes.substr(begin, count));
    keep(source, begin + count == bytes.size());
    offset += count;
    rest -= count;
  }
  core_.metrics.read_bytes.add(out.size());
  return out;
}

// A sealed chunk that is wanted from its begin to its end is opened where it is to stand. Returns
// its length, 0 where it is another case.
Result<std::size_t> Reader::append_whole_chunk(std::uint64_t offset, std::uint64_t rest,
                                               std::string& out) const {
  const std::uint64_t index = offset / chunk_bytes;
  const std::size_t length = chunk_length(manifest_.size, index);
  if (!cipher_ || offset % chunk_bytes != 0 || rest < length) return std::size_t{0};
  rocksdb::PinnableSlice stored;
  DMS_TRY(read_stored_chunk(core_.database, manifest_, index, stored));
  DMS_TRY(open_chunk(manifest_, *cipher_, index, stored.ToStringView(), out));
  return length;
}

Result<Reader::ChunkPointer> Reader::chunk(std::uint64_t index) const {
  {
    const MutexLock lock(mutex_);
    if (kept_ && kept_->index == index) return kept_;
  }
  auto fetched = std::make_shared<Chunk>();
  fetched->index = index;
  DMS_TRY(read_chunk(core_.database, manifest_, cipher_, index, fetched->plain));
  return ChunkPointer(std::move(fetched));
}

void Reader::keep(ChunkPointer chunk, bool read_to_its_end) const {
  const MutexLock lock(mutex_);
  if (read_to_its_end) {
    kept_.reset();
  } else {
    kept_ = std::move(chunk);
  }
}

}  // namespace

Result<std::shared_ptr<ContentReader>> open_content(ContentCore& core, const ContentId& content) {
  const auto gone = [] {
    return fail(ErrorCode::not_found, "Der Inhalt ist nicht vorhanden.",
                "The content does not exist.");
  };
  std::optional<ContentLease> lease = core.leases->try_acquire(content_key(content));
  if (!lease) return gone();
  auto manifest = DMS_TRY(find_manifest(core.database, content_key(content)));
  if (!manifest || manifest->size != content.size) return gone();
  FoundCipher found = DMS_TRY(find_cipher(core, content_key(content), *manifest));
  if (found.state == ContentKeyState::destroyed) {
    return fail(key_destroyed("content " + content.sha256.hex() + ": its key is destroyed"));
  }
  if (found.state == ContentKeyState::missing) {
    return fail(key_missing(describe_missing_key(content_key(content), *manifest)));
  }
  return std::make_shared<Reader>(core, content, std::move(*manifest), std::move(found.cipher),
                                  std::move(*lease));
}

}  // namespace dms::storage
