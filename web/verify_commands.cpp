#include "web/verify_commands.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/derived_content.h"
#include "dms/text_extraction.h"
#include "storage/content_damage.h"
#include "web/audit_commands.h"
#include "web/http/admin_client.h"
#include "web/reindex.h"
#include "web/scratch.h"
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
  for (const auto* problems : {&view.problems, &view.index_problems}) {
    for (const std::string& problem : *problems)
      fmt::print("tenant {}: {}\n", view.tenant, problem);
  }
  fmt::print(
      "tenant {}: {}: {} records, {} journal entries, {} references, {} contents, {} bytes, {} "
      "signed heads{}{}\n",
      view.tenant, is_clean(view) ? "clean" : "PROBLEMS", view.records, view.journal_entries,
      view.references, view.contents, view.content_bytes, view.heads,
      view.destroyed_contents
          ? fmt::format(", {} contents whose keys are destroyed", *view.destroyed_contents)
          : std::string(),
      view.indexed ? fmt::format(", {} documents in the index", *view.indexed) : std::string());
  return is_clean(view);
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

// Copies the index as it is: opening the tenant would put a damaged one away.
Result<void> copy_index(const std::string& from, const std::string& to) {
  std::error_code error;
  if (!std::filesystem::exists(from, error)) return {};
  std::filesystem::copy(from, to, error);
  if (error) return fail(operator_error(ErrorCode::unavailable, from + ": " + error.message()));
  return {};
}

Result<VerificationView> verify_here(Workshop& workshop, const std::string& id,
                                     const VerifyOptions& options) {
  const std::string& data_dir = workshop.config.data_dir;
  const Scratch copy(data_dir + "/" + id + ".verify");
  if (options.with_index) DMS_TRY(copy_index(tenant_folders(data_dir, id).index, copy.folder()));
  const auto tenant = DMS_TRY(workshop.open(id));
  ProgressLine line;
  VerificationWatch watch;
  watch.told = [&](const VerificationView& view) { line.show(view); };
  auto verified = verify_tenant(*tenant, options.with_index ? copy.folder() : "", watch);
  line.clear();
  if (!verified || options.heads_file.empty()) return verified;
  const HeadsReport heads = DMS_TRY(check_foreign_heads(*tenant, options.heads_file));
  verified->heads += heads.heads;
  verified->problems.insert(verified->problems.end(), heads.problems.begin(), heads.problems.end());
  return verified;
}

// Texts are made at once. Pages and renditions wait for the next start of the server, which knows
// with what and beside what they are made.
Result<void> renew_derived(const VerifyTools& tools, Tenant& tenant,
                           const VerificationView& found) {
  const std::string& id = found.tenant;
  const auto damaged = storage::contents_told_of(found.problems);
  if (damaged.empty()) return {};
  storage::Store& store = tenant.store();
  const auto given_up = DMS_TRY(give_up_damaged(store, damaged, tools.workshop.clock.now()));
  const TextExtraction extraction{store,
                                  *tools.extractor,
                                  tools.workshop.clock,
                                  tenant_folders(tools.workshop.config.data_dir, id).staging,
                                  RecognitionState::waiting,
                                  RenditionState::off};
  std::size_t texts = 0;
  for (const storage::ContentId& original : given_up.originals_of_texts) {
    const auto made = make_document_text(extraction, original);
    if (made) ++texts;
    if (!made) {
      fmt::print("tenant {}: the text of content {} was not made: {}\n", id, original.sha256.hex(),
                 made.error().hint);
    }
  }
  if (texts > 0) fmt::print("tenant {}: texts read again: {}\n", id, texts);
  if (given_up.recognitions + given_up.renditions > 0) {
    fmt::print(
        "tenant {}: to be made again once the server runs: pages of {} files, {} renditions\n", id,
        given_up.recognitions, given_up.renditions);
  }
  // What was damaged lies here, named by nobody, until it is swept.
  DMS_TRY(store.sweep_content());
  return {};
}

Result<void> repair_store(const VerifyTools& tools, const VerificationView& found) {
  const std::string& id = found.tenant;
  const auto tenant = DMS_TRY(tools.workshop.open(id));
  const Result<void> renewed = renew_derived(tools, *tenant, found);
  for (const auto& [what, outcome] : DMS_TRY(tenant->store().rebuild_derived())) {
    if (outcome.added == 0 && outcome.removed == 0) continue;
    if (what == "references") {
      fmt::print("tenant {}: references to contents: {} made\n", id, outcome.added);
      continue;
    }
    fmt::print("tenant {}: index entries of {}: {} made, {} removed\n", id, what, outcome.added,
               outcome.removed);
  }
  return renewed;
}

// Makes anew what is derived, where `found` has problems, and verifies again.
Result<VerificationView> repair(const VerifyTools& tools, const VerificationView& found,
                                const VerifyOptions& options) {
  const std::string& id = found.tenant;
  if (!found.problems.empty()) DMS_TRY(repair_store(tools, found));
  if (!found.index_problems.empty()) {
    DMS_TRY(reindex_tenant(tools.workshop, *tools.extractor, id));
  }
  return verify_here(tools.workshop, id, options);
}

Result<VerificationView> verify_alone(const VerifyTools& tools, const std::string& id,
                                      const VerifyOptions& options) {
  auto verified = DMS_TRY(verify_here(tools.workshop, id, options));
  if (!options.repair || is_clean(verified)) return verified;
  print(verified);
  return repair(tools, verified, options);
}

Result<void> require_known(const ServerConfig& config, const std::string& id) {
  for (const TenantEntry& entry : config.tenant) {
    if (entry.id == id) return {};
  }
  return fail(ErrorCode::not_found, "Die Konfiguration nennt keinen solchen Mandanten.",
              "The configuration names no such tenant.");
}

Error server_runs() {
  return make_error(ErrorCode::conflict,
                    "Das geht nur, wenn der Server nicht läuft. Halten Sie ihn zuerst an.",
                    "That needs the server stopped. Stop it first.");
}

}  // namespace

Result<bool> verify_now(const VerifyTools& tools, const std::vector<std::string>& tenants,
                        const VerifyOptions& options) {
  const ServerConfig& config = tools.workshop.config;
  for (const std::string& id : tenants) DMS_TRY(require_known(config, id));
  const auto asked = ask_server(config.admin_listen, "");
  if (!asked && asked.error().code != ErrorCode::not_found) return fail(asked.error());
  if (asked && (options.repair || !options.heads_file.empty())) return fail(server_runs());
  bool all_clean = true;
  std::optional<Error> failure;
  for (const std::string& id : tenants) {
    auto verified = asked ? verify_by_server(config.admin_listen, id, options.with_index)
                          : verify_alone(tools, id, options);
    if (verified) {
      all_clean = print(*verified) && all_clean;
      continue;
    }
    fmt::print("tenant {}: not verified\n", id);
    failure = std::move(verified.error());
  }
  if (failure) return fail(std::move(*failure));
  return all_clean;
}

}  // namespace dms::web
