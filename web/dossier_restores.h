#pragma once

// One dossier at a time brought back from a backup into its tenant (dms/dossier_restore.h), when
// the operator asks, on a thread of its own.
//
// Everybody on this machine reaches the admin address, and this changes records. So the command
// writes what it asks for to a file in the data folder, which is open to the server's account
// alone, and names that file: who could not write there is not listened to.

#include <atomic>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/mutex.h"
#include "dms/base/worker_lanes.h"
#include "dms/dossier_restore.h"
#include "dms/tenant.h"

namespace dms::web {

// What the file says.
struct DossierRestoreRequest {
  std::string tenant;
  std::string dossier;           // its file reference or its id
  std::uint32_t generation = 0;  // 0: the newest
  std::string from;              // a tenant's folder of generations; "": the configured one
  std::string key_file;          // "": the configured one, if any
  bool is_not_encrypted = false;
  bool is_check = false;
  bool overwrite = false;
  std::string asked_by;  // the operator's account
};
BOOST_DESCRIBE_STRUCT(DossierRestoreRequest, (),
                      (tenant, dossier, generation, from, key_file, is_not_encrypted, is_check,
                       overwrite, asked_by))

// How it stands with one that was asked for: counts, as of DossierRestoreReport.
struct DossierRestoreView {
  std::string request;
  std::string tenant;
  bool waiting = false;  // or being done
  std::uint32_t generation = 0;
  std::optional<Instant> made;  // the generation
  std::string dossier;          // its id
  bool dossier_missing = false;
  bool dossier_differs = false;
  bool access_list_differs = false;
  std::uint64_t documents = 0;
  std::uint64_t documents_missing = 0;
  std::uint64_t documents_differing = 0;
  std::uint64_t documents_elsewhere = 0;
  std::uint64_t documents_erased = 0;
  std::uint64_t versions_missing = 0;
  std::uint64_t versions_conflicting = 0;
  std::uint64_t contents_damaged = 0;
  std::optional<std::string> failure;
};
BOOST_DESCRIBE_STRUCT(DossierRestoreView, (),
                      (request, tenant, waiting, generation, made, dossier, dossier_missing,
                       dossier_differs, access_list_differs, documents, documents_missing,
                       documents_differing, documents_elsewhere, documents_erased, versions_missing,
                       versions_conflicting, contents_damaged, failure))

// Writes a request to where a server of this data folder finds it; returns its name.
Result<std::string> leave_request(const std::string& data_dir,
                                  const DossierRestoreRequest& request);
// Reads it and takes it away: `forbidden` where there is none of this name, or where it is not of
// the account that this process runs as, nor of root.
Result<DossierRestoreRequest> take_request(const std::string& data_dir, std::string_view name);

// Does what is asked for with the opened tenant. `is_cancelled` (borrowed, may be null) ends it.
struct DossierRestoreTools {
  const ServerConfig& config;
  storage::StorageEnvironment& storage;
  const std::atomic<bool>* is_cancelled = nullptr;
};
Result<DossierRestoreView> carry_out(const DossierRestoreTools& tools, Tenant& tenant,
                                     const DossierRestoreRequest& request);

// Thread-safe. Borrows all.
class DossierRestores {
 public:
  using Tenants = std::vector<std::shared_ptr<Tenant>>;

  DossierRestores(ServerConfig config, storage::StorageEnvironment& storage, Log& log)
      : config_(std::move(config)), storage_(storage), log_(log) {}

  // `not_found` where `open` has no such tenant, `busy` while too many wait or the server stops.
  Result<void> begin(const Tenants& open, std::string_view request);
  // The last hundred.
  std::vector<DossierRestoreView> views() const;
  // Takes no more; the one under way ends before its next document.
  void stop();

 private:
  void finish(const std::string& name, Result<DossierRestoreView> outcome);

  const ServerConfig config_;
  storage::StorageEnvironment& storage_;
  Log& log_;
  std::atomic<bool> is_stopping_{false};
  mutable Mutex mutex_;
  std::deque<DossierRestoreView> views_ DMS_GUARDED_BY(mutex_);
  WorkerLane lane_{{.name = "restore", .threads = 1, .queue_limit = 16}};  // ends first
};

}  // namespace dms::web
