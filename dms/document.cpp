// Filing and everything that changes a document. Reading: document_read.cpp.

#include "dms/document.h"

#include <functional>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/content_domain.h"
#include "dms/document_filing.h"
#include "dms/document_record.h"
#include "dms/document_rules.h"
#include "dms/identity_event.h"
#include "dms/upload.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

Error in_bin() {
  return make_error(ErrorCode::conflict,
                    "Das Dokument liegt im Papierkorb. Holen Sie es zuerst zurück.",
                    "The document is in the bin. Restore it first.");
}

Error moved_meanwhile() {
  return make_error(ErrorCode::conflict,
                    "Das Dokument wurde gerade geändert. Bitte versuchen Sie es noch einmal.",
                    "The document has just been changed. Please try again.");
}

Result<void> require_not_binned(const DocumentRecord& document) {
  if (document.binned_at) return fail(in_bin());
  return {};
}

Result<void> require_not_final(const DocumentRecord& document) {
  if (!is_final(known_or(document.status, DocumentStatus::final_))) return {};
  return fail(ErrorCode::conflict,
              "Das Dokument ist abgeschlossen. Es muss zuerst wieder geöffnet werden.",
              "The document is final. It must be reopened first.");
}

Result<void> take_file(const View& view, Commit& commit, const ContentTaking& taking,
                       VersionRecord& version, const std::string& file_name) {
  const storage::ContentId content = DMS_TRY(take_content(view, commit, taking));
  ContentFileRecord file;
  file.role = ContentRole::original;
  if (content.domain != storage::KeyDomain{}) file.domain = content.domain.value;
  file.sha256 = content.sha256;
  file.size = content.size;
  file.file_name = file_name;
  version.files.push_back(std::move(file));
  return {};
}

Result<FiledDocument> require_versionable(const View& view, const Actor& actor, DocumentId document,
                                          std::uint64_t if_match) {
  FiledDocument found = DMS_TRY(require_document(view, actor, document, Right::edit));
  DMS_TRY(check_revision(found.record.revision, if_match));
  DMS_TRY(require_not_binned(found.record));
  DMS_TRY(require_open(found.dossier.record));
  DMS_TRY(require_not_final(found.record));
  return found;
}

// `not_found` where it was erased meanwhile: what it carried is gone with it.
Result<DocumentRecord> origin_of(const View& view, const AttachmentOrigin& origin) {
  auto found = DMS_TRY(view.find(document_table, origin.document.key()));
  if (!found) return fail(absent_object());
  return std::move(*found);
}

storage::Event filed_event(const Actor& actor, const DocumentRecord& document,
                           const std::optional<AttachmentOrigin>& origin) {
  DocumentEventDetail detail;
  detail.subject = document.subject;
  detail.version = document.current_version;
  detail.attachment_of = origin;
  return object_event(actor, "document.filed", document.id.value, document.dossier.value,
                      encode_json(detail));
}

// The answer to a change, told to somebody who may perhaps not read.
Result<Document> answer_to(const View& view, const Actor& actor, ScopeId scope,
                           const DocumentRecord& record) {
  Document document = DMS_TRY(to_value(view, record));
  if (!DMS_TRY(rights_in(view, actor, scope)).has(Right::read)) hide_facts(document);
  return document;
}

}  // namespace

Result<void> Documents::admit_filing(const Actor& actor, const NewDocument& input) const {
  const CleanFiling clean = DMS_TRY(clean_filing(input));
  DMS_TRY(store_.read<bool>([&](const View& view) -> Result<bool> {
    DMS_TRY(require_filing(view, actor, input.dossier, *clean.fields.status));
    return true;
  }));
  return {};
}

storage::KeyDomain Documents::content_domain(DossierId dossier) const {
  return dms::content_domain(encryption_, dossier);
}

Result<storage::KeyDomain> Documents::content_domain(DocumentId document) const {
  return store_.read<storage::KeyDomain>([&](const View& view) -> Result<storage::KeyDomain> {
    const auto record = DMS_TRY(view.find(document_table, document.key()));
    if (!record) return fail(absent_object());
    return content_domain(record->dossier);
  });
}

// An upload was assembled where it belongs; what was staged elsewhere is copied.
Result<VersionSource> Documents::in_domain(const VersionSource& source,
                                           storage::KeyDomain domain) const {
  const auto* const staged = std::get_if<storage::StagedContent>(&source);
  if (staged == nullptr || staged->id().domain == domain) return source;
  return VersionSource(DMS_TRY(copy_content(store_, staged->id(), domain)));
}

