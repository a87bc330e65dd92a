#include "dms/base/config_problems.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "dms/base/text.h"

namespace dms::detail {

namespace {

constexpr std::uint64_t mebibyte = 1ULL << 20U;
constexpr std::uint64_t tebibyte = 1ULL << 40U;

struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

void check_range(ConfigProblems& problems, std::string key, std::uint64_t value, Range range) {
  if (value >= range.min && value <= range.max) return;
  problems.add(std::move(key), {fmt::format("muss zwischen {} und {} liegen", range.min, range.max),
                                fmt::format("must be between {} and {}", range.min, range.max)});
}

void check_address(ConfigProblems& problems, std::string key, const std::string& address) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  if (inet_pton(AF_INET, address.c_str(), ignored.data()) == 1 ||
      inet_pton(AF_INET6, address.c_str(), ignored.data()) == 1) {
    return;
  }
  problems.add(std::move(key), {"muss eine numerische IPv4- oder IPv6-Adresse sein",
                                "must be a numeric IPv4 or IPv6 address"});
}

bool consists_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_tenant_id(std::string_view id) {
  return !id.empty() && id.size() <= 40 && consists_of(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

void check_tenant(const TenantEntry& tenant, const std::string& key, ConfigProblems& problems) {
  if (!is_tenant_id(tenant.id)) {
    problems.add(key + ".id", {"muss aus 1 bis 40 Zeichen a-z, 0-9 und - bestehen",
                               "must be 1 to 40 characters of a-z, 0-9 and -"});
  }
  if (!clean_line(tenant.name, "", {1, 200})) {
    problems.add(key + ".name", {"muss eine Zeile von 1 bis 200 Zeichen sein",
                                 "must be a line of 1 to 200 characters"});
  }
  if (tenant.hosts.empty() && !problems.has(key + ".hosts")) {
    problems.add(key + ".hosts",
                 {"muss mindestens einen Namen enthalten", "must contain at least one host name"});
  }
  for (const std::string& host : tenant.hosts) {
    if (is_host_name(host)) continue;
    problems.add(key + ".hosts",
                 {fmt::format("'{}' ist kein Hostname (klein geschrieben, ohne Port)", host),
                  fmt::format("'{}' is no host name (lower case, without port)", host)});
  }
}

void check_tenants(const ServerConfig& config, ConfigProblems& problems) {
  if (config.tenant.empty()) {
    problems.add("tenant",
                 {"mindestens ein [[tenant]] ist nötig", "at least one [[tenant]] is needed"});
  }
  std::set<std::string> ids;
  std::set<std::string> hosts;
  for (std::size_t i = 0; i < config.tenant.size(); ++i) {
    const TenantEntry& tenant = config.tenant[i];
    const std::string key = fmt::format("tenant[{}]", i);
    check_tenant(tenant, key, problems);
    check_captures(tenant, key, problems);
    if (!ids.insert(tenant.id).second) {
      problems.add(key + ".id", {fmt::format("'{}' kommt mehrfach vor", tenant.id),
                                 fmt::format("'{}' occurs more than once", tenant.id)});
    }
    for (const std::string& host : tenant.hosts) {
      if (hosts.insert(host).second) continue;
      problems.add(key + ".hosts", {fmt::format("'{}' kommt mehrfach vor", host),
                                    fmt::format("'{}' occurs more than once", host)});
    }
  }
}

void check_limits(const LimitsConfig& limits, ConfigProblems& problems) {
  constexpr Range seconds{1, 3600};
  check_range(problems, "limits.upload_bytes_max", limits.upload_bytes_max, {mebibyte, tebibyte});
  check_range(problems, "limits.connections_max", limits.connections_max, {1, 65'536});
  check_range(problems, "limits.connections_per_address_max", limits.connections_per_address_max,
              {1, 65'536});
  check_range(problems, "limits.handshake_timeout_s", limits.handshake_timeout_s, seconds);
  check_range(problems, "limits.header_timeout_s", limits.header_timeout_s, seconds);
  check_range(problems, "limits.idle_timeout_s", limits.idle_timeout_s, seconds);
  check_range(problems, "limits.body_timeout_s", limits.body_timeout_s, seconds);
  check_range(problems, "limits.body_bytes_per_s_min", limits.body_bytes_per_s_min,
              {0, 1024 * mebibyte});
}

void check_lane(const LaneConfig& lane, const std::string& key, ConfigProblems& problems) {
  check_range(problems, key + ".threads", lane.threads, {1, 256});
  check_range(problems, key + ".queue_limit", lane.queue_limit, {1, 100'000});
}

void check_memory(const ServerConfig& config, ConfigProblems& problems) {
  check_range(problems, "storage.block_cache_bytes", config.storage.block_cache_bytes,
              {8 * mebibyte, tebibyte});
  check_range(problems, "storage.write_buffer_bytes", config.storage.write_buffer_bytes,
              {8 * mebibyte, tebibyte});
  const ExtractConfig& extract = config.extract;
  check_range(problems, "extract.timeout_s", extract.timeout_s, {1, 3600});
  check_range(problems, "extract.memory_bytes_max", extract.memory_bytes_max,
              {64 * mebibyte, tebibyte});
  check_range(problems, "extract.input_bytes_max", extract.input_bytes_max, {1, tebibyte});
  check_range(problems, "extract.text_bytes_max", extract.text_bytes_max, {1024, 1024 * mebibyte});
  check_range(problems, "extract.children_max", extract.children_max, {1, 64});
}

// As tesseract takes them: "deu+eng".
bool is_languages(std::string_view text) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '+';
  };
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), is_part) &&
         text.front() != '+' && text.back() != '+' && text.find("++") == std::string_view::npos;
}

void check_recognition(const RecognitionConfig& recognition, ConfigProblems& problems) {
  check_range(problems, "recognition.pages_at_once", recognition.pages_at_once, {1, 64});
  check_range(problems, "recognition.processor_s", recognition.processor_s, {1, 3600});
  check_range(problems, "recognition.memory_bytes_max", recognition.memory_bytes_max,
              {256 * mebibyte, tebibyte});
  if (is_languages(recognition.languages)) return;
  problems.add("recognition.languages",
               {"muss Sprachen wie \"deu+eng\" nennen", "must name languages such as \"deu+eng\""});
}

void check_renditions(const RenditionsConfig& renditions, ConfigProblems& problems) {
  check_range(problems, "renditions.batch_max", renditions.batch_max, {1, 64});
  check_range(problems, "renditions.processor_s", renditions.processor_s, {1, 3600});
  check_range(problems, "renditions.memory_bytes_max", renditions.memory_bytes_max,
              {512 * mebibyte, tebibyte});
}

}  // namespace

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  if (host.starts_with('[') && host.ends_with(']')) {
    return consists_of(host.substr(1, host.size() - 2), "0123456789abcdef:.");
  }
  const bool has_empty_label =
      host.starts_with('.') || host.ends_with('.') || host.find("..") != std::string_view::npos;
  return !has_empty_label && consists_of(host, "abcdefghijklmnopqrstuvwxyz0123456789-.");
}

bool ConfigProblems::has(std::string_view key) const {
  return std::any_of(problems_.begin(), problems_.end(),
                     [&](const Problem& problem) { return problem.key == key; });
}

std::uint32_t ConfigProblems::line_of(std::string_view key) const {
  for (;;) {
    if (const auto found = lines_.find(key); found != lines_.end()) return found->second;
    const auto end = key.find_last_of(".[");
    if (end == std::string_view::npos) return 0;
    key = key.substr(0, end);
  }
}

Error ConfigProblems::to_error(std::string_view name) const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  Error error = make_error(ErrorCode::invalid, "Die Konfiguration ist ungültig.",
                           "The configuration is invalid.");
  for (const Problem& problem : sorted) {
    if (!error.hint.empty()) error.hint.push_back('\n');
    error.hint += name;
    if (problem.line != 0) error.hint += fmt::format(":{}", problem.line);
    if (!problem.key.empty()) error.hint += fmt::format(": {}", problem.key);
    error.hint += fmt::format(": {}", problem.message.en);
    error.fields.push_back({problem.key, problem.message});
  }
  return error;
}

bool lies_within(const std::string& path, const std::string& folder) {
  const auto normal = [](const std::string& text) {
    return (std::filesystem::path(text) / "").lexically_normal().string();
  };
  return normal(path).starts_with(normal(folder));
}

// A backup within what it is of would be backed up, and lost with it. A key beside what it locks
// locks nothing.
void check_backup(const ServerConfig& config, ConfigProblems& problems) {
  const std::optional<std::string>& key_file = config.backup.key_file;
  if (key_file && key_file->empty()) problems.add("backup.key_file", {"ist leer", "is empty"});
  if (config.backup.keys && !key_file) {
    problems.add("backup.keys", {"Schlüssel werden nur verschlüsselt gesichert: key_file fehlt",
                                 "keys are backed up encrypted only: key_file is missing"});
  }
  if (!config.backup.folder) return;
  if (key_file && lies_within(*key_file, *config.backup.folder)) {
    problems.add("backup.key_file",
                 {"liegt im Ordner der Sicherungen", "lies within the folder of the backups"});
  }
  if (config.backup.folder->empty()) {
    problems.add("backup.folder", {"ist leer", "is empty"});
  } else if (lies_within(*config.backup.folder, config.data_dir)) {
    problems.add("backup.folder", {"liegt in data_dir", "lies within data_dir"});
  }
}

// Whoever gets hold of the backups must not find the key to them.
void check_server_key_file(const ServerConfig& config, ConfigProblems& problems) {
  const auto& file = config.encryption.server_key_file;
  if (!file) return;
  if (file->empty()) {
    problems.add("encryption.server_key_file", {"ist leer", "is empty"});
  } else if (config.backup.folder && lies_within(*file, *config.backup.folder)) {
    problems.add("encryption.server_key_file",
                 {"liegt bei den Sicherungen", "lies beside the backups"});
  }
}

void check_config(const ServerConfig& config, ConfigProblems& problems) {
  if (config.data_dir.empty() && !problems.has("data_dir")) {
    problems.add("data_dir", {"fehlt", "is missing"});
  }
  check_address(problems, "listen.address", config.listen.address);
  check_range(problems, "listen.io_threads", config.listen.io_threads, {1, 64});
  check_address(problems, "admin_listen.address", config.admin_listen.address);
  if (config.tls.certificate_file.has_value() != config.tls.key_file.has_value()) {
    problems.add("tls", {"certificate_file und key_file gehören zusammen",
                         "certificate_file and key_file belong together"});
  }
  check_limits(config.limits, problems);
  check_lane(config.lanes.interactive, "lanes.interactive", problems);
  check_lane(config.lanes.upload, "lanes.upload", problems);
  check_lane(config.lanes.background, "lanes.background", problems);
  check_recognition(config.recognition, problems);
  check_renditions(config.renditions, problems);
  check_lane(config.lanes.password, "lanes.password", problems);
  check_backup(config, problems);
  check_server_key_file(config, problems);
  check_range(problems, "backup.hour", config.backup.hour, {0, 23});
  check_range(problems, "backup.generations", config.backup.generations, {1, 10'000});
  check_range(problems, "scrub.days", config.scrub.days, {1, 3650});
  check_range(problems, "audit.reads_kept_days", config.audit.reads_kept_days, {0, 36500});
  check_memory(config, problems);
  check_clamav(config, problems);
  check_tenants(config, problems);
}

}  // namespace dms::detail
