#include "web/backup_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "dms/key_file.h"
#include "dms/small_file.h"
#include "web/process.h"

namespace dms::web {

namespace {

namespace fs = std::filesystem;
using storage::BackupFile;
using storage::BackupFiles;

constexpr std::string_view configuration_name = "aktenwerk.toml";
constexpr std::string_view tls_prefix = "tls/";
constexpr std::string_view keys_prefix = "keys/";
constexpr std::string_view certificate_name = "tls/certificate.pem";
constexpr std::string_view tls_key_name = "tls/key.pem";

bool is_private(const BackupFile& file) {
  return file.name.starts_with(keys_prefix) ||
         file.bytes.expose().find("PRIVATE KEY-----") != std::string_view::npos;
}

Result<void> add(BackupFiles& files, std::string name, const std::string& path) {
  auto bytes = DMS_TRY(read_small_file(path, present_file_bytes_max));
  if (!bytes) return fail(operator_error(ErrorCode::not_found, path + ": does not exist"));
  files.push_back({std::move(name), Secret(std::move(*bytes))});
  return {};
}

// Every file of a folder, which need not be there; what is being written is left out.
Result<void> add_folder(BackupFiles& files, std::string_view prefix, const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    const bool is_draft = name.find(".new") != std::string::npos || name.starts_with('.');
    if (at->is_regular_file(error) && !is_draft && !name.starts_with(content_keys_name)) {
      names.push_back(std::move(name));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    DMS_TRY(add(files, std::string(prefix) + name, (fs::path(folder) / name).string()));
  }
  return {};
}

std::string keys_folder(const std::string& data_dir, const std::string& tenant) {
  return data_dir + "/keys/" + tenant;
}

// Where a file of a generation belongs; nullopt for the configuration, which has no one place.
std::optional<std::string> place_of(const KeyRestore& restore, std::string_view name) {
  const TlsConfig& tls = restore.config.tls;
  if (name.starts_with(keys_prefix)) {
    return keys_folder(restore.data_dir, restore.tenant) + "/" +
           std::string(name.substr(keys_prefix.size()));
  }
  if (name == certificate_name && tls.certificate_file) return tls.certificate_file;
  if (name == tls_key_name && tls.key_file) return tls.key_file;
  if (name.starts_with(tls_prefix)) return restore.data_dir + "/" + std::string(name);
  return std::nullopt;
}

// Whether `path` has to be written; `conflict` where another file is there.
Result<bool> is_to_be_written(const std::string& path, const BackupFile& file) {
  const auto present = DMS_TRY(read_small_file(path, present_file_bytes_max));
  if (!present) return true;
  if (*present == file.bytes.expose()) return false;
  Error error = make_error(ErrorCode::conflict,
                           "Dort liegt schon eine andere Datei. Räumen Sie sie zuerst beiseite.",
                           "Another file is there already. Move it away first.");
  error.hint = path;
  return fail(std::move(error));
}

Result<void> write(const std::string& path, const BackupFile& file) {
  DMS_TRY(make_private_folder(fs::path(path).parent_path().string()));
  return create_small_file(path, file.bytes.expose());
}

}  // namespace

Result<storage::BackupPlace> configured_place(const BackupConfig& config,
                                              const std::string& tenant) {
  storage::BackupPlace place{config.folder.value_or("") + "/" + tenant};
  if (config.key_file) place.key = DMS_TRY(require_key_file(*config.key_file));
  return place;
}

Result<BackupFiles> files_to_back_up(const ServerConfig& config, const std::string& tenant) {
  BackupFiles files;
  files.push_back({std::string(configuration_name), Secret(config.text)});
  if (config.tls.certificate_file) {
    DMS_TRY(add(files, std::string(certificate_name), *config.tls.certificate_file));
  }
  if (config.tls.key_file && config.backup.keys) {
    DMS_TRY(add(files, std::string(tls_key_name), *config.tls.key_file));
  }
  if (!config.tls.certificate_file) {
    DMS_TRY(add_folder(files, tls_prefix, config.data_dir + "/tls"));
  }
  if (config.backup.keys) {
    DMS_TRY(add_folder(files, keys_prefix, keys_folder(config.data_dir, tenant)));
  } else {
    std::erase_if(files, is_private);
  }
  return files;
}

Result<BackupFiles> present_files_to_back_up(const std::string& data_dir,
                                             const std::string& tenant) {
  BackupFiles files;
  const std::string path = keys_folder(data_dir, tenant) + "/" + std::string(content_keys_name);
  auto bytes = DMS_TRY(read_small_file(path, present_file_bytes_max));
  if (bytes) files.push_back({std::string(content_keys_name), Secret(std::move(*bytes))});
  return files;
}

Result<void> put_keys_back(const KeyRestore& restore, const BackupFiles& files) {
  if (std::ranges::none_of(files, is_private)) {
    return fail(ErrorCode::not_found,
                "Diese Sicherung enthält keine Schlüssel ([backup] keys war nicht gesetzt).",
                "This backup holds no keys ([backup] keys was not set).");
  }
  std::vector<std::pair<std::string, const BackupFile*>> missing;
  for (const BackupFile& file : files) {
    const auto path = place_of(restore, file.name);
    if (path && DMS_TRY(is_to_be_written(*path, file))) missing.emplace_back(*path, &file);
  }
  for (const auto& [path, file] : missing) {
    DMS_TRY(write(path, *file));
    fmt::print("tenant {}: put back {}\n", restore.tenant, path);
  }
  if (missing.empty()) fmt::print("tenant {}: all keys are there already\n", restore.tenant);
  return {};
}

Result<void> put_present_files_back(const KeyRestore& restore, const BackupFiles& files) {
  const std::string folder = keys_folder(restore.data_dir, restore.tenant);
  for (const BackupFile& file : files) {
    const std::string path = (fs::path(folder) / file.name).string();
    const auto present = DMS_TRY(read_small_file(path, present_file_bytes_max));
    if (!present) {
      DMS_TRY(write(path, file));
      fmt::print("tenant {}: put back {}\n", restore.tenant, path);
    } else if (*present != file.bytes.expose()) {
      fmt::print("tenant {}: kept {} as it is; the backup's is another\n", restore.tenant, path);
    }
  }
  return {};
}

Result<void> write_files_to(const std::string& folder, const BackupFiles& files, WithKeys keys) {
  DMS_TRY(make_private_folder(folder));
  for (const BackupFile& file : files) {
    if (keys == WithKeys::no && is_private(file)) continue;
    const std::string path = (fs::path(folder) / file.name).string();
    if (!DMS_TRY(is_to_be_written(path, file))) continue;
    DMS_TRY(write(path, file));
    fmt::print("{}\n", path);
  }
  return {};
}

}  // namespace dms::web
