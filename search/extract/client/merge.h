#pragma once

// One extraction out of several jobs' replies.

#include "search/extract/extractor.h"

namespace dms::search::extract {

// Adds to what the pages of a PDF say what stands beside them: attachments and an invoice, texts of
// its form that no page shows, and, as a page of their own, the texts of attached files. No more
// than text_bytes_max.
void add_beside(Extraction& pages, Extraction beside, std::uint64_t text_bytes_max);

// Adds the text of one of a file's attachments, below its name. No more than text_bytes_max.
void add_attachment(Extraction& whole, const Attachment& listed, Extraction attachment,
                    std::uint64_t text_bytes_max);

}  // namespace dms::search::extract
