#include "dms/capture/virus_scanner.h"

#include <memory>

namespace dms {

Result<std::string> find_malware(VirusScanner* scanner, const storage::Store& store,
                                 const storage::ContentId& content) {
  if (scanner == nullptr) return std::string();
  const std::shared_ptr<storage::ContentReader> reader = DMS_TRY(store.read_content(content));
  return scanner->scan(*reader);
}

}  // namespace dms
