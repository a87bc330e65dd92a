// Takes documents and dossiers away, or leaves them out.

#include <algorithm>
#include <utility>

#include "dms/access_record.h"
#include "dms/base/json_codec.h"
#include "dms/erasure_steps.h"
#include "dms/erasure_view.h"
#include "dms/file_plan_record.h"
#include "dms/file_reference.h"
#include "dms/identity_revision.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

// A commit of so many erases as many records, puts as many, and has as many events.
constexpr std::size_t documents_at_once = 200;

class Taker {
 public:
  Taker(const View& view, const ErasureParts& parts, ErasureRecord& erasure)
      : view_(view),
        parts_(parts),
        guard_(view, parts.belongings, erasure.id),
        erasure_(erasure),
        commit_(view) {}

  Result<Commit> take(ErasureObjectRecord& object) {
    const PresentObject present = DMS_TRY(find_object(view_, object));
    const ErasureReasons reasons = DMS_TRY(reasons_against(guard_, present));
    if (!reasons.empty()) {
      leave_out(object, reasons);
    } else if (present.document) {
      DMS_TRY(take_document(*present.document));
      DMS_TRY(note_destroyed(object, present));
    } else {
      DMS_TRY(take_part_of_dossier(object, present));
    }
    return finish();
  }

  Result<Commit> finish() {
    stamp_modified(erasure_, {parts_.clock.now(), UserId{}});
    DMS_TRY(commit_.put(erasure_table, erasure_));
    return std::move(commit_);
  }

  void append(storage::Event event) { commit_.append(std::move(event)); }

 private:
  void leave_out(ErasureObjectRecord& object, const ErasureReasons& reasons) {
    object.state = ErasureObjectState::left_out;
    note_reasons(object, reasons);
    if (object.kind == ErasureObjectKind::document) ++erasure_.documents_left_out;
    erasure_.looked_at.reset();
    erasure_.in_bin = false;
  }

  static void note_reasons(ErasureObjectRecord& object, const ErasureReasons& reasons) {
    for (const ErasureReason reason : reasons) {
      const bool is_noted = std::any_of(object.reasons.begin(), object.reasons.end(),
                                        [&](const auto& noted) { return noted == reason; });
      if (!is_noted) object.reasons.emplace_back(reason);
    }
  }

  // What is kept of it: nothing that names a person. A reference made of a key may, as a personnel
  // file's does.
  Result<void> note_destroyed(ErasureObjectRecord& object, const PresentObject& present) {
    object.state = ErasureObjectState::destroyed;
    object.scope = present.scope.value;
    const auto unit = DMS_TRY(view_.find(unit_table, present.dossier->unit.key()));
    const FilePlanRecord plan = DMS_TRY(get_file_plan(view_));
    const auto pattern = ReferencePattern::parse(
        unit && unit->reference_pattern ? *unit->reference_pattern : plan.reference_pattern, "");
    if (pattern && !pattern->has_key()) object.file_reference = present.dossier->file_reference;
    return {};
  }

  storage::Event erased(std::string_view kind, const Uuid& object,
                        std::optional<Uuid> parent) const {
    return object_event(Actor{}, kind, object, parent, encode_json(ErasedDetail{erasure_.id}));
  }

  Result<void> leave_rest(ErasureObjectKind kind, const Uuid& object, Instant created_at) {
    ErasureRestRecord rest;
    rest.erasure = erasure_.id;
    rest.kind = kind;
    rest.object = object;
    rest.created_at = created_at;
    return commit_.put(erasure_rest_table, rest);
  }

  Result<void> take_document(const DocumentRecord& document) {
    DMS_TRY(commit_.erase(document_table, document.id.key()));
    DMS_TRY(leave_rest(ErasureObjectKind::document, document.id.value, document.created_at));
    append(erased("document.erased", document.id.value, document.dossier.value));
    ++erasure_.documents;
    return {};
  }

