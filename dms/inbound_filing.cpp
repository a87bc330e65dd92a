// Filing an item into a dossier, and undoing that.

#include <utility>

#include "dms/base/json_codec.h"
#include "dms/content_domain.h"
#include "dms/document_filing.h"
#include "dms/identity_event.h"
#include "dms/inbound_access.h"
#include "dms/inbound_step.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

// What the item says of itself, as the document's.
NewDocument document_of(const InboundItemRecord& item, DossierId dossier) {
  NewDocument input;
  input.dossier = dossier;
  input.fields.subject = item.subject;
  input.fields.type = known_or(item.type, DocumentType::other);
  input.fields.direction = Direction::incoming;
  input.fields.status = DocumentStatus::received;
  input.fields.sender = item.sender.value_or("");
  input.fields.letter_date = item.letter_date;
  input.fields.received_on = item.received_on;
  input.fields.foreign_reference = item.foreign_reference.value_or("");
  return input;
}

Result<InboundItemRecord> require_fileable(const View& view, const Actor& actor, InboundItemId id,
                                           DossierId dossier, std::uint64_t if_match) {
  InboundItemRecord item = DMS_TRY(require_item(view, actor, id, Right::edit));
  DMS_TRY(check_revision(item.revision, if_match));
  DMS_TRY(require_waiting(item));
  DMS_TRY(require_clean(item));
  DMS_TRY(require_filing(view, actor, dossier, DocumentStatus::received));
  return item;
}

// The document's event tells where it came from.
storage::Event filed_event(const Actor& actor, const DocumentRecord& document, InboundItemId item) {
  DocumentEventDetail detail;
  detail.subject = document.subject;
  detail.version = document.current_version;
  detail.inbound_item = item;
  return object_event(actor, "document.filed", document.id.value, document.dossier.value,
                      encode_json(detail));
}

// A filing that can be undone: the item and what became of it.
struct Undoable {
  InboundItemRecord item;
  DocumentRecord document;
  VersionRecord version;
};

Error changed_since() {
  return make_error(
      ErrorCode::conflict,
      "Mit dem Dokument ist seit dem Ablegen etwas geschehen. Bearbeiten Sie es in seiner Akte.",
      "Something has happened to the document since it was filed. Deal with it in its file.");
}

struct UndoRequest {
  InboundItemId item;
  std::uint64_t if_match = 0;
  const DocumentBelongings* belongings;
};

Result<Undoable> require_undoable(const View& view, const Actor& actor, const UndoRequest& undo) {
  Undoable found;
  found.item = DMS_TRY(require_item(view, actor, undo.item, Right::edit));
  DMS_TRY(check_revision(found.item.revision, undo.if_match));
  if (!is_filed(found.item) || !found.item.document) {
    return fail(ErrorCode::conflict, "Der Eingang ist nicht abgelegt.", "The item is not filed.");
  }
  FiledDocument filed = DMS_TRY(require_document(view, actor, *found.item.document, Right::edit));
  DMS_TRY(require_open(filed.dossier.record));
  found.document = std::move(filed.record);
  // A routing that ended leaves no other trace in a document that nobody signed.
  const bool was_on_its_way =
      undo.belongings != nullptr && DMS_TRY(undo.belongings->has_any(view, found.document.id));
  if (found.document.revision != 1 || was_on_its_way) return fail(changed_since());
  found.version = DMS_TRY(current_version(view, found.document));
  return found;
}

// The item waits again, with its content; the document is left as it is.
void take_back(InboundItemRecord& item, const Stamp& stamp) {
  item.document.reset();
  item.filed_at.reset();
  item.filed_by.reset();
  item.state = waiting_state(item);
  stamp_modified(item, stamp);
}

}  // namespace

Result<void> require_waiting(const InboundItemRecord& item) {
  if (is_waiting(item)) return {};
  if (is_filed(item)) {
    return fail(ErrorCode::conflict, "Der Eingang ist schon abgelegt.",
                "The item has been filed already.");
  }
  return fail(ErrorCode::conflict, "Der Eingang liegt im Papierkorb. Holen Sie ihn zuerst zurück.",
              "The item is in the bin. Restore it first.");
}

