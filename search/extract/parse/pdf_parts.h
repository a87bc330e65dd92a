#pragma once

// What stands in a PDF beside its pages: files attached to it, of which one may be the invoice
// itself (ZUGFeRD, Factur-X), and the texts of its form. The pages are pdftotext's work
// (pdf_text.h).

#include <string>
#include <string_view>
#include <vector>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// Puts each text of the form on a line of its own, then the text of attached files after a page
// break. A PDF that cannot be read gives nothing, and no trouble: its pages may be readable yet.
Parsed parse_pdf_parts(std::string_view bytes, TextSink& sink, int nesting);

// What an XFA form shows and holds, a line each ([XFA 3.3] template and datasets).
std::vector<std::string> xfa_texts(std::string xml);

}  // namespace dms::search::extract
