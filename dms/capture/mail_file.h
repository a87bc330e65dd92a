#pragma once

// A mail (.eml, .msg) or an electronic invoice (.xml, .pdf) that comes as a file, by whoever brings
// it: what its head or its XML says, for the fields of what is made of it. Read in the sandbox,
// while somebody waits.

#include <optional>
#include <string>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/time.h"
#include "dms/vocabulary.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

// As fields of a document or an item take it; empty or absent is what the file does not say.
struct MailFields {
  DocumentType type = DocumentType::email;
  std::string subject;
  std::string sender;
  std::optional<Date> letter_date;
  std::string foreign_reference;
  std::optional<Date> deadline;
  std::optional<Sha256Digest> message;  // NewInboundItem::message
};
MailFields mail_fields(const search::MailFacts& facts);
// An invoice speaks before the mail that carries it: type, date, sender, its number, when it is
// due.
void add_invoice(const search::InvoiceFacts& invoice, MailFields& fields);

// Whether people would take it for a mail. What it is the sandbox says.
bool is_named_as_mail(std::string_view file_name);
// Whether it may be read by MailFiles.
bool may_tell_fields(std::string_view file_name);

// Thread-safe. Blocking, for some seconds at most.
class MailFiles {
 public:
  // Borrows all. Without an extractor no file is a mail. `staging_folder`: the tenant's.
  MailFiles(const storage::Store& store, search::Extractor* extractor, std::string staging_folder);

  // nullopt where the file is not named as one of these, is none, or is not read in time: then it
  // is taken in as any other, and the indexer reads it in its turn.
  std::optional<MailFields> read(const storage::ContentId& content,
                                 std::string_view file_name) const;
  // The invoice alone, under the same conditions.
  std::optional<search::InvoiceFacts> read_invoice(const storage::ContentId& content,
                                                   std::string_view file_name) const;

 private:
  Result<std::optional<search::MailFacts>> head_of(const storage::ContentId& content,
                                                   std::string_view file_name) const;
  Result<std::optional<search::InvoiceFacts>> invoice_of(const storage::ContentId& content,
                                                         std::string_view file_name) const;

  const storage::Store& store_;
  search::Extractor* const extractor_;
  const std::string staging_folder_;
};

}  // namespace dms
