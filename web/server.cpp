#include "web/server.h"

#include <algorithm>
#include <atomic>
#include <boost/describe/class.hpp>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/base/metrics.h"
#include "dms/base/worker_lanes.h"
#include "dms/password.h"
#include "dms/tenant_registry.h"
#include "search/extract/extractor.h"
#include "web/api/api.h"
#include "web/backups.h"
#include "web/capture/captures.h"
#include "web/capture/clamd_scanner.h"
#include "web/capture/configured_captures.h"
#include "web/dossier_restores.h"
#include "web/erasure_runs.h"
#include "web/http/server.h"
#include "web/http/static_files.h"
#include "web/process.h"
#include "web/remembered_settings.h"
#include "web/routing_followers.h"
#include "web/scrubber.h"
#include "web/tenant_opening.h"
#include "web/tenant_rounds.h"
#include "web/verifications.h"
#include "workflow/routing_belongings.h"
#include "workflow/task_grants.h"

namespace dms::web {

namespace {

constexpr std::chrono::seconds shutdown_deadline{10};
constexpr std::chrono::minutes housekeeping_interval{1};
constexpr std::chrono::milliseconds following_interval{500};
constexpr std::chrono::seconds recovery_interval{3};
// Then the start counts as done, and what still opens goes on doing so.
constexpr std::chrono::seconds opening_patience{30};
// A task a tenant and page read at once; more tenants than a machine has.
constexpr std::size_t recognition_queue_limit = 4096;
constexpr std::size_t rendition_queue_limit = 4096;  // one a tenant

struct ReadinessView {
  bool ready = false;
  std::string extraction_sandbox;
  std::string extraction_sandbox_description;
  std::optional<std::map<std::string, std::string>> tenants;
};
BOOST_DESCRIBE_STRUCT(ReadinessView, (),
                      (ready, extraction_sandbox, extraction_sandbox_description, tenants))

std::vector<std::string> tenant_ids(const ServerConfig& config) {
  std::vector<std::string> ids;
  for (const TenantEntry& entry : config.tenant) ids.push_back(entry.id);
  return ids;
}

WorkerLane::Options lane_options(std::string name, const LaneConfig& config) {
  return {.name = std::move(name), .threads = config.threads, .queue_limit = config.queue_limit};
}

// Calls `work` every interval on a thread of its own until it is destroyed.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> work)
      : thread_([this, interval, work = std::move(work)] { run(interval, work); }) {}
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void run(std::chrono::milliseconds interval, const std::function<void()>& work) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

class RunningServer final : public Server {
 public:
  RunningServer(ServerConfig config, const Clock& clock, Log& log,
                std::unique_ptr<search::Extractor> extractor)
      : config_(std::move(config)),
        clock_(clock),
        log_(log),
        extractor_(std::move(extractor)),
        background_(lane_options("background", config_.lanes.background)),
        recognition_({.name = "recognition",
                      .threads = config_.recognition.pages_at_once,
                      .queue_limit = recognition_queue_limit}),
        renditions_({.name = "renditions", .threads = 1, .queue_limit = rendition_queue_limit}),
        storage_(storage_options(config_), clock_, log_, metrics_),
        interactive_(lane_options("interactive", config_.lanes.interactive)),
        upload_(lane_options("upload", config_.lanes.upload)),
        password_(lane_options("password", config_.lanes.password)) {}

  ~RunningServer() override { stop(); }

  Result<void> open();
  std::uint16_t port() const override { return public_http_->port(); }
  std::uint16_t admin_port() const override { return admin_http_->port(); }
  void reload() override;
  void stop() override;

