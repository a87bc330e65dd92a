#include "dms/tenant.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dms/head_archive.h"
#include "dms/secret_keys.h"
#include "dms/tables.h"

namespace dms {

namespace {

constexpr std::size_t tenant_id_bytes_max = 40;
constexpr std::size_t host_bytes_max = 253;  // RFC 1035
constexpr std::chrono::hours content_sweep_every{1};

// Made 0700 where absent; never a link to somewhere else.
Result<void> make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail(operator_error(ErrorCode::unavailable, folder + ": " + std::strerror(errno)));
  }
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return fail(operator_error(ErrorCode::unavailable, folder + ": is no folder"));
  }
  return {};
}

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= host_bytes_max && host.front() != '.' &&
         host.back() != '.' && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_id_character(c) || c == '.'; });
}

}  // namespace

struct Tenant::Opened {
  TenantConfig config;
  TenantKeys keys;
  std::shared_ptr<ContentKeyRing> content_keys;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<search::SearchIndex> index;
  std::unique_ptr<AuditHeads> heads;
};

TenantFolders tenant_folders(const std::string& data_folder, const std::string& tenant_id) {
  const std::string folder = data_folder + "/" + tenant_id;
  return {folder + "/store", folder + "/index", folder + "/staging"};
}

std::string content_key_file(const std::string& data_folder, const std::string& tenant_id) {
  return data_folder + "/keys/" + tenant_id + "/content.keys";
}

Result<std::shared_ptr<ContentKeyRing>> open_content_keys(const TenantEnvironment& environment,
                                                          const TenantConfig& config) {
  return ContentKeyRing::open(
      {content_key_file(environment.data_folder, config.id), config.content_encryption,
       environment.server_key_file.empty() ? default_server_key_file(environment.data_folder)
                                           : environment.server_key_file},
      environment.clock);
}

storage::StoreOptions tenant_store_options(const TenantEnvironment& environment,
                                           const std::string& tenant_id) {
  storage::StoreOptions options;
  options.folder = tenant_folders(environment.data_folder, tenant_id).store;
  options.name = tenant_id;
  options.tables = stored_tables();
  options.tables.insert(options.tables.end(), environment.tables_above.begin(),
                        environment.tables_above.end());
  options.reads_kept_days = environment.reads_kept_days;
  options.disk_reserve_bytes = environment.disk_reserve_bytes;
  return options;
}

Result<void> check_tenant_config(const TenantConfig& config) {
  const bool id_is_sound = !config.id.empty() && config.id.size() <= tenant_id_bytes_max &&
                           std::all_of(config.id.begin(), config.id.end(), is_id_character);
  // Beside the tenants' folders stand the keys and the signed heads.
  if (!id_is_sound || config.id == "keys" || config.id == "tls" || config.id == "heads") {
    return fail(
        invalid_field("/tenant/id", "Ungültige Kennung eines Mandanten.", "Invalid tenant id."));
  }
  if (config.hosts.empty() || !std::all_of(config.hosts.begin(), config.hosts.end(), is_host)) {
    return fail(invalid_field("/tenant/hosts", "Ungültiger Rechnername eines Mandanten.",
                              "Invalid host name of a tenant."));
  }
  return {};
}

Tenant::Tenant(Opened opened, const TenantEnvironment& environment)
    : config_(std::move(opened.config)),
      clock_(environment.clock),
      log_(environment.log),
      virus_scanner_(environment.virus_scanner),
      content_keys_(std::move(opened.content_keys)),
      store_(std::move(opened.store)),
      index_(std::move(opened.index)),
      heads_(std::move(opened.heads)),
      cursors_(std::move(opened.keys.cursor)),
      throttle_(clock_),
      sign_in_failures_(*store_, clock_),
      users_(*store_, clock_, environment.hasher, throttle_, sign_in_failures_),
      people_(*store_),
      groups_(*store_, clock_),
      org_units_(*store_, clock_),
      access_lists_(*store_, clock_),
      sessions_(*store_, clock_),
      tokens_(*store_, clock_, sign_in_failures_),
      sign_in_(*store_, environment.hasher, throttle_, sessions_, sign_in_failures_),
      file_plan_(*store_, permissions_, clock_),
      dossiers_(*store_, permissions_, clock_),
      documents_(*store_, permissions_, clock_, environment.document_grants,
                 config_.content_encryption),
      uploads_(*store_, clock_, environment.upload_limits),
      inboxes_(*store_, permissions_, clock_),
      inbound_items_(*store_, permissions_, clock_, environment.document_belongings,
                     config_.content_encryption),
      audit_(*store_, permissions_, *heads_),
      erasures_(*store_, clock_, environment.document_belongings),
      search_(*store_, *index_, permissions_, environment.clock, environment.document_grants),
      saved_searches_(*store_, search_, clock_),
      inbound_search_(*store_, *index_, permissions_),
      filing_proposals_(*store_, permissions_, search_, config_.name),
      attachments_(
          *store_, permissions_, environment.document_grants,
          {environment.extractor, tenant_folders(environment.data_folder, config_.id).staging}),
      mail_threads_(*store_, permissions_, environment.document_grants),
      mail_files_(*store_, environment.extractor,
                  tenant_folders(environment.data_folder, config_.id).staging) {}

