#include "search/extract/awaited.h"

namespace dms::search {

Result<Extraction> extract_awaited(Extractor& extractor, int descriptor) {
  auto* const awaited = dynamic_cast<AwaitedExtractor*>(&extractor);
  return awaited == nullptr ? extractor.extract(descriptor) : awaited->extract_awaited(descriptor);
}

}  // namespace dms::search
