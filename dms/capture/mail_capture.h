#pragma once

// Mail that is fetched from a mailbox becomes an item of an inbox, exactly once: the record that
// remembers where it lay is written in the commit that makes the item. What the server is told
// (seen, moved) comes after that, as often as it takes.
//
// The receipt stamp is the time of fetching by this clock, which is what can be vouched for;
// "received on" is the day on which the server took the mail (INTERNALDATE), for that is when it
// came.

#include <cstdint>
#include <optional>
#include <string>

#include "dms/actor.h"
#include "dms/base/capture_config.h"
#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "dms/ids.h"
#include "dms/inbound_item.h"
#include "search/extract/facts.h"
#include "storage/store.h"

namespace dms {

// Where a mail lies; (validity, uid) name it for ever as long as the server keeps the validity.
struct MailPlace {
  std::uint64_t uid_validity = 0;
  std::uint64_t uid = 0;
};

struct FetchedMail {
  MailPlace place;
  Instant received;                                  // INTERNALDATE, by the server's clock
  search::MailFacts facts;                           // read in the sandbox
  std::optional<search::InvoiceFacts> invoice = {};  // that it carries
  // What the virus scanner found in it, and into which inbox it goes then; else "".
  std::string malware = {};
  std::optional<InboxId> quarantine = {};
};

// What is known of a place.
struct KnownMail {
  std::optional<InboundItemId> item;  // nullopt: taken in from another place
};

// Of one mailbox. Borrows all; thread-safe as its parts are. Blocking.
class MailCapture {
 public:
  struct Account {
    Actor actor;
    InboxId inbox;
  };
  MailCapture(storage::Store& store, InboundItems& items, const Clock& clock,
              const MailboxConfig& mailbox, Account account);

  // nullopt: never seen there.
  Result<std::optional<KnownMail>> find(const MailPlace& place) const;

  // Before the first byte is stored: whether the account may take in at all.
  Result<void> admit() const;
  // Durable when it returns. nullopt, and no item, where the mail had come under another UID
  // validity: of as many equal ones as there were then. `conflict` where the place is known.
  Result<std::optional<InboundItemId>> receive(const FetchedMail& mail,
                                               const storage::StagedContent& content);
  // Where the mailbox files by reference and the subject of an item that waits untouched names one
  // open dossier that the account may file into: files it there. Whether it did.
  Result<bool> file_by_reference(InboundItemId item);

 private:
  storage::Store& store_;
  InboundItems& items_;
  const Clock& clock_;
  const MailboxConfig& mailbox_;
  const Account account_;
  const Sha256Digest source_;
};

}  // namespace dms
