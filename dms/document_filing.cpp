#include "dms/document_filing.h"

#include <utility>

#include "dms/document_rules.h"

namespace dms {

using storage::View;

Result<CleanFiling> clean_filing(const NewDocument& input) {
  const std::string_view pointer = input.attachment_of ? "" : "/metadata";
  DocumentFields fields = DMS_TRY(clean_document_fields(input.fields, pointer));
  if (!fields.status) fields.status = first_status(fields.direction);
  return CleanFiling{std::move(fields), DMS_TRY(clean_new_version(input.version, pointer))};
}

Result<void> require_filing(const View& view, const Actor& actor, DossierId dossier,
                            DocumentStatus status) {
  const ScopedDossier target = DMS_TRY(require_dossier(view, actor, dossier, Right::file));
  if (status == DocumentStatus::signed_ || status == DocumentStatus::sent) {
    DMS_TRY(require(view, actor, target.scope, Right::sign));
  }
  return require_open(target.record);
}

DocumentRecord make_document(DossierId dossier, DocumentFields fields, const Stamp& stamp) {
  DocumentRecord record;
  record.id = DocumentId::make(stamp.at);
  record.dossier = dossier;
  stamp_created(record, stamp);
  record.status = fields.status.value_or(first_status(fields.direction));
  assign_fields(record, std::move(fields));
  return record;
}

VersionRecord make_version(const DocumentRecord& document, const NewVersion& input,
                           const Stamp& stamp) {
  VersionRecord version;
  version.id = VersionId::make(stamp.at);
  version.document = document.id;
  version.number = document.current_version;
  version.created_at = stamp.at;
  version.created_by = stamp.by;
  version.comment = unless_empty(input.comment);
  return version;
}

void put_into_bin(DocumentRecord& document, const Stamp& stamp) {
  document.binned_at = stamp.at;
  document.binned_by = stamp.by;
}

}  // namespace dms
