#pragma once

// A content on the wire, under the rules of conditional and range requests: a file, to keep or to
// look at, or the text that was found in one.

#include <memory>
#include <string>
#include <string_view>

#include "dms/document_text.h"
#include "dms/version.h"
#include "web/api/caller.h"
#include "web/api/conditional.h"

namespace dms::web {

struct SentFile {
  std::shared_ptr<storage::ContentReader> reader;
  std::string mime_type;
  std::string file_name;
  Disposition disposition;
};
Response file_response(const Caller& caller, const Request& request, const SentFile& file);

// Something to look at. Without it (no reader) the answer is 204, and X-Rendition-State says why.
Response preview_response(const Caller& caller, const Request& request,
                          const OpenedPreview& preview);

// Without text (nullptr) the answer is 204, and X-Text-State says why.
Response text_response(const Caller& caller, const Request& request,
                       const std::shared_ptr<storage::ContentReader>& text,
                       DocumentTextState state);

}  // namespace dms::web
