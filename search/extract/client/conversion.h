#pragma once

// Office files as PDFs: a helper of its own for each run of LibreOffice, so that nothing of one
// batch is there for the next.

#include <atomic>
#include <span>
#include <vector>

#include "dms/base/result.h"
#include "search/extract/extractor.h"

namespace dms::search::extract {

// As Extractor::convert(). `options` are the extractor's.
Result<std::vector<DrawnFile>> convert_files(const ExtractorOptions& options,
                                             std::span<const OfficeFile> files,
                                             const std::atomic<bool>& abandoned);

}  // namespace dms::search::extract
