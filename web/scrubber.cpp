#include "web/scrubber.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dms/derived_content.h"
#include "storage/content_damage.h"

namespace dms::web {

namespace {

// How long a tenant is read before another has its turn.
constexpr std::uint64_t piece_s = 20;

constexpr std::uint64_t sampled_a_minute_max = 200;
constexpr std::uint64_t minutes_a_day = 24ULL * 60;

}  // namespace

std::size_t sampled_a_minute(std::uint64_t documents, std::uint32_t days) {
  const std::uint64_t minutes = minutes_a_day * std::max<std::uint32_t>(days, 1);
  return static_cast<std::size_t>(std::min(documents / minutes + 1, sampled_a_minute_max));
}

bool is_scrub_due(const std::optional<storage::ScrubState>& state, Instant now,
                  std::uint32_t days) {
  if (!state || !state->ended) return true;
  return now >= state->begun + std::chrono::hours(24) * days;
}

Scrubber::Scrubber(ScrubConfig config, const Clock& clock, Log& log, MetricsRegistry& metrics)
    : config_(config),
      clock_(clock),
      log_(log),
      read_bytes_(metrics.counter("scrub_read_bytes_total", "Content read and hashed again")),
      passes_(metrics.counter("scrub_passes_total", "Passes that came to the end of a tenant")),
      failed_(metrics.counter("scrub_failed_total", "Pieces that could not be read at all")),
      index_documents_(metrics.counter("scrub_index_documents_total",
                                       "Documents held against the search index")),
      index_differences_(metrics.counter("scrub_index_differences_total",
                                         "Search indexes given up for saying something else")) {
  metrics.gauge("scrub_damaged_contents",
                "Contents that the present pass, or the last, found damaged", "",
                [this] { return damaged(); });
}

double Scrubber::damaged() const {
  const MutexLock lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [id, known] : known_) sum += known.damaged;
  return static_cast<double>(sum);
}

void Scrubber::look_after(const Tenants& open) {
  if (config_.bytes_per_s_max == 0) return;
  for (const auto& tenant : open) queue(tenant);
}

void Scrubber::stop() {
  is_stopping_ = true;
  lane_.stop();
}

void Scrubber::queue(const std::shared_ptr<Tenant>& tenant) {
  const std::string& id = tenant->config().id;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(known_[id].is_queued, true)) return;
  }
  // Waiting for its turn it keeps no tenant from being closed.
  const auto posted = lane_.post([this, id, waiting = std::weak_ptr<Tenant>(tenant)] {
    if (const auto held = waiting.lock()) run(*held);
    const MutexLock lock(mutex_);
    known_[id].is_queued = false;
  });
  if (posted) return;
  const MutexLock lock(mutex_);
  known_[id].is_queued = false;  // asked again in a minute
}

void Scrubber::run(Tenant& tenant) {
  if (is_stopping_) return;
  Result<void> read = read_piece(tenant);
  if (read) read = look_at_index(tenant);
  // What a failed store ended is read again when that has been opened anew.
  if (read || is_stopping_ || !tenant.store().writable()) return;
  failed_.add();
  log_.error("scrub_failed", {{"tenant", tenant.config().id},
                              {"code", std::string(to_string(read.error().code))},
                              {"hint", read.error().hint}});
}

// The indexer, the recogniser and the maker of renditions find by themselves what is to be done.
Result<void> Scrubber::renew_derived(Tenant& tenant, const std::vector<std::string>& problems) {
  const auto given_up = DMS_TRY(give_up_damaged(tenant.store(), storage::contents_told_of(problems),
                                                clock_.now(), &is_stopping_));
  const std::uint64_t texts = given_up.originals_of_texts.size();
  if (texts + given_up.recognitions + given_up.renditions == 0) return {};
  log_.warning("derived_content_made_anew", {{"tenant", tenant.config().id},
                                             {"texts", texts},
                                             {"recognitions", given_up.recognitions},
                                             {"renditions", given_up.renditions}});
  return {};
}

Result<void> Scrubber::read_piece(Tenant& tenant) {
  const std::string& id = tenant.config().id;
  const auto before = DMS_TRY(tenant.store().scrub_state());
  // Its place is written down in the store. Where nothing is stored at present, what was found
  // damaged before is told all the same.
  const bool can_go_on = tenant.store().writable().has_value();
  if (!can_go_on || !is_scrub_due(before, clock_.now(), config_.days)) {
    const MutexLock lock(mutex_);
    known_[id].damaged = before ? before->damaged : 0;
    return {};
  }
  storage::VerifyControl control;
  control.is_cancelled = &is_stopping_;
  control.content_bytes_per_s_max = config_.bytes_per_s_max;
  const auto report = DMS_TRY(tenant.store().scrub(piece_s * config_.bytes_per_s_max, control));
  const bool goes_on = before && !before->ended;
  read_bytes_.add(report.state.content_bytes - (goes_on ? before->content_bytes : 0));
  for (const std::string& problem : report.problems) {
    log_.error("content_damaged", {{"tenant", id}, {"hint", problem}});
  }
  {
    const MutexLock lock(mutex_);
    known_[id].damaged = report.state.damaged;
  }
  if (!report.problems.empty()) DMS_TRY(renew_derived(tenant, report.problems));
  if (!report.state.ended) return {};
  passes_.add();
  log_.info("scrub_passed", {{"tenant", id},
                             {"contents", report.state.contents},
                             {"bytes", report.state.content_bytes},
                             {"damaged", report.state.damaged}});
  return {};
}

// One that is being filled, or is to be given up already, says less than it should.
Result<void> Scrubber::look_at_index(Tenant& tenant) {
  if (tenant.indexer() == nullptr) return {};
  const IndexingState state = tenant.indexer()->state();
  if (state.rebuilding || state.failed || state.is_packing) return {};
  const std::string& id = tenant.config().id;
  IndexSample::Limits limits;
  limits.documents = sampled_a_minute(tenant.index().document_count(), config_.days);
  limits.is_cancelled = &is_stopping_;
  const auto put_again = [&](DocumentId document) { return tenant.indexer()->put_again(document); };
  const auto report = samples_[id].look(tenant.store(), tenant.index(), put_again, limits);
  // The search is being changed, or found the damage itself.
  if (!report && (report.error().code == ErrorCode::busy || tenant.index().is_damaged())) return {};
  const IndexSample::Report looked = DMS_TRY(report);
  index_documents_.add(looked.documents);
  if (looked.came_round) log_.info("index_sampled", {{"tenant", id}});
  if (looked.named > 0) {
    log_.warning("index_documents_put_again", {{"tenant", id}, {"documents", looked.named}});
  }
  if (!looked.differs) return {};
  index_differences_.add();
  log_.error("index_differs", {{"tenant", id}, {"document", looked.differs->text()}});
  tenant.index().condemn();
  return {};
}

}  // namespace dms::web
