#include "web/dossier_commands.h"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

#include "dms/base/json_codec.h"
#include "web/http/admin_client.h"

namespace dms::web {

namespace {

constexpr std::chrono::milliseconds poll_interval{300};
constexpr int failures_max = 30;

// Who asks: the account, also behind sudo.
std::string account() {
  const char* behind = std::getenv("SUDO_USER");
  if (behind != nullptr && *behind != '\0') return behind;
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

Error unexpected(const AdminAnswer& answer) {
  return operator_error(ErrorCode::unavailable,
                        fmt::format("the server answered {}: {}", answer.status, answer.body));
}

Result<DossierRestoreView> ask_server(const AdminListenConfig& admin, const std::string& name) {
  const AdminAnswer answer =
      DMS_TRY(ask_admin(admin.address, admin.port, Method::get, "/dossier_restores"));
  if (answer.status != 200) return fail(unexpected(answer));
  for (DossierRestoreView& view :
       DMS_TRY(decode_json<std::vector<DossierRestoreView>>(answer.body, JsonProfile::record))) {
    if (view.request == name) return std::move(view);
  }
  return fail(operator_error(ErrorCode::unavailable,
                             "the server was started anew meanwhile; what "
                             "it had done stays: run the command again"));
}

Result<DossierRestoreView> restore_by_server(const ServerConfig& config,
                                             const DossierRestoreRequest& request) {
  const AdminListenConfig& admin = config.admin_listen;
  const std::string name = DMS_TRY(leave_request(config.data_dir, request));
  Headers headers;
  headers.add("X-Aktenwerk-Command", "restore-dossier");
  const AdminAnswer begun = DMS_TRY(ask_admin(admin.address, admin.port, Method::post,
                                              "/dossier_restores?request=" + name, headers));
  if (begun.status != 202) return fail(unexpected(begun));
  for (int failures = 0;; std::this_thread::sleep_for(poll_interval)) {
    auto view = ask_server(admin, name);
    failures = view ? 0 : failures + 1;
    if (failures == failures_max) return view;
    if (view && !view->waiting) return view;
  }
}

void print(const DossierRestoreView& view, bool is_check, bool overwrite) {
  const std::string_view done = is_check ? "to bring back" : "brought back";
  const std::string_view changed =
      overwrite ? (is_check ? "to overwrite" : "overwritten") : "left as they are";
  fmt::print("tenant {}: generation {} of {}: file {}\n", view.tenant, view.generation,
             view.made ? format_rfc3339(*view.made) : "?", view.dossier);
  fmt::print("  the file itself: {}\n", view.dossier_missing   ? std::string(done)
                                        : view.dossier_differs ? fmt::format("differs, {}", changed)
                                                               : "is there unchanged");
  if (view.access_list_differs) fmt::print("  its access list differs, and stays as it is now\n");
  fmt::print("  documents in the backup: {}\n", view.documents);
  const auto count = [](std::uint64_t number, const std::string& what) {
    if (number > 0) fmt::print("  {} {}\n", number, what);
  };
  count(view.documents_missing, fmt::format("documents {}", done));
  count(view.versions_missing, fmt::format("versions {}", done));
  count(view.contents_damaged, is_check ? "damaged contents to mend" : "damaged contents mended");
  count(view.documents_differing, fmt::format("documents differ, {}", changed));
  count(view.documents_elsewhere, "documents are in another file now, and stay there");
  count(view.documents_erased, "documents were erased on purpose, and do not come back");
  count(view.versions_conflicting, "versions stay out: others have their numbers");
}

}  // namespace

Result<void> restore_one_dossier(Workshop& workshop, DossierRestoreRequest request) {
  const ServerConfig& config = workshop.config;
  request.asked_by = account();
  // The server does not stand where the command does.
  for (std::string* path : {&request.from, &request.key_file}) {
    if (!path->empty()) *path = std::filesystem::absolute(*path).lexically_normal().string();
  }
  const AdminListenConfig& admin = config.admin_listen;
  const auto asked = ask_admin(admin.address, admin.port, Method::get, "/dossier_restores");
  if (!asked && asked.error().code != ErrorCode::not_found) return fail(asked.error());
  DossierRestoreView view;
  if (asked) {
    view = DMS_TRY(restore_by_server(config, request));
  } else {
    const auto tenant = DMS_TRY(workshop.open(request.tenant));
    view = DMS_TRY(carry_out({config, workshop.storage}, *tenant, request));
  }
  if (view.failure) return fail(operator_error(ErrorCode::unavailable, *view.failure));
  print(view, request.is_check, request.overwrite);
  return {};
}

}  // namespace dms::web
