#pragma once

// The server's configuration: one TOML file, read once at start. Unknown keys, wrong types, values
// out of range and contradictions are refused, all of them at once, each with its line. What is
// absent has the default written here. A member's name is its key; units are in the names.
//
//   data_dir = "/var/lib/aktenwerk"
//   [[tenant]]
//   id = "musterbach"
//   name = "Gemeinde Musterbach"
//   hosts = ["akten.musterbach.example"]

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/capture_config.h"
#include "dms/base/log.h"
#include "dms/base/result.h"

namespace dms {

// [listen]: where browsers and programs come in, by TLS only.
struct ListenConfig {
  std::string address = "127.0.0.1";  // numeric IPv4 or IPv6
  std::uint16_t port = 8443;          // 0: any free port, told in the log
  std::uint32_t io_threads = 2;       // event loops that the connections are spread over
};
BOOST_DESCRIBE_STRUCT(ListenConfig, (), (address, port, io_threads))

// [admin_listen]: /metrics, /healthz, /readyz and /backups without TLS; keep it on loopback.
struct AdminListenConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9443;
};
BOOST_DESCRIBE_STRUCT(AdminListenConfig, (), (address, port))

// [tls]: PEM files; both or neither. Neither: a CA and a certificate made at first start in
// <data_dir>/tls. Read again on SIGHUP.
struct TlsConfig {
  std::optional<std::string> certificate_file;  // the chain, own certificate first
  std::optional<std::string> key_file;          // mode 0600 or a systemd credential
};
BOOST_DESCRIBE_STRUCT(TlsConfig, (), (certificate_file, key_file))

// [limits]: what one client may take.
struct LimitsConfig {
  std::uint64_t upload_bytes_max = 8ULL << 30U;  // one file
  std::uint32_t connections_max = 1024;
  std::uint32_t connections_per_address_max = 256;
  std::uint32_t handshake_timeout_s = 10;
  std::uint32_t header_timeout_s = 15;        // from the first byte of a request
  std::uint32_t idle_timeout_s = 60;          // between requests
  std::uint32_t body_timeout_s = 60;          // without any progress, either way
  std::uint64_t body_bytes_per_s_min = 1024;  // averaged over 60 s; 0: any
};
BOOST_DESCRIBE_STRUCT(LimitsConfig, (),
                      (upload_bytes_max, connections_max, connections_per_address_max,
                       handshake_timeout_s, header_timeout_s, idle_timeout_s, body_timeout_s,
                       body_bytes_per_s_min))

// [lanes.<name>]: threads of a lane, and how many tasks may wait before clients are told to.
struct LaneConfig {
  std::uint32_t threads = 2;
  std::uint32_t queue_limit = 256;
};
BOOST_DESCRIBE_STRUCT(LaneConfig, (), (threads, queue_limit))

struct LanesConfig {
  LaneConfig interactive{4, 512};  // requests
  LaneConfig upload{8, 256};       // files on their way to and from the store; most wait for fsync
  LaneConfig background{2, 1024};  // indexing, extraction, sweeping
  LaneConfig password{2, 64};      // Argon2id: 64 MiB a thread
};
BOOST_DESCRIBE_STRUCT(LanesConfig, (), (interactive, upload, background, password))

// [storage]: shared by all tenants. More cache reads less from disk.
struct StorageConfig {
  std::uint64_t block_cache_bytes = 64ULL << 20U;
  std::uint64_t write_buffer_bytes = 64ULL << 20U;  // charged to the cache
  std::uint64_t disk_reserve_bytes = 0;             // free space kept; 0: computed
  std::uint32_t tenant_idle_s = 900;                // a tenant without requests is closed; 0: never
};
BOOST_DESCRIBE_STRUCT(StorageConfig, (),
                      (block_cache_bytes, write_buffer_bytes, disk_reserve_bytes, tenant_idle_s))

// [backup]: a generation of every tenant a day, made by the server itself.
struct BackupConfig {
  std::optional<std::string> folder;             // best another disk; absent: no backups are made
  std::uint32_t hour = 1;                        // of German time, from which the day's is made
  std::uint32_t generations = 14;                // kept of each tenant
  std::uint64_t bytes_per_s_max = 64ULL << 20U;  // so that nobody notices; 0: any
  // Encrypts them. Made by `aktenwerk backup --make-key`; keep a copy where no backup lies.
  std::optional<std::string> key_file;
  bool keys = false;  // the server's and the tenants' keys are in them, too; only encrypted
};
BOOST_DESCRIBE_STRUCT(BackupConfig, (),
                      (folder, hour, generations, bytes_per_s_max, key_file, keys))

// [scrub]: going through all content again and again, so that rot in what nobody reads is found.
struct ScrubConfig {
  std::uint64_t bytes_per_s_max = 8ULL << 20U;  // of all tenants together; 0: no scrub
  std::uint32_t days = 30;                      // from the begin of a pass to that of the next
};
BOOST_DESCRIBE_STRUCT(ScrubConfig, (), (bytes_per_s_max, days))

// [audit]: who did what (for ever), and who read what.
struct AuditConfig {
  std::uint32_t reads_kept_days = 730;  // older entries of who read what are removed; 0: never
};
BOOST_DESCRIBE_STRUCT(AuditConfig, (), (reads_kept_days))

