#pragma once

// The main fields of a mail's header, as facts and as text.

#include <gmime/gmime.h>

#include <string>
#include <string_view>
#include <vector>

#include "search/extract/facts.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// Clean lines within the limits of facts. A date that is none is absent.
MailFacts read_mail_facts(GMimeMessage* message);

// "Petra Ackerlund <petra@example.org>" as read_mail_facts() has it; either may be empty.
std::string party_text(const std::string& name, const std::string& address);

// The ids in a field's text, without their angle brackets, at most MailFacts::parties_max.
std::vector<std::string> message_ids(std::string_view field);

// "From: …", "To: …" and so on, then an empty line.
void append_mail_header(GMimeMessage* message, TextSink& sink);
// The same of facts.
void append_mail_header(const MailFacts& mail, TextSink& sink);

}  // namespace dms::search::extract
