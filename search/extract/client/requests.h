#pragma once

// Jobs as the helper is asked for them, within the extractor's limits.

#include <cstdint>

#include "search/extract/extractor.h"
#include "search/extract/protocol/messages.h"

namespace dms::search::extract {

// `number`: JobRequest::number.
JobRequest file_request(const ExtractorOptions& options, JobKind kind, std::size_t number);
// What the file of `request` is: at its standing, and with as much patience.
JobRequest detect_request(const ExtractorOptions& options, const JobRequest& request);
// JobKind::extract_several.
JobRequest several_request(const ExtractorOptions& options, std::size_t count);
// What a mail's head says, and little more: for somebody who waits.
JobRequest mail_request(const ExtractorOptions& options, std::uint32_t timeout_s);
// As file_request(), for somebody who waits.
JobRequest awaited_request(const ExtractorOptions& options, JobKind kind, std::size_t number,
                           std::uint32_t timeout_s);
// Of the kinds of is_recognition().
JobRequest recognition_request(const ExtractorOptions& options, JobKind kind, std::uint32_t page);
// Of pictures and PDFs that are made.
JobRequest drawing_request(const ExtractorOptions& options, JobKind kind);

}  // namespace dms::search::extract
