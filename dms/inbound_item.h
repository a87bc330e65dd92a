#pragma once

// Eingänge: what has arrived and is not filed yet. Taken in with a receipt stamp, described, handed
// to another unit's inbox or into a person's basket, and filed: then it is a document of a dossier.
//
//   received ⇄ distributed (in a person's basket) → filed → (undone) received, distributed
//   received, distributed → discarded (in the bin) → received, distributed
//
// Rights come by the inbox (inbound_access.h); filing needs `file` in the dossier, too. Each
// operation checks rights and writes its journal event in the same commit. What the actor may not
// see is absent_object(). Thread-safe; blocking: call it on a lane.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/config.h"
#include "dms/base/digest.h"
#include "dms/change.h"
#include "dms/document.h"
#include "dms/document_belongings.h"
#include "dms/document_text.h"
#include "dms/page.h"
#include "dms/permission_cache.h"
#include "dms/version.h"
#include "dms/vocabulary.h"
#include "storage/store.h"

namespace dms {

enum class InboundState : std::uint8_t { received, distributed, filed, discarded };
BOOST_DESCRIBE_ENUM(InboundState, received, distributed, filed, discarded)

// What people say of an item; much of it is the document's when it is filed.
struct InboundFields {
  std::string subject;
  std::string sender;  // may be empty
  DocumentType type = DocumentType::other;
  std::optional<Date> letter_date;  // on the letter itself
  std::optional<Date> received_on;  // nullopt: the day of the receipt stamp
  std::string foreign_reference;    // fremdes Zeichen; may be empty
  std::string note;                 // for whoever deals with it; stays with the item
  std::optional<Date> deadline;
  friend bool operator==(const InboundFields&, const InboundFields&) = default;
};

// Where it was filed; of those who see the document there.
struct InboundFiling {
  Stamp filed;
  DocumentId document;
  DossierId dossier;
  std::string file_reference;  // empty where the asker does not see the dossier
};

// Where the same mail lies.
struct FiledBefore {
  DocumentId document;
  DossierId dossier;
  std::string file_reference;
};

// Of which pages of a scanned stack an item was made. The stack itself lies where it was scanned
// to, as it was.
struct StackPlace {
  std::string file_name;
  Sha256Digest sha256;
  std::uint32_t first_page = 1;  // both included
  std::uint32_t last_page = 1;
};

struct InboundItem {
  InboundItemId id;
  InboxId inbox;
  InboundState state = InboundState::received;
  InboundFields fields;
  ReceiptStamp receipt_stamp;
  std::optional<UserId> assigned_to;  // in whose basket it lies, or lay when it was filed
  std::optional<Stamp> distributed;   // last
  std::optional<Stamp> discarded;     // in the bin since
  std::optional<InboundFiling> filing;
  storage::ContentId content;  // while it is filed the document alone keeps it
  std::string file_name;
  DocumentText text;  // its type, and what the file says of itself; for those who may read
  std::optional<RenditionState> preview_state;  // Document::preview_state
  Rights rights;                                // the asker's
  // What came before as the same, by bytes or Message-ID, where the asker sees it. A hint only.
  std::optional<InboundItemId> duplicate_of;
  // A document that is the same mail by its Message-ID, where the asker may read both; known once
  // their texts are. A hint only, of what is not filed, and not in lists.
  std::optional<FiledBefore> filed_before;
  std::optional<StackPlace> stack;  // where it is a part of one
  // What the virus scanner found in it, by the scanner's name for it; "": nothing, or none was
  // asked. Such an item is not filed and goes to no other inbox.
  std::string malware;
  ChangeInfo change;
};

struct NewInboundItem {
  InboxId inbox;
  InboundFields fields;
  ReceiptChannel channel = ReceiptChannel::upload;
  std::string file_name;
  std::optional<Sha256Digest> message = {};  // MailFields::message, for the hint alone
  std::optional<StackPlace> stack = {};
  std::string malware = {};
};

// Something that arrived.
struct InboundReceipt {
  NewInboundItem item;
  VersionSource source;
};
inline constexpr std::size_t receipts_max = 200;  // in one commit

// Exactly one of the two is named.
struct DistributionTarget {
  std::optional<OrgUnitId> org_unit;  // into its inbox
  std::optional<UserId> user;         // into his basket; it stays in its inbox
};

struct Distribution {
  struct Named {
    InboundItemId item;
    std::uint64_t if_match = 0;
  };
  std::vector<Named> items;  // 1 to distributed_items_max, none twice
  DistributionTarget target;
  std::string note;              // "": what stands there stays
  std::optional<Date> deadline;  // likewise
};
inline constexpr std::size_t distributed_items_max = 100;

// How a filed item goes into the dossier: fields are set on the item first.
struct InboundFilingRequest {
  DossierId dossier;
  InboundFields fields;
};

struct InboundFilter {
  std::optional<InboxId> inbox;  // nullopt: all that the asker sees
  InboundState state = InboundState::received;
  // What lies in the asker's basket, whatever its inbox; the others are not looked at then.
  bool is_mine = false;
};

struct InboundItemRecord;

class InboundItems {
 public:
  // Borrows all; `belongings` may be nullptr. `encryption` says in which key domain a dossier's
  // contents lie; those of items lie in the tenant's.
  InboundItems(storage::Store& store, const PermissionCache& permissions, const Clock& clock,
               const DocumentBelongings* belongings = nullptr,
               ContentEncryption encryption = ContentEncryption::off);