// [extract]: the sandboxed reading of text from files.
struct ExtractConfig {
  std::optional<std::string> helper_path;          // absent: aktenwerk-extract beside the server
  std::uint32_t timeout_s = 60;                    // wall clock a file
  std::uint64_t memory_bytes_max = 512ULL << 20U;  // a child's
  std::uint64_t input_bytes_max = 256ULL << 20U;   // larger files stay without text
  std::uint64_t text_bytes_max = 32ULL << 20U;     // longer text is cut
  std::uint32_t children_max = 2;                  // at the same time
};
BOOST_DESCRIBE_STRUCT(ExtractConfig, (),
                      (helper_path, timeout_s, memory_bytes_max, input_bytes_max, text_bytes_max,
                       children_max))

// When the reading of scans gets a processor: when nothing else wants it, or as the other parsers
// do.
enum class RecognitionPriorityConfig : std::uint8_t { idle, low };
BOOST_DESCRIBE_ENUM(RecognitionPriorityConfig, idle, low)

// [recognition]: text of scans and of PDF pages without text, by tesseract.
struct RecognitionConfig {
  bool enabled = true;
  std::string languages = "deu+eng";  // tesseract's names; their data must be installed
  RecognitionPriorityConfig priority = RecognitionPriorityConfig::idle;
  std::uint32_t pages_at_once = 1;  // of all tenants; each takes a processor
  std::uint32_t processor_s = 120;  // of each of a page's programs; beyond, it stays without text
  std::uint64_t memory_bytes_max = 1ULL << 30U;  // likewise
};
BOOST_DESCRIBE_STRUCT(RecognitionConfig, (),
                      (enabled, languages, priority, pages_at_once, processor_s, memory_bytes_max))

// [renditions]: PDF previews by LibreOffice, and thumbnails.
struct RenditionsConfig {
  bool enabled = true;
  std::uint32_t batch_max = 16;                  // office files for one run of LibreOffice
  std::uint32_t processor_s = 60;                // of a run, and of each picture
  std::uint64_t memory_bytes_max = 1ULL << 30U;  // of each process
};
BOOST_DESCRIBE_STRUCT(RenditionsConfig, (), (enabled, batch_max, processor_s, memory_bytes_max))

// [page]: the web interface in the browser.
struct PageConfig {
  std::optional<std::string> folder;  // web/ui/dist as built; absent: the server has no page
};
BOOST_DESCRIBE_STRUCT(PageConfig, (), (folder))

// [log]: JSON lines on standard error.
struct LogConfig {
  LogLevel level = LogLevel::info;
};
BOOST_DESCRIBE_STRUCT(LogConfig, (), (level))

// [encryption]: the server's key, which wraps the keys that contents are sealed with.
struct EncryptionConfig {
  // Mode 0600, or a systemd credential; `keys init` makes it. Absent: <data_dir>/keys/server.key.
  std::optional<std::string> server_key_file;
};
BOOST_DESCRIBE_STRUCT(EncryptionConfig, (), (server_key_file))

// With whose keys contents are sealed that are filed from now on. What is there stays as it is.
enum class ContentEncryption : std::uint8_t {
  off,
  tenant,  // the tenant's
  dossier  // each dossier's own: destroyed with it, they make it unreadable in old backups, too
};
BOOST_DESCRIBE_ENUM(ContentEncryption, off, tenant, dossier)

// [[tenant]]: one municipality. The host name alone chooses it.
struct TenantEntry {
  std::string id;                  // [a-z0-9-]{1,40}; its folder's name, for ever
  std::string name;                // "Gemeinde Musterbach"
  std::vector<std::string> hosts;  // exact, lower case, without port
  ContentEncryption content_encryption = ContentEncryption::off;
  std::vector<MailboxConfig> mailbox = {};         // what comes in by itself
  std::vector<ScanFolderConfig> scan_folder = {};  // likewise
  // Where goes what the virus scanner finds something in: an inbox's name or id. Needed where there
  // is a scanner and anything comes in by itself.
  std::optional<std::string> quarantine_inbox = {};
};
BOOST_DESCRIBE_STRUCT(TenantEntry, (),
                      (id, name, hosts, content_encryption, mailbox, scan_folder, quarantine_inbox))

struct ServerConfig {
  std::string data_dir;  // required; `init` makes it, 0700
  ListenConfig listen;
  AdminListenConfig admin_listen;
  TlsConfig tls;
  LimitsConfig limits;
  LanesConfig lanes;
  StorageConfig storage;
  BackupConfig backup;
  ScrubConfig scrub;
  AuditConfig audit;
  ExtractConfig extract;
  RecognitionConfig recognition;
  RenditionsConfig renditions;
  EncryptionConfig encryption;
  ClamavConfig clamav;
  PageConfig page;
  LogConfig log;
  std::vector<TenantEntry> tenant;  // at least one

  // No key: the file as it was read, for who keeps a copy of it; "" where there was none.
  std::string text = {};
};
BOOST_DESCRIBE_STRUCT(ServerConfig, (),
                      (data_dir, listen, admin_listen, tls, limits, lanes, storage, backup, scrub,
                       audit, extract, recognition, renditions, encryption, clamav, page, log,
                       tenant))

// Reads the file; paths in it that are relative become relative to its folder. `invalid` where it
// cannot be read or anything is wrong: the hint lists every problem as "file:line: key: what".
Result<ServerConfig> load_config(const std::filesystem::path& file);

// As above for `text`; `name` stands for the file in messages, paths stay as they are.
Result<ServerConfig> parse_config(std::string_view text, std::string_view name);

// Which settings of `text` a failure is about that shows only when the server starts: "name:line:
// key" of each whose value (a text, or a number of two digits and more) stands in `words`.
std::vector<std::string> settings_named_in(std::string_view words, std::string_view text,
                                           std::string_view name);

}  // namespace dms
