#pragma once

// One round at a scan folder (dms/capture/scan_folder.h).

#include <optional>
#include <string>

#include "dms/base/log.h"
#include "dms/capture/scan_folder.h"
#include "web/capture/capture_source.h"

namespace dms::web {

class ScanSource final : public CaptureSource {
 public:
  struct Parts {
    OpenTenant open_tenant;
    const Clock& clock;
    search::Extractor& extractor;
    std::optional<std::string> quarantine_inbox = {};  // its name or id
    std::string staging_folder = {};                   // as ScanFolder::Account has it
  };
  // Borrows the parts' references.
  ScanSource(ScanFolderConfig config, Parts parts);

  Result<void> go(CaptureRound& round, const std::atomic<bool>& is_stopping) override;

 private:
  const ScanFolderConfig config_;
  const Parts parts_;
  ScanFolder folder_;
};

}  // namespace dms::web
