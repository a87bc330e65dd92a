#include "web/backup_commands.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/content_key_ring.h"
#include "dms/key_file.h"
#include "dms/server_key.h"
#include "dms/small_file.h"
#include "dms/tenant.h"
#include "web/audit_commands.h"
#include "web/backup_files.h"
#include "web/backups.h"
#include "web/http/admin_client.h"
#include "web/scratch.h"

namespace dms::web {

namespace {

constexpr std::chrono::seconds poll_interval{1};
constexpr int failures_max = 10;

Result<void> require_folder(const ServerConfig& config) {
  if (config.backup.folder) return {};
  return fail(ErrorCode::invalid, "Die Konfiguration nennt keinen Ordner: [backup] folder.",
              "The configuration names no folder: [backup] folder.");
}

void print(const std::string& tenant, const storage::BackupGeneration& generation) {
  fmt::print("tenant {}: generation {} of {}: {} bytes, journal up to {}\n", tenant,
             generation.number, format_rfc3339(generation.time), generation.bytes,
             generation.journal_sequence);
}

Error unexpected(const AdminAnswer& answer) {
  return operator_error(ErrorCode::unavailable,
                        fmt::format("the server answered {}: {}", answer.status, answer.body));
}

using Views = std::map<std::string, BackupView>;

Result<Views> ask_server(const AdminListenConfig& admin) {
  const AdminAnswer answer = DMS_TRY(ask_admin(admin.address, admin.port, Method::get, "/backups"));
  if (answer.status != 200) return fail(unexpected(answer));
  Views views;
  for (BackupView& view :
       DMS_TRY(decode_json<std::vector<BackupView>>(answer.body, JsonProfile::record))) {
    views.emplace(view.tenant, std::move(view));
  }
  return views;
}

// The server's word on these tenants once it has none of theirs to make any more. It may be busy
// now and then, in hours.
Result<Views> wait_for_server(const AdminListenConfig& admin,
                              const std::vector<std::string>& tenants) {
  for (int failures = 0;;) {
    auto views = ask_server(admin);
    failures = views ? 0 : failures + 1;
    if (failures == failures_max) return views;
    const auto waits = [&](const std::string& id) { return (*views)[id].waiting; };
    if (views && std::ranges::none_of(tenants, waits)) return views;
    std::this_thread::sleep_for(poll_interval);
  }
}

Result<void> back_up_by_server(const AdminListenConfig& admin,
                               const std::vector<std::string>& tenants, Views before) {
  Headers headers;
  headers.add("X-Aktenwerk-Command", "backup");
  for (const std::string& id : tenants) {
    const AdminAnswer begun = DMS_TRY(
        ask_admin(admin.address, admin.port, Method::post, "/backups?tenant=" + id, headers));
    if (begun.status != 202) return fail(unexpected(begun));
  }
  Views after = DMS_TRY(wait_for_server(admin, tenants));
  std::string failures;
  for (const std::string& id : tenants) {
    const BackupView& made = after[id];
    if (made.failure) {
      failures += fmt::format("tenant {}: {}\n", id, *made.failure);
    } else if (made.generation.value_or(0) <= before[id].generation.value_or(0)) {
      failures += fmt::format("tenant {}: none was made\n", id);
    } else {
      fmt::print("tenant {}: generation {}: {} bytes\n", id, *made.generation,
                 made.bytes.value_or(0));
    }
  }
  if (!failures.empty()) return fail(operator_error(ErrorCode::unavailable, failures));
  return {};
}

// What is restored, and whether it is to come to its place.
struct Restoring {
  RestoredHeads heads;
  storage::BackupGeneration generation;
  const RestoreOptions& options;
};

// The keys that its contents are sealed with, from a copy in `folder`, for a server may hold the
// file itself. What is in use here counts: the backup's may know keys that were destroyed since.
Result<std::shared_ptr<ContentKeyRing>> keys_for_proof(Workshop& workshop,
                                                       const std::string& folder,
                                                       const Restoring& restoring) {
  const std::string& data_dir = restoring.heads.data_dir;
  std::optional<std::string> ring = DMS_TRY(
      read_small_file(content_key_file(data_dir, restoring.heads.tenant), present_file_bytes_max));
  for (const auto& file : DMS_TRY(storage::read_present_files(restoring.heads.generations))) {
    if (!ring && file.name == content_keys_name) ring = std::string(file.bytes.expose());
  }
  const std::string copy = folder + "/" + std::string(content_keys_name);
  DMS_TRY(make_private_folder(folder));
  if (ring) DMS_TRY(replace_small_file(copy, *ring));
  const auto& server_key = workshop.config.encryption.server_key_file;
  return ContentKeyRing::open(
      {copy, ContentEncryption::off, server_key ? *server_key : default_server_key_file(data_dir)},
      workshop.clock);
}

std::uint64_t mebibytes(std::uint64_t bytes) {
  return (bytes + (1U << 20U) - 1) >> 20U;
}

// Whether the copy finds room in `folder` and leaves the reserve of the stores that lie there:
// without it every tenant would refuse what is filed.
Result<void> require_room(const ServerConfig& config, const std::string& folder,
                          const storage::BackupGeneration& generation) {
  std::error_code error;
  // Nothing is made before there is room.
  std::filesystem::path there_already = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(there_already, error) && there_already.has_relative_path()) {
    there_already = there_already.parent_path();
  }
  const std::filesystem::space_info space = std::filesystem::space(there_already, error);
  if (error) return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  const StorageConfig& storage = config.storage;
  const std::uint64_t reserve = storage.disk_reserve_bytes != 0
                                    ? storage.disk_reserve_bytes
                                    : storage::usual_disk_reserve(storage.write_buffer_bytes);
  if (space.available >= reserve && space.available - reserve >= generation.bytes) return {};
  const std::uint64_t needed = mebibytes(generation.bytes);
  const std::uint64_t kept = mebibytes(reserve);
  const std::uint64_t there = space.available >> 20U;
  Error full = make_error(
      ErrorCode::storage_full,
      fmt::format("In {} ist zu wenig Platz: Gebraucht werden {} MiB, dazu {} MiB Reserve; frei "
                  "sind {} MiB.",
                  folder, needed, kept, there),
      fmt::format("There is too little room in {}: needed are {} MiB, and {} MiB as a reserve; "
                  "{} MiB are free.",
                  folder, needed, kept, there));
  full.hint = folder + ": --check takes another folder with --scratch, restoring with --to";
  return fail(std::move(full));
}

Result<void> prove(Workshop& workshop, const std::string& folder, const Restoring& restoring) {
  const std::string& tenant = restoring.heads.tenant;
  storage::StoreOptions options;
  options.folder = folder;
  options.name = tenant;
  // What a check finds wrong in them is no reason to restore nothing.
  if (restoring.options.is_check) options.tables = workshop.tables();
  const Scratch keys_copy(folder + ".keys");
  options.content_keys = DMS_TRY(keys_for_proof(workshop, keys_copy.folder(), restoring));
  const auto store = DMS_TRY(storage::Store::open(workshop.storage, std::move(options)));
  DMS_TRY(storage::prove_restored(*store, restoring.generation));
  const storage::VerifyReport report = DMS_TRY(store->verify());
  for (const std::string& problem : report.problems) fmt::print("tenant {}: {}\n", tenant, problem);
  if (!report.problems.empty()) {
    return fail(operator_error(ErrorCode::corrupt, "what was restored has problems"));
  }
  fmt::print("tenant {}: clean: {} records, {} journal entries, {} contents, {} bytes\n", tenant,
             report.records, report.journal_entries, report.contents, report.content_bytes);
  if (report.destroyed_contents > 0) {
    fmt::print(
        "tenant {}: {} of the contents cannot be read: their keys were destroyed on purpose\n",
        tenant, report.destroyed_contents);
  }
  DMS_TRY(check_restored_heads(restoring.heads, *store));
  const storage::BackupPlace& place = restoring.heads.generations;
  const auto files = DMS_TRY(storage::read_generation_files(place, restoring.generation.number));
  const auto present_files = DMS_TRY(storage::read_present_files(place));
  if (restoring.options.is_check) return {};
  // Before the store is in its place: what fails here can be begun again.
  const KeyRestore keys{workshop.config, restoring.heads.data_dir, tenant};
  if (restoring.options.is_with_keys) DMS_TRY(put_keys_back(keys, files));
  DMS_TRY(put_present_files_back(keys, present_files));
  return take_over_heads(restoring.heads, *store, workshop.clock.now());
}

void tell_of_configuration(const storage::BackupPlace& place,
                           const storage::BackupGeneration& generation) {
  fmt::print(
      "The configuration it was made under: aktenwerk restore --from {} --generation {}{} "
      "--files-to FOLDER\n",
      place.folder, generation.number, place.key ? " --key-file FILE" : "");
}

}  // namespace