Result<void> require_clean(const InboundItemRecord& item) {
  if (!item.malware) return {};
  return fail(ErrorCode::conflict,
              "In diesem Eingang wurde Schadsoftware gefunden. Er bleibt, wo er ist.",
              "Malware was found in this item. It stays where it is.");
}

// What is copied into the dossier's key domain stays unnamed, and is swept, where the commit is
// refused.
Result<InboundItem> InboundItems::file(const Actor& actor, InboundItemId id,
                                       const InboundFilingRequest& request,
                                       std::uint64_t if_match) {
  const InboundFields fields = DMS_TRY(clean_inbound_fields(request.fields, ""));
  const InboundItemRecord present = DMS_TRY(store_.read<InboundItemRecord>([&](const View& view) {
    return require_fileable(view, actor, id, request.dossier, if_match);
  }));
  const storage::KeyDomain domain = content_domain(encryption_, request.dossier);
  const ContentId from = content_of(present);
  std::optional<CopiedContent> copied;
  if (domain != from.domain) copied = DMS_TRY(copy_with_text(store_, from, domain));
  InboundItemRecord item;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    item = DMS_TRY(require_fileable(view, actor, id, request.dossier, if_match));
    const Stamp stamp{clock_.now(), actor.user};
    assign_fields(item, fields);
    const NewDocument input = document_of(item, request.dossier);
    DocumentRecord document = make_document(input.dossier, input.fields, stamp);
    document.receipt_stamp = item.receipt_stamp;
    VersionRecord version = make_version(document, input.version, stamp);
    version.files = {item.file};
    Commit commit(view);
    if (copied) {
      version.files.front().domain = domain.value;
      commit.name_content(copied->original, version.id.value);
      DMS_TRY(keep_text(view, commit, *copied));
      DMS_TRY(drop_text(store_, view, commit, from, {id.value}));
    } else {
      commit.name_content(from, version.id.value);
    }
    commit.release_content(from, id.value);
    item.state = InboundState::filed;
    item.document = document.id;
    item.filed_at = stamp.at;
    item.filed_by = stamp.by;
    stamp_modified(item, stamp);
    DMS_TRY(commit.put(inbound_item_table, item));
    DMS_TRY(commit.insert(document_table, document));
    DMS_TRY(commit.insert(version_table, version));
    commit.append(inbound_event(actor, "inbound_item.filed", item));
    commit.append(filed_event(actor, document, id));
    return commit;
  }));
  return value_of(actor, item);
}

Result<InboundItem> InboundItems::undo_filing(const Actor& actor, InboundItemId id,
                                              std::uint64_t if_match) {
  const UndoRequest undo{id, if_match, belongings_};
  const auto present = DMS_TRY(
      store_.read<Undoable>([&](const View& view) { return require_undoable(view, actor, undo); }));
  const ContentId kept = DMS_TRY(original_content(present.version));
  // The item must not depend on a key that goes with the dossier.
  std::optional<CopiedContent> copied;
  if (kept.domain != storage::KeyDomain{}) {
    copied = DMS_TRY(copy_with_text(store_, kept, storage::KeyDomain{}));
  }
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    Undoable found = DMS_TRY(require_undoable(view, actor, undo));
    const Stamp stamp{clock_.now(), actor.user};
    Commit commit(view);
    if (copied) {
      commit.name_content(copied->original, id.value);
      DMS_TRY(keep_text(view, commit, *copied));
    } else {
      commit.name_content(kept, id.value);
    }
    commit.append(inbound_event(actor, "inbound_item.filing_undone", found.item));
    take_back(found.item, stamp);
    DMS_TRY(commit.put(inbound_item_table, found.item));
    put_into_bin(found.document, stamp);
    stamp_modified(found.document, stamp);
    DMS_TRY(commit.put(document_table, found.document));
    commit.append(document_event(actor, "document.binned", found.document));
    return commit;
  }));
  return get(actor, id);
}

}  // namespace dms
