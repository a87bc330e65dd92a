#pragma once

// PDF by poppler's pdftotext, an external program in the tool profile; here is what to run and how
// to read what it says. With -htmlmeta it writes a small HTML head with title and author, then
// <pre>, the bare text (unescaped) with a form feed after each page, then a fixed end.

#include <string>
#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {

ToolCommand pdf_tool();

// Reads both descriptors to their ends, or until the sink is full.
Parsed read_pdf_text(int output, int messages, TextSink& sink);

// Whether the line's end between the two divides one word, whose hyphen then is none.
bool is_divided_word(std::string_view first, std::string_view second);

// Words divided at the end of a line made whole: "Grundstücks-\nkauf" → "Grundstückskauf".
std::string join_hyphenated(std::string_view text);

// The core, for tests and fuzzing: all that the tool wrote.
Parsed parse_pdf_text(std::string_view output, std::string_view messages, TextSink& sink);

}  // namespace dms::search::extract
