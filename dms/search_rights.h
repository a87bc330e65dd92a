#pragma once

// What one asker may see of what a search found, as today's records say. Private to dms.

#include <map>
#include <optional>
#include <vector>

#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/search_service.h"

namespace dms {

// One asker's rights on one view, each scope asked for once.
class SearchRights {
 public:
  SearchRights(const storage::View& view, const ReadRights& rights, const Actor& actor)
      : view_(view), permissions_(rights.permissions), grants_(rights.grants), actor_(actor) {}

  Result<Rights> in_dossier(DossierId dossier, UnitId unit, bool own_scope);
  Result<Rights> in_dossier(const DossierRecord& dossier) {
    return in_dossier(dossier.id, dossier.unit, dossier.own_scope);
  }
  // What he may do with one document beside what its dossier gives.
  Result<Rights> granted(DocumentId document);
  Result<std::vector<Uuid>> granted_documents();

 private:
  const storage::View& view_;
  const PermissionCache& permissions_;
  const DocumentGrants* grants_;
  const Actor& actor_;
  std::map<UnitId, Rights> by_unit_;
};

// A hit as today's records say; nullopt where the asker is not to see it (any more).
struct CheckedHit {
  SearchHit hit;
  DocumentText text;
  Sha256Digest file;  // of its current version
  bool may_read = false;
};
Result<std::optional<CheckedHit>> check_hit(const storage::View& view, SearchRights& rights,
                                            const SearchQuery& query, const search::Hit& found);

}  // namespace dms
