#include "dms/content_reading.h"

#include "dms/document_text.h"

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

// Until the sandbox has told the type, nothing is known to be harmless.
Error not_shown(std::string_view mime_type) {
  if (mime_type == DocumentText().mime_type) {
    return make_error(ErrorCode::unsupported,
                      "Der Typ dieser Datei ist (noch) nicht bekannt. Versuchen Sie es gleich noch "
                      "einmal oder nehmen Sie …/text oder …/content.",
                      "The type of this file is not known (yet). Try again in a moment, or take "
                      "…/text or …/content.");
  }
  return make_error(ErrorCode::unsupported,
                    "Dateien dieses Typs werden nicht unmittelbar gezeigt. Ihr Text steht unter "
                    "…/text, die Datei selbst unter …/content.",
                    "Files of this type are not shown as they are. Their text is at …/text, the "
                    "file itself at …/content.");
}

}  // namespace dms
