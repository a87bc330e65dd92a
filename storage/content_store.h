#pragma once

// INTERNAL to storage/: the content store behind Store's content functions, content.h's writers and
// readers, and the committer's name_content and release_content. Formats: README.md.
//
// Thread-safe. Borrows what it is given; outlives its writers, readers and staged contents' use.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/content.h"
#include "storage/content_keys.h"
#include "storage/database.h"
#include "storage/integrity.h"
#include "storage/serial_writer.h"

namespace dms::storage {

class Walk;

class ContentStore {
 public:
  struct Options {
    std::string staging_folder;  // for SST files, on the database's file system; created 0700
    std::uint64_t content_size_max = 8ULL << 30U;  // bytes a file
    // Chunks (of 1 MiB) in one SST file; more hold uploads' fsyncs back longer. Tests take fewer.
    std::uint32_t run_chunks = 256;
    std::shared_ptr<ContentKeys> keys = nullptr;  // nullptr: all in the clear, sealed unreadable
  };

  // Reads high-water marks and clears the staging folder (unless the database is read-only).
  static Result<std::unique_ptr<ContentStore>> open(Database& database, SerialWriter& serial_writer,
                                                    const Clock& clock, Log& log,
                                                    MetricsRegistry& metrics, Options options);
  ~ContentStore();

  // What Store offers.
  Result<std::unique_ptr<ContentWriter>> write(KeyDomain domain);
  Result<std::shared_ptr<ContentReader>> read(const ContentId& content) const;
  Result<std::vector<Uuid>> owners(const ContentId& content, std::size_t limit) const;
  Result<bool> repair(const ContentReader& source);
  Result<std::uint64_t> sweep();
  Result<ContentState> state(const ContentId& content) const;
  // Adds contents, content_bytes and problems.
  Result<void> verify(Walk& walk, VerifyReport& report) const;
  Result<ScrubReport> scrub(std::uint64_t bytes_max, const VerifyControl& control);
  Result<std::optional<ScrubState>> scrub_state() const;

  // What the committer calls, on its thread, once for each name_content or release_content of a
  // commit, with everything earlier in the group already in `batch`. An error refuses that commit
  // alone (its part of the batch is rolled back): `not_found` where named content is gone,
  // `unavailable` where a staged content came from before a reopening. What a staged content kept
  // back is put into the batch, unless equal content was stored meanwhile.
  Result<void> apply_named(PendingBatch& batch, const StagedContent& content, const Uuid& owner);
  Result<void> apply_named(PendingBatch& batch, const ContentId& content, const Uuid& owner);
  Result<void> apply_released(PendingBatch& batch, const ContentId& content, const Uuid& owner);

 private:
  struct State;
  explicit ContentStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dms::storage
