#pragma once

// `aktenwerk restore-dossier`.

#include "web/dossier_restores.h"
#include "web/workshop.h"

namespace dms::web {

// Has one dossier brought back from a backup, or told what that would do: by the running server, or
// here where none listens. Prints counts.
Result<void> restore_one_dossier(Workshop& workshop, DossierRestoreRequest request);

}  // namespace dms::web
