#pragma once

// What a parser returns besides the text it has put into the sink.

#include <optional>
#include <string>
#include <vector>

#include "search/extract/extractor.h"
#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

struct Parsed {
  // `extracted` where the file could be read at all; that there was no text is found out later.
  TextState state = TextState::extracted;
  Cause cause = Cause::none;
  std::string title;   // as found; cleaned by the caller
  std::string author;  // likewise
  std::vector<Attachment> attachments;
  std::vector<std::string> contents;    // of the attachments, in their order; empty: not to be had
  std::uint32_t page_count = 0;         // Extraction::page_count
  std::optional<MailFacts> mail;        // its lines cleaned already
  std::optional<InvoiceFacts> invoice;  // likewise
  bool has_several_invoices = false;    // as Extraction's
};

inline Parsed not_parsed(TextState state, Cause cause) {
  Parsed parsed;
  parsed.state = state;
  parsed.cause = cause;
  return parsed;
}

}  // namespace dms::search::extract
