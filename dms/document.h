#pragma once

// Documents: filed into a dossier with a first version, described by metadata, moved, put into the
// bin and brought back.
//
// Each operation checks rights and writes its journal event in the same commit. What the actor may
// not see is absent_object(). Rights come through the dossier. Thread-safe; blocking: call it on a
// lane.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/base/config.h"
#include "dms/change.h"
#include "dms/document_grants.h"
#include "dms/document_text.h"
#include "dms/page.h"
#include "dms/permission.h"
#include "dms/permission_cache.h"
#include "dms/recognised_pages.h"
#include "dms/rendition.h"
#include "dms/version.h"
#include "dms/vocabulary.h"
#include "storage/store.h"

namespace dms {

// What people set on a document.
struct DocumentFields {
  std::string subject;
  DocumentType type = DocumentType::other;
  Direction direction = Direction::internal;
  std::string sender;                   // may be empty
  std::vector<std::string> recipients;  // at most 100
  std::optional<Date> letter_date;      // on the letter itself
  std::optional<Date> received_on;
  std::optional<Date> sent_on;
  std::string foreign_reference;   // fremdes Zeichen
  std::string business_reference;  // Geschäftszeichen
  // nullopt: where the direction begins (draft or received); in an update: unchanged.
  std::optional<DocumentStatus> status;
  std::map<std::string, std::string> custom_fields;  // at most 50; names [a-z][a-z0-9_]*
  friend bool operator==(const DocumentFields&, const DocumentFields&) = default;
};

// Posteingangsstempel: who took it in, when, by which way. Incoming documents have one.
struct ReceiptStamp {
  Stamp received;
  ReceiptChannel channel = ReceiptChannel::upload;
  friend bool operator==(const ReceiptStamp&, const ReceiptStamp&) = default;
};

struct Document {
  DocumentId id;
  DossierId dossier;
  DocumentFields fields;  // its status is set
  std::optional<ReceiptStamp> receipt_stamp;
  Version current;
  DocumentTextState text_state = DocumentTextState::pending;
  std::optional<RecognitionProgress> recognition;  // where the text state is `recognising`
  std::vector<std::uint32_t> recognised_pages;     // DocumentText::recognised_pages
  // Whether there is something to look at; `made` for what is shown as it is. Not in lists.
  std::optional<RenditionState> preview_state;
  std::vector<DocumentAttachment> attachments;  // once extracted; for whom the next two are
  // What the file says of itself; for those who may read it, and not in lists.
  std::optional<search::MailFacts> mail;
  std::optional<search::InvoiceFacts> invoice;
  std::optional<Stamp> binned;  // in the bin since
  ChangeInfo change;
};

// Takes no new version without being reopened.
constexpr bool is_final(DocumentStatus status) {
  return status == DocumentStatus::signed_ || status == DocumentStatus::sent ||
         status == DocumentStatus::final_;
}

// Where a document came from that was an attachment of another.
struct AttachmentOrigin {
  DocumentId document;
  std::uint32_t version = 1;
  std::uint64_t number = 0;  // DocumentAttachment::number
};
BOOST_DESCRIBE_STRUCT(AttachmentOrigin, (), (document, version, number))

struct NewDocument {
  DossierId dossier;
  DocumentFields fields;
  ReceiptChannel channel = ReceiptChannel::upload;
  NewVersion version;  // its file name and comment
  // It arrived when that did, and the event tells of it.
  std::optional<AttachmentOrigin> attachment_of = {};
};

// What a dossier's documents are listed by. `filed` is the order of filing; the others are columns
// (document_order.h says how each sorts).
enum class DocumentColumn : std::uint8_t {
  filed,
  subject,
  date,
  received,
  reference,
  type,
  status,
  modified
};
BOOST_DESCRIBE_ENUM(DocumentColumn, filed, subject, date, received, reference, type, status,
                    modified)

struct DocumentOrder {
  DocumentColumn column = DocumentColumn::filed;
  storage::ScanOptions::Direction direction = storage::ScanOptions::Direction::descending;
};

class Documents {
 public:
  // Borrows all. `grants` adds to the rights of get(), versions(), open_content() and open_text();
  // nullptr: nothing. `encryption` says in which key domain contents are filed.
  Documents(storage::Store& store, const PermissionCache& permissions, const Clock& clock,
            const DocumentGrants* grants = nullptr,
            ContentEncryption encryption = ContentEncryption::off);
  ~Documents();

  // Decides on metadata alone whether file_document would be let: right `file`, an open dossier,
  // clean fields. Call it before the first byte of content is stored.
  Result<void> admit_filing(const Actor& actor, const NewDocument& input) const;
  // Where the bytes of what is to be filed there, or of a document's next version, are best stored.
  // Decides no right.
  storage::KeyDomain content_domain(DossierId dossier) const;
  Result<storage::KeyDomain> content_domain(DocumentId document) const;
  // One commit: document, version 1, content, receipt stamp, event and what `also` adds. An upload
  // must have been assembled in the dossier's domain and ends with it; other content that is staged
  // elsewhere is first copied there.
  Result<Document> file_document(const Actor& actor, const NewDocument& input,
                                 const VersionSource& source, const AlsoCommit& also = nullptr);

