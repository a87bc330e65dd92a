#pragma once

// The one writer of an index. Between commits Xapian is kept in a transaction, so that nothing
// becomes durable but with its position, and closing commits nothing. Private to search.

#include <xapian.h>

#include <memory>
#include <optional>
#include <string>

#include "search/columns.h"
#include "search/document_terms.h"
#include "search/index.h"
#include "search/index_reader.h"

namespace dms::search {

// Not thread-safe, but for position().
class IndexWriter {
 public:
  struct Place {
    std::string folder;
    std::string analysis;  // analysis_identity()
  };
  // Opens or creates the index and lets `readers` see it. Throws Xapian's errors, of
  // which DatabaseCorruptError, DatabaseOpeningError and DatabaseVersionError mean "rebuild".
  IndexWriter(const Place& place, std::size_t commit_every, ReaderPool& readers);

  Result<void> put(const IndexDocument& document);
  Result<void> remove(const Uuid& document);
  Result<void> commit(const IndexPosition& position);
  std::optional<IndexPosition> position() const { return position_; }
  // Makes what was put durable under the old position.
  Result<void> commit_changes();
  // Documents written or removed since the index was packed.
  std::uint64_t unpacked() const { return unpacked_; }

 private:
  // Runs `work` under the guard; after a failure the writer is of no more use.
  template <class Work>
  Result<void> write(Work&& work);
  void count_change();
  void commit_transaction();

  ReaderPool& readers_;
  std::size_t commit_every_;
  Xapian::WritableDatabase database_;
  ColumnsBuilder columns_;
  DocumentAnalysis analysis_;
  std::optional<IndexPosition> position_;
  std::size_t changes_ = 0;  // since the last commit
  std::uint64_t unpacked_ = 0;
  bool broken_ = false;
};

}  // namespace dms::search
