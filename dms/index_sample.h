#pragma once

// A walk through a tenant's documents, a few at a time, that holds each against what the search
// index says of it while both are in use: the index's tables have no checksums (index_verify.h does
// the same for all, and the other way round, on an index at rest).

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "dms/base/result.h"
#include "dms/ids.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

// One thread at a time.
class IndexSample {
 public:
  struct Limits {
    std::size_t documents = 1;
    std::uint64_t text_bytes = 4U << 20U;  // ends after the document that exceeds it
    // Borrowed, may be null: set, it ends the piece.
    const std::atomic<bool>* is_cancelled = nullptr;
  };
  struct Report {
    std::uint64_t documents = 0;  // held against the index
    bool came_round = false;
    std::uint64_t named = 0;  // to be put again
    // The index says something else of it, at several looks after it was put again.
    std::optional<DocumentId> differs;
  };
  // As Indexer::put_again(): not each difference is damage. A text may have been made, or become
  // readable, that no event told of.
  using PutAgain = std::function<bool(DocumentId)>;
  // The next piece. The walk begins somewhere, so that one that never lasts long sees all in time.
  Result<Report> look(const storage::Store& store, const search::SearchIndex& index,
                      const PutAgain& put_again, const Limits& limits);

 private:
  // What differed: until it is put again, and how often it was looked at since then: a search may
  // have been a commit behind.
  struct Suspect {
    bool is_put = false;
    int looks = 0;
  };
  struct Walk;
  bool has_begun_ = false;
  bool is_at_items_ = false;
  std::string after_;
  std::map<DocumentId, Suspect> suspects_;
};

}  // namespace dms
