#pragma once

// A tenant: one municipality. Its store, its search index, its keys and the services on them; all
// that the API reaches for a request hangs on one Tenant, and nothing crosses tenants. Which tenant
// a request is for is decided by its host name alone.
//
// On disk, below the data folder:  <id>/store     RocksDB (truth)
//                                  <id>/index     Xapian (derived)
//                                  <id>/staging   files on their way into the sandbox (empty)
//                                  keys/<id>      keys, 0700/0600; contents' are wrapped
//                                  keys/server.key    wraps them, unless configured elsewhere
//                                  heads/<id>.jsonl   signed heads of the journal

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/attachment.h"
#include "dms/audit.h"
#include "dms/audit_heads.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/base/worker_lanes.h"
#include "dms/capture/mail_file.h"
#include "dms/capture/virus_scanner.h"
#include "dms/content_key_ring.h"
#include "dms/cursor.h"
#include "dms/document.h"
#include "dms/dossier.h"
#include "dms/erasure.h"
#include "dms/erasure_run.h"
#include "dms/file_plan.h"
#include "dms/filing_proposal.h"
#include "dms/group.h"
#include "dms/idempotency.h"
#include "dms/inbound_item.h"
#include "dms/inbound_search.h"
#include "dms/inbox.h"
#include "dms/indexing.h"
#include "dms/login.h"
#include "dms/login_throttle.h"
#include "dms/mail_thread.h"
#include "dms/org_unit.h"
#include "dms/password.h"
#include "dms/people.h"
#include "dms/permission_cache.h"
#include "dms/recogniser.h"
#include "dms/rendition_maker.h"
#include "dms/saved_search.h"
#include "dms/scope.h"
#include "dms/search_service.h"
#include "dms/session.h"
#include "dms/sign_in_failures.h"
#include "dms/token.h"
#include "dms/upload.h"
#include "dms/user.h"
#include "search/extract/extractor.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

struct TenantConfig {
  std::string id;                  // [a-z0-9-]{1,40}; also its folder's name
  std::string name;                // "Gemeinde Musterbach", for people
  std::vector<std::string> hosts;  // exact host names, lower case, without port
  ContentEncryption content_encryption = ContentEncryption::off;
};

// What all tenants of a process share. Outlives them.
struct TenantEnvironment {
  storage::StorageEnvironment& storage;
  const PasswordHasher& hasher;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
  std::string data_folder;
  // Both null: no indexing, for commands that do not need it.
  search::Extractor* extractor = nullptr;
  WorkerLane* extraction_lane = nullptr;
  // nullptr: pages without text stay so.
  WorkerLane* recognition_lane = nullptr;
  std::string recognition_languages = {};
  std::size_t recognised_pages_at_once = 1;
  // nullptr: no previews and thumbnails are made.
  WorkerLane* rendition_lane = nullptr;
  std::size_t rendition_batch_max = 16;
  UploadLimits upload_limits = {};
  // Rights by tasks; nullptr: none.
  const DocumentGrants* document_grants = nullptr;
  // What floors above keep about documents; nullptr: nothing.
  const DocumentBelongings* document_belongings = nullptr;
  // Those of the floors above, which lie in the tenant's store, too.
  std::vector<storage::TableIndexes> tables_above = {};
  std::uint32_t reads_kept_days = 0;     // StoreOptions::reads_kept_days
  std::uint64_t disk_reserve_bytes = 0;  // likewise
  // "": default_server_key_file().
  std::string server_key_file = {};
  VirusScanner* virus_scanner = nullptr;  // nullptr: nothing that comes in is looked at
};

