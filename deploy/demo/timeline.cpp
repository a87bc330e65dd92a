#include "deploy/demo/timeline.h"

#include <fmt/format.h>

#include <algorithm>

namespace dms::demo {

namespace {

// Collects acts and sees that those of one chain follow each other.
class Collector {
 public:
  explicit Collector(const Town& town) : today_(town.days.today()) {}

  Result<void> add_dossier(const Story& story, const DossierScript& dossier) {
    DMS_TRY(add(story, dossier, dossier.opened, OpenDossier{}));
    for (const DocumentScript& document : dossier.documents) {
      DMS_TRY(add_document(story, dossier, document));
    }
    if (!dossier.closed) return require_no_erasure(dossier);
    for (const Act& act : acts_) {
      if (act.dossier == &dossier) DMS_TRY(require_order(act.when, *dossier.closed));
    }
    DMS_TRY(add(story, dossier, *dossier.closed, CloseDossier{}));
    if (!dossier.erasure) return {};
    DMS_TRY(require_order(*dossier.closed, dossier.erasure->proposed));
    return add(story, dossier, dossier.erasure->proposed, ProposeErasure{});
  }

  Result<void> add_absence(const AbsenceScript& absence) {
    DMS_TRY(require_past(absence.entered));
    acts_.push_back({absence.entered, nullptr, nullptr, EnterAbsence{&absence}});
    return {};
  }

  Result<void> add_inbound(const Story& story, const InboundScript& inbound) {
    DMS_TRY(require_past(inbound.received));
    acts_.push_back({inbound.received, &story, nullptr, ReceiveItem{&inbound}});
    return {};
  }

  std::vector<Act> take() {
    std::stable_sort(acts_.begin(), acts_.end(), [](const Act& left, const Act& right) {
      return left.when.at < right.when.at;
    });
    return std::move(acts_);
  }

 private:
  Result<void> require_order(const Occasion& before, const Occasion& after) const {
    if (before.at < after.at) return {};
    return fail(
        operator_error(ErrorCode::invalid,
                       fmt::format("{} (by {}) does not come after {} (by {}); the start is on {}",
                                   format_rfc3339(after.at), after.by, format_rfc3339(before.at),
                                   before.by, format_date(today_))));
  }

  static Result<void> require_no_erasure(const DossierScript& dossier) {
    if (!dossier.erasure) return {};
    return fail(
        operator_error(ErrorCode::invalid,
                       fmt::format("'{}' is proposed for erasure and not closed", dossier.key)));
  }

  Result<void> require_past(const Occasion& occasion) const {
    if (occasion.day < today_) return {};
    return fail(operator_error(ErrorCode::invalid,
                               fmt::format("{} is no day before the start, {}",
                                           format_date(occasion.day), format_date(today_))));
  }

  template <class What>
  Result<void> add(const Story& story, const DossierScript& dossier, const Occasion& when,
                   What what) {
    DMS_TRY(require_past(when));
    acts_.push_back({when, &story, &dossier, what});
    return {};
  }

  Result<void> add_document(const Story& story, const DossierScript& dossier,
                            const DocumentScript& document) {
    const Occasion* last = &dossier.opened;
    for (const VersionScript& version : document.versions) {
      DMS_TRY(require_order(*last, version.filed));
      DMS_TRY(add(story, dossier, version.filed, FileVersion{&document, &version}));
      last = &version.filed;
    }
    const Occasion& filed = document.versions.front().filed;
    last = &filed;
    for (const StatusScript& step : document.steps) {
      DMS_TRY(require_order(*last, step.on));
      DMS_TRY(add(story, dossier, step.on, TakeStep{&document, &step}));
      last = &step.on;
    }
    for (const RoutingScript& routing : document.routings) {
      DMS_TRY(require_order(filed, routing.started));
      DMS_TRY(add(story, dossier, routing.started, StartRouting{&document, &routing}));
      last = &routing.started;
      for (const DecisionScript& decision : routing.decisions) {
        DMS_TRY(require_order(*last, decision.on));
        DMS_TRY(add(story, dossier, decision.on, DecideTask{&document, &routing, &decision}));
        last = &decision.on;
      }
    }
    return {};
  }

  Date today_;
  std::vector<Act> acts_;
};

}  // namespace

Result<std::vector<Act>> timeline(const Town& town) {
  Collector collector(town);
  for (const Story& story : town.stories) {
    for (const DossierScript& dossier : story.dossiers) {
      DMS_TRY(collector.add_dossier(story, dossier));
    }
    for (const InboundScript& inbound : story.inbound) {
      DMS_TRY(collector.add_inbound(story, inbound));
    }
  }
  for (const AbsenceScript& absence : town.absences) DMS_TRY(collector.add_absence(absence));
  std::vector<Act> acts = collector.take();
  if (!acts.empty() && acts.front().when.at <= town.founded.at) {
    return fail(operator_error(ErrorCode::invalid, "something happened before the town was there"));
  }
  return acts;
}

}  // namespace dms::demo
