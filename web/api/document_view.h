#pragma once

// Documents and versions on the wire.

#include <string>

#include "dms/document.h"
#include "web/api/caller.h"
#include "web/api/mail_metadata.h"

namespace dms::web {

// One document as JSON.
std::string render_document(const Document& document);
std::string render_documents(const Page<Document>& page,
                             const std::optional<std::string>& next_cursor);
std::string render_versions(const std::vector<Version>& versions);
std::string render_version(const Version& version);

// What the `metadata` part of POST /documents says; its file is named by the file part, or is an
// upload. `invalid` names every wrong field.
struct DocumentRequest {
  NewDocument document;  // without its file's name; the subject may be empty where it is open
  OpenFields open;
  std::optional<UploadId> upload;
};
Result<DocumentRequest> new_document_from(std::string_view metadata);
// Applies the body of a request to file an attachment: what is named takes the place of what is
// proposed.
Result<void> apply_attachment_filing(std::string_view json, NewDocument& document);
// What the `metadata` part of POST /documents/{id}/versions says.
struct VersionRequest {
  NewVersion version;  // without its file's name
  std::optional<UploadId> upload;
};
Result<VersionRequest> new_version_from(std::string_view metadata);
// Applies the body of PATCH /documents/{id}: what is named is changed, null clears.
Result<void> apply_document_change(std::string_view json, DocumentFields& fields);

}  // namespace dms::web
