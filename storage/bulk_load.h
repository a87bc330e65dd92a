#pragma once

// Makes the content of a new store fast: without an fsync, or a line of WAL, a commit. Two uses:
//
//   adopting  an exported journal as it is: same store id, the same envelopes byte for byte
//   making    new records in bulk, with the events that tell of them
//
// The store is made in `<folder>.loading` and renamed to its place when all of it is on disk: it
// is there whole or not at all. What a killed process left under that name goes with the next
// loading. Memory: some ten megabytes and the shared write buffers, however much is loaded.
//
// This is no way to change a store: the folder must not exist.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/journal_event.h"
#include "storage/store.h"

namespace dms::storage {

struct BulkLoadOptions {
  // `folder` is where the store comes to; `tables` says which index entries are made.
  StoreOptions store;
  std::optional<Uuid> id;  // nullopt: a fresh one
};

// One thread at a time. After an error that is no `conflict` or `corrupt` (of what was handed over)
// nothing more is taken.
class BulkLoad {
 public:
  // `conflict` where the folder exists or another process loads into it.
  static Result<std::unique_ptr<BulkLoad>> begin(StorageEnvironment& environment,
                                                 BulkLoadOptions options);
  virtual ~BulkLoad() = default;  // removes what was not finished

  virtual Uuid id() const = 0;

  // A record and its index entries, where StoreOptions::tables knows the table; others are kept as
  // they are. `conflict` where the key, or one of a unique index, is taken; `corrupt` where it does
  // not decode.
  virtual Result<void> put_record(std::string_view table, std::string_view key,
                                  std::string_view stored) = 0;
  template <class Record>
  Result<void> put(const Table<Record>& table, const Record& record) {
    return put_record(table.name, table.key(record), table.codec.encode(record));
  }
  // `conflict` where it would fall.
  virtual Result<void> set_counter(std::string_view name, std::uint64_t value) = 0;

  // As Store::write_content(); what nobody names is swept a day later.
  virtual Result<std::unique_ptr<ContentWriter>> write_content(KeyDomain domain) = 0;
  // `not_found` where the content was not written.
  virtual Result<void> name_content(const ContentId& content, const Uuid& owner) = 0;

  // The next entry of an adopted journal: `corrupt` unless it continues the chain and its detail is
  // what it is committed to.
  struct JournalBytes {
    std::string_view envelope;
    std::optional<std::string_view> salt;  // with `detail`; nullopt: erased
    std::string_view detail;
  };
  virtual Result<void> adopt_event(const JournalBytes& bytes) = 0;
  // The next entry of the chain of reads: `corrupt` unless it continues it.
  virtual Result<void> adopt_read(std::string_view entry) = 0;
  // A new event, in the chain behind the last one.
  virtual Result<void> append_event(const Event& event, Instant time) = 0;
  virtual JournalPosition journal_head() const = 0;

  // What is done before the store comes to its place.
  enum class Proof : std::uint8_t {
    opened,  // opened as a store would be: its history is what was loaded
    walked   // and verified as a whole: chains, records, index entries, contents
  };
  // Makes all durable and proves it; `corrupt`, with the first problem, where that fails. Nothing
  // can be done with the object afterwards.
  virtual Result<VerifyReport> finish(Proof proof) = 0;
};

}  // namespace dms::storage
