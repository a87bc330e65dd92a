#pragma once

// What the floors above keep about single documents: whether it stands against a document's
// destruction, and how it goes with it. As DocumentGrants, implemented there and wired by who makes
// the tenants.

#include <cstddef>

#include "dms/base/result.h"
#include "dms/ids.h"
#include "storage/commit.h"
#include "storage/view.h"

namespace dms {

// Thread-safe. Errors of the store only.
class DocumentBelongings {
 public:
  virtual ~DocumentBelongings() = default;
  // Whether somebody is at work on the document: a routing that has not ended.
  virtual Result<bool> is_in_use(const storage::View& view, DocumentId document) const = 0;
  // Whether there is anything about the document, ended or not.
  virtual Result<bool> has_any(const storage::View& view, DocumentId document) const = 0;
  // Erases at most `count_max` of the records about a document that is gone. Returns how many:
  // fewer means all.
  virtual Result<std::size_t> erase(const storage::View& view, storage::Commit& commit,
                                    DocumentId document, std::size_t count_max) const = 0;
};

}  // namespace dms
