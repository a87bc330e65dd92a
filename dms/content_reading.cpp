#include "dms/content_reading.h"

#include "dms/rendition.h"

namespace dms {

Result<void> record_read(storage::Store& store, const Actor& actor, std::string_view kind,
                         const Uuid& object) {
  storage::ReadEvent event;
  event.kind = kind;
  event.object = object;
  event.actor = actor.user.value;
  if (actor.on_behalf_of) event.on_behalf_of = actor.on_behalf_of->value;
  if (actor.token) event.token = actor.token->value;
  event.address = actor.address;
  Result<void> recorded = store.append_read(event);
  if (!recorded && recorded.error().code == ErrorCode::unavailable) {
    recorded.error().message = {
        "Inhalte können zurzeit nicht geöffnet werden: Wer sie liest, kann nicht festgehalten "
        "werden, weil der Datenträger des Servers gestört ist.",
        "Contents cannot be opened at present: who reads them cannot be recorded, because the "
        "server's disk is failing."};
  }
  return recorded;
}

namespace {

Result<Rendition> read_rendition(const storage::Store& store, const storage::ContentId& content) {
  return store.read<Rendition>(
      [&](const storage::View& view) { return find_rendition(view, content); });
}

// "Brief.docx" as "Brief.pdf".
std::string renamed(std::string_view file_name, std::string_view suffix) {
  return std::string(file_name.substr(0, file_name.rfind('.'))) + std::string(suffix);
}

}  // namespace

Result<OpenedPreview> preview_of(storage::Store& store, const LookedAt& file,
                                 bool (*shown)(std::string_view mime_type)) {
  OpenedPreview opened;
  if (shown(file.mime_type)) {
    opened = {file.mime_type, file.file_name, DMS_TRY(store.read_content(file.content)),
              RenditionState::made};
    return opened;
  }
  const Rendition rendition = DMS_TRY(read_rendition(store, file.content));
  opened.state = rendition.state;
  if (!rendition.preview) {
    // Only a thumbnail of it was made: this program showed the type itself once.
    if (opened.state == RenditionState::made) opened.state = RenditionState::unsupported;
    return opened;
  }
  opened = {"application/pdf", renamed(file.file_name, ".pdf"),
            DMS_TRY(store.read_content(*rendition.preview)), RenditionState::made};
  return opened;
}

Result<OpenedPreview> thumbnail_of(storage::Store& store, const LookedAt& file) {
  const Rendition rendition = DMS_TRY(read_rendition(store, file.content));
  OpenedPreview opened;
  opened.state = rendition.state;
  if (!rendition.thumbnail) {
    if (opened.state == RenditionState::made) opened.state = RenditionState::damaged;
    return opened;
  }
  opened = {"image/jpeg", renamed(file.file_name, ".jpg"),
            DMS_TRY(store.read_content(*rendition.thumbnail)), RenditionState::made};
  return opened;
}

Result<RenditionState> preview_state(const storage::View& view, const storage::ContentId& content,
                                     std::string_view mime_type) {
  if (is_shown_itself(mime_type)) return RenditionState::made;
  const Rendition rendition = DMS_TRY(find_rendition(view, content));
  return rendition.preview ? RenditionState::made : rendition.state;
}

}  // namespace dms