Result<Document> Documents::file_document(const Actor& actor, const NewDocument& input,
                                          const VersionSource& given, const AlsoCommit& also) {
  const CleanFiling clean = DMS_TRY(clean_filing(input));
  const VersionSource source = DMS_TRY(in_domain(given, content_domain(input.dossier)));
  DocumentRecord record;
  VersionRecord version;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_filing(view, actor, input.dossier, *clean.fields.status));
    const Stamp stamp{clock_.now(), actor.user};
    record = make_document(input.dossier, clean.fields, stamp);
    std::optional<DocumentRecord> origin;
    if (input.attachment_of) origin = DMS_TRY(origin_of(view, *input.attachment_of));
    if (origin && origin->receipt_stamp && clean.fields.direction == Direction::incoming) {
      record.receipt_stamp = origin->receipt_stamp;
    } else if (clean.fields.direction == Direction::incoming) {
      ReceiptStampRecord receipt;
      receipt.received_at = stamp.at;
      receipt.received_by = stamp.by;
      receipt.channel = input.channel;
      record.receipt_stamp = std::move(receipt);
    }
    version = make_version(record, clean.version, stamp);
    Commit commit(view);
    DMS_TRY(take_file(view, commit,
                      {actor, source, version.id, stamp.at, content_domain(input.dossier)}, version,
                      clean.version.file_name));
    DMS_TRY(commit.insert(document_table, record));
    DMS_TRY(commit.insert(version_table, version));
    commit.append(filed_event(actor, record, input.attachment_of));
    if (also) DMS_TRY(also(view, commit, record.id.value));
    return commit;
  }));
  return to_value(record, version, DocumentText());
}

Result<void> Documents::admit_version(const Actor& actor, DocumentId document,
                                      const NewVersion& input, std::uint64_t if_match) const {
  DMS_TRY(clean_new_version(input, "/metadata"));
  DMS_TRY(store_.read<bool>([&](const View& view) -> Result<bool> {
    DMS_TRY(require_versionable(view, actor, document, if_match));
    return true;
  }));
  return {};
}

Result<Document> Documents::add_version(const Actor& actor, DocumentId document,
                                        const NewVersion& input, const VersionSource& given,
                                        std::uint64_t if_match, const AlsoCommit& also) {
  const NewVersion clean = DMS_TRY(clean_new_version(input, "/metadata"));
  const VersionSource source = DMS_TRY(in_domain(given, DMS_TRY(content_domain(document))));
  DocumentRecord record;
  VersionRecord version;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    record = DMS_TRY(require_versionable(view, actor, document, if_match)).record;
    const Stamp stamp{clock_.now(), actor.user};
    ++record.current_version;
    stamp_modified(record, stamp);
    version = make_version(record, clean, stamp);
    Commit commit(view);
    DMS_TRY(take_file(view, commit,
                      {actor, source, version.id, stamp.at, content_domain(record.dossier)},
                      version, clean.file_name));
    DMS_TRY(commit.put(document_table, record));
    DMS_TRY(commit.insert(version_table, version));
    commit.append(document_event(actor, "document.version_added", record));
    if (also) DMS_TRY(also(view, commit, version.id.value));
    return commit;
  }));
  return to_value(record, version, DocumentText());
}

// `right` is what it takes at least; `apply` decides the rest and changes the record.
struct Documents::Step {
  std::string_view event;
  std::uint64_t if_match = 0;
  Right right = Right::edit;
  std::function<Result<void>(const View&, FiledDocument&, const Stamp&)> apply;
};

Result<Document> Documents::change(const Actor& actor, DocumentId document, const Step& step) {
  Document changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    FiledDocument found = DMS_TRY(require_document(view, actor, document, step.right));
    DMS_TRY(check_revision(found.record.revision, step.if_match));
    DMS_TRY(require_open(found.dossier.record));
    const Stamp stamp{clock_.now(), actor.user};
    DMS_TRY(step.apply(view, found, stamp));
    stamp_modified(found.record, stamp);
    Commit commit(view);
    DMS_TRY(commit.put(document_table, found.record));
    commit.append(document_event(actor, step.event, found.record));
    changed = DMS_TRY(answer_to(view, actor, found.dossier.scope, found.record));
    return commit;
  }));
  return changed;
}

