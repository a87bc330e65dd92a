#pragma once

// The part of the configuration that says where post comes from by itself: mailboxes and scan
// folders of a tenant (config.h says how it is read). Secrets are files of their own.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dms {

// How a mailbox's server is spoken to. There is no third way.
enum class MailSecurity : std::uint8_t {
  tls,      // from the first byte (port 993)
  starttls  // after a command that must succeed (port 143)
};
BOOST_DESCRIBE_ENUM(MailSecurity, tls, starttls)

// Signing in with an access token (XOAUTH2) that is got for a refresh token (RFC 6749, 6).
struct OAuthConfig {
  std::string token_endpoint;  // https://…
  std::string client_id;
  std::optional<std::string> client_secret_file;  // absent: a public client
  // Mode 0600. Written anew where the endpoint gives another one.
  std::string refresh_token_file;
  std::optional<std::string> scope;
  std::optional<std::string> ca_file;  // PEM; absent: the system's authorities
};
BOOST_DESCRIBE_STRUCT(OAuthConfig, (),
                      (token_endpoint, client_id, client_secret_file, refresh_token_file, scope,
                       ca_file))

// [[tenant.mailbox]]: a mailbox whose mail comes into an inbox, by IMAP.
struct MailboxConfig {
  std::string name;  // [a-z0-9-]{1,40}; what was fetched is remembered under it: never changed
  std::string host;
  std::uint16_t port = 0;  // 0: 993 or 143, by `security`
  MailSecurity security = MailSecurity::tls;
  std::optional<std::string> ca_file;  // PEM; absent: the system's authorities
  std::string user;
  std::optional<std::string> password_file;  // mode 0600; this or oauth2
  std::optional<OAuthConfig> oauth2;
  std::string folder = "INBOX";
  std::string after = "seen";  // or "move:<folder>": what the server is told once a mail is stored
  std::string inbox;           // its name or id
  std::string acting_user;     // the login of who takes in: his rights decide
  bool files_by_reference = false;  // a subject that names an open dossier has it filed there
  std::uint32_t interval_s = 60;
  std::uint64_t message_bytes_max = 64ULL << 20U;  // larger ones are left where they are
};
BOOST_DESCRIBE_STRUCT(MailboxConfig, (),
                      (name, host, port, security, ca_file, user, password_file, oauth2, folder,
                       after, inbox, acting_user, files_by_reference, interval_s,
                       message_bytes_max))

// Where a mail goes that was taken in; "" where it is marked as seen.
std::string_view move_target(const MailboxConfig& mailbox);

// Folders beside the scans of an inbox: of what was taken in, and of what could not be.
inline constexpr std::string_view scan_done_folder = "verarbeitet";
inline constexpr std::string_view scan_failed_folder = "fehler";

// What becomes of the page with the barcode that begins another letter.
enum class BarcodePage : std::uint8_t {
  left_out,  // a sheet put between letters; its empty back goes, too
  kept       // a label on the letter's first page
};
BOOST_DESCRIBE_ENUM(BarcodePage, left_out, kept)

// [tenant.scan_folder.separation]: how a stack of letters, scanned into one PDF or TIFF, is divided
// into items. Nothing set: it is not.
struct SeparationConfig {
  bool blank_pages = false;  // they divide, and are left out; not for what is scanned on both sides
  // Pages with a barcode (Code 128, Code 39, QR) whose text begins so divide; what follows it is
  // the item's subject.
  std::optional<std::string> barcode_prefix;
  BarcodePage barcode_page = BarcodePage::left_out;
};
BOOST_DESCRIBE_STRUCT(SeparationConfig, (), (blank_pages, barcode_prefix, barcode_page))

// A folder below that of the scans, and whose inbox it is.
struct ScanSubfolder {
  std::string name;   // a folder's name
  std::string inbox;  // its name or id
};
BOOST_DESCRIBE_STRUCT(ScanSubfolder, (), (name, inbox))

// [[tenant.scan_folder]]: a folder into which machines put files, one folder below it an inbox.
struct ScanFolderConfig {
  std::string name;    // [a-z0-9-]{1,40}; as that of a mailbox
  std::string folder;  // best of this tenant alone
  std::vector<ScanSubfolder> inboxes;
  std::string acting_user;
  std::uint32_t settle_s = 10;  // a file is whole when it has not changed for so long
  std::uint32_t interval_s = 5;
  std::uint64_t file_bytes_max = 1ULL << 30U;
  std::optional<SeparationConfig> separation = {};
};
BOOST_DESCRIBE_STRUCT(ScanFolderConfig, (),
                      (name, folder, inboxes, acting_user, settle_s, interval_s, file_bytes_max,
                       separation))

// [clamav]: the virus scanner (clamd) that everything is shown to before it is kept.
struct ClamavConfig {
  // A Unix socket's path, or "127.0.0.1:3310", "[::1]:3310": the files go over it in the clear, so
  // it stays on this machine. Absent: nothing is looked for.
  std::optional<std::string> socket;
  std::uint32_t timeout_s = 300;  // for one file, from the first byte to the verdict
};
BOOST_DESCRIBE_STRUCT(ClamavConfig, (), (socket, timeout_s))

// Where clamd listens: at a path, or else at a port of a loopback address.
struct ClamdAddress {
  std::string path;
  std::string host;  // numeric
  std::uint16_t port = 0;
  friend bool operator==(const ClamdAddress&, const ClamdAddress&) = default;
};
// What ClamavConfig::socket names; nullopt where it is neither. Pure.
std::optional<ClamdAddress> clamd_address(std::string_view socket);

}  // namespace dms
