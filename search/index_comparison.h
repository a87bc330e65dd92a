#pragma once

// Holds an index against what it should hold: Xapian's tables have no checksums, so that a flipped
// bit shows nowhere but in wrong answers. This header hides Xapian.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "search/document.h"

namespace dms::search {

// Of one thread.
class IndexComparison {
 public:
  // Opens an index that nobody writes to meanwhile (or a copy: SearchIndex::copy_to()). `corrupt`
  // where it cannot be opened or is of another format or analysis version.
  static Result<std::unique_ptr<IndexComparison>> open(const std::string& folder);
  virtual ~IndexComparison() = default;

  virtual std::optional<IndexPosition> position() const = 0;
  // Whether the index holds exactly this for the document: every term with its positions, the
  // values, and what makes a hit of it. False, too, where that cannot be read.
  virtual Result<bool> holds(const IndexDocument& document) = 0;
  // Whether it holds anything for the document.
  virtual Result<bool> knows(const Uuid& document) = 0;

  struct Rest {
    // Held, and never asked about. Their own account of themselves may be damaged.
    std::vector<Uuid> unasked;
    // What is wrong beyond single documents: posting lists that say something else than the
    // documents' own lists, counts that are wrong.
    std::vector<std::string> problems;
  };
  // After all that should be there was asked about. Reads the whole index.
  virtual Result<Rest> finish() = 0;
};

}  // namespace dms::search