 private:
  static storage::StorageEnvironment::Options storage_options(const ServerConfig& config);
  Result<void> make_tenants();
  bool is_recognition_wanted() const;
  bool are_renditions_wanted() const;
  // Opens those that are to be dealt with: the one with this id, or all.
  TenantRegistry::Tenants opened(std::optional<std::string_view> id) const;
  // Whether a tenant that nobody asks anything has work in hand.
  bool is_needed(Tenant& tenant) const;
  // Everything the public address answers: the interface, and the page where one is configured.
  Result<std::vector<Route>> public_routes(const ApiContext& context) const;
  Result<void> listen();
  HttpOptions public_options(const TlsFiles& tls) const;
  Readiness readiness(ReadinessDetail detail) const;
  void keep_house();
  // Tells the log how the tenants' states change, and has those recovered that can be.
  void look_after_tenants();
  void observe(const Request& request, unsigned status, std::chrono::microseconds took);

  std::atomic<bool> is_stopping_{false};
  const ServerConfig config_;
  const Clock& clock_;
  Log& log_;
  MetricsRegistry metrics_;
  std::unique_ptr<search::Extractor> extractor_;
  WorkerLane background_;
  WorkerLane recognition_;  // its tasks wait for programs that run behind everything else
  WorkerLane renditions_;   // likewise; of all tenants one run of LibreOffice at a time
  storage::StorageEnvironment storage_;
  Argon2idHasher hasher_;
  const workflow::TaskGrants task_grants_{clock_};
  const workflow::RoutingBelongings routing_belongings_;
  std::unique_ptr<ClamdScanner> virus_scanner_;  // nullptr: none is configured
  std::unique_ptr<TenantRegistry> tenants_;
  TenantOpening opening_{log_};
  // One thread of its own: who listens waits for no text recognition and takes nobody's place.
  WorkerLane live_lane_{{.name = "live", .threads = 1, .queue_limit = 1024}};
  LiveEvents live_{{live_lane_, &task_grants_, log_, metrics_}};
  WorkerLane interactive_;
  WorkerLane upload_;
  WorkerLane password_;
  // Of two tenants at once: each has one at a time.
  WorkerLane verification_{{.name = "verification", .threads = 2, .queue_limit = 64}};
  Backups backups_{config_, tenant_ids(config_), clock_, log_, metrics_};
  Scrubber scrubber_{config_.scrub, clock_, log_, metrics_};
  Verifications verifications_{config_.data_dir, clock_, log_};
  DossierRestores dossier_restores_{config_, storage_, log_};
  Captures captures_{clock_, log_, metrics_};
  std::unique_ptr<HttpServer> public_http_;
  std::unique_ptr<HttpServer> admin_http_;
  std::unique_ptr<TenantRounds> rounds_;
  std::unique_ptr<Ticker> housekeeping_;
  RoutingFollowers routings_{background_, clock_, log_};
  ErasureRuns erasures_{background_, log_};
  std::unique_ptr<Ticker> following_;
  std::map<std::string, TenantState> tenant_states_;  // of recovery_'s thread: as told last
  std::unique_ptr<Ticker> recovery_;
};

storage::StorageEnvironment::Options RunningServer::storage_options(const ServerConfig& config) {
  storage::StorageEnvironment::Options options;
  options.block_cache_bytes = config.storage.block_cache_bytes;
  options.write_buffer_bytes = config.storage.write_buffer_bytes;
  return options;
}

Result<void> RunningServer::open() {
  DMS_TRY(make_tenants());
  rounds_ = std::make_unique<TenantRounds>(
      *tenants_, std::chrono::seconds(config_.storage.tenant_idle_s), clock_, log_);
  add_configured_captures(config_, {*tenants_, *extractor_, clock_, log_}, captures_);
  opening_.begin(*tenants_, tenant_ids(config_));
  DMS_TRY(listen());
  if (!opening_.wait(opening_patience)) log_.warning("tenants_still_opening");
  captures_.start();
  housekeeping_ = std::make_unique<Ticker>(housekeeping_interval, [this] { keep_house(); });
  following_ = std::make_unique<Ticker>(following_interval, [this] {
    for (const auto& tenant : tenants_->open_tenants()) {
      routings_.follow(tenant);
      erasures_.carry_on(tenant);
    }
  });
  recovery_ = std::make_unique<Ticker>(recovery_interval, [this] { look_after_tenants(); });
  const search::SandboxStatus sandbox = extractor_->sandbox();
  log_.info("server_started", {{"port", std::uint64_t{port()}},
                               {"admin_port", std::uint64_t{admin_port()}},
                               {"tenants", std::uint64_t{config_.tenant.size()}},
                               {"extraction_sandbox", std::string(to_string(sandbox.way))},
                               {"extraction_sandbox_description", sandbox.description}});
  if (sandbox.way == search::SandboxStatus::Way::none) {
    log_.warning("extraction_refused", {{"cause", std::string("no sandbox on this machine")}});
  }
  return {};
}

// Where something is missing the server runs without: scans are found by their metadata.
bool RunningServer::is_recognition_wanted() const {
  if (!config_.recognition.enabled) return false;
  const std::string lacking = search::recognition_lacks(extractor_options(config_));
  if (!lacking.empty()) {
    log_.warning("recognition_unavailable", {{"cause", "not installed: " + lacking}});
  }
  return lacking.empty() && extractor_->sandbox().way != search::SandboxStatus::Way::none;
}

// Without LibreOffice there are thumbnails of what needs none.
bool RunningServer::are_renditions_wanted() const {
  if (!config_.renditions.enabled) return false;
  const std::string lacking = search::office_lacks();
  if (!lacking.empty()) {
    log_.warning("previews_unavailable", {{"cause", "not installed: " + lacking}});
  }
  return extractor_->sandbox().way != search::SandboxStatus::Way::none;
}

Result<void> RunningServer::make_tenants() {
  TenantEnvironment environment = tenant_environment(
      config_, {storage_, hasher_, clock_, log_, metrics_}, extractor_.get(), &background_);
  if (is_recognition_wanted()) environment.recognition_lane = &recognition_;
  environment.recognition_languages = config_.recognition.languages;
  environment.recognised_pages_at_once = config_.recognition.pages_at_once;
  if (are_renditions_wanted()) environment.rendition_lane = &renditions_;
  environment.rendition_batch_max = config_.renditions.batch_max;
  environment.document_grants = &task_grants_;
  environment.document_belongings = &routing_belongings_;
  if (const auto& socket = config_.clamav.socket) {
    virus_scanner_ = std::make_unique<ClamdScanner>(clamd_address(*socket).value_or(ClamdAddress()),
                                                    std::chrono::seconds(config_.clamav.timeout_s));
    environment.virus_scanner = virus_scanner_.get();
  }
  tenants_ = DMS_TRY(TenantRegistry::create(tenant_configs(config_), environment));
  return {};
}

TenantRegistry::Tenants RunningServer::opened(std::optional<std::string_view> id) const {
  TenantRegistry::Tenants tenants;
  for (const TenantEntry& entry : config_.tenant) {
    if (id && entry.id != *id) continue;
    if (auto tenant = tenants_->find_by_id(entry.id)) tenants.push_back(std::move(*tenant));
  }
  return tenants;
}

bool RunningServer::is_needed(Tenant& tenant) const {
  const std::string& id = tenant.config().id;
  const auto is_indexing = [](const IndexingState& state) {
    return !state.is_caught_up() || state.is_packing;
  };
  return (tenant.indexer() != nullptr && is_indexing(tenant.indexer()->state())) ||
         (tenant.recogniser() != nullptr && tenant.recogniser()->is_busy()) ||
         (tenant.rendition_maker() != nullptr && tenant.rendition_maker()->is_busy()) ||
         live_.is_listened_to(id) || backups_.is_asked_for(id) || verifications_.is_asked_for(id);
}

HttpOptions RunningServer::public_options(const TlsFiles& tls) const {
  const LimitsConfig& limits = config_.limits;
  HttpOptions options;
  options.address = config_.listen.address;
  options.port = config_.listen.port;
  options.tls = tls;
  options.io_threads = config_.listen.io_threads;
  options.connections_max = limits.connections_max;
  options.connections_per_address_max = limits.connections_per_address_max;
  options.upload_bytes_max = limits.upload_bytes_max;
  options.handshake_timeout = std::chrono::seconds(limits.handshake_timeout_s);
  options.header_timeout = std::chrono::seconds(limits.header_timeout_s);
  options.idle_timeout = std::chrono::seconds(limits.idle_timeout_s);
  options.body_timeout = std::chrono::seconds(limits.body_timeout_s);
  options.body_bytes_per_s_min = limits.body_bytes_per_s_min;
  return options;
}

Result<std::vector<Route>> RunningServer::public_routes(const ApiContext& context) const {
  std::vector<Route> routes = api_routes(context);
  if (config_.page.folder) {
    // Its routes keep the files; the object itself is needed no longer.
    const StaticFiles page = DMS_TRY(StaticFiles::load(*config_.page.folder));
    for (Route& route : page.routes()) routes.push_back(std::move(route));
  }
  return routes;
}

Result<void> RunningServer::listen() {
  const TlsFiles tls = DMS_TRY(provide_tls_files(config_, clock_));
  const ApiContext context{
      *tenants_,
      live_,
      metrics_,
      [this](ReadinessDetail detail) { return readiness(detail); },
      {[this](std::optional<std::string_view> id) { return backups_.begin(opened(id), id); },
       [this] { return encode_json(backups_.views()); }},
      {[this](std::optional<std::string_view> id, bool with_index) {
         return verifications_.begin(opened(id), id, with_index);
       },
       [this] { return encode_json(verifications_.views()); }},
      {[this](std::string_view request) {
         return dossier_restores_.begin(opened(std::nullopt), request);
       },
       [this] { return encode_json(dossier_restores_.views()); }},
      [this] { return encode_json(captures_.views()); },
      &is_stopping_};
  const auto observed = [this](const Request& request, unsigned status,
                               std::chrono::microseconds took) { observe(request, status, took); };
  const HttpLanes lanes{&interactive_, &upload_, &password_, &verification_};
  std::vector<Route> routes = DMS_TRY(public_routes(context));
  public_http_ = DMS_TRY(HttpServer::start(public_options(tls),
                                           make_application(context, std::move(routes), observed),
                                           lanes, log_, metrics_));
  HttpOptions admin_options;
  admin_options.address = config_.admin_listen.address;
  admin_options.port = config_.admin_listen.port;
  admin_options.transport = HttpOptions::Transport::plain;
  Application admin = make_application(context, admin_routes(context), observed);
  admin.knows_host = [](std::string_view) { return true; };
  admin_http_ = DMS_TRY(HttpServer::start(admin_options, std::move(admin), lanes, log_, metrics_));
  return {};
}

Readiness RunningServer::readiness(ReadinessDetail detail) const {
  ReadinessView view;
  const search::SandboxStatus sandbox = extractor_->sandbox();
  view.extraction_sandbox = std::string(to_string(sandbox.way));
  view.extraction_sandbox_description = sandbox.description;
  if (detail == ReadinessDetail::tenants) view.tenants.emplace();
  // Asked first: one that has failed in between is not taken for one that nobody uses.
  const auto awaited = opening_.awaited();
  for (const TenantStatus& tenant : tenants_->status()) {
    // One serving tenant is enough: another's trouble must not take the server out of service.
    // One that nobody uses is opened by who comes.
    const bool is_awaited = tenant.state == TenantState::closed && awaited.contains(tenant.id);
    const TenantState state = is_awaited ? TenantState::opening : tenant.state;
    if (is_serving(state) || state == TenantState::closed) view.ready = true;
    if (view.tenants) (*view.tenants)[tenant.id] = std::string(to_string(state));
  }
  return {view.ready, encode_json(view)};
}

void RunningServer::keep_house() {
  rounds_->go([this](Tenant& tenant) { return is_needed(tenant); });
  live_.look_after();
  backups_.look_after(tenants_->open_tenants());
  scrubber_.look_after(tenants_->open_tenants());
  for (const auto& tenant : tenants_->open_tenants()) {
    const auto posted = background_.post([waiting = std::weak_ptr<Tenant>(tenant)] {
      if (const auto held = waiting.lock()) held->do_housekeeping();
    });
    if (!posted) log_.warning("housekeeping_postponed", {{"tenant", tenant->config().id}});
  }
}

void RunningServer::look_after_tenants() {
  for (const TenantStatus& tenant : tenants_->status()) {
    const auto [known, is_new] = tenant_states_.emplace(tenant.id, tenant.state);
    const TenantState before = is_new ? TenantState::open : known->second;
    if (tenant.state == before) continue;
    known->second = tenant.state;
    // What is opened and closed as people come and go is no news.
    const auto is_well = [](TenantState state) {
      return state == TenantState::open || state == TenantState::opening ||
             state == TenantState::closed;
    };
    if (is_well(tenant.state) && is_well(before)) continue;
    log_.write(is_well(tenant.state) ? LogLevel::info : LogLevel::error, "tenant_state_changed",
               {{"tenant", tenant.id},
                {"before", std::string(to_string(before))},
                {"state", std::string(to_string(tenant.state))},
                {"hint", tenant.hint}});
  }
  if (tenants_->recover(is_stopping_)) live_.look_after();
}

void RunningServer::observe(const Request& request, unsigned status,
                            std::chrono::microseconds took) {
  const LogLevel level = status >= 500 ? LogLevel::warning : LogLevel::debug;
  if (!log_.keeps(level)) return;
  log_.write(level, "request_answered",
             {{"request_id", request.request_id},
              {"method", std::string(to_string(request.method))},
              {"status", std::uint64_t{status}},
              {"took_us", std::int64_t{took.count()}}});
}

void RunningServer::reload() {
  const auto reloaded = public_http_->reload_certificate();
  if (reloaded) {
    log_.info("certificate_reloaded");
  } else {
    log_.error("certificate_kept", {{"hint", reloaded.error().hint}});
  }
}

void RunningServer::stop() {
  if (is_stopping_.exchange(true)) return;
  housekeeping_.reset();
  following_.reset();
  if (public_http_) public_http_->stop(shutdown_deadline);
  if (admin_http_) admin_http_->stop(shutdown_deadline);
  if (virus_scanner_) virus_scanner_->stop();
  captures_.stop();
  opening_.stop();    // may take as long as opening a store
  recovery_.reset();  // may take as long as opening a store
  interactive_.stop();
  upload_.stop();
  password_.stop();
  verification_.stop();
  live_.stop();
  live_lane_.stop();
  backups_.stop();
  scrubber_.stop();
  verifications_.stop();
  dossier_restores_.stop();
  // The tenants' indexers still need the background lane to end what they have in hand.
  if (tenants_) tenants_->close();
  background_.stop();
  recognition_.stop();
  renditions_.stop();
  log_.info("server_stopped");
}

// A server that begins with nothing because one letter of a path has changed would look as if all
// were lost: only `init` and `restore` make the folder.
Result<void> check_data_folder(const ServerConfig& config) {
  std::error_code error;
  if (std::filesystem::is_directory(config.data_dir, error)) return {};
  Error absent = make_error(ErrorCode::not_found, "Den Datenordner gibt es nicht.",
                            "The data folder does not exist.");
  absent.hint = config.data_dir + ": is no folder; `aktenwerk init` makes it";
  return fail(std::move(absent));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config, const Clock& clock,
                                              Log& log) {
  DMS_TRY(check_data_folder(config));
  tell_changed_settings(config, log);
  auto extractor = DMS_TRY(search::Extractor::start(extractor_options(config), log));
  raise_descriptor_limit(config, log);
  auto server = std::make_unique<RunningServer>(config, clock, log, std::move(extractor));
  DMS_TRY(server->open());
  // A start that is refused after all tells its changes again the next time.
  if (const auto remembered = remember_settings(config); !remembered) {
    log.warning("settings_not_remembered", {{"hint", remembered.error().hint}});
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace dms::web
