#pragma once

// How documents and versions lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/document.h"
#include "dms/document_grants.h"
#include "dms/dossier_record.h"
#include "dms/object_record.h"
#include "storage/table.h"
#include "storage/view.h"

namespace dms {

struct ReceiptStampRecord : Extensible {
  Instant received_at;
  UserId received_by;
  Open<ReceiptChannel> channel;
};
BOOST_DESCRIBE_STRUCT(ReceiptStampRecord, (Extensible), (received_at, received_by, channel))

struct DocumentRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  DocumentId id;
  DossierId dossier;
  std::uint32_t current_version = 1;
  std::string subject;
  Open<DocumentType> type;
  Open<Direction> direction;
  Open<DocumentStatus> status;
  std::optional<std::string> sender;
  std::vector<std::string> recipients;
  std::optional<Date> letter_date;
  std::optional<Date> received_on;
  std::optional<Date> sent_on;
  std::optional<std::string> foreign_reference;
  std::optional<std::string> business_reference;
  std::map<std::string, std::string> custom_fields;
  std::optional<ReceiptStampRecord> receipt_stamp;
  std::optional<Instant> binned_at;  // in the bin
  std::optional<UserId> binned_by;
};
BOOST_DESCRIBE_STRUCT(DocumentRecord, (ObjectRecord),
                      (id, dossier, current_version, subject, type, direction, status, sender,
                       recipients, letter_date, received_on, sent_on, foreign_reference,
                       business_reference, custom_fields, receipt_stamp, binned_at, binned_by))

// Indexes: "dossier" (dossier, id; not what is in the bin), "bin" (when, id; only that),
// "binned_of" (dossier, id; only that), and one for each column that documents are listed by
// (document_order.h).
extern const storage::Table<DocumentRecord> document_table;
std::string document_dossier_prefix(DossierId dossier);

enum class ContentRole : std::uint8_t { original };
BOOST_DESCRIBE_ENUM(ContentRole, original)

// One content file of a version. `domain` is the key domain its content is stored in.
struct ContentFileRecord : Extensible {
  Open<ContentRole> role;
  std::optional<Uuid> domain;  // absent: the tenant's own
  Sha256Digest sha256;
  std::uint64_t size = 0;
  std::string file_name;
};
BOOST_DESCRIBE_STRUCT(ContentFileRecord, (Extensible), (role, domain, sha256, size, file_name))

// Immutable. Key: document, number. Owner of its contents' refs is its id.
struct VersionRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  VersionId id;
  DocumentId document;
  std::uint32_t number = 1;
  std::vector<ContentFileRecord> files;
  Instant created_at;
  UserId created_by;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(VersionRecord, (Extensible),
                      (id, document, number, files, created_at, created_by, comment))

// Index "content" (key domain, SHA-256): who names a content.
extern const storage::Table<VersionRecord> version_table;
std::string version_content_prefix(const storage::ContentId& content);
// `busy` while the index "content" of an older store is being built.
Result<void> require_content_index(const storage::View& view);
std::string version_key(DocumentId document, std::uint32_t number);

// The original among a version's files; `corrupt` where there is none.
Result<storage::ContentId> original_content(const VersionRecord& version);
Result<Version> to_value(const VersionRecord& record, const DocumentText& text);
DocumentFields to_fields(const DocumentRecord& record);
// The date a document is filtered and sorted by: on the letter, else received, sent, filed.
Date document_date(const DocumentRecord& record);

void assign_fields(DocumentRecord& record, DocumentFields fields);
// The last word on it was a final signature: what goes out or stays in the house is `signed` then.
// False, and nothing has changed, where its way does not lead there from where it is.
bool sign_finally(DocumentRecord& record, const Stamp& stamp);

// What an event says of a document.
struct DocumentEventDetail {
  std::string subject;
  std::uint32_t version = 1;
  std::optional<DossierId> from;  // of a move
  std::optional<DossierId> to;
  std::optional<InboundItemId> inbound_item;           // of what was filed out of an inbox
  std::optional<AttachmentOrigin> attachment_of = {};  // of what was filed out of another document
};
BOOST_DESCRIBE_STRUCT(DocumentEventDetail, (),
                      (subject, version, from, to, inbound_item, attachment_of))
storage::Event document_event(const Actor& actor, std::string_view kind,
                              const DocumentRecord& document);
Result<Document> to_value(const DocumentRecord& record, const VersionRecord& version,
                          const DocumentText& text);
// The same with its current version and what is known of its text.
Result<Document> to_value(const storage::View& view, const DocumentRecord& record);

// A document in its dossier.
struct FiledDocument {
  DocumentRecord record;
  ScopedDossier dossier;
};
// The document for a decision if `actor` has `right` in its dossier's scope; errors as
// require_dossier().
Result<FiledDocument> require_document(const storage::View& view, const Actor& actor,
                                       DocumentId document, Right right);
// The same for reading, with rights from memory and those that `grants` (may be null) gives.
struct ReadRights {
  const PermissionCache& permissions;
  const DocumentGrants* grants;
};
Result<FiledDocument> require_document(const storage::View& view, const ReadRights& rights,
                                       const Actor& actor, DocumentId document, Right right);
// What `actor` may do with a document that he sees, by its dossier and, where that does not let him
// read, by `grants`.
Result<Rights> reading_rights(const storage::View& view, const ReadRights& rights,
                              const Actor& actor, const FiledDocument& document);
// Takes out what only readers are told: what the file says of itself.
void hide_facts(Document& document);
// The current version's record; `corrupt` where it is missing.
Result<VersionRecord> current_version(const storage::View& view, const DocumentRecord& document);

}  // namespace dms
