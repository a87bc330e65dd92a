#include "web/capture/configured_captures.h"

#include "dms/tenant.h"
#include "web/capture/mailbox.h"
#include "web/capture/scan_source.h"

namespace dms::web {

void add_configured_captures(const ServerConfig& config, const CaptureParts& parts,
                             Captures& captures) {
  for (const TenantEntry& tenant : config.tenant) {
    const OpenTenant open = [&tenants = parts.tenants, id = tenant.id] {
      return tenants.find_by_id(id);
    };
    for (const MailboxConfig& mailbox : tenant.mailbox) {
      captures.add({tenant.id, "mailbox", mailbox.name, std::chrono::seconds(mailbox.interval_s)},
                   std::make_unique<Mailbox>(
                       mailbox, tenant.id,
                       Mailbox::Parts{
                           .open_tenant = open,
                           .extractor = parts.extractor,
                           .clock = parts.clock,
                           .log = parts.log,
                           .quarantine_inbox = tenant.quarantine_inbox,
                           .staging_folder = tenant_folders(config.data_dir, tenant.id).staging}));
    }
    for (const ScanFolderConfig& scan : tenant.scan_folder) {
      captures.add(
          {tenant.id, "scan_folder", scan.name, std::chrono::seconds(scan.interval_s)},
          std::make_unique<ScanSource>(
              scan, ScanSource::Parts{open, parts.clock, parts.extractor, tenant.quarantine_inbox,
                                      tenant_folders(config.data_dir, tenant.id).staging}));
    }
  }
}

}  // namespace dms::web
