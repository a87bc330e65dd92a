#include "web/exchange_commands.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "dms/head_archive.h"
#include "dms/tenant_export.h"
#include "dms/tenant_import.h"
#include "web/audit_commands.h"
#include "web/scratch.h"

namespace dms::web {

namespace {

// On a terminal one line that is written over; else nothing, for a log needs no clockwork.
class ProgressLine {
 public:
  void show(const std::string& text) {
    if (!is_terminal_) return;
    fmt::print("\r{:<100}", text);
    std::fflush(stdout);
    is_shown_ = true;
  }
  void clear() {
    if (is_shown_) fmt::print("\r{:<100}\r", "");
    is_shown_ = false;
  }

 private:
  const bool is_terminal_ = isatty(STDOUT_FILENO) != 0;
  bool is_shown_ = false;
};

Result<std::string> name_of(const ServerConfig& config, const std::string& id) {
  for (const TenantEntry& entry : config.tenant) {
    if (entry.id == id) return entry.name;
  }
  return fail(ErrorCode::not_found, "Die Konfiguration nennt keinen solchen Mandanten.",
              "The configuration names no such tenant.");
}

Error explain_open_store(Error error) {
  if (error.code != ErrorCode::conflict) return error;
  Error explained = make_error(
      ErrorCode::conflict,
      "Der Server hat diesen Mandanten geöffnet. Halten Sie ihn an, oder exportieren Sie eine "
      "zurückgespielte Sicherung.",
      "The server has this tenant open. Stop it, or export a restored backup.");
  explained.hint = std::move(error.hint);
  return explained;
}

Result<void> require_no_tenant(const std::string& folder) {
  std::error_code error;
  const auto there = std::filesystem::symlink_status(folder, error);
  if (there.type() == std::filesystem::file_type::not_found) return {};
  Error exists =
      make_error(ErrorCode::conflict,
                 "Diesen Mandanten gibt es dort schon. Räumen Sie seinen Ordner zuerst beiseite.",
                 "This tenant exists there already. Move its folder away first.");
  exists.hint = folder;
  return fail(std::move(exists));
}

// One import into a data folder at a time, else each would clear the other's work away. The lock is
// the folder's own and ends with the process.
class ImportLock {
 public:
  explicit ImportLock(const std::string& data_dir)
      : descriptor_(::open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        is_taken_(descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {}
  ~ImportLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ImportLock(const ImportLock&) = delete;
  ImportLock& operator=(const ImportLock&) = delete;
  bool is_taken() const { return is_taken_; }

 private:
  const int descriptor_;
  const bool is_taken_;
};

// What was renamed in `folder` outlives a power cut.
Result<void> sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (is_synced) return {};
  return fail(operator_error(ErrorCode::unavailable, folder + ": cannot be synced"));
}

// The heads of another tenant's id prove nothing here; they stay in the export.
Result<void> take_heads(Workshop& workshop, const ImportReport& report, const std::string& tenant,
                        storage::StoreOptions options) {
  if (report.heads.empty()) return {};
  if (report.tenant != tenant) {
    fmt::print("tenant {}: its signed heads are those of {} and stay in the export\n", tenant,
               report.tenant);
    return {};
  }
  options.access = storage::StoreOptions::Access::read_only;
  const auto store = DMS_TRY(storage::Store::open(workshop.storage, std::move(options)));
  const ImportedHeads heads{report.heads, workshop.config.data_dir, tenant};
  return take_over_heads(heads, *store, workshop.clock.now());
}

// Opening would make it.
Result<void> require_store(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  Error absent = make_error(ErrorCode::not_found, "Diesen Mandanten gibt es dort nicht.",
                            "There is no such tenant there.");
  absent.hint = folder;
  return fail(std::move(absent));
}

// Of this process, as the system knows him.
std::string system_user() {
  std::string buffer(4096, '\0');
  struct passwd entry {};
  struct passwd* found = nullptr;
  const uid_t id = ::getuid();
  const int error = ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
  return error == 0 && found != nullptr ? std::string(found->pw_name) : std::to_string(id);
}

}  // namespace

Result<void> export_tenant_to(Workshop& workshop, const ExportCommand& command) {
  const std::string data_dir =
      command.data_dir.empty() ? workshop.config.data_dir : command.data_dir;
  ExportOptions options;
  options.folder = command.folder;
  options.tenant = command.tenant;
  options.name = DMS_TRY(name_of(workshop.config, command.tenant));
  options.with_secrets = command.with_secrets;
  options.system_user = system_user();
  options.heads = DMS_TRY(read_head_file(heads_file(data_dir, command.tenant)));
  auto opening = workshop.store_options(command.tenant, data_dir);
  if (!opening) return fail(explain_open_store(opening.error()));
  opening->tables.clear();  // no index is built for this
  DMS_TRY(require_store(opening->folder));
  const auto store = storage::Store::open(workshop.storage, std::move(*opening));
  if (!store) return fail(explain_open_store(store.error()));
  ProgressLine line;
  const auto exported = export_tenant(**store, options, [&](const ExportCounts& at) {
    line.show(fmt::format("tenant {}: {} documents, {} MiB, {} records, {} journal entries",
                          command.tenant, at.documents, at.content_bytes >> 20U, at.records,
                          at.journal_entries));
  });
  line.clear();
  if (!exported) return fail(exported.error());
  const ExportCounts& counts = exported->counts;
  fmt::print(
      "tenant {}: exported to {}: {} dossiers, {} documents, {} files of {} bytes, {} records, {} "
      "journal entries\n",
      command.tenant, command.folder, counts.dossiers, counts.documents, counts.contents,
      counts.content_bytes, counts.records, counts.journal_entries);
  fmt::print("tenant {}: SHA-256 of SHA256SUMS: {}\n", command.tenant, exported->checksums.hex());
  return {};
}

Result<void> import_tenant_from(Workshop& workshop, const ImportCommand& command) {
  const std::string& id = command.tenant;
  const std::string& data_dir = workshop.config.data_dir;
  DMS_TRY(name_of(workshop.config, id));
  DMS_TRY(check_tenant_config({id, id, {"localhost"}}));
  const std::string folder = data_dir + "/" + id;
  DMS_TRY(require_no_tenant(folder));
  DMS_TRY(make_private_folder(data_dir));
  const ImportLock lock(data_dir);
  if (!lock.is_taken()) {
    return fail(operator_error(ErrorCode::conflict, "another import is under way"));
  }
  // Under a name that no server opens until it is whole.
  const Scratch unfinished(folder + ".importing");
  DMS_TRY(make_private_folder(unfinished.folder()));
  ImportOptions options;
  options.folder = command.folder;
  options.store = DMS_TRY(workshop.store_options(id, data_dir));
  options.store.folder = unfinished.folder() + "/store";
  ProgressLine line;
  const auto imported = import_tenant(workshop.storage, options, [&](const ImportCounts& at) {
    line.show(fmt::format("tenant {}: {} MiB checked; {} MiB, {} records, {} journal entries", id,
                          at.checked_bytes >> 20U, at.content_bytes >> 20U, at.records,
                          at.journal_entries));
  });
  line.clear();
  if (!imported) return fail(imported.error());
  DMS_TRY(take_heads(workshop, *imported, id, options.store));
  std::error_code error;
  std::filesystem::rename(unfinished.folder(), folder, error);
  if (error) return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  DMS_TRY(sync_folder(data_dir));
  const ImportCounts& counts = imported->counts;
  fmt::print("tenant {}: imported and clean: {} records, {} journal entries, {} bytes of content\n",
             id, counts.records, counts.journal_entries, counts.content_bytes);
  fmt::print("tenant {}: SHA-256 of SHA256SUMS: {}\n", id, imported->checksums.hex());
  if (!imported->has_secrets) {
    fmt::print(
        "tenant {}: no passwords came with it: give an administrator one with aktenwerk init\n",
        id);
  }
  return {};
}

}  // namespace dms::web