  // The next documents of it; when all were looked at those in the bin; then the dossier.
  Result<void> take_part_of_dossier(ErasureObjectRecord& object, const PresentObject& present) {
    const DossierId id = present.dossier->id;
    storage::ScanOptions options;
    options.prefix = document_dossier_prefix(id);
    options.limit = documents_at_once;
    if (erasure_.looked_at) options.after = options.prefix + std::string(erasure_.looked_at->key());
    const std::string_view index = erasure_.in_bin ? "binned_of" : "dossier";
    const auto page = DMS_TRY(view_.scan_index(document_table, index, options));
    for (const DocumentRecord& document : page.items) {
      const ErasureReasons reasons = DMS_TRY(guard_.against_part(document));
      if (reasons.empty()) {
        DMS_TRY(take_document(document));
      } else {
        note_reasons(object, reasons);
        ++erasure_.documents_left_out;
      }
      erasure_.looked_at = document.id;
    }
    if (!page.items.empty()) return {};
    erasure_.looked_at.reset();
    const bool was_last = std::exchange(erasure_.in_bin, !erasure_.in_bin);
    if (!was_last) return {};
    return take_dossier(object, present);
  }

  Result<bool> has_documents(DossierId id) const {
    storage::ScanOptions options;
    options.prefix = document_dossier_prefix(id);
    options.limit = 1;
    for (const char* const index : {"dossier", "binned_of"}) {
      if (DMS_TRY(view_.count_index(document_table.name, index, options)) > 0) return true;
    }
    return false;
  }

  Result<void> take_dossier(ErasureObjectRecord& object, const PresentObject& present) {
    const DossierRecord& dossier = *present.dossier;
    if (DMS_TRY(has_documents(dossier.id))) {
      leave_out(object, {ErasureReason::documents_left});
      return {};
    }
    DMS_TRY(commit_.erase(dossier_table, dossier.id.key()));
    if (dossier.own_scope) {
      DMS_TRY(commit_.erase(access_table, dossier.id.key()));
      DMS_TRY(advance_identity_revision(view_, commit_));
    }
    RetiredReferenceRecord retired;
    retired.digest = retired_reference_digest(dossier.file_reference);
    DMS_TRY(commit_.put(retired_reference_table, retired));
    DMS_TRY(leave_rest(ErasureObjectKind::dossier, dossier.id.value, dossier.created_at));
    // Who saw it by a list of its own cannot be told any more: then the unit's people are not.
    append(erased("dossier.erased", dossier.id.value,
                  dossier.own_scope ? std::nullopt : std::optional(dossier.unit.value)));
    ++erasure_.dossiers;
    return note_destroyed(object, present);
  }

  const View& view_;
  const ErasureParts& parts_;
  ErasureGuard guard_;
  ErasureRecord& erasure_;
  Commit commit_;
};

struct RefusedDetail {
  std::uint64_t objects = 0;
};
BOOST_DESCRIBE_STRUCT(RefusedDetail, (), (objects))

// All objects were looked at.
Result<Commit> end_taking(Taker& taker, const ErasureParts& parts, ErasureRecord& erasure) {
  if (erasure.documents + erasure.dossiers > 0) {
    erasure.state = ErasureState::freeing;
    return taker.finish();
  }
  erasure.state = ErasureState::refused;
  erasure.ended_at = parts.clock.now();
  taker.append(object_event(Actor{}, "erasure.refused", erasure.id.value, std::nullopt,
                            encode_json(RefusedDetail{erasure.objects.size()})));
  return taker.finish();
}

}  // namespace

Result<Commit> take_some(const View& view, const ErasureParts& parts, ErasureId id) {
  ErasureRecord erasure = DMS_TRY(view.get(erasure_table, id.key()));
  Taker taker(view, parts, erasure);
  if (erasure.state == ErasureState::released) {
    erasure.state = ErasureState::erasing;
    return taker.finish();
  }
  if (erasure.state != ErasureState::erasing) return Commit(view);
  for (ErasureObjectRecord& object : erasure.objects) {
    if (object.state == ErasureObjectState::waiting) return taker.take(object);
  }
  return end_taking(taker, parts, erasure);
}

}  // namespace dms
