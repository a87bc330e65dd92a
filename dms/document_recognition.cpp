// Pages read by their looks, as users ask for them: once more, and where their words are.

#include "dms/content_reading.h"
#include "dms/document.h"
#include "dms/document_record.h"
#include "dms/recognition.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

Error nothing_to_recognise() {
  return make_error(ErrorCode::conflict,
                    "Dieses Dokument hat keine Seiten, deren Text erkannt werden könnte.",
                    "This document has no pages whose text could be recognised.");
}

Result<RecognitionRecord> recognisable(const View& view, const ContentId& content) {
  const auto record = DMS_TRY(find_recognition(view, content));
  if (!record) return fail(nothing_to_recognise());
  if (!is_in_state(*record, RecognitionState::off)) return *record;
  return fail(make_error(ErrorCode::unavailable, "Die Texterkennung ist auf diesem Server aus.",
                         "Recognition of text is switched off on this server."));
}

}  // namespace

Result<void> Documents::request_recognition(const Actor& actor, DocumentId document) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const FiledDocument found = DMS_TRY(require_document(view, actor, document, Right::edit));
    const VersionRecord version = DMS_TRY(current_version(view, found.record));
    const RecognitionRecord record =
        DMS_TRY(recognisable(view, DMS_TRY(original_content(version))));
    Commit commit(view);
    if (is_in_state(record, RecognitionState::waiting)) return commit;
    DMS_TRY(plan_anew(commit, record, clock_.now()));
    commit.append(document_event(actor, recognition_requested, found.record));
    return commit;
  }));
  return {};
}

Result<Documents::OpenedWords> Documents::open_words(const Actor& actor, DocumentId document,
                                                     std::uint32_t page) {
  OpenedWords opened;
  std::optional<RecognitionRecord> recognition;
  opened.text = DMS_TRY(store_.read<DocumentText>([&](const View& view) -> Result<DocumentText> {
    const FiledDocument found =
        DMS_TRY(require_document(view, {permissions_, grants_}, actor, document, Right::read));
    const VersionRecord version = DMS_TRY(current_version(view, found.record));
    const ContentId content = DMS_TRY(original_content(version));
    recognition = DMS_TRY(find_recognition(view, content));
    return find_document_text(view, content);
  }));
  if (page == 0 || page > opened.text.page_count) return fail(absent_object());
  if (recognition) opened.page = DMS_TRY(read_recognised_page(store_, *recognition, page));
  DMS_TRY(record_read(store_, actor, "text.read", document.value));
  return opened;
}

}  // namespace dms