// Thread-safe. Members are declared, so made and ended, in the order they need each other.
class Tenant {
 public:
  // Opens or creates. `corrupt` where the store is damaged. A damaged index is no failure: it is
  // put away and begun anew, and the indexer fills it again.
  static Result<std::shared_ptr<Tenant>> open(TenantConfig config,
                                              const TenantEnvironment& environment);
  ~Tenant();
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  const TenantConfig& config() const { return config_; }
  const Clock& clock() const { return clock_; }
  Log& log() const { return log_; }
  storage::Store& store() { return *store_; }
  const std::shared_ptr<ContentKeyRing>& content_keys() const { return content_keys_; }
  search::SearchIndex& index() { return *index_; }
  const CursorSealer& cursors() const { return cursors_; }
  const PermissionCache& permissions() const { return permissions_; }
  InFlightRequests& in_flight() { return in_flight_; }
  // nullptr where there is none. For what is about to be filed, by whoever brings it.
  VirusScanner* virus_scanner() const { return virus_scanner_; }
  Users& users() { return users_; }
  People& people() { return people_; }
  Groups& groups() { return groups_; }
  OrgUnits& org_units() { return org_units_; }
  AccessLists& access_lists() { return access_lists_; }
  Sessions& sessions() { return sessions_; }
  Tokens& tokens() { return tokens_; }
  SignIn& sign_in() { return sign_in_; }
  FilePlan& file_plan() { return file_plan_; }
  Dossiers& dossiers() { return dossiers_; }
  Documents& documents() { return documents_; }
  Attachments& attachments() { return attachments_; }
  const MailThreads& mail_threads() const { return mail_threads_; }
  Uploads& uploads() { return uploads_; }
  Inboxes& inboxes() { return inboxes_; }
  InboundItems& inbound_items() { return inbound_items_; }
  Audit& audit() { return audit_; }
  Erasures& erasures() { return erasures_; }
  AuditHeads& heads() { return *heads_; }
  SearchService& search() { return search_; }
  SavedSearches& saved_searches() { return saved_searches_; }
  InboundSearch& inbound_search() { return inbound_search_; }
  FilingProposals& filing_proposals() { return filing_proposals_; }
  const MailFiles& mail_files() const { return mail_files_; }
  // nullptr where the environment has no extractor.
  Indexer* indexer() { return indexer_.get(); }
  // nullptr where the environment has no lane for it.
  Recogniser* recogniser() { return recogniser_.get(); }
  // Likewise.
  RenditionMaker* rendition_maker() { return rendition_maker_.get(); }
  // Carries out what was released; nullptr where the environment has no extractor, for without an
  // indexer nothing can be said to have left the index.
  ErasureRun* erasure_run() { return erasure_run_.get(); }

  // What is to be done once a minute: last uses written, ended sessions, old idempotency keys and
  // expired uploads removed, counted sign-ins told, the day's head signed, and once an hour unnamed
  // content. Runs on a background lane, one call at a time; failures are logged and tried again.
  void do_housekeeping();

 private:
  struct Opened;
  Tenant(Opened opened, const TenantEnvironment& environment);
  Result<void> start_work(const TenantEnvironment& environment);
  void report(std::string_view task, const Result<void>& outcome);

  TenantConfig config_;
  const Clock& clock_;
  Log& log_;
  VirusScanner* const virus_scanner_;
  std::shared_ptr<ContentKeyRing> content_keys_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<search::SearchIndex> index_;
  std::unique_ptr<AuditHeads> heads_;
  CursorSealer cursors_;
  PermissionCache permissions_;
  InFlightRequests in_flight_;
  LoginThrottle throttle_;
  SignInFailures sign_in_failures_;
  Users users_;
  People people_;
  Groups groups_;
  OrgUnits org_units_;
  AccessLists access_lists_;
  Sessions sessions_;
  Tokens tokens_;
  SignIn sign_in_;
  FilePlan file_plan_;
  Dossiers dossiers_;
  Documents documents_;
  Uploads uploads_;
  Inboxes inboxes_;
  InboundItems inbound_items_;
  Audit audit_;
  Erasures erasures_;
  SearchService search_;
  SavedSearches saved_searches_;
  InboundSearch inbound_search_;
  FilingProposals filing_proposals_;
  std::unique_ptr<Recogniser> recogniser_;
  std::unique_ptr<RenditionMaker> rendition_maker_;
  std::unique_ptr<Indexer> indexer_;
  std::unique_ptr<ErasureRun> erasure_run_;
  Attachments attachments_;
  MailThreads mail_threads_;
  Instant next_content_sweep_;
  const MailFiles mail_files_;
};

// Where a tenant's parts lie; paths only, nothing is made.
struct TenantFolders {
  std::string store;
  std::string index;
  std::string staging;  // files on their way into the sandbox
};
TenantFolders tenant_folders(const std::string& data_folder, const std::string& tenant_id);

// Where its contents' keys lie.
std::string content_key_file(const std::string& data_folder, const std::string& tenant_id);
// Opens them; the keys' folder must be there. Errors as ContentKeyRing::open().
Result<std::shared_ptr<ContentKeyRing>> open_content_keys(const TenantEnvironment& environment,
                                                          const TenantConfig& config);

// How the tenant's store is opened, with all its tables. Without keys: sealed content cannot be
// read, but records and chains can.
storage::StoreOptions tenant_store_options(const TenantEnvironment& environment,
                                           const std::string& tenant_id);

// `invalid` where the id or a host is not as TenantConfig says.
Result<void> check_tenant_config(const TenantConfig& config);

}  // namespace dms
