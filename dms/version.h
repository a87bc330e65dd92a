#pragma once

// Versions of a document: immutable once committed, numbered 1, 2, 3 … Each has an original and,
// later, renditions beside it.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dms/change.h"
#include "dms/ids.h"
#include "dms/rendition.h"
#include "storage/content.h"

namespace dms {

struct Version {
  VersionId id;
  DocumentId document;
  std::uint32_t number = 1;
  storage::ContentId content;  // the original: key domain, sha256, size in bytes
  std::string file_name;       // as given by the sender, cleaned; for show and download only
  // By libmagic in the sandbox, once the text was extracted (document_text.h); until then
  // "application/octet-stream".
  std::string mime_type;
  Stamp created;
  std::string comment;  // may be empty
};

struct NewVersion {
  std::string file_name;
  std::string comment;
};

// The bytes of a new version: staged by this request, or an upload in pieces (upload.h).
using VersionSource = std::variant<storage::StagedContent, UploadId>;

// What a content answer needs. `reader` holds a lease on the bytes.
struct OpenedContent {
  Version version;
  std::shared_ptr<storage::ContentReader> reader;
};

// What an answer to look at needs.
struct OpenedPreview {
  std::string mime_type;  // of what the reader gives, as the file name is
  std::string file_name;
  std::shared_ptr<storage::ContentReader> reader;  // nullptr: there is nothing (yet)
  RenditionState state = RenditionState::waiting;  // why so; `made` with a reader
};

}  // namespace dms
