#include "web/process.h"

#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "web/http/certificates.h"
#include "workflow/tables.h"

namespace dms::web {

std::vector<TenantConfig> tenant_configs(const ServerConfig& config) {
  std::vector<TenantConfig> tenants;
  for (const TenantEntry& entry : config.tenant) {
    tenants.push_back({entry.id, entry.name, entry.hosts, entry.content_encryption});
  }
  return tenants;
}

TenantEnvironment tenant_environment(const ServerConfig& config, const TenantParts& parts,
                                     search::Extractor* extractor, WorkerLane* extraction_lane) {
  TenantEnvironment environment{parts.storage, parts.hasher,    parts.clock,
                                parts.log,     parts.metrics,   config.data_dir,
                                extractor,     extraction_lane, {}};
  environment.tables_above = workflow::stored_tables();
  environment.server_key_file = config.encryption.server_key_file.value_or("");
  environment.reads_kept_days = config.audit.reads_kept_days;
  environment.disk_reserve_bytes = config.storage.disk_reserve_bytes;
  environment.upload_limits.bytes_max = config.limits.upload_bytes_max;
  return environment;
}

search::ExtractorOptions extractor_options(const ServerConfig& config) {
  search::ExtractorOptions options;
  std::error_code error;
  options.helper_path = config.extract.helper_path.value_or(
      (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "aktenwerk-extract")
          .string());
  options.timeout_s = config.extract.timeout_s;
  options.memory_bytes_max = config.extract.memory_bytes_max;
  options.input_bytes_max = config.extract.input_bytes_max;
  options.text_bytes_max = config.extract.text_bytes_max;
  options.children_max = config.extract.children_max;
  options.recognition_languages = config.recognition.languages;
  options.recognition_priority = config.recognition.priority == RecognitionPriorityConfig::low
                                     ? search::RecognitionPriority::low
                                     : search::RecognitionPriority::idle;
  options.recognition_processor_s = config.recognition.processor_s;
  options.recognition_memory_bytes_max = config.recognition.memory_bytes_max;
  options.drawing_processor_s = config.renditions.processor_s;
  options.drawing_memory_bytes_max = config.renditions.memory_bytes_max;
  options.recognitions_max = config.recognition.pages_at_once;
  return options;
}

Result<TlsFiles> provide_tls_files(const ServerConfig& config, const Clock& clock) {
  if (config.tls.certificate_file && config.tls.key_file) {
    return TlsFiles{*config.tls.certificate_file, *config.tls.key_file};
  }
  std::vector<std::string> hosts;
  for (const TenantEntry& entry : config.tenant) {
    hosts.insert(hosts.end(), entry.hosts.begin(), entry.hosts.end());
  }
  const std::string folder = config.data_dir + "/tls";
  DMS_TRY(make_private_folder(folder));
  return DMS_TRY(ensure_certificates(folder, hosts, clock.now())).server;
}

void raise_descriptor_limit(const ServerConfig& config, Log& log) {
  // Of one open tenant (its tables, the log, the index) and of all the rest but connections.
  constexpr std::uint64_t of_a_tenant = 32;
  constexpr std::uint64_t of_the_rest = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  const std::uint64_t wanted =
      of_a_tenant * config.tenant.size() + config.limits.connections_max + of_the_rest;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  log.warning("few_descriptors",
              {{"permitted", std::uint64_t{limit.rlim_cur}}, {"wanted", wanted}});
}

Result<void> make_private_folder(const std::string& folder) {
  std::error_code error;
  const bool created = std::filesystem::create_directories(folder, error);
  if (!error && created) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (error) return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  return {};
}

}  // namespace dms::web