Result<storage::BackupPlace> find_place(const ServerConfig& config, const std::string& tenant,
                                        const BackupSource& source) {
  storage::BackupPlace place{source.from};
  if (source.from.empty()) {
    DMS_TRY(require_folder(config));
    place.folder = *config.backup.folder + "/" + tenant;
  }
  while (place.folder.size() > 1 && place.folder.ends_with('/')) place.folder.pop_back();
  if (source.is_not_encrypted) return place;
  const std::string key_file =
      source.key_file.empty() ? config.backup.key_file.value_or("") : source.key_file;
  if (!key_file.empty()) place.key = DMS_TRY(require_key_file(key_file));
  return place;
}

Result<storage::BackupGeneration> choose_generation(const storage::BackupPlace& place,
                                                    std::uint32_t number) {
  const auto generations = DMS_TRY(storage::list_backups(place));
  for (auto at = generations.rbegin(); at != generations.rend(); ++at) {
    if (number == 0 || at->number == number) return *at;
  }
  return fail(operator_error(ErrorCode::not_found,
                             fmt::format("backup {}: no generation {}", place.folder, number)));
}

Result<void> back_up_now(Workshop& workshop, const std::vector<std::string>& tenants) {
  const ServerConfig& config = workshop.config;
  DMS_TRY(require_folder(config));
  auto before = ask_server(config.admin_listen);
  if (before) return back_up_by_server(config.admin_listen, tenants, std::move(*before));
  if (before.error().code != ErrorCode::not_found) return fail(before.error());
  DMS_TRY(make_private_folder(*config.backup.folder));
  for (const std::string& id : tenants) {
    const auto tenant = DMS_TRY(workshop.open(id));
    print(id, DMS_TRY(back_up_with_heads(*tenant, DMS_TRY(backup_options(config, id)))));
  }
  return {};
}

