#pragma once

// Uploads in pieces, resumable: bytes on their way to a document, over lines that break.
//
// An upload is a record and, in the content store, its pieces: contents that a ref of the upload
// keeps alive. A piece and the record that counts it become durable in one commit, and the offset a
// client is told is the sum of committed pieces. So what was acknowledged survives a kill, what was
// not is swept like any unnamed content, a backup holds both or neither, and two writers at one
// upload are decided by the committer: the second one's offset is wrong. Files of our own beside
// the store would need all of that again: fsyncs, locks, a sweep, a rule for a torn tail.
//
// A piece ends when the request ends, whole or broken, and every 16 MiB in between: that much a
// kill may cost. A short last piece (below 1 MiB) is written again as the beginning of the next, so
// that requests of a few bytes make no heap of pieces: an upload has 513 at most, for of very large
// ones every size grows with the length. At worst, with requests of just under 1 MiB, bytes are
// written three times instead of twice.
//
// A document (or a version) that names the upload takes it: first assemble() makes one content of
// several pieces, or of one in the tenant's key domain one in the dossier's; that is safe to repeat
// and changes no offset; then the filing commit names the
// content for the version, releases the upload's ref and marks the record as taken, at once or not
// at all. An upload in one piece is filed without being copied. The marked record stays until it
// expires, to tell whoever names it again.
//
// Uploads are no events: nothing is filed yet, and the journal tells of the filing.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/version.h"
#include "storage/store.h"

namespace dms {

inline constexpr std::size_t upload_metadata_bytes_max = 4096;

struct UploadLimits {
  std::uint64_t bytes_max = 8ULL << 30U;  // one upload
  std::size_t open_max = 20;              // a user; those that were filed do not count
  std::chrono::hours age_max{24};         // without a byte; then it is swept
};

struct Upload {
  UploadId id;
  std::uint64_t length = 0;  // bytes in all
  std::uint64_t offset = 0;  // bytes that are here and durable
  std::string file_name;
  std::string metadata;  // as the client sent it
  Instant expires;
  std::optional<storage::ContentId> content;  // of assemble() alone: what a commit will take
};

struct NewUpload {
  std::uint64_t length = 0;
  std::string file_name;
  std::string metadata;  // at most upload_metadata_bytes_max
};

// Takes the bytes of one request. Borrows the store; must not outlive its Uploads. One thread at a
// time; blocking: use it on a lane. Memory: that of a ContentWriter.
class UploadWriter {
 public:
  struct State;
  explicit UploadWriter(std::unique_ptr<State> state);
  // Keeps what came so far, as finish() does: the line broke.
  ~UploadWriter();
  UploadWriter(const UploadWriter&) = delete;
  UploadWriter& operator=(const UploadWriter&) = delete;

  // `too_large` beyond the upload's length: nothing of these bytes is taken. `conflict` where
  // another request has written meanwhile, absent where the upload has ended. After another error
  // than `too_large` nothing more is taken or kept.
  Result<void> append(std::string_view bytes);
  // All that was appended is durable.
  Result<Upload> finish();

 private:
  std::unique_ptr<State> state_;
};

// An upload belongs to the user who made it and, where a program did, to that token: for everybody
// else, and once it has expired or was filed, it is absent_object(). Thread-safe; blocking.
class Uploads {
 public:
  // Borrows store and clock.
  Uploads(storage::Store& store, const Clock& clock, UploadLimits limits = {});

  const UploadLimits& limits() const { return limits_; }

  // `too_large` above the limit, `rate_limited` with too many open ones, `invalid` for a bad name.
  Result<Upload> create(const Actor& actor, const NewUpload& input);
  Result<Upload> get(const Actor& actor, UploadId upload) const;
  // `conflict` unless `offset` is the upload's.
  Result<std::unique_ptr<UploadWriter>> resume(const Actor& actor, UploadId upload,
                                               std::uint64_t offset);
  // Ends it; its bytes are given back.
  Result<void> terminate(const Actor& actor, UploadId upload);
  // Makes one content of its pieces, in the key domain of what it is for, so that a commit can take
  // it. `conflict` while bytes are missing, and where it was filed already. Reads and writes the
  // whole content, unless it is one piece that lies there.
  Result<Upload> assemble(const Actor& actor, UploadId id, storage::KeyDomain domain = {});
  // Removes what has expired; returns how many.
  Result<std::size_t> sweep();

 private:
  storage::Store& store_;
  const Clock& clock_;
  const UploadLimits limits_;
};

// Within a commit that makes the version `owner` at `now`: names its content, be it staged or an
// assembled upload's, which thereby ends. Errors as assemble()'s.
struct ContentTaking {
  const Actor& actor;
  const VersionSource& source;
  VersionId owner;
  Instant now;
  storage::KeyDomain domain;  // where the content must lie
};
Result<storage::ContentId> take_content(const storage::View& view, storage::Commit& commit,
                                        const ContentTaking& taking);

}  // namespace dms
