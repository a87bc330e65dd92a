#pragma once

// Inboxes, what lies in them and filing proposals on the wire.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/filing_proposal.h"
#include "dms/inbound_item.h"
#include "dms/inbound_search.h"
#include "dms/inbox.h"
#include "web/api/mail_metadata.h"

namespace dms::web {

std::string render_inbox(const Inbox& inbox);
std::string render_inboxes(const std::vector<Inbox>& inboxes);
std::string render_item(const InboundItem& item);
std::string render_items(const Page<InboundItem>& page,
                         const std::optional<std::string>& next_cursor);
// The same, each with its passage.
std::string render_found_items(const InboundAnswer& answer,
                               const std::optional<std::string>& next_cursor);
std::string render_proposals(const std::vector<FilingProposal>& proposals,
                             const std::optional<std::vector<ProposedField>>& fields);

// What the `metadata` part of POST /inbox says. What is not named is a mail's own; without a
// subject it is the file's name.
struct ItemRequest {
  NewInboundItem item;  // without its file's name; the subject may be empty
  OpenFields open;
  std::optional<UploadId> upload;
};
Result<ItemRequest> new_item_from(std::string_view metadata);
// Applies the body of PATCH /inbox/{id}: what is named is changed, null clears.
Result<void> apply_item_change(std::string_view json, InboundFields& fields);
// The body of POST /inbox/{id}/file: the dossier, and what is changed on the item before.
Result<DossierId> apply_filing(std::string_view json, InboundFields& fields);
Result<Distribution> distribution_from(std::string_view json);

}  // namespace dms::web
