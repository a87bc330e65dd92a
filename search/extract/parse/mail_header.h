#pragma once

// The main fields of a mail's header, as facts and as text.

#include <gmime/gmime.h>

#include "search/extract/facts.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// Clean lines within the limits of facts. A date that is none is absent.
MailFacts read_mail_facts(GMimeMessage* message);

// "From: …", "To: …" and so on, then an empty line.
void append_mail_header(GMimeMessage* message, TextSink& sink);

}  // namespace dms::search::extract
