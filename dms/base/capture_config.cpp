#include "dms/base/capture_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "dms/base/config_problems.h"
#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::string_view move_prefix = "move:";

}  // namespace

std::string_view move_target(const MailboxConfig& mailbox) {
  const std::string_view after = mailbox.after;
  return after.starts_with(move_prefix) ? after.substr(move_prefix.size()) : std::string_view();
}

std::optional<ClamdAddress> clamd_address(std::string_view socket) {
  constexpr std::size_t path_bytes_max = 107;  // unix(7), with its end
  if (socket.starts_with('/')) {
    if (socket.size() > path_bytes_max) return std::nullopt;
    return ClamdAddress{std::string(socket), {}, 0};
  }
  const std::size_t colon = socket.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = socket.substr(colon + 1);
  ClamdAddress address;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  const bool is_port = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  std::string_view host = socket.substr(0, colon);
  if (host == "[::1]") host = "::1";
  if (!is_port || address.port == 0 || (host != "::1" && host != "127.0.0.1")) return std::nullopt;
  address.host = host;
  return address;
}

namespace detail {

namespace {

// Notes problems of one entry, whose place is `key`.
class EntryCheck {
 public:
  EntryCheck(std::string key, ConfigProblems& problems)
      : key_(std::move(key)), problems_(problems) {}

  void require(bool holds, std::string_view member, std::string_view de, std::string_view en) {
    const std::string place = fmt::format("{}.{}", key_, member);
    if (!holds && !problems_.has(place)) {
      problems_.add(place, {std::string(de), std::string(en)});
    }
  }

  void line(std::string_view member, const std::string& text) {
    require(clean_line(text, "", {1, 200}).has_value(), member,
            "muss eine Zeile von 1 bis 200 Zeichen sein", "must be a line of 1 to 200 characters");
  }

  void file(std::string_view member, const std::optional<std::string>& path) {
    require(!path || !path->empty(), member, "ist leer", "is empty");
  }

  void name(const std::string& name) {
    const bool is_name =
        !name.empty() && name.size() <= 40 &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    require(is_name, "name", "muss aus 1 bis 40 Zeichen a-z, 0-9 und - bestehen",
            "must be 1 to 40 characters of a-z, 0-9 and -");
  }

  void range(std::string_view member, std::uint64_t value, std::uint64_t min, std::uint64_t max) {
    require(value >= min && value <= max, member,
            fmt::format("muss zwischen {} und {} liegen", min, max),
            fmt::format("must be between {} and {}", min, max));
  }

