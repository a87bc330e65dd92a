#include "dms/erasure_view.h"

#include <algorithm>
#include <set>

namespace dms {

using storage::View;

namespace {

ErasureObjectRecord named(ErasureObjectKind kind, const Uuid& id) {
  ErasureObjectRecord object;
  object.kind = kind;
  object.id = id;
  return object;
}

// Whether somebody who may not, or no longer, dispose of what is gone is still told of it.
bool took_part(const Actor& actor, const ErasureRecord& erasure) {
  return !actor.token && (actor.user == erasure.created_by || actor.user == erasure.released_by);
}

}  // namespace

Result<std::vector<ErasureObjectRecord>> objects_of(const NewErasure& input) {
  std::vector<ErasureObjectRecord> objects;
  for (const DossierId id : input.dossiers) {
    objects.push_back(named(ErasureObjectKind::dossier, id.value));
  }
  for (const DocumentId id : input.documents) {
    objects.push_back(named(ErasureObjectKind::document, id.value));
  }
  if (objects.empty() || objects.size() > erasure_objects_max) {
    return fail(invalid_field("/dossiers", "Nennen Sie 1 bis 200 Akten und Dokumente.",
                              "Name 1 to 200 files and documents."));
  }
  std::set<Uuid> seen;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (seen.insert(objects[i].id).second) continue;
    return fail(
        invalid_field(pointer_of(objects, i), "Das ist schon genannt.", "This is named already."));
  }
  return objects;
}

std::string pointer_of(const std::vector<ErasureObjectRecord>& objects, std::size_t index) {
  if (objects[index].kind == ErasureObjectKind::dossier) {
    return "/dossiers/" + std::to_string(index);
  }
  const auto dossiers = std::count_if(
      objects.begin(), objects.end(),
      [](const ErasureObjectRecord& object) { return object.kind == ErasureObjectKind::dossier; });
  return "/documents/" + std::to_string(index - static_cast<std::size_t>(dossiers));
}

Result<PresentObject> find_object(const View& view, const ErasureObjectRecord& object) {
  PresentObject present;
  present.scope = ScopeId{object.scope};
  Uuid dossier = object.id;
  if (object.kind == ErasureObjectKind::document) {
    present.document = DMS_TRY(view.find(document_table, raw_bytes(object.id)));
    if (!present.document) return present;
    dossier = present.document->dossier.value;
  }
  present.dossier = DMS_TRY(view.find(dossier_table, raw_bytes(dossier)));
  if (present.dossier) present.scope = DMS_TRY(scope_of(view, *present.dossier));
  return present;
}

Result<void> require_disposable(const View& view, const Actor& actor,
                                std::vector<ErasureObjectRecord>& objects) {
  std::set<Uuid> dossiers;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const PresentObject present = DMS_TRY(find_object(view, objects[i]));
    if (present.is_gone()) return fail(absent_object());
    DMS_TRY(require(view, actor, present.scope, Right::dispose));
    objects[i].scope = present.scope.value;
    const bool is_dossier = objects[i].kind == ErasureObjectKind::dossier;
    if (is_dossier) dossiers.insert(objects[i].id);
    if (!is_dossier && dossiers.contains(present.dossier->id.value)) {
      return fail(invalid_field(pointer_of(objects, i),
                                "Das Dokument liegt in einer der genannten Akten.",
                                "The document lies in one of the files that are named."));
    }
  }
  return {};
}

Result<bool> may_see_erasure(const View& view, const Actor& actor, const ErasureRecord& erasure) {
  for (const ErasureObjectRecord& object : erasure.objects) {
    const PresentObject present = DMS_TRY(find_object(view, object));
    if (present.is_gone() && took_part(actor, erasure)) continue;
    if (!DMS_TRY(rights_in(view, actor, present.scope)).has(Right::dispose)) return false;
  }
  return true;
}

Result<bool> may_see_erasure(const View& view, const Actor& actor, const Uuid& id) {
  const auto record = DMS_TRY(view.find(erasure_table, raw_bytes(id)));
  if (!record) return false;
  return may_see_erasure(view, actor, *record);
}

Result<ErasureRecord> require_erasure(const View& view, const Actor& actor, ErasureId id) {
  auto record = DMS_TRY(view.find(erasure_table, id.key()));
  if (!record || !DMS_TRY(may_see_erasure(view, actor, *record))) return fail(absent_object());
  return std::move(*record);
}

Result<ErasureReasons> reasons_against(const ErasureGuard& guard, const PresentObject& object) {
  if (object.is_gone()) return ErasureReasons{ErasureReason::absent};
  if (object.document) return guard.against(*object.document, *object.dossier);
  return guard.against(*object.dossier);
}

Result<Erasure> to_value(const View& view, const DocumentBelongings* belongings,
                         const ErasureRecord& record) {
  Erasure erasure;
  erasure.id = record.id;
  erasure.reason = record.reason;
  erasure.state = record.state;
  const bool has_begun =
      record.state != ErasureState::proposed && record.state != ErasureState::released;
  const ErasureGuard guard(view, belongings, record.id);
  for (const ErasureObjectRecord& stored : record.objects) {
    const PresentObject present = DMS_TRY(find_object(view, stored));
    ErasureObject& object = erasure.objects.emplace_back();
    object.kind = stored.kind;
    object.id = stored.id;
    object.state = stored.state;
    object.file_reference = stored.file_reference.value_or("");
    if (present.dossier) object.file_reference = present.dossier->file_reference;
    if (present.dossier) object.title = present.dossier->title;
    if (present.document) object.title = present.document->subject;
    if (!has_begun) {
      object.reasons = DMS_TRY(reasons_against(guard, present));
      continue;
    }
    for (const Open<ErasureReason>& reason : stored.reasons) {
      if (const auto known = reason.known()) object.reasons.push_back(*known);
    }
  }
  erasure.proposed = {record.created_at, record.created_by};
  erasure.proposed_for = record.proposed_for;
  if (record.released_at) {
    erasure.released = Stamp{*record.released_at, record.released_by.value_or(UserId{})};
  }
  erasure.released_for = record.released_for;
  erasure.ended = record.ended_at;
  erasure.dossiers = record.dossiers;
  erasure.documents = record.documents;
  erasure.documents_left_out = record.documents_left_out;
  erasure.versions = record.versions;
  erasure.contents = record.contents;
  erasure.bytes_to_free = record.bytes_to_free;
  if (record.state == ErasureState::done) erasure.bytes_freed = record.bytes_freed;
  erasure.change = change_info(record);
  return erasure;
}

}  // namespace dms
