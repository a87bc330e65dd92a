#include "dms/erasure_guard.h"

#include <algorithm>

#include "dms/erasure_record.h"

namespace dms {

Message message_of(ErasureReason reason) {
  switch (reason) {
    case ErasureReason::on_hold:
      return {"Auf der Akte liegt eine Vernichtungssperre.", "The file is on hold."};
    case ErasureReason::dossier_open:
      return {"Die Akte ist nicht geschlossen.", "The file is not closed."};
    case ErasureReason::routing_open:
      return {"Das Dokument ist noch im Geschäftsgang.", "The document is still being routed."};
    case ErasureReason::in_other_erasure:
      return {"Es ist schon zur Vernichtung vorgeschlagen.", "It is proposed for erasure already."};
    case ErasureReason::documents_left:
      return {"Nicht alle Dokumente der Akte konnten vernichtet werden.",
              "Not all documents of the file could be erased."};
    case ErasureReason::absent:
      return {"Es ist nicht mehr da.", "It is gone already."};
  }
  return {};
}

void add_reasons(ErasureReasons& to, const ErasureReasons& more) {
  for (const ErasureReason reason : more) {
    if (std::find(to.begin(), to.end(), reason) == to.end()) to.push_back(reason);
  }
}

ErasureReasons ErasureGuard::by_dossier(const DossierRecord& dossier) const {
  ErasureReasons reasons;
  if (!dossier.holds.empty()) reasons.push_back(ErasureReason::on_hold);
  return reasons;
}

Result<bool> ErasureGuard::is_in_other_erasure(const Uuid& object) const {
  storage::ScanOptions options;
  options.prefix = erasure_object_prefix(object);
  options.limit = 2;
  for (const auto& entry : DMS_TRY(view_.read_index(erasure_table.name, "object", options))) {
    if (!own_ || entry.record_key != own_->key()) return true;
  }
  return false;
}

Result<ErasureReasons> ErasureGuard::against(const DossierRecord& dossier) const {
  ErasureReasons reasons = by_dossier(dossier);
  if (known_or(dossier.status, DossierStatus::open) == DossierStatus::open) {
    reasons.push_back(ErasureReason::dossier_open);
  }
  if (DMS_TRY(is_in_other_erasure(dossier.id.value))) {
    reasons.push_back(ErasureReason::in_other_erasure);
  }
  return reasons;
}

Result<ErasureReasons> ErasureGuard::against(const DocumentRecord& document,
                                             const DossierRecord& dossier) const {
  ErasureReasons reasons = by_dossier(dossier);
  add_reasons(reasons, DMS_TRY(against_part(document)));
  if (DMS_TRY(is_in_other_erasure(dossier.id.value))) {
    add_reasons(reasons, {ErasureReason::in_other_erasure});
  }
  return reasons;
}

Result<ErasureReasons> ErasureGuard::against_part(const DocumentRecord& document) const {
  ErasureReasons reasons;
  if (belongings_ != nullptr && DMS_TRY(belongings_->is_in_use(view_, document.id))) {
    reasons.push_back(ErasureReason::routing_open);
  }
  if (DMS_TRY(is_in_other_erasure(document.id.value))) {
    reasons.push_back(ErasureReason::in_other_erasure);
  }
  return reasons;
}

}  // namespace dms
