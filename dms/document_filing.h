#pragma once

// INTERNAL to dms: what every filing is made of, be it of a file that is sent or of an item of an
// inbox.

#include "dms/document_record.h"

namespace dms {

struct CleanFiling {
  DocumentFields fields;  // its status is set
  NewVersion version;
};
// Everything about it that can be said without the store; errors point below /metadata,
// where a file comes with it.
Result<CleanFiling> clean_filing(const NewDocument& input);

// Right `file` in an open dossier. What is filed as signed or sent was signed: that takes the right
// to.
Result<void> require_filing(const storage::View& view, const Actor& actor, DossierId dossier,
                            DocumentStatus status);

// A new document without receipt stamp; the status of `fields` is set.
DocumentRecord make_document(DossierId dossier, DocumentFields fields, const Stamp& stamp);
// The document's newest version, without its file.
VersionRecord make_version(const DocumentRecord& document, const NewVersion& input,
                           const Stamp& stamp);

// Into the bin, out of which it comes as it was.
void put_into_bin(DocumentRecord& document, const Stamp& stamp);

}  // namespace dms