Result<void> print_backups(const ServerConfig& config, const std::vector<std::string>& tenants,
                           const BackupSource& source) {
  for (const std::string& id : tenants) {
    for (const auto& generation :
         DMS_TRY(storage::list_backups(DMS_TRY(find_place(config, id, source))))) {
      print(id, generation);
    }
  }
  return {};
}

Result<void> make_backup_key(const std::string& file) {
  DMS_TRY(create_key_file(file));
  const Secret key = DMS_TRY(require_key_file(file));
  fmt::print(
      "{}: key {}\n\n"
      "Without this file no backup that is made with it can ever be read, by nobody.\n"
      "Keep a copy where no backup lies and fire does not reach both: on a stick in a safe, and\n"
      "on paper (base64 {}). Then put it into the configuration:\n\n"
      "  [backup]\n  key_file = \"{}\"\n",
      file, to_hex(storage::backup_key_id(key)), file, file);
  return {};
}

Result<void> restore_files(const ServerConfig& config, const RestoreOptions& options) {
  const auto place = DMS_TRY(find_place(config, options.tenant, options.source));
  const auto generation = DMS_TRY(choose_generation(place, options.generation));
  const auto files = DMS_TRY(storage::read_generation_files(place, generation.number));
  if (files.empty()) {
    return fail(ErrorCode::not_found, "Diese Sicherung enthält keine Konfiguration.",
                "This backup holds no configuration.");
  }
  return write_files_to(options.files_to, files,
                        options.is_with_keys ? WithKeys::yes : WithKeys::no);
}

Result<void> restore_tenant(Workshop& workshop, const RestoreOptions& options) {
  const ServerConfig& config = workshop.config;
  const std::string& id = options.tenant;
  DMS_TRY(check_tenant_config({id, id, {"localhost"}}));
  const storage::BackupPlace place = DMS_TRY(find_place(config, id, options.source));
  const auto generation = DMS_TRY(choose_generation(place, options.generation));
  print(id, generation);
  const std::string data_dir = options.data_dir.empty() ? config.data_dir : options.data_dir;
  const std::string folder = data_dir + "/" + id;
  // Not the store alone: an index that knows a later history lies beside it.
  std::error_code error;
  const auto there = std::filesystem::symlink_status(folder, error);
  if (!options.is_check && there.type() != std::filesystem::file_type::not_found) {
    return fail(ErrorCode::conflict,
                "Diesen Mandanten gibt es dort schon. Räumen Sie seinen Ordner zuerst beiseite.",
                "This tenant exists there already. Move its folder away first.");
  }
  const std::string room =
      options.is_check && !options.scratch.empty() ? options.scratch : data_dir;
  DMS_TRY(require_room(config, room, generation));
  DMS_TRY(storage::check_backup(place, generation.number));
  DMS_TRY(make_private_folder(room));
  // Under a name that no server opens until it is proven.
  const Scratch unfinished(room + "/" + id + (options.is_check ? ".check" : ".restoring"));
  DMS_TRY(make_private_folder(unfinished.folder()));
  const std::string store = unfinished.folder() + "/store";
  DMS_TRY(storage::restore_backup(place, generation.number, store));
  DMS_TRY(prove(workshop, store, {{place, data_dir, id}, generation, options}));
  if (options.is_check) return {};
  std::filesystem::rename(unfinished.folder(), folder, error);
  if (error) return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  fmt::print("tenant {}: restored to {}\n", id, folder);
  tell_of_configuration(place, generation);
  return {};
}

}  // namespace dms::web
