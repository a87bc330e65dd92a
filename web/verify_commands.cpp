#include "web/verify_commands.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "dms/base/json_codec.h"
#include "web/http/admin_client.h"
#include "web/verifications.h"

namespace dms::web {

namespace {

constexpr std::chrono::seconds poll_interval{1};
// A server that is busy may miss a question now and then.
constexpr int failures_max = 10;

// On a terminal one line that is written over; else nothing, for a log needs no clockwork.
class ProgressLine {
 public:
  void show(const VerificationView& at) {
    if (!is_terminal_) return;
    fmt::print("\r{:<100}", fmt::format("tenant {}: {} records, {} contents, {} MiB{}", at.tenant,
                                        at.records, at.contents, at.content_bytes >> 20U,
                                        at.indexed ? fmt::format(", {} in the index", *at.indexed)
                                                   : std::string()));
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

// Whether it is clean.
bool print(const VerificationView& view) {
  for (const std::string& problem : view.problems) {
    fmt::print("tenant {}: {}\n", view.tenant, problem);
  }
  fmt::print(
      "tenant {}: {}: {} records, {} journal entries, {} contents, {} bytes{}\n", view.tenant,
      view.problems.empty() ? "clean" : "PROBLEMS", view.records, view.journal_entries,
      view.contents, view.content_bytes,
      view.indexed ? fmt::format(", {} documents in the index", *view.indexed) : std::string());
  return view.problems.empty();
}

Error unexpected(const AdminAnswer& answer) {
  return operator_error(ErrorCode::unavailable,
                        fmt::format("the server answered {}: {}", answer.status, answer.body));
}

// The server's word on one tenant; nullopt where it was never asked for.
Result<std::optional<VerificationView>> ask_server(const AdminListenConfig& admin,
                                                   const std::string& id) {
  const AdminAnswer answer =
      DMS_TRY(ask_admin(admin.address, admin.port, Method::get, "/verifications"));
  if (answer.status != 200) return fail(unexpected(answer));
  for (VerificationView& view :
       DMS_TRY(decode_json<std::vector<VerificationView>>(answer.body, JsonProfile::record))) {
    if (view.tenant == id) return std::optional(std::move(view));
  }
  return std::optional<VerificationView>();
}

Result<VerificationView> verify_by_server(const AdminListenConfig& admin, const std::string& id,
                                          bool with_index) {
  Headers headers;
  headers.add("X-Aktenwerk-Command", "verify");
  const std::string target = "/verifications?tenant=" + id + (with_index ? "&index=true" : "");
  const AdminAnswer begun =
      DMS_TRY(ask_admin(admin.address, admin.port, Method::post, target, headers));
  if (begun.status != 202) return fail(unexpected(begun));
  ProgressLine line;
  for (int failures = 0;; std::this_thread::sleep_for(poll_interval)) {
    auto view = ask_server(admin, id);
    failures = view ? 0 : failures + 1;
    if (failures == failures_max) return fail(view.error());
    if (!view) continue;
    if (!*view) {
      return fail(operator_error(ErrorCode::unavailable, "the server was started anew meanwhile"));
    }
    if ((*view)->waiting) {
      line.show(**view);
      continue;
    }
    line.clear();
    if ((*view)->failure) return fail(operator_error(ErrorCode::unavailable, *(*view)->failure));
    return std::move(**view);
  }
}

// A store that the configuration does not name would be made.
Result<void> require_known(const ServerConfig& config, const std::string& id) {
  for (const TenantEntry& entry : config.tenant) {
    if (entry.id == id) return {};
  }
  return fail(ErrorCode::not_found, "Die Konfiguration nennt keinen solchen Mandanten.",
              "The configuration names no such tenant.");
}

Result<VerificationView> verify_here(Workshop& workshop, const std::string& id, bool with_index) {
  const TenantFolders folders = tenant_folders(workshop.config.data_dir, id);
  storage::StoreOptions options;
  options.folder = folders.store;
  options.name = id;
  const auto store = DMS_TRY(storage::Store::open(workshop.storage, std::move(options)));
  ProgressLine line;
  VerificationWatch watch;
  watch.told = [&](const VerificationView& view) { line.show(view); };
  auto verified = verify_tenant(*store, id, with_index ? folders.index : "", watch);
  line.clear();
  return verified;
}

}  // namespace

Result<bool> verify_now(Workshop& workshop, const std::vector<std::string>& tenants,
                        const VerifyOptions& options) {
  for (const std::string& id : tenants) DMS_TRY(require_known(workshop.config, id));
  const AdminListenConfig& admin = workshop.config.admin_listen;
  const auto asked = ask_server(admin, "");
  if (!asked && asked.error().code != ErrorCode::not_found) return fail(asked.error());
  bool is_clean = true;
  std::optional<Error> failure;
  for (const std::string& id : tenants) {
    auto verified = asked ? verify_by_server(admin, id, options.with_index)
                          : verify_here(workshop, id, options.with_index);
    if (verified) {
      is_clean = print(*verified) && is_clean;
      continue;
    }
    fmt::print("tenant {}: not verified\n", id);
    failure = std::move(verified.error());
  }
  if (failure) return fail(std::move(*failure));
  return is_clean;
}

}  // namespace dms::web
