#pragma once

// All that a store holds at one moment, untyped, as it stands on disk: what an export is made of
// (bulk_load.h takes it back). Tables that this program does not know are in it like all others;
// what is derived (index entries, the journal's by object) is not.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/journal_event.h"
#include "storage/view.h"

namespace dms::storage {

// Walks a snapshot; what is handed to a callback is valid during the call only. A callback's error
// ends its walk, and is what the walk returns. `corrupt` where stored bytes are not what they
// should be. One thread at a time.
class StoreImage {
 public:
  virtual ~StoreImage() = default;

  virtual Uuid id() const = 0;
  // The same moment, typed.
  virtual const View& view() const = 0;

  struct Record {
    std::string_view table;
    std::string_view key;
    std::string_view stored;  // JSON
  };
  // By table and key, both ascending by bytes.
  virtual Result<void> for_each_record(
      const std::function<Result<void>(const Record&)>& visit) const = 0;

  virtual Result<void> for_each_counter(
      const std::function<Result<void>(std::string_view, std::uint64_t)>& visit) const = 0;

  struct JournalBytes {
    std::uint64_t sequence = 0;
    std::string_view envelope;
    std::optional<std::string_view> salt;  // with `detail`; nullopt once erased
    std::string_view detail;
  };
  // From 1 without gaps. The chain is not proven here.
  virtual Result<void> for_each_event(
      const std::function<Result<void>(const JournalBytes&)>& visit) const = 0;

  // The chain of reads, entry by entry.
  virtual Result<void> for_each_read(
      const std::function<Result<void>(std::string_view)>& visit) const = 0;

  // Each content that somebody owns, by domain and digest, with the owners of its refs, ascending.
  using ContentVisit = std::function<Result<void>(const ContentId&, const std::vector<Uuid>&)>;
  virtual Result<void> for_each_content(const ContentVisit& visit) const = 0;
};

class Store;
// As of now. It must not outlive the store.
std::unique_ptr<StoreImage> image_of(const Store& store);

}  // namespace dms::storage
