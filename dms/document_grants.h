#pragma once

// Rights to single documents beside those of their dossiers, given by a floor above: who holds an
// open task may see and read what it is about, for as long as it is open.

#include <cstddef>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/ids.h"
#include "dms/permission.h"
#include "storage/view.h"

namespace dms {

// Thread-safe. Asked for reading alone, and only where the dossier does not give the right. The
// answer may change by a commit or with the day (local_date), by nothing else.
class DocumentGrants {
 public:
  virtual ~DocumentGrants() = default;
  // What `actor` may do with `document` beside what its dossier gives him. Errors of the store
  // only.
  virtual Result<Rights> rights_to(const storage::View& view, const Actor& actor,
                                   DocumentId document) const = 0;

  // The documents to which rights_to() gives `see`, in any order, for search to find: at most
  // documents_max, where it may leave out those it thinks least pressing.
  virtual Result<std::vector<DocumentId>> documents_of(const storage::View& view,
                                                       const Actor& actor) const = 0;
  static constexpr std::size_t documents_max = 5000;
};

}  // namespace dms
