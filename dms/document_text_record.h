#pragma once

// How renditions of text lie on disk. Derived: may be deleted and made again. Names are for ever
// (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_record.h"
#include "dms/document_text.h"
#include "dms/object_record.h"
#include "storage/commit.h"
#include "storage/table.h"

namespace dms {

struct AttachmentRecord : Extensible {
  std::string name;
  std::string mime_type;
  std::optional<std::uint64_t> number;  // among all that the file has, from 0; since version 3
  // Bytes. Not worth a version of its own: of what was read before it the page shows none.
  std::optional<std::uint64_t> size;
};
BOOST_DESCRIBE_STRUCT(AttachmentRecord, (Extensible), (name, mime_type, number, size))

// The head of a mail. A time that the mail does not tell, or that is none, is absent.
struct MailRecord : Extensible {
  std::optional<std::string> from;
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::optional<Instant> sent_at;
  std::optional<std::string> subject;
  // Ids without their angle brackets: the mail's own, In-Reply-To, References. Since version 3.
  std::optional<std::string> message_id;
  std::optional<std::vector<std::string>> answers;
  std::optional<std::vector<std::string>> thread;
};
BOOST_DESCRIBE_STRUCT(MailRecord, (Extensible),
                      (from, to, cc, sent_at, subject, message_id, answers, thread))

struct InvoiceRecord : Extensible {
  Open<search::InvoiceKind> kind;
  std::optional<std::string> number;
  std::optional<std::string> seller;
  std::optional<std::string> buyer;
  std::optional<Date> issued_on;
  std::optional<Date> due_on;
  std::optional<std::string> amount;  // decimal text, as search::is_amount() has it
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(InvoiceRecord, (Extensible),
                      (kind, number, seller, buyer, issued_on, due_on, amount, currency))

// Key: key domain, sha256, extraction version. Owner of the text's ref is its id.
struct DocumentTextRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Uuid id;
  Uuid domain;
  Sha256Digest content;  // of the original
  std::uint32_t extraction_version = 1;
  Instant extracted_at;
  Open<DocumentTextState> state;
  std::string mime_type;
  std::optional<Sha256Digest> text;  // where there is one
  std::uint64_t text_size = 0;       // bytes
  std::vector<std::uint64_t> page_offsets;
  std::optional<std::string> title;
  std::optional<std::string> author;
  std::vector<AttachmentRecord> attachments;
  std::optional<MailRecord> mail;
  std::optional<InvoiceRecord> invoice;
  // Since version 4: of a PDF or a picture, and which of its pages in this text were recognised.
  std::optional<std::uint32_t> page_count;
  std::optional<std::vector<std::uint32_t>> recognised_pages;
  // Since version 5: of a mail that carries pages without text, and how much of the text (bytes) is
  // the mail's own: what was recognised stands behind it.
  std::optional<std::uint32_t> attached_pages;
  std::optional<std::uint64_t> own_text_size;
};
BOOST_DESCRIBE_STRUCT(DocumentTextRecord, (Extensible),
                      (id, domain, content, extraction_version, extracted_at, state, mime_type,
                       text, text_size, page_offsets, title, author, attachments, mail, invoice,
                       page_count, recognised_pages, attached_pages, own_text_size))

// Index "mail": the ids that a mail bears or names.
extern const storage::Table<DocumentTextRecord> document_text_table;
std::string mail_id_key(std::string_view id);
// Its own and those it names, each once.
std::vector<std::string> mail_ids(const MailRecord& mail);
std::string document_text_key(const storage::ContentId& content);
std::string document_text_key(const storage::ContentId& content, std::uint32_t extraction_version);
// The newest rendition there is, of this extraction version or an older one.
Result<std::optional<DocumentTextRecord>> find_document_text_record(
    const storage::View& view, const storage::ContentId& content);

}  // namespace dms
