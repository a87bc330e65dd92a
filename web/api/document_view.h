#pragma once

// Documents and versions on the wire.

#include <string>

#include "dms/document.h"
#include "web/api/caller.h"

namespace dms::web {

// One document as JSON.
std::string render_document(const Document& document);
std::string render_documents(const Page<Document>& page,
                             const std::optional<std::string>& next_cursor);
std::string render_versions(const std::vector<Version>& versions);
std::string render_version(const Version& version);

// What the `metadata` part of POST /documents says, with the name of its file. `invalid` names
// every wrong field.
Result<NewDocument> new_document_from(std::string_view metadata, const std::string& file_name);
// What the `metadata` part of POST /documents/{id}/versions says.
Result<NewVersion> new_version_from(std::string_view metadata, const std::string& file_name);
// Applies the body of PATCH /documents/{id}: what is named is changed, null clears.
Result<void> apply_document_change(std::string_view json, DocumentFields& fields);

}  // namespace dms::web
