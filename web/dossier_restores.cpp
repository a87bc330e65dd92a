#include "web/dossier_restores.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "dms/base/random.h"
#include "dms/small_file.h"
#include "storage/backup_store.h"
#include "web/backup_commands.h"

namespace dms::web {

namespace {

constexpr std::size_t name_bytes = 16;
constexpr std::size_t request_bytes_max = 64U << 10U;
constexpr std::size_t views_max = 100;

std::string file_of(const std::string& data_dir, std::string_view name) {
  return data_dir + "/restore-" + std::string(name) + ".request";
}

tl::unexpected<Error> refused() {
  return fail(ErrorCode::forbidden, "Das ist der Befehlszeile vorbehalten.",
              "Only the command line may ask for this.");
}

bool is_name(std::string_view name) {
  const auto raw = from_hex(name);
  return raw && raw->size() == name_bytes;
}

DossierRestoreView to_view(const DossierRestoreReport& report) {
  DossierRestoreView view;
  view.dossier = report.dossier;
  view.dossier_missing = report.dossier_missing;
  view.dossier_differs = report.dossier_differs;
  view.access_list_differs = report.access_list_differs;
  view.documents = report.documents;
  view.documents_missing = report.documents_missing;
  view.documents_differing = report.documents_differing;
  view.documents_elsewhere = report.documents_elsewhere;
  view.documents_erased = report.documents_erased;
  view.versions_missing = report.versions_missing;
  view.versions_conflicting = report.versions_conflicting;
  view.contents_damaged = report.contents_damaged;
  return view;
}

}  // namespace

Result<std::string> leave_request(const std::string& data_dir,
                                  const DossierRestoreRequest& request) {
  std::string name = to_hex(random_bytes(name_bytes));
  DMS_TRY(create_small_file(file_of(data_dir, name), encode_json(request)));
  return name;
}

Result<DossierRestoreRequest> take_request(const std::string& data_dir, std::string_view name) {
  if (!is_name(name)) return refused();
  const std::string path = file_of(data_dir, name);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return refused();
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) return refused();
  const auto text = DMS_TRY(read_small_file(path, request_bytes_max));
  ::unlink(path.c_str());
  if (!text) return refused();
  return decode_json<DossierRestoreRequest>(*text, JsonProfile::record);
}

Result<DossierRestoreView> carry_out(const DossierRestoreTools& tools, Tenant& tenant,
                                     const DossierRestoreRequest& request) {
  const std::string& id = tenant.config().id;
  const storage::BackupPlace place = DMS_TRY(
      find_place(tools.config, id, {request.from, request.key_file, request.is_not_encrypted}));
  const auto generation = DMS_TRY(choose_generation(place, request.generation));
  storage::StoreOptions options;
  options.name = id + ".backup";
  options.content_keys = tenant.content_keys();
  const auto backup =
      DMS_TRY(storage::open_backup(tools.storage, place, generation.number, std::move(options)));
  const DossierRestoreOptions choice{request.dossier, request.is_check, request.overwrite,
                                     request.asked_by, tools.is_cancelled};
  DossierRestoreView view = to_view(
      DMS_TRY(restore_dossier(tenant.store(), tenant.clock(), {*backup, generation}, choice)));
  view.tenant = id;
  view.generation = generation.number;
  view.made = generation.time;
  return view;
}

Result<void> DossierRestores::begin(const Tenants& open, std::string_view request) {
  DossierRestoreRequest asked = DMS_TRY(take_request(config_.data_dir, request));
  const auto found = std::ranges::find_if(
      open, [&](const auto& tenant) { return tenant->config().id == asked.tenant; });
  if (found == open.end()) {
    return fail(ErrorCode::not_found,
                "Diesen Mandanten gibt es hier nicht, oder er ist nicht offen.",
                "There is no such tenant here, or it is not open.");
  }
  const std::string name(request);
  {
    const MutexLock lock(mutex_);
    DossierRestoreView& view = views_.emplace_back();
    view.request = name;
    view.tenant = asked.tenant;
    view.waiting = true;
    if (views_.size() > views_max) views_.pop_front();
  }
  // Waiting for its turn it keeps no tenant from being closed.
  auto posted =
      lane_.post([this, name, asked = std::move(asked), waiting = std::weak_ptr<Tenant>(*found)] {
        const auto held = waiting.lock();
        Result<DossierRestoreView> closed =
            fail(operator_error(ErrorCode::unavailable, "the tenant was closed"));
        finish(name, held ? carry_out({config_, storage_, &is_stopping_}, *held, asked)
                          : std::move(closed));
      });
  if (!posted) finish(name, fail(posted.error()));
  return posted;
}

std::vector<DossierRestoreView> DossierRestores::views() const {
  const MutexLock lock(mutex_);
  return {views_.begin(), views_.end()};
}

void DossierRestores::stop() {
  is_stopping_ = true;
  lane_.stop();
}

void DossierRestores::finish(const std::string& name, Result<DossierRestoreView> outcome) {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find(views_, name, &DossierRestoreView::request);
  if (found == views_.end()) return;
  const std::string tenant = found->tenant;
  if (outcome) {
    *found = std::move(*outcome);
    found->request = name;
    log_.info("dossier_restored", {{"tenant", tenant},
                                   {"generation", std::uint64_t{found->generation}},
                                   {"documents", found->documents},
                                   {"missing", found->documents_missing},
                                   {"damaged", found->contents_damaged}});
  } else {
    const Error& error = outcome.error();
    found->failure = error.message.en + (error.hint.empty() ? "" : " " + error.hint);
    log_.error(
        "dossier_restore_failed",
        {{"tenant", tenant}, {"code", std::string(to_string(error.code))}, {"hint", error.hint}});
  }
  found->waiting = false;
}

}  // namespace dms::web
