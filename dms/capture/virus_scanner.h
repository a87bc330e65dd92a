#pragma once

// Whether content carries malware, by a scanner that stands beside the server. Nothing that comes
// in is filed before it was asked, where one is configured.

#include <string>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

class VirusScanner {
 public:
  virtual ~VirusScanner() = default;
  // What was found, by the scanner's name for it; "" where nothing was. `unavailable` where the
  // scanner does not answer (nothing is known then, try later), `too_large` where it takes no file
  // of this size, whose message is fit for people. Thread-safe; blocking.
  virtual Result<std::string> scan(const storage::ContentReader& content) = 0;
};

// "" without a scanner, too.
Result<std::string> find_malware(VirusScanner* scanner, const storage::Store& store,
                                 const storage::ContentId& content);

}  // namespace dms
