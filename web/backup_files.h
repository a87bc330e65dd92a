#pragma once

// What a backup keeps beside a tenant's store, and how it comes back: the configuration the server
// was run with, the certificate, and by choice the keys. Names in a generation (for ever):
//
//   aktenwerk.toml                      the configuration as it was read
//   tls/<name>.pem                      of <data_dir>/tls; or tls/certificate.pem and tls/key.pem
//                                       of the configured files. Private ones by choice
//   keys/<name>                         of <data_dir>/keys/<tenant>, by choice
//
// Beside the generations, in its newest state alone: present/content.keys, which is of the same
// folder and holds keys of contents, wrapped. Who destroys one of these destroys it here, too.

#include <cstddef>
#include <string>
#include <string_view>

#include "dms/base/config.h"
#include "storage/backup.h"

namespace dms::web {

// What has it for a prefix in the keys' folder is its lock, or a moment of its being written anew.
inline constexpr std::string_view content_keys_name = "content.keys";
// No small file is larger: keys of half a million dossiers.
inline constexpr std::size_t present_file_bytes_max = 64U << 20U;

// A tenant's folder of generations, with its key, as configured.
Result<storage::BackupPlace> configured_place(const BackupConfig& config,
                                              const std::string& tenant);

Result<storage::BackupFiles> files_to_back_up(const ServerConfig& config,
                                              const std::string& tenant);
Result<storage::BackupFiles> present_files_to_back_up(const std::string& data_dir,
                                                      const std::string& tenant);

// Where keys are put back.
struct KeyRestore {
  const ServerConfig& config;  // says where a configured certificate and its key lie
  std::string data_dir;
  std::string tenant;
};
// Puts the generation's keys and certificates in their places, and says which. `conflict`, and
// nothing is written, where another of that name is there; `not_found` where the generation has no
// keys.
Result<void> put_keys_back(const KeyRestore& restore, const storage::BackupFiles& files);
// Puts present files in their places where there are none; what is there is as new or newer.
Result<void> put_present_files_back(const KeyRestore& restore, const storage::BackupFiles& files);

// Writes configuration and certificates, with `keys` all files, below `folder`, which is made;
// `conflict` where one is there.
enum class WithKeys : std::uint8_t { no, yes };
Result<void> write_files_to(const std::string& folder, const storage::BackupFiles& files,
                            WithKeys keys);

}  // namespace dms::web
