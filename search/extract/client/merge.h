#pragma once

// One extraction out of several jobs' replies, and what takes several.

#include <cstdint>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"

namespace dms::search::extract {

bool is_mail_type(std::string_view mime_type);
// Whether it is read out of its mail and goes the way of a file of its own: PDFs and scans.
bool is_to_be_read(const Attachment& listed);
bool is_pdf_to_be_read(const Attachment& listed);

// Where the text's pages begin.
void set_pages(Extraction& extraction);

// Adds to what the pages of a PDF say what stands beside them: attachments and an invoice, texts of
// its form that no page shows, and, as a page of their own, the texts of attached files. No more
// than text_bytes_max.
void add_beside(Extraction& pages, Extraction beside, std::uint64_t text_bytes_max);

// The pages, from 1, of a PDF or a picture that have less than four letters and digits in its text.
std::vector<std::uint32_t> pages_without_text(const Extraction& extraction);

// Adds the text of one of a file's attachments, below its name, and to a mail the invoice that it
// carries. No more than text_bytes_max.
void add_attachment(Extraction& whole, const Attachment& listed, Extraction attachment,
                    std::uint64_t text_bytes_max);

}  // namespace dms::search::extract
