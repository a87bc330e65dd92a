#include "web/verifications.h"

#include <utility>

#include "dms/index_verify.h"
#include "web/scratch.h"

namespace dms::web {

namespace {

void take_over(VerificationView& view, const storage::VerifyReport& report) {
  view.records = report.records;
  view.journal_entries = report.journal_entries;
  view.references = report.references;
  view.contents = report.contents;
  view.content_bytes = report.content_bytes;
  if (report.destroyed_contents > 0) view.destroyed_contents = report.destroyed_contents;
  view.problems = report.problems;
}

Result<void> unless_failed(const storage::Store& store) {
  const Result<void> writable = store.writable();
  if (writable || writable.error().code != ErrorCode::unavailable) return {};
  return fail(
      operator_error(ErrorCode::unavailable,
                     "ended, for the store is to be opened again: " + writable.error().hint));
}

}  // namespace

Result<VerificationView> verify_tenant(Tenant& tenant, const std::string& index_folder,
                                       const VerificationWatch& watch) {
  const storage::Store& store = tenant.store();
  VerificationView view;
  view.tenant = tenant.config().id;
  storage::VerifyControl control;
  control.is_cancelled = watch.is_cancelled;
  control.progress = [&](const storage::VerifyReport& report) {
    take_over(view, report);
    if (watch.told) watch.told(view);
  };
  take_over(view, DMS_TRY(store.verify(control)));
  const HeadsReport heads = DMS_TRY(tenant.heads().check());
  view.heads = heads.heads;
  view.problems.insert(view.problems.end(), heads.problems.begin(), heads.problems.end());
  if (index_folder.empty()) return view;
  IndexVerifyControl index_control;
  index_control.is_cancelled = watch.is_cancelled;
  index_control.goes_on = watch.goes_on;
  index_control.progress = [&](const IndexVerifyReport& report) {
    view.indexed = report.documents;
    if (watch.told) watch.told(view);
  };
  auto index = DMS_TRY(verify_index(store, index_folder, index_control));
  view.indexed = index.documents;
  view.index_problems = std::move(index.problems);
  return view;
}

Result<void> Verifications::begin(const Tenants& open, std::optional<std::string_view> id,
                                  bool with_index) {
  bool is_found = false;
  for (const auto& tenant : open) {
    if (id && tenant->config().id != *id) continue;
    is_found = true;
    DMS_TRY(queue(tenant, with_index));
  }
  if (id && !is_found) {
    return fail(ErrorCode::not_found,
                "Diesen Mandanten gibt es hier nicht, oder er ist nicht offen.",
                "There is no such tenant here, or it is not open.");
  }
  return {};
}

std::vector<VerificationView> Verifications::views() const {
  const MutexLock lock(mutex_);
  std::vector<VerificationView> views;
  for (const auto& [id, known] : known_) views.push_back(known.view);
  return views;
}

bool Verifications::is_asked_for(const std::string& tenant) const {
  const MutexLock lock(mutex_);
  const auto found = known_.find(tenant);
  return found != known_.end() && found->second.view.waiting;
}

void Verifications::stop() {
  is_stopping_ = true;
  lane_.stop();
}

Result<void> Verifications::queue(const std::shared_ptr<Tenant>& tenant, bool with_index) {
  const std::string& id = tenant->config().id;
  {
    const MutexLock lock(mutex_);
    Known& known = known_[id];
    if (known.view.waiting) {
      if (!with_index || known.with_index) return {};
      return fail(ErrorCode::busy, "Die Prüfung läuft schon, ohne den Suchindex.",
                  "A verification without the search index is under way.");
    }
    known.with_index = with_index;
    known.view = {};
    known.view.tenant = id;
    known.view.waiting = true;
  }
  // Waiting for its turn it keeps no tenant from being closed.
  auto posted = lane_.post([this, id, waiting = std::weak_ptr<Tenant>(tenant)] {
    const auto held = waiting.lock();
    Result<VerificationView> closed =
        fail(operator_error(ErrorCode::unavailable, "the tenant was closed"));
    finish(id, held ? run(*held) : std::move(closed));
  });
  if (!posted) finish(id, fail(posted.error()));
  return posted;
}

Result<VerificationView> Verifications::run(Tenant& tenant) {
  const std::string& id = tenant.config().id;
  bool with_index = false;
  {
    const MutexLock lock(mutex_);
    with_index = known_[id].with_index;
  }
  VerificationWatch watch;
  watch.is_cancelled = &is_stopping_;
  watch.goes_on = [&tenant] { return unless_failed(tenant.store()); };
  watch.told = [&](const VerificationView& view) {
    const MutexLock lock(mutex_);
    known_[id].view = view;
    known_[id].view.waiting = true;
  };
  if (!with_index) return verify_tenant(tenant, "", watch);
  const Scratch copy(data_dir_ + "/" + id + ".verify");
  DMS_TRY(tenant.index().copy_to(copy.folder()));
  return verify_tenant(tenant, copy.folder(), watch);
}

void Verifications::finish(const std::string& id, Result<VerificationView> outcome) {
  if (!outcome) {
    log_.error("verification_failed", {{"tenant", id}, {"hint", outcome.error().hint}});
  } else {
    const std::uint64_t problems = outcome->problems.size() + outcome->index_problems.size();
    log_.write(problems == 0 ? LogLevel::info : LogLevel::error, "verified",
               {{"tenant", id},
                {"records", outcome->records},
                {"content_bytes", outcome->content_bytes},
                {"problems", problems}});
  }
  const MutexLock lock(mutex_);
  VerificationView& view = known_[id].view;
  if (outcome) {
    view = std::move(*outcome);
    view.ended = clock_.now();
  } else {
    view.failure = std::string(to_string(outcome.error().code)) + ": " + outcome.error().hint;
  }
  view.waiting = false;
}

}  // namespace dms::web
