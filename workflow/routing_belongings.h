#pragma once

// Routings as far as a document's destruction goes: one that runs stands against it, those that
// have ended go with the document.

#include "dms/document_belongings.h"

namespace dms::workflow {

// Thread-safe.
class RoutingBelongings final : public DocumentBelongings {
 public:
  Result<bool> is_in_use(const storage::View& view, DocumentId document) const override;
  Result<bool> has_any(const storage::View& view, DocumentId document) const override;
  Result<std::size_t> erase(const storage::View& view, storage::Commit& commit, DocumentId document,
                            std::size_t count_max) const override;
};

}  // namespace dms::workflow