Result<std::shared_ptr<Tenant>> Tenant::open(TenantConfig config,
                                             const TenantEnvironment& environment) {
  DMS_TRY(check_tenant_config(config));
  const std::string folder = environment.data_folder + "/" + config.id;
  const std::string keys_folder = environment.data_folder + "/keys";
  const TenantFolders folders = tenant_folders(environment.data_folder, config.id);
  for (const std::string& needed : {environment.data_folder, folder, folders.staging, keys_folder,
                                    heads_folder(environment.data_folder)}) {
    DMS_TRY(make_folder(needed));
  }
  Opened opened;
  const std::string keys_of_tenant = keys_folder + "/" + config.id;
  opened.keys = DMS_TRY(load_or_create_keys(keys_of_tenant));
  opened.content_keys = DMS_TRY(open_content_keys(environment, config));
  storage::StoreOptions store_options = tenant_store_options(environment, config.id);
  store_options.content_keys = opened.content_keys;
  opened.store = DMS_TRY(storage::Store::open(environment.storage, std::move(store_options)));
  opened.heads = DMS_TRY(
      AuditHeads::open(*opened.store, environment.clock,
                       {config.id, heads_file(environment.data_folder, config.id),
                        keys_of_tenant + "/signing.known", std::move(opened.keys.signing)}));
  opened.index = DMS_TRY(open_search_index(*opened.store, folders.index, environment.log));
  opened.config = std::move(config);
  const std::shared_ptr<Tenant> tenant(new Tenant(std::move(opened), environment));
  if (environment.extractor != nullptr && environment.extraction_lane != nullptr) {
    DMS_TRY(tenant->start_work(environment));
  }
  return tenant;
}

// The indexer, what recognises pages for it, what makes renditions, and the run of erasures.
Result<void> Tenant::start_work(const TenantEnvironment& environment) {
  const std::string staging = tenant_folders(environment.data_folder, config_.id).staging;
  IndexingOptions indexing{config_.id, staging};
  indexing.bytes_kept_free = std::max(indexing.bytes_kept_free, environment.disk_reserve_bytes);
  indexing.build_folder = tenant_folders(environment.data_folder, config_.id).index + ".build";
  if (environment.recognition_lane != nullptr) {
    recogniser_ =
        DMS_TRY(Recogniser::start({*store_, *environment.extractor, *environment.recognition_lane,
                                   environment.clock, environment.log, environment.metrics},
                                  {config_.id, staging, environment.recognition_languages,
                                   environment.recognised_pages_at_once}));
  } else {
    indexing.recognition = RecognitionState::off;
    // A store that takes nothing at this moment opens all the same.
    report("put_recognition_aside", put_recognition_aside(*store_));
  }
  if (environment.rendition_lane != nullptr) {
    rendition_maker_ =
        DMS_TRY(RenditionMaker::start({*store_, *environment.extractor, *environment.rendition_lane,
                                       environment.clock, environment.log, environment.metrics},
                                      {config_.id, staging, environment.rendition_batch_max}));
    indexing.rendition = RenditionState::waiting;
  } else {
    report("put_renditions_aside", put_renditions_aside(*store_));
  }
  // What a text brings along is to be begun at once.
  indexing.text_made = [this] {
    if (recogniser_) recogniser_->wake();
    if (rendition_maker_) rendition_maker_->wake();
  };
  indexer_ = DMS_TRY(
      Indexer::start({*store_, *index_, *environment.extractor, *environment.extraction_lane,
                      environment.clock, environment.log, environment.metrics},
                     std::move(indexing)));
  erasure_run_ = std::make_unique<ErasureRun>(
      ErasureParts{*store_, environment.clock, environment.document_belongings, index_.get(),
                   indexer_.get(), content_keys_.get()});
  return {};
}

// The last uses of sessions are worth a try; what fails here ends sessions a little early. So are
// the sign-ins that were only counted.
Tenant::~Tenant() {
  erasure_run_.reset();
  indexer_.reset();
  recogniser_.reset();
  rendition_maker_.reset();
  report("persist_activity", sessions_.persist_activity());
  report("tell_refusals", sign_in_failures_.tell_rest());
}

void Tenant::report(std::string_view task, const Result<void>& outcome) {
  if (outcome) return;
  log_.warning("housekeeping_failed", {{"tenant", config_.id},
                                       {"task", std::string(task)},
                                       {"code", std::string(to_string(outcome.error().code))},
                                       {"hint", outcome.error().hint}});
}

void Tenant::do_housekeeping() {
  const auto without_count = [](const auto& counted) -> Result<void> {
    if (!counted) return fail(counted.error());
    return {};
  };
  report("sweep_sessions", without_count(sessions_.sweep()));
  report("sweep_idempotency", without_count(sweep_idempotency(*store_, clock_)));
  report("sweep_uploads", without_count(uploads_.sweep()));
  report("tell_refusals", sign_in_failures_.tell_count());
  report("sign_head", heads_->sign_daily());
  if (clock_.now() < next_content_sweep_) return;
  next_content_sweep_ = clock_.now() + content_sweep_every;
  report("sweep_content", without_count(store_->sweep_content()));
}

}  // namespace dms
