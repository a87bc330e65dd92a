#pragma once

// How inboxes and what lies in them lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document_record.h"
#include "dms/inbound_item.h"
#include "dms/inbox.h"
#include "dms/object_record.h"
#include "storage/table.h"
#include "storage/view.h"

namespace dms {

struct InboxRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  InboxId id;
  std::string name;
  std::string folded_name;  // as it was computed then: the index must not move with ICU
  OrgUnitId org_unit;
};
BOOST_DESCRIBE_STRUCT(InboxRecord, (ObjectRecord), (id, name, folded_name, org_unit))

// Indexes: "name" (unique: folded name), "org_unit" (unique).
extern const storage::Table<InboxRecord> inbox_table;
std::string inbox_org_unit_key(OrgUnitId unit);

struct StackPlaceRecord : Extensible {
  std::string file_name;
  Sha256Digest sha256;
  std::uint32_t first_page = 1;
  std::uint32_t last_page = 1;
};
BOOST_DESCRIBE_STRUCT(StackPlaceRecord, (Extensible), (file_name, sha256, first_page, last_page))

// Owner of its content's ref is its id, but for what is filed: then the document's version is.
struct InboundItemRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  InboundItemId id;
  InboxId inbox;
  Open<InboundState> state;
  std::string subject;
  std::optional<std::string> sender;
  // As it was computed when it was set, for whatever this sender's post was filed in.
  std::optional<std::string> folded_sender;
  Open<DocumentType> type;
  std::optional<Date> letter_date;
  Date received_on;
  std::optional<std::string> foreign_reference;
  std::optional<std::string> note;
  std::optional<Date> deadline;
  ReceiptStampRecord receipt_stamp;
  ContentFileRecord file;  // in the tenant's key domain while it is not filed
  std::optional<UserId> assigned_to;
  std::optional<Instant> distributed_at;
  std::optional<UserId> distributed_by;
  std::optional<Instant> discarded_at;
  std::optional<UserId> discarded_by;
  std::optional<DocumentId> document;  // of what is filed
  std::optional<Instant> filed_at;
  std::optional<UserId> filed_by;
  std::optional<InboundItemId> duplicate_of;  // as it was seen when this one came
  std::optional<StackPlaceRecord> stack;      // of a part of a scanned stack
  std::optional<std::string> malware;         // the scanner's name for what it found
  std::optional<Sha256Digest> message;        // of a mail's Message-ID
};
BOOST_DESCRIBE_STRUCT(InboundItemRecord, (ObjectRecord),
                      (id, inbox, state, subject, sender, folded_sender, type, letter_date,
                       received_on, foreign_reference, note, deadline, receipt_stamp, file,
                       assigned_to, distributed_at, distributed_by, discarded_at, discarded_by,
                       document, filed_at, filed_by, duplicate_of, stack, malware, message))

// Indexes, a time being that of the receipt stamp in microseconds: "inbox" (inbox, state, time),
// "state" (state, time), "assignee" (user, time; only what lies in his basket), "content" (key
// domain, SHA-256; not of what is filed), "document" (document; only of what is filed), "sender"
// (folded sender, when filed; only of what is filed), "message" (digest of a mail's Message-ID).
extern const storage::Table<InboundItemRecord> inbound_item_table;
std::string inbound_inbox_prefix(InboxId inbox, InboundState state);
std::string inbound_state_prefix(InboundState state);
std::string inbound_assignee_prefix(UserId user);
std::string inbound_content_prefix(const storage::ContentId& content);
std::string inbound_document_prefix(DocumentId document);
std::string inbound_sender_prefix(std::string_view folded_sender);
std::string inbound_message_prefix(const Sha256Digest& message);

// Whether an item keeps this content.
Result<bool> is_kept_by_item(const storage::View& view, const storage::ContentId& content);
// Whether the virus scanner found something in it when it came, the last few times.
Result<bool> is_infected(const storage::View& view, const storage::ContentId& content);

storage::ContentId content_of(const InboundItemRecord& item);
bool is_waiting(const InboundItemRecord& item);
bool is_filed(const InboundItemRecord& item);
// Of an item that neither is filed nor lies in the bin.
InboundState waiting_state(const InboundItemRecord& item);

// Everything about the fields that can be said without the store.
Result<InboundFields> clean_inbound_fields(InboundFields fields, std::string_view pointer);
InboundFields to_fields(const InboundItemRecord& record);
void assign_fields(InboundItemRecord& record, InboundFields fields);

// What an event says of an item.
struct InboundEventDetail {
  std::string subject;
  std::optional<UserId> assigned_to;
  std::optional<DocumentId> document;  // of a filing, or of one that was undone
  std::optional<InboxId> from;         // of what was handed to another inbox
  std::optional<InboxId> to;
};
BOOST_DESCRIBE_STRUCT(InboundEventDetail, (), (subject, assigned_to, document, from, to))
// Its parent is the inbox.
storage::Event inbound_event(const Actor& actor, std::string_view kind,
                             const InboundItemRecord& item);

}  // namespace dms