  // Right `edit`, an open dossier, no final document, the revision.
  Result<void> admit_version(const Actor& actor, DocumentId document, const NewVersion& input,
                             std::uint64_t if_match) const;
  Result<Document> add_version(const Actor& actor, DocumentId document, const NewVersion& input,
                               const VersionSource& source, std::uint64_t if_match,
                               const AlsoCommit& also = nullptr);

  // Needs `see`. In the bin too (`binned` says so).
  Result<Document> get(const Actor& actor, DocumentId document) const;
  // Needs `see`. Without what is in the bin; what has no value in a column comes last in either
  // direction. A place is good for the same order only. `busy` while an order is being built.
  Result<Page<Document>> list(const Actor& actor, DossierId dossier, const PageRequest& page,
                              DocumentOrder order = {}) const;
  Result<std::vector<Version>> versions(const Actor& actor, DocumentId document) const;

  // Needs `edit`; `sign` for the step to signed; `close` to step back (reopen). Steps skip none.
  Result<Document> update(const Actor& actor, DocumentId document, DocumentFields fields,
                          std::uint64_t if_match);
  // Needs `edit` here and `file` there; both dossiers open. Contents in the key domain of the
  // document's dossier are copied into the target's first, which takes as long as they are large.
  Result<Document> move(const Actor& actor, DocumentId document, DossierId target,
                        std::uint64_t if_match);

  // The bin. Need `edit` and an open dossier.
  Result<Document> put_in_bin(const Actor& actor, DocumentId document, std::uint64_t if_match);
  Result<Document> restore(const Actor& actor, DocumentId document, std::uint64_t if_match);
  // What of it the actor may see, latest first.
  Result<Page<Document>> bin(const Actor& actor, const PageRequest& page) const;

  // Need `read`; each records that it was read. `number` nullopt: the current version.
  Result<OpenedContent> open_content(const Actor& actor, DocumentId document,
                                     std::optional<std::uint32_t> number);
  // Something to look at: a version whose type `shown` takes itself, any other's PDF preview.
  using ShownType = bool (*)(std::string_view mime_type);
  Result<OpenedPreview> open_preview(const Actor& actor, DocumentId document,
                                     std::optional<std::uint32_t> number, ShownType shown);
  // A small JPEG of the current version's first page. Needs `read`, but is not recorded as reading:
  // no word of a letter can be read in it, and lists show it of many.
  Result<OpenedPreview> open_thumbnail(const Actor& actor, DocumentId document);
  // A JPEG of a page, from 1, of the current version or of its preview. Reading, and recorded as
  // such. One that nobody asked for yet is drawn in the background: ask again. `not_found` where
  // there is no such page.
  Result<OpenedPreview> open_page_image(const Actor& actor, DocumentId document,
                                        std::uint32_t page);
  // Has previews and thumbnails made once more; what there is stays until then. Needs `edit`.
  // Nothing happens where that is under way.
  Result<void> request_renditions(const Actor& actor, DocumentId document);
  // The text of the current version: state, type, and a reader where there is text.
  struct OpenedText {
    DocumentText text;
    std::shared_ptr<storage::ContentReader> reader;  // nullptr where there is none
  };
  Result<OpenedText> open_text(const Actor& actor, DocumentId document);
  // Where the words stand on a page (from 1) of the current version, as far as it was read by its
  // looks; recorded as reading the text is. `not_found` where the file has no such page.
  struct OpenedWords {
    DocumentText text;
    std::optional<PageOfText> page;  // nullopt: it has text of its own, or was not read (yet)
  };
  Result<OpenedWords> open_words(const Actor& actor, DocumentId document, std::uint32_t page);
  // Has the pages without text read by their looks once more; the text stays until then. Needs
  // `edit`. Nothing happens where that is under way; `conflict` where there are none.
  Result<void> request_recognition(const Actor& actor, DocumentId document);

 private:
  struct Step;  // one change of an existing document
  Result<VersionSource> in_domain(const VersionSource& source, storage::KeyDomain domain) const;
  Result<Document> change(const Actor& actor, DocumentId document, const Step& step);
  // The version `actor` may read the content of; `number` as in open_content().
  Result<Version> readable_version(const Actor& actor, DocumentId document,
                                   std::optional<std::uint32_t> number) const;

  storage::Store& store_;
  const PermissionCache& permissions_;
  const Clock& clock_;
  const DocumentGrants* grants_;
  const ContentEncryption encryption_;
  struct ReadableVersions;  // what readable_version() answered last
  const std::unique_ptr<ReadableVersions> readable_;
};

}  // namespace dms