  // Right `file` in the inbox; clean fields. Call it before the first byte of content is stored.
  Result<void> admit_receipt(const Actor& actor, const NewInboundItem& input) const;
  // One commit: item, content, receipt stamp, event and what `also` adds. An upload must have been
  // assembled in the tenant's key domain.
  Result<InboundItem> receive(const Actor& actor, const NewInboundItem& input,
                              const VersionSource& source, const AlsoCommit& also = nullptr);
  // The same for 1 to receipts_max at once: all or none. `also` is given the first one's id.
  Result<std::vector<InboundItem>> receive_all(const Actor& actor,
                                               const std::vector<InboundReceipt>& receipts,
                                               const AlsoCommit& also = nullptr);

  // Needs `see`.
  Result<InboundItem> get(const Actor& actor, InboundItemId item) const;
  // Newest first.
  Result<Page<InboundItem>> list(const Actor& actor, const InboundFilter& filter,
                                 const PageRequest& page) const;

  // Need `edit`, and an item that waits.
  Result<InboundItem> update(const Actor& actor, InboundItemId item, InboundFields fields,
                             std::uint64_t if_match);
  Result<InboundItem> discard(const Actor& actor, InboundItemId item, std::uint64_t if_match);
  // Needs `edit`; out of the bin.
  Result<InboundItem> restore(const Actor& actor, InboundItemId item, std::uint64_t if_match);

  // Needs `edit` of each. All or none: one commit. Where they go takes no right there, as a letter
  // is handed over a counter; who gave it away may not see it any more.
  Result<void> distribute(const Actor& actor, const Distribution& distribution);

  // Needs `edit` here and `file` in the open dossier; `conflict` where malware was found in it. One
  // commit: the document with its version,
  // the item's receipt stamp and content, which is not copied unless the dossier's key domain is
  // another; its text goes along.
  Result<InboundItem> file(const Actor& actor, InboundItemId item,
                           const InboundFilingRequest& request, std::uint64_t if_match);
  // Needs `edit` here and of the document. `conflict` where anything happened to the document
  // since. The item waits again; the document goes into the bin, where what was filed wrongly goes.
  Result<InboundItem> undo_filing(const Actor& actor, InboundItemId item, std::uint64_t if_match);

  // Need `read`; each records that it was read. Absent for what is filed: the document has it.
  struct OpenedItem {
    InboundItem item;
    std::shared_ptr<storage::ContentReader> reader;  // nullptr: a text that there is not
  };
  Result<OpenedItem> open_content(const Actor& actor, InboundItemId item);
  // As for a document.
  Result<OpenedPreview> open_preview(const Actor& actor, InboundItemId item,
                                     Documents::ShownType shown);
  Result<OpenedItem> open_text(const Actor& actor, InboundItemId item);

 private:
  struct Step;  // one change of an existing item
  Result<InboundItem> change(const Actor& actor, InboundItemId item, const Step& step);
  // What who changed it is told, even where the change has taken it out of his sight.
  Result<InboundItem> value_of(const Actor& actor, const InboundItemRecord& record) const;
  Result<InboundItem> readable_item(const Actor& actor, InboundItemId item) const;

  storage::Store& store_;
  const PermissionCache& permissions_;
  const Clock& clock_;
  const DocumentBelongings* belongings_;
  const ContentEncryption encryption_;
};

}  // namespace dms
