#include "web/capture/scan_source.h"

#include <utility>

#include "dms/capture/capture_account.h"

namespace dms::web {

ScanSource::ScanSource(ScanFolderConfig config, Parts parts)
    : config_(std::move(config)), parts_(std::move(parts)), folder_(config_, parts_.clock) {}

Result<void> ScanSource::go(CaptureRound& round, const std::atomic<bool>& is_stopping) {
  if (!DMS_TRY(folder_.look())) return {};
  const std::shared_ptr<Tenant> tenant = DMS_TRY(parts_.open_tenant());
  ScanFolder::Account account{tenant->store(),
                              tenant->inbound_items(),
                              DMS_TRY(capture_actor(tenant->store(), config_.acting_user)),
                              {},
                              parts_.extractor,
                              tenant->virus_scanner()};
  if (const auto& quarantine = parts_.quarantine_inbox) {
    account.quarantine = DMS_TRY(capture_inbox(tenant->store(), *quarantine));
  }
  account.staging_folder = parts_.staging_folder;
  for (const ScanSubfolder& subfolder : config_.inboxes) {
    account.inboxes[subfolder.name] = DMS_TRY(capture_inbox(tenant->store(), subfolder.inbox));
  }
  ScanRound done;
  const auto outcome = folder_.take_in(account, done, is_stopping);
  round.taken += done.taken;
  round.known += done.known;
  round.refused += done.put_aside;
  round.infected += done.infected;
  return outcome;
}

}  // namespace dms::web
