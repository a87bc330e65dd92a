#include "web/backup_commands.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <unistd.h>

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "dms/base/json_codec.h"
#include "web/backups.h"
#include "web/http/admin_client.h"

namespace dms::web {

namespace {

constexpr std::chrono::seconds poll_interval{1};

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

// The server's word on its backups, once it has none to make any more.
Result<std::vector<BackupView>> wait_for_server(const AdminListenConfig& admin) {
  for (;;) {
    const AdminAnswer answer =
        DMS_TRY(ask_admin(admin.address, admin.port, Method::get, "/backups"));
    if (answer.status != 200) return fail(unexpected(answer));
    auto views = DMS_TRY(decode_json<std::vector<BackupView>>(answer.body, JsonProfile::record));
    bool waits = false;
    for (const BackupView& view : views) waits = waits || view.waiting;
    if (!waits) return views;
    std::this_thread::sleep_for(poll_interval);
  }
}

Result<void> back_up_by_server(const AdminListenConfig& admin, const AdminAnswer& begun) {
  if (begun.status != 202) return fail(unexpected(begun));
  std::string failures;
  for (const BackupView& view : DMS_TRY(wait_for_server(admin))) {
    if (view.failure) {
      failures += fmt::format("tenant {}: {}\n", view.tenant, *view.failure);
    } else if (view.generation) {
      fmt::print("tenant {}: generation {}: {} bytes\n", view.tenant, *view.generation,
                 view.bytes.value_or(0));
    }
  }
  if (!failures.empty()) return fail(operator_error(ErrorCode::unavailable, failures));
  return {};
}

// A folder that goes with what is in it.
class Scratch {
 public:
  explicit Scratch(std::string folder) : folder_(std::move(folder)) {}
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

Result<std::unique_ptr<Scratch>> make_scratch(const std::string& beside) {
  std::string name = beside + "/check-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(operator_error(ErrorCode::unavailable, beside + ": cannot be written"));
  }
  return std::make_unique<Scratch>(std::move(name));
}

Result<storage::BackupGeneration> choose(const std::string& from, std::uint32_t number) {
  const auto generations = DMS_TRY(storage::list_backups(from));
  for (auto at = generations.rbegin(); at != generations.rend(); ++at) {
    if (number == 0 || at->number == number) return *at;
  }
  return fail(operator_error(ErrorCode::not_found,
                             fmt::format("backup {}: no generation {}", from, number)));
}

Result<void> prove(Workshop& workshop, const std::string& tenant, const std::string& folder,
                   const storage::BackupGeneration& generation) {
  storage::StoreOptions options;
  options.folder = folder;
  options.name = tenant;
  const auto store = DMS_TRY(storage::Store::open(workshop.storage, std::move(options)));
  DMS_TRY(storage::prove_restored(*store, generation));
  const storage::VerifyReport report = DMS_TRY(store->verify());
  for (const std::string& problem : report.problems) fmt::print("tenant {}: {}\n", tenant, problem);
  if (!report.problems.empty()) {
    return fail(operator_error(ErrorCode::corrupt, "what was restored has problems"));
  }
  fmt::print("tenant {}: clean: {} records, {} journal entries, {} contents, {} bytes\n", tenant,
             report.records, report.journal_entries, report.contents, report.content_bytes);
  return {};
}

}  // namespace

Result<void> back_up_now(Workshop& workshop, const std::vector<std::string>& tenants) {
  const ServerConfig& config = workshop.config;
  DMS_TRY(require_folder(config));
  Headers headers;
  headers.add("X-Aktenwerk-Command", "backup");
  const AdminListenConfig& admin = config.admin_listen;
  const auto begun = ask_admin(admin.address, admin.port, Method::post, "/backups", headers);
  if (begun) return back_up_by_server(admin, *begun);
  DMS_TRY(make_private_folder(*config.backup.folder));
  for (const std::string& id : tenants) {
    const auto tenant = DMS_TRY(workshop.open(id));
    print(id, DMS_TRY(tenant->store().back_up(backup_options(config.backup, id))));
  }
  return {};
}

Result<void> print_backups(const ServerConfig& config, const std::vector<std::string>& tenants) {
  DMS_TRY(require_folder(config));
  for (const std::string& id : tenants) {
    for (const auto& generation :
         DMS_TRY(storage::list_backups(backup_folder(config.backup, id)))) {
      print(id, generation);
    }
  }
  return {};
}

Result<void> restore_tenant(Workshop& workshop, const RestoreOptions& options) {
  const ServerConfig& config = workshop.config;
  if (options.from.empty()) DMS_TRY(require_folder(config));
  const std::string from =
      options.from.empty() ? backup_folder(config.backup, options.tenant) : options.from;
  const storage::BackupGeneration generation = DMS_TRY(choose(from, options.generation));
  print(options.tenant, generation);
  DMS_TRY(storage::check_backup(from, generation.number));
  std::unique_ptr<Scratch> scratch;
  std::string data_dir = options.data_dir.empty() ? config.data_dir : options.data_dir;
  if (options.is_check) {
    scratch = DMS_TRY(make_scratch(std::filesystem::path(from).parent_path().string()));
    data_dir = scratch->folder();
  }
  const std::string folder = data_dir + "/" + options.tenant;
  // Not the store alone: an index that knows a later history lies beside it.
  if (std::filesystem::exists(std::filesystem::symlink_status(folder))) {
    return fail(ErrorCode::conflict,
                "Diesen Mandanten gibt es dort schon. Räumen Sie seinen Ordner zuerst beiseite.",
                "This tenant exists there already. Move its folder away first.");
  }
  DMS_TRY(make_private_folder(folder));
  const std::string store = tenant_folders(data_dir, options.tenant).store;
  DMS_TRY(storage::restore_backup(from, generation.number, store));
  DMS_TRY(prove(workshop, options.tenant, store, generation));
  if (!options.is_check) fmt::print("tenant {}: restored to {}\n", options.tenant, folder);
  return {};
}

}  // namespace dms::web
