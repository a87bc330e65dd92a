#pragma once

// A certificate authority of the installation's own, for first starts without an official
// certificate: clerks' machines trust its `ca.pem` once, the server's certificate is renewed under
// it. EC P-256 throughout.
//
// Folder:  ca.pem  ca-key.pem  server.pem (leaf, then CA)  server-key.pem;  keys have mode 0600.
// Files appear whole (written beside, synced, renamed). An interruption between two of them leaves
// a pair that does not fit, which the next call replaces; a byte that has changed is told instead
// (certificate_files.h), for a new authority would be nobody's.

#include <filesystem>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "web/http/server.h"

namespace dms::web {

inline constexpr std::chrono::days ca_lifetime{3652};
inline constexpr std::chrono::days certificate_lifetime{397};  // what browsers accept at most
inline constexpr std::chrono::days renewal_margin{30};         // before the end

struct Certificates {
  std::filesystem::path ca_file;
  TlsFiles server;
  bool is_renewed = false;  // this call wrote a new server certificate
};

// Makes what is missing in `folder` (which exists and is ours): the authority, and a server
// certificate for exactly `hosts` (DNS names and numeric addresses, at least one). An existing
// certificate stays unless it is for other hosts, of another authority, or ends within
// renewal_margin. `invalid` for a bad host name; `corrupt` where a file is damaged; `unavailable`
// with the cause in the hint.
Result<Certificates> ensure_certificates(const std::filesystem::path& folder,
                                         const std::vector<std::string>& hosts, Instant now);

}  // namespace dms::web
