#pragma once

// The electronic invoice that a file is or has, without reading its pages.

#include <chrono>
#include <functional>
#include <optional>

#include "dms/base/result.h"
#include "search/extract/client/exchange.h"
#include "search/extract/extractor.h"

namespace dms::search::extract {

// Does one job with a file (borrowed).
using AskHelper = std::function<Result<Exchange>(const JobRequest& request, int file)>;

// As Extractor::invoice(): a job for the file, and for a mail two for each PDF that it carries. One
// that carries more than a few, or is not read in time, has none: not all of them are known.
Result<std::optional<InvoiceFacts>> find_invoice(const ExtractorOptions& options, int file,
                                                 std::chrono::seconds patience,
                                                 const AskHelper& ask);

}  // namespace dms::search::extract
