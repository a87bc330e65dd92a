#pragma once

// What tasks give beside the rights of permission.h: who holds an open task, or deputises for its
// holder, may see and read the document it is about, for as long as it is open.

#include "dms/base/time.h"
#include "dms/document_grants.h"

namespace dms::workflow {

// Borrows the clock. Thread-safe.
class TaskGrants final : public DocumentGrants {
 public:
  explicit TaskGrants(const Clock& clock) : clock_(clock) {}
  Result<Rights> rights_to(const storage::View& view, const Actor& actor,
                           DocumentId document) const override;
  // The most pressing first, by the day they are due.
  Result<std::vector<DocumentId>> documents_of(const storage::View& view,
                                               const Actor& actor) const override;

 private:
  const Clock& clock_;
};

}  // namespace dms::workflow
