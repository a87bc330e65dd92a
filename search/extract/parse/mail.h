#pragma once

// Mails (RFC 5322, MIME) by GMime: the main fields of the header as facts, the body (the plain
// alternative where there is one) and then attachments of types our parsers know as text. Of a mail
// within another one the header is text too.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// Starts GMime and loads the C library's converters that headers may need; before the sandbox, for
// that opens files. Once a process.
void preload_mail_parser();

// The facts of a mail's head alone; empty ones where the bytes are none.
MailFacts read_mail_head(std::string_view bytes);

// `nesting` counts the files around this one.
Parsed parse_mail(std::string_view bytes, TextSink& sink, int nesting);

}  // namespace dms::search::extract