 private:
  std::string key_;
  ConfigProblems& problems_;
};

bool is_mail_folder(std::string_view name) {
  return clean_line(name, "", {1, 200}).has_value();
}

void check_oauth(const OAuthConfig& oauth, const std::string& key, ConfigProblems& problems) {
  EntryCheck check(key, problems);
  check.require(oauth.token_endpoint.starts_with("https://") && oauth.token_endpoint.size() > 8 &&
                    clean_line(oauth.token_endpoint, "", {1, 1000}).has_value(),
                "token_endpoint", "muss mit https:// beginnen", "must begin with https://");
  check.line("client_id", oauth.client_id);
  check.file("client_secret_file", oauth.client_secret_file);
  check.require(!oauth.refresh_token_file.empty(), "refresh_token_file", "fehlt", "is missing");
  check.file("ca_file", oauth.ca_file);
}

void check_mailbox(const MailboxConfig& mailbox, const std::string& key, ConfigProblems& problems) {
  EntryCheck check(key, problems);
  check.name(mailbox.name);
  check.require(is_host_name(mailbox.host), "host",
                "muss ein Hostname sein (klein geschrieben, ohne Port)",
                "must be a host name (lower case, without port)");
  check.file("ca_file", mailbox.ca_file);
  check.line("user", mailbox.user);
  check.require(mailbox.password_file.has_value() != mailbox.oauth2.has_value(), "password_file",
                "entweder password_file oder oauth2 ist nötig",
                "either password_file or oauth2 is needed");
  check.file("password_file", mailbox.password_file);
  if (mailbox.oauth2) check_oauth(*mailbox.oauth2, key + ".oauth2", problems);
  check.require(is_mail_folder(mailbox.folder), "folder",
                "muss eine Zeile von 1 bis 200 Zeichen sein",
                "must be a line of 1 to 200 characters");
  const std::string_view target = move_target(mailbox);
  check.require(mailbox.after == "seen" || (is_mail_folder(target) && target != mailbox.folder),
                "after", "muss \"seen\" oder \"move:<anderer Ordner>\" sein",
                "must be \"seen\" or \"move:<another folder>\"");
  check.line("inbox", mailbox.inbox);
  check.line("acting_user", mailbox.acting_user);
  check.range("interval_s", mailbox.interval_s, 1, 86'400);
  check.range("message_bytes_max", mailbox.message_bytes_max, 1024, 4ULL << 30U);
}

bool is_folder_name(std::string_view name) {
  return clean_file_name(name, "").has_value() && name != scan_done_folder &&
         name != scan_failed_folder;
}

void check_scan_folder(const ScanFolderConfig& scan, const std::string& key,
                       ConfigProblems& problems) {
  EntryCheck check(key, problems);
  check.name(scan.name);
  check.require(!scan.folder.empty(), "folder", "fehlt", "is missing");
  check.require(!scan.inboxes.empty(), "inboxes", "mindestens ein Eintrag ist nötig",
                "at least one entry is needed");
  std::set<std::string> names;
  for (std::size_t i = 0; i < scan.inboxes.size(); ++i) {
    const ScanSubfolder& subfolder = scan.inboxes[i];
    EntryCheck entry(fmt::format("{}.inboxes[{}]", key, i), problems);
    entry.require(is_folder_name(subfolder.name), "name", "ist kein Name eines Ordners",
                  "is no name of a folder");
    entry.require(names.insert(subfolder.name).second, "name", "kommt mehrfach vor",
                  "occurs more than once");
    entry.line("inbox", subfolder.inbox);
  }
  check.line("acting_user", scan.acting_user);
  check.range("settle_s", scan.settle_s, 0, 3600);
  check.range("interval_s", scan.interval_s, 1, 86'400);
  check.range("file_bytes_max", scan.file_bytes_max, 1, 8ULL << 30U);
  if (!scan.separation) return;
  const auto& prefix = scan.separation->barcode_prefix;
  check.require(scan.separation->blank_pages || prefix, "separation",
                "nennt weder blank_pages noch barcode_prefix",
                "has neither blank_pages nor barcode_prefix");
  check.require(!prefix || clean_line(*prefix, "", {1, 100}).has_value(),
                "separation.barcode_prefix", "muss eine Zeile von 1 bis 100 Zeichen sein",
                "must be a line of 1 to 100 characters");
}

}  // namespace

void check_clamav(const ServerConfig& config, ConfigProblems& problems) {
  if (!config.clamav.socket) return;
  EntryCheck check("clamav", problems);
  check.require(clamd_address(*config.clamav.socket).has_value(), "socket",
                "muss ein absoluter Pfad oder 127.0.0.1:<Port> oder [::1]:<Port> sein",
                "must be an absolute path, or 127.0.0.1:<port>, or [::1]:<port>");
  check.range("timeout_s", config.clamav.timeout_s, 1, 3600);
  for (std::size_t i = 0; i < config.tenant.size(); ++i) {
    const TenantEntry& tenant = config.tenant[i];
    if (tenant.mailbox.empty() && tenant.scan_folder.empty()) continue;
    EntryCheck(fmt::format("tenant[{}]", i), problems)
        .require(tenant.quarantine_inbox.has_value(), "quarantine_inbox",
                 "fehlt: Post kommt von selbst, und ein Virenscanner ist eingestellt",
                 "is missing: post comes by itself, and a virus scanner is configured");
  }
}

void check_captures(const TenantEntry& tenant, const std::string& key, ConfigProblems& problems) {
  if (tenant.quarantine_inbox) {
    EntryCheck(key, problems).line("quarantine_inbox", *tenant.quarantine_inbox);
  }
  std::set<std::string> names;
  std::set<std::string> places;
  for (std::size_t i = 0; i < tenant.mailbox.size(); ++i) {
    const MailboxConfig& mailbox = tenant.mailbox[i];
    const std::string place = fmt::format("{}.mailbox[{}]", key, i);
    check_mailbox(mailbox, place, problems);
    EntryCheck check(place, problems);
    check.require(names.insert(mailbox.name).second, "name", "kommt mehrfach vor",
                  "occurs more than once");
    // Two who fetch the same would take each mail in twice.
    check.require(places.insert(mailbox.host + "\n" + mailbox.user + "\n" + mailbox.folder).second,
                  "folder", "dieses Postfach ist schon genannt", "this mailbox is named already");
  }
  for (std::size_t i = 0; i < tenant.scan_folder.size(); ++i) {
    const std::string place = fmt::format("{}.scan_folder[{}]", key, i);
    check_scan_folder(tenant.scan_folder[i], place, problems);
    EntryCheck(place, problems)
        .require(names.insert(tenant.scan_folder[i].name).second, "name", "kommt mehrfach vor",
                 "occurs more than once");
  }
}

}  // namespace detail

}  // namespace dms
