// What a document looks like, made once more as users ask for it.

#include "dms/content_reading.h"
#include "dms/document.h"
#include "dms/document_record.h"
#include "dms/rendition_record.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

// Nothing of it is in the document, so no revision is taken; the log tells who had it done.
constexpr std::string_view renditions_requested = "document.renditions_requested";

}  // namespace

Result<OpenedPreview> Documents::open_page_image(const Actor& actor, DocumentId document,
                                                 std::uint32_t page) {
  const Version version = DMS_TRY(readable_version(actor, document, std::nullopt));
  using Found = std::optional<RenditionRecord>;
  const auto find = [&](const View& view) { return find_rendition_record(view, version.content); };
  OpenedPreview opened;
  opened.file_name = version.file_name + "." + std::to_string(page) + ".jpg";
  opened.mime_type = "image/jpeg";
  const Found record = DMS_TRY(store_.read<Found>(find));
  const PageImageRecord* image = record ? find_image(*record, page) : nullptr;
  if (image == nullptr && (!record || !is_in_state(*record, RenditionState::made))) {
    opened.state = DMS_TRY(store_.read<Rendition>([&](const View& view) {
                     return find_rendition(view, version.content);
                   })).state;
    return opened;
  }
  if (image != nullptr) {
    if (!image->image) return fail(absent_object());
    opened.reader = DMS_TRY(store_.read_content(content_of(*record, *image->image)));
    opened.state = RenditionState::made;
    DMS_TRY(record_read(store_, actor, "content.read", document.value));
    return opened;
  }
  // Rights were decided above; what is planned here nobody sees who does not ask again.
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    DMS_TRY(plan_page_image(view, commit, version.content, page));
    return commit;
  }));
  return opened;
}

Result<void> Documents::request_renditions(const Actor& actor, DocumentId document) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const FiledDocument found = DMS_TRY(require_document(view, actor, document, Right::edit));
    const VersionRecord version = DMS_TRY(current_version(view, found.record));
    const ContentId content = DMS_TRY(original_content(version));
    const auto present = DMS_TRY(find_rendition_record(view, content));
    if (present && is_in_state(*present, RenditionState::off)) {
      return fail(make_error(ErrorCode::unavailable,
                             "Vorschauen sind auf diesem Server abgeschaltet.",
                             "Previews are switched off on this server."));
    }
    Commit commit(view);
    // Without a record it is planned with the text, or waits for the sweep of an older store.
    if (!present || is_in_state(*present, RenditionState::waiting)) return commit;
    DMS_TRY(plan_rendition_anew(view, commit, content, clock_.now()));
    commit.append(document_event(actor, renditions_requested, found.record));
    return commit;
  }));
  return {};
}

}  // namespace dms
