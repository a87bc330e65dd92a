#pragma once

// One round at a mailbox: what waits there is fetched and taken in, and then, when that is durable,
// marked or moved on the server. dms/capture/mail_capture.h says how nothing is lost or doubled.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "dms/base/capture_config.h"
#include "dms/base/log.h"
#include "dms/base/time.h"
#include "dms/capture/mail_capture.h"
#include "dms/capture/virus_scanner.h"
#include "search/extract/extractor.h"
#include "web/capture/access_token.h"
#include "web/capture/capture_source.h"
#include "web/capture/imap_session.h"

namespace dms::web {

class Mailbox final : public CaptureSource {
 public:
  struct Parts {
    OpenTenant open_tenant;
    search::Extractor& extractor;
    const Clock& clock;
    Log& log;
    MailPatience patience = {};
    std::optional<std::string> quarantine_inbox = {};  // its name or id
    std::string staging_folder = {};                   // the tenant's
  };
  // Borrows the parts' references. `tenant`: its id, for the log.
  Mailbox(MailboxConfig config, std::string tenant, Parts parts);

  Result<void> go(CaptureRound& round, const std::atomic<bool>& is_stopping) override;

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;  // validity, UID
  // A mail in this round.
  struct Turn {
    ImapSession& session;
    std::uint32_t validity = 0;
    std::uint32_t uid = 0;
    CaptureRound& round;
  };

  Result<ImapSession> sign_in(const std::atomic<bool>& is_stopping);
  Result<void> deal_with(const Turn& turn);
  struct Taken {
    std::optional<InboundItemId> item = {};  // that it became, if it became one now
    bool waits = false;                      // for the virus scanner
  };
  Result<Taken> take_in(const Turn& turn, Tenant& tenant, MailCapture& capture,
                        const ImapMessage& message);
  // As PostScans::scan().
  Result<std::optional<std::string>> scan(const Turn& turn, Tenant& tenant,
                                          const storage::ContentId& content);
  Result<void> settle(const Turn& turn);
  void refuse(const Turn& turn, std::uint64_t bytes);

  const MailboxConfig config_;
  const std::string tenant_;
  const Parts parts_;
  std::optional<AccessTokens> tokens_;
  // Too large, as seen since the start, for this mailbox, the virus scanner or the store: told
  // once, and never fetched again.
  std::set<Place> refused_;
  // A mail was left in the middle: what comes next on the line is its rest.
  bool is_line_cut_ = false;
  PostScans scans_;
  std::map<Place, ScanTrouble> unscanned_;  // what the virus scanner gave no answer about
};

}  // namespace dms::web
