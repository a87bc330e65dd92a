#pragma once

// What a mail or a PDF carries: each attachment's bytes and text, and filing one as a document of
// its own. An attachment is no object: it is made out of its file, in the sandbox, each time
// somebody asks, and belongs to whoever may read the document, or the item of an inbox, whose file
// that is. Of pictures that a mail only shows there is none (text_extraction.cpp decides).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/document.h"
#include "dms/document_grants.h"
#include "dms/permission_cache.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

struct AttachmentPlace {
  DocumentId document;
  std::optional<std::uint32_t> version;  // nullopt: the current one
  std::uint64_t number = 0;              // DocumentAttachment::number
};

// Of what lies in an inbox, or in its bin; once it is filed the document carries it.
struct InboundAttachmentPlace {
  InboundItemId item;
  std::uint64_t number = 0;
};

struct OpenedAttachment {
  std::string file_name;  // its own, or one by its number: never empty, never a path
  std::string mime_type;  // by libmagic
  // An unlinked file of its own: what changes in the store does not change it.
  std::shared_ptr<storage::ContentReader> reader;
};

struct OpenedAttachmentText {
  DocumentTextState state = DocumentTextState::empty;
  std::shared_ptr<storage::ContentReader> reader;  // nullptr where there is none
};

// Thread-safe. Each call starts a process for some hundredths of a second, more where the file is
// large; `busy` where its turn does not come soon, or too much lies opened (attachment_budget.h).
class Attachments {
 public:
  struct Tools {
    search::Extractor* extractor = nullptr;  // nullptr: all is `unavailable`
    std::string staging_folder;              // for large attachments on their way
  };
  // Borrows all but the tools' folder.
  Attachments(storage::Store& store, const PermissionCache& permissions,
              const DocumentGrants* grants, Tools tools)
      : store_(store), permissions_(permissions), grants_(grants), tools_(std::move(tools)) {}

  // These need `read`, of an item by the rights of inbound_access.h. absent_object() where the file
  // lists no such attachment; `unprocessable` where it cannot be had by itself: it is too large, or
  // a message within an Outlook message.

  // Recorded as reading the document's, or the item's, content is.
  Result<OpenedAttachment> open(const Actor& actor, const AttachmentPlace& place);
  Result<OpenedAttachment> open(const Actor& actor, const InboundAttachmentPlace& place);
  // A type alone, of what it is sent as; nothing is opened or recorded.
  Result<std::string> type_of(const Actor& actor, const AttachmentPlace& place) const;
  Result<std::string> type_of(const Actor& actor, const InboundAttachmentPlace& place) const;
  // The text found in it, as the indexer would find it. Recorded as reading the text is.
  Result<OpenedAttachmentText> open_text(const Actor& actor, const AttachmentPlace& place);
  Result<OpenedAttachmentText> open_text(const Actor& actor, const InboundAttachmentPlace& place);
  // What a document made of it says before anybody says more: it lies in the same dossier, is
  // called as the attachment is, and has sender and days of the mail. For file_document().
  Result<NewDocument> proposed_document(const Actor& actor, const AttachmentPlace& place) const;

 private:
  struct Found;
  struct FoundInDocument;
  Result<FoundInDocument> find(const Actor& actor, const AttachmentPlace& place) const;
  Result<Found> find(const Actor& actor, const InboundAttachmentPlace& place) const;
  Result<std::string> bytes_of(const Found& found) const;
  Result<OpenedAttachment> open(const Actor& actor, const Found& found);
  Result<OpenedAttachmentText> open_text(const Actor& actor, const Found& found);

  storage::Store& store_;
  const PermissionCache& permissions_;
  const DocumentGrants* grants_;
  const Tools tools_;
};

// The bytes of `reader` as content that a document can be filed with.
Result<storage::StagedContent> stage_copy(storage::Store& store, storage::KeyDomain domain,
                                          const storage::ContentReader& reader);

}  // namespace dms
