#pragma once

// What stands against destroying an object: the one place that is asked, by the proposal, by the
// release, and by each step of the run inside its commit.

#include <optional>
#include <vector>

#include "dms/document_belongings.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/erasure.h"
#include "storage/view.h"

namespace dms {

using ErasureReasons = std::vector<ErasureReason>;

// Every reason, not the first one. Borrows all; pure but for reads through the View.
class ErasureGuard {
 public:
  // `own`: the erasure that asks, which does not stand in its own way. `belongings` may be nullptr.
  ErasureGuard(const storage::View& view, const DocumentBelongings* belongings,
               std::optional<ErasureId> own)
      : view_(view), belongings_(belongings), own_(own) {}

  // Against the dossier as a whole; of its documents each has reasons of its own.
  Result<ErasureReasons> against(const DossierRecord& dossier) const;
  // Against a document that is named by itself. It may lie in an open dossier (filed wrongly,
  // say), or in a closed one.
  Result<ErasureReasons> against(const DocumentRecord& document,
                                 const DossierRecord& dossier) const;
  // Against a document that goes with its dossier.
  Result<ErasureReasons> against_part(const DocumentRecord& document) const;

 private:
  // What holds for whatever lies in the dossier. Retention that has not ended and an offer to the
  // archive that is not answered will be reasons here.
  ErasureReasons by_dossier(const DossierRecord& dossier) const;
  Result<bool> is_in_other_erasure(const Uuid& object) const;

  const storage::View& view_;
  const DocumentBelongings* belongings_;
  std::optional<ErasureId> own_;
};

void add_reasons(ErasureReasons& to, const ErasureReasons& more);

}  // namespace dms