Result<Document> Documents::update(const Actor& actor, DocumentId document, DocumentFields fields,
                                   std::uint64_t if_match) {
  fields = DMS_TRY(clean_document_fields(std::move(fields), ""));
  // The step may take another right than `edit`, and reopening is not editing.
  const auto apply = [&](const View& view, FiledDocument& found, const Stamp&) -> Result<void> {
    DocumentRecord& record = found.record;
    DMS_TRY(require_not_binned(record));
    const DocumentFields before = to_fields(record);
    DocumentFields after = fields;
    Right right = Right::edit;
    if (after.direction != before.direction) {
      DMS_TRY(require_not_final(record));
      after.status = first_status(after.direction);
    } else {
      if (!after.status) after.status = before.status;
      right = DMS_TRY(right_for_step(*before.status, *after.status, after.direction));
    }
    DMS_TRY(require(view, actor, found.dossier.scope, right));
    DocumentFields unchanged = after;
    unchanged.status = before.status;
    if (unchanged != before) DMS_TRY(require(view, actor, found.dossier.scope, Right::edit));
    assign_fields(record, std::move(after));
    return {};
  };
  return change(actor, document, {"document.changed", if_match, Right::see, apply});
}

namespace {

struct Move {
  DocumentId document;
  DossierId target;
  std::uint64_t if_match = 0;
};

// The document, if it may be moved there, and the target.
struct Movable {
  FiledDocument found;
  ScopedDossier to;
};

Result<Movable> require_movable(const View& view, const Actor& actor, const Move& move) {
  FiledDocument found = DMS_TRY(require_document(view, actor, move.document, Right::edit));
  DMS_TRY(check_revision(found.record.revision, move.if_match));
  ScopedDossier to = DMS_TRY(require_dossier(view, actor, move.target, Right::file));
  DMS_TRY(require_not_binned(found.record));
  DMS_TRY(require_open(found.dossier.record));
  DMS_TRY(require_open(to.record));
  if (found.record.dossier == move.target) {
    return fail(ErrorCode::conflict, "Das Dokument liegt schon in dieser Akte.",
                "The document is in this file already.");
  }
  return Movable{std::move(found), std::move(to)};
}

// Both files' histories tell of it.
void append_move(Commit& commit, const Actor& actor, const DocumentRecord& moved, DossierId from) {
  const Uuid& id = moved.id.value;
  const std::string detail = encode_json(
      DocumentEventDetail{moved.subject, moved.current_version, from, moved.dossier, {}});
  commit.append(object_event(actor, "document.moved_out", id, from.value, detail));
  commit.append(object_event(actor, "document.moved_in", id, moved.dossier.value, detail));
}

}  // namespace

// A version that comes while contents are copied changes the revision, so the commit is refused.
Result<Document> Documents::move(const Actor& actor, DocumentId document, DossierId target,
                                 std::uint64_t if_match) {
  const Move move{document, target, if_match};
  DomainChange contents(store_, content_domain(target));
  DMS_TRY(store_.read<bool>([&](const View& view) -> Result<bool> {
    DMS_TRY(require_movable(view, actor, move));
    return true;
  }));
  DMS_TRY(contents.stage(document));
  Document moved;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    Movable movable = DMS_TRY(require_movable(view, actor, move));
    DocumentRecord& record = movable.found.record;
    const DossierId from = record.dossier;
    record.dossier = target;
    stamp_modified(record, {clock_.now(), actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(document_table, record));
    if (!DMS_TRY(contents.apply(view, commit, document))) return fail(moved_meanwhile());
    append_move(commit, actor, record, from);
    moved = DMS_TRY(answer_to(view, actor, movable.to.scope, record));
    return commit;
  }));
  return moved;
}

Result<Document> Documents::put_in_bin(const Actor& actor, DocumentId document,
                                       std::uint64_t if_match) {
  const auto apply = [](const View&, FiledDocument& found, const Stamp& stamp) -> Result<void> {
    DMS_TRY(require_not_binned(found.record));
    put_into_bin(found.record, stamp);
    return {};
  };
  return change(actor, document, {"document.binned", if_match, Right::edit, apply});
}

Result<Document> Documents::restore(const Actor& actor, DocumentId document,
                                    std::uint64_t if_match) {
  const auto apply = [](const View&, FiledDocument& found, const Stamp&) -> Result<void> {
    if (!found.record.binned_at) {
      return fail(ErrorCode::conflict, "Das Dokument liegt nicht im Papierkorb.",
                  "The document is not in the bin.");
    }
    found.record.binned_at.reset();
    found.record.binned_by.reset();
    return {};
  };
  return change(actor, document, {"document.restored", if_match, Right::edit, apply});
}

}  // namespace dms
