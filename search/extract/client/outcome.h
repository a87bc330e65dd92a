#pragma once

// What is told of a file where a job did not end with a sound reply.

#include <string>
#include <string_view>

#include "search/extract/client/exchange.h"
#include "search/extract/extractor.h"
#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

Extraction without_text(std::string_view mime_type, TextState state, Cause cause);
RecognisedPage unread(TextState state, std::string cause);

// By the helper's verdict, of the type that the child told before all else.
Extraction failure_of(const Exchange& exchange);

}  // namespace dms::search::extract
