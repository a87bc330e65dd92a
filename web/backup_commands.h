#pragma once

// `aktenwerk backup` and `aktenwerk restore`.

#include <cstdint>
#include <string>
#include <vector>

#include "web/workshop.h"

namespace dms::web {

// Which generations a command reads, and with which key.
struct BackupSource {
  std::string from;               // a tenant's folder of generations; "": the configured one
  std::string key_file;           // "": the configured one, if any
  bool is_not_encrypted = false;  // reads what is not, although a key is configured
};
Result<storage::BackupPlace> find_place(const ServerConfig& config, const std::string& tenant,
                                        const BackupSource& source);
// `number` 0: the newest proven one. `not_found` where there is none.
Result<storage::BackupGeneration> choose_generation(const storage::BackupPlace& place,
                                                    std::uint32_t number);

// Has a generation of each tenant made now: by the running server, or here where none listens.
// Fails unless each got one.
Result<void> back_up_now(Workshop& workshop, const std::vector<std::string>& tenants);

// Prints the generations of each.
Result<void> print_backups(const ServerConfig& config, const std::vector<std::string>& tenants,
                           const BackupSource& source);

// Makes a key file for encrypted backups, and says what to do with it.
Result<void> make_backup_key(const std::string& file);

struct RestoreOptions {
  std::string tenant;
  std::uint32_t generation = 0;  // 0: the newest
  BackupSource source;
  std::string data_dir;   // where it is restored to; "": the configured one
  bool is_check = false;  // restored beside it, walked, and removed
  std::string scratch;    // where it lies for a check meanwhile; "": the data folder
  bool is_with_keys = false;
  std::string files_to;  // nothing is restored: the generation's small files come to this folder
};
// Reads the generation's bytes, restores it, opens it and walks all of it; only what is clean comes
// to its place. Problems are printed, and it is `corrupt`. `storage_full`, before a byte is copied,
// where the reserve of those who write there already would be touched.
Result<void> restore_tenant(Workshop& workshop, const RestoreOptions& options);
// What `files_to` asks for. Needs no configuration where `source` names the folder.
Result<void> restore_files(const ServerConfig& config, const RestoreOptions& options);

}  // namespace dms::web
