#pragma once

#include "dms/document_grants.h"

namespace dms::test {

// Gives one user some rights to one document.
class OneGrant final : public DocumentGrants {
 public:
  Result<Rights> rights_to(const storage::View& /*view*/, const Actor& actor,
                           DocumentId document) const override {
    const bool is_meant = actor.user == user && document == granted;
    return is_meant ? rights : Rights{};
  }
  Result<std::vector<DocumentId>> documents_of(const storage::View& view,
                                               const Actor& actor) const override {
    std::vector<DocumentId> documents;
    if (DMS_TRY(rights_to(view, actor, granted)).has(Right::see)) documents.push_back(granted);
    return documents;
  }

  UserId user;
  DocumentId granted;
  Rights rights;
};

}  // namespace dms::test
