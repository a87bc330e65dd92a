#include "web/audit_commands.h"

#include <fmt/core.h>

#include "dms/head_archive.h"
#include "dms/head_check.h"

namespace dms::web {

namespace {

// Beside the generations.
constexpr const char* copy_name = "heads.jsonl";

Result<std::string> read_copy(const storage::BackupPlace& generations) {
  return DMS_TRY(storage::read_backup_file(generations, copy_name)).value_or("");
}

void tell(const std::string& tenant, const SetAside& done) {
  if (done.heads == 0) return;
  fmt::print("tenant {}: {} signed heads do not fit this store, set aside in {}\n", tenant,
             done.heads, done.file);
}

// `corrupt` where one was signed of another history than `store` has up to there.
Result<void> check_heads_of(const std::string& path, std::string_view lines,
                            const storage::Store& store) {
  for (const auto& line : parse_heads(lines).lines) {
    const HeadAgreement agrees = DMS_TRY(agreement(line.head, store));
    if (agrees != HeadAgreement::other_entry || !has_good_signature(line.head)) continue;
    return fail(operator_error(ErrorCode::corrupt, path + ": " + describe(line.head, agrees)));
  }
  return {};
}

// A file that is named must be there.
Result<HeadFile> read_foreign_heads(const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) {
    Error error = make_error(ErrorCode::not_found, "Die Datei mit Unterschriften ist nicht lesbar.",
                             "The file of signed heads cannot be read.");
    error.hint = file;
    return fail(std::move(error));
  }
  HeadFile heads = parse_heads(DMS_TRY(read_head_file(file)));
  // Nobody appends to it: what has no end there was cut off.
  if (heads.is_torn && heads.damaged++ == 0) heads.first_damaged = heads.lines.size() + 1;
  if (heads.lines.empty() && heads.damaged == 0) {
    return fail(ErrorCode::invalid, "Die Datei enthält keine Unterschriften.",
                "The file holds no signed heads.");
  }
  return heads;
}

}  // namespace

Result<void> print_heads(const ServerConfig& config, const std::vector<std::string>& tenants) {
  for (const std::string& id : tenants) {
    DMS_TRY(check_tenant_config({id, id, {"localhost"}}));
    const HeadFile file = parse_heads(DMS_TRY(read_head_file(heads_file(config.data_dir, id))));
    for (const auto& line : file.lines) fmt::print("{}\n", head_line(line.head));
  }
  return {};
}

Result<void> set_aside_heads_of(Workshop& workshop, const std::string& tenant_id) {
  const auto tenant = DMS_TRY(workshop.open(tenant_id));
  const SetAside done =
      DMS_TRY(set_aside_heads(tenant->heads().file(), tenant->store(), workshop.clock.now()));
  tell(tenant_id, done);
  if (done.heads == 0) fmt::print("tenant {}: all signed heads fit the store\n", tenant_id);
  return {};
}

Result<HeadsReport> check_foreign_heads(Tenant& tenant, const std::string& file) {
  return check_heads(DMS_TRY(read_foreign_heads(file)), tenant.heads().owner(), tenant.store());
}

Result<storage::BackupGeneration> back_up_with_heads(Tenant& tenant,
                                                     const storage::BackupOptions& options) {
  // Read before, so that the generation holds what they were signed for.
  const std::string heads = DMS_TRY(read_head_file(tenant.heads().file()));
  const auto made = DMS_TRY(tenant.store().back_up(options));
  const storage::BackupPlace place{options.folder, options.key};
  std::string copy = DMS_TRY(read_copy(place));
  const std::string missing = missing_heads(copy, heads);
  if (missing.empty()) return made;
  // What had no end was never a head.
  copy.resize(parse_heads(copy).whole_bytes);
  DMS_TRY(storage::write_backup_file(place, copy_name, copy + missing));
  return made;
}

Result<void> check_restored_heads(const RestoredHeads& heads, const storage::Store& store) {
  DMS_TRY(check_heads_of(heads.generations.folder + "/" + copy_name,
                         DMS_TRY(read_copy(heads.generations)), store));
  const std::string path = heads_file(heads.data_dir, heads.tenant);
  return check_heads_of(path, DMS_TRY(read_head_file(path)), store);
}

Result<void> take_over_heads(const RestoredHeads& heads, const storage::Store& store, Instant now) {
  const std::string path = heads_file(heads.data_dir, heads.tenant);
  DMS_TRY(make_private_folder(heads_folder(heads.data_dir)));
  DMS_TRY(add_heads(path, DMS_TRY(read_copy(heads.generations))));
  tell(heads.tenant, DMS_TRY(set_aside_heads(path, store, now)));
  return {};
}

Result<void> take_over_heads(const ImportedHeads& heads, const storage::Store& store, Instant now) {
  const std::string path = heads_file(heads.data_dir, heads.tenant);
  DMS_TRY(check_heads_of("heads.jsonl", heads.lines, store));
  DMS_TRY(check_heads_of(path, DMS_TRY(read_head_file(path)), store));
  DMS_TRY(make_private_folder(heads_folder(heads.data_dir)));
  DMS_TRY(add_heads(path, heads.lines));
  tell(heads.tenant, DMS_TRY(set_aside_heads(path, store, now)));
  return {};
}

}  // namespace dms::web
