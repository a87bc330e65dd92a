#pragma once

// Reading a file for somebody who waits: it does not stand in line with what is read because it was
// filed.

#include "dms/base/result.h"
#include "search/extract/extractor.h"

namespace dms::search {

// An extractor that keeps places for them.
class AwaitedExtractor {
 public:
  // As Extractor::extract(), in a place of those that attachment() takes. `busy` where some wait
  // for one already, or none becomes free within some 10 s.
  virtual Result<Extraction> extract_awaited(int descriptor) = 0;

 protected:
  ~AwaitedExtractor() = default;
};

// The same of any extractor; of one that keeps no such places it is extract(). Thread-safe.
Result<Extraction> extract_awaited(Extractor& extractor, int descriptor);

}  // namespace dms::search
