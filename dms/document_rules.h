#pragma once

// What can be said about a document without the store: clean fields and the way its status goes.
// Pure.

#include "dms/base/result.h"
#include "dms/document.h"
#include "dms/permission.h"

namespace dms {

// Clean fields. `pointer` is put before the
// names ("/metadata").
Result<DocumentFields> clean_document_fields(DocumentFields fields, std::string_view pointer);
Result<NewVersion> clean_new_version(NewVersion input, std::string_view pointer);

// The status a document of this direction begins with.
DocumentStatus first_status(Direction direction);
// Whether documents of this direction can have the status.
bool belongs_to(DocumentStatus status, Direction direction);
// The right that the step takes: `sign` to signed, `close` back from where no version is taken
// (reopening), else `edit`. `conflict` where it is no step of this direction's way.
Result<Right> right_for_step(DocumentStatus from, DocumentStatus to, Direction direction);

}  // namespace dms
