#include "storage/content_store.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "storage/content_core.h"

namespace dms::storage {
namespace {

// Removes what uploads left in the staging folder when their process ended. Returns how many files.
Result<std::uint64_t> clear_staging(const std::string& folder) {
  const auto failed = [&](const std::error_code& error) {
    return fail(operator_error(ErrorCode::unavailable,
                               fmt::format("staging folder {}: {}", folder, error.message())));
  };
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return failed(std::error_code(errno, std::generic_category()));
  }
  std::error_code error;
  std::uint64_t removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".sst") continue;
    std::filesystem::remove(entry.path(), error);
    if (error) return failed(error);
    ++removed;
  }
  if (error) return failed(error);
  return removed;
}

tl::unexpected<Error> not_found() {
  return fail(ErrorCode::not_found, "Der Inhalt ist nicht mehr vorhanden.",
              "The content no longer exists.");
}

}  // namespace

struct ContentStore::State {
  State(Database& database, SerialWriter& writer, const Clock& clock, Log& log,
        MetricsRegistry& metrics, Options options, std::uint64_t high_water)
      : core(database, clock, log, metrics, std::move(options), high_water),
        serial_writer(writer) {}

  ContentCore core;
  SerialWriter& serial_writer;
  Mutex sweeping;  // one sweep at a time
};

const ContentId& StagedContent::id() const {
  return state_->id;
}

Result<std::unique_ptr<ContentStore>> ContentStore::open(Database& database,
                                                         SerialWriter& serial_writer,
                                                         const Clock& clock, Log& log,
                                                         MetricsRegistry& metrics,
                                                         Options options) {
  const auto stored = DMS_TRY(database.get(Family::content_meta, high_water_key()));
  const std::uint64_t high_water = stored ? DMS_TRY(parse_number(*stored)) : 1;
  if (database.writable()) {
    const std::uint64_t removed = DMS_TRY(clear_staging(options.staging_folder));
    if (removed > 0) log.info("content_uploads_cut_off", {{"files", removed}});
  }
  return std::unique_ptr<ContentStore>(new ContentStore(std::make_unique<State>(
      database, serial_writer, clock, log, metrics, std::move(options), high_water)));
}

ContentStore::ContentStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
ContentStore::~ContentStore() = default;

Result<std::unique_ptr<ContentWriter>> ContentStore::write(KeyDomain domain) {
  DMS_TRY(state_->core.database.writable());
  DMS_TRY(state_->core.database.check_disk(0));
  return make_content_writer(state_->core, domain);
}

Result<std::shared_ptr<ContentReader>> ContentStore::read(const ContentId& content) const {
  return open_content(state_->core, content);
}

Result<std::vector<Uuid>> ContentStore::owners(const ContentId& content, std::size_t limit) const {
  std::vector<Uuid> owners;
  const std::string prefix = ref_prefix(content_key(content));
  const auto position = state_->core.database.iterate(Family::content_meta);
  for (position->Seek(prefix);
       position->Valid() && position->key().starts_with(prefix) && owners.size() < limit;
       position->Next()) {
    // An ill-formed ref is verify's to tell.
    if (const auto ref = parse_ref_key(position->key().ToStringView()))
      owners.push_back(ref->owner);
  }
  if (!position->status().ok()) return fail(read_error(position->status(), "content refs"));
  return owners;
}

Result<bool> ContentStore::repair(const ContentReader& source) {
  return repair_content(state_->core, source);
}

Result<std::uint64_t> ContentStore::sweep() {
  const MutexLock lock(state_->sweeping);
  return sweep_content(state_->core, state_->serial_writer);
}

Result<ContentState> ContentStore::state(const ContentId& content) const {
  return find_content_state(state_->core, content_key(content));
}

Result<void> ContentStore::verify(Walk& walk, VerifyReport& report) const {
  return verify_content(state_->core, walk, report);
}

Result<ScrubReport> ContentStore::scrub(std::uint64_t bytes_max, const VerifyControl& control) {
  return scrub_content(state_->core, bytes_max, control);
}

Result<std::optional<ScrubState>> ContentStore::scrub_state() const {
  return find_scrub_state(state_->core);
}

Result<void> ContentStore::apply_named(PendingBatch& batch, const StagedContent& content,
                                       const Uuid& owner) {
  if (!content.state()->lease.is_of(state_->core.leases.get())) {
    return fail(operator_error(ErrorCode::unavailable,
                               "content was staged before the store was opened again"));
  }
  const auto& kept = content.state()->kept;
  const ContentKey key = content_key(content.id());
  if (kept && !DMS_TRY(find_manifest(batch, key))) {
    if (!kept->chunk.empty()) batch.put(Family::content, chunk_key(kept->number), kept->chunk);
    batch.put(Family::content_meta, manifest_key(key), kept->manifest);
  }
  return apply_named(batch, content.id(), owner);
}

// The intent goes whoever named the content: from now on the ref keeps it.
Result<void> ContentStore::apply_named(PendingBatch& batch, const ContentId& content,
                                       const Uuid& owner) {
  const auto manifest = DMS_TRY(find_manifest(batch, content_key(content)));
  if (!manifest || manifest->size != content.size) return not_found();
  batch.put(Family::content_meta, ref_key(content_key(content), owner), presence_value);
  batch.erase(Family::content_meta, intent_key(manifest->intent));
  return {};
}

Result<void> ContentStore::apply_released(PendingBatch& batch, const ContentId& content,
                                          const Uuid& owner) {
  const std::string ref = ref_key(content_key(content), owner);
  if (!DMS_TRY(batch.get(Family::content_meta, ref))) return {};
  batch.erase(Family::content_meta, ref);
  batch.put(Family::content_meta, loss_key(content_key(content)), presence_value);
  return {};
}

}  // namespace dms::storage
