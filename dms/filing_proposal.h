#pragma once

// Ablagevorschläge: into which dossiers an item of an inbox may belong, and why. From references of
// dossiers that the letter names, from where this sender's post lies, and from what reads alike;
// all of it within the asker's own rights, and only open dossiers that he may file into. It
// proposes; who files is a person.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/fact_fields.h"
#include "dms/ids.h"
#include "dms/letter_fields.h"
#include "dms/permission_cache.h"
#include "dms/search_service.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

enum class ProposalReason : std::uint8_t {
  your_reference,     // "Ihr Zeichen" in the letter is the dossier's reference
  reference_in_text,  // its reference stands in the letter
  same_sender,        // this sender's post was filed there
  similar             // something in it reads alike
};
BOOST_DESCRIBE_ENUM(ProposalReason, your_reference, reference_in_text, same_sender, similar)

struct FilingProposal {
  DossierId dossier;
  std::string file_reference;
  std::string title;
  UnitId unit;
  std::vector<ProposalReason> reasons;  // the weightiest first; at least one
  // The subject of the document that speaks for it, where one does; else empty.
  std::string evidence;
};

inline constexpr std::size_t filing_proposals_max = 3;

// What the letter says of itself, for the item's field of that name, and where: nothing of it is
// set by itself.
struct ProposedField {
  FieldSource source = FieldSource::text;
  LetterField field;  // page 0: what the file says for machines stands nowhere in its text
  std::string quote;  // as it stands there
  // Of the words on the page's picture, in fractions of its sides (search::PageBox), where the page
  // was read by its looks; else empty.
  std::vector<search::PageBox> boxes;
};

// Thread-safe; blocking: call it on a lane.
class FilingProposals {
 public:
  // Borrows all.
  // `tenant_name`: whom letters are addressed to.
  FilingProposals(storage::Store& store, const PermissionCache& permissions,
                  const SearchService& search, std::string tenant_name = {})
      : store_(store),
        permissions_(permissions),
        search_(search),
        tenant_name_(std::move(tenant_name)) {}

  // The best first, at most filing_proposals_max, and none that is far behind it. Needs `read` of
  // the item, for they tell what stands in it. Empty while its text is not known and nothing else
  // speaks for a dossier.
  Result<std::vector<FilingProposal>> of_item(const Actor& actor, InboundItemId item) const;
  // Likewise; each field at most once. They are words of the letter: that it was read is recorded,
  // as InboundItems::open_text() does.
  Result<std::vector<ProposedField>> fields_of_item(const Actor& actor, InboundItemId item) const;

 private:
  storage::Store& store_;
  const PermissionCache& permissions_;
  const SearchService& search_;
  const std::string tenant_name_;
};

}  // namespace dms
