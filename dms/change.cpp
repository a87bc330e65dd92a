#include "dms/change.h"

namespace dms {

Error stale_version() {
  return make_error(ErrorCode::stale_version,
                    "Das wurde inzwischen geändert. Bitte neu laden und noch einmal ändern.",
                    "This has been changed in the meantime. Please reload and change it again.");
}

}  // namespace dms
