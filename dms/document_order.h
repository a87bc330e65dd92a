#pragma once

// How a dossier's documents are put in order by a column: an index a column, whose keys are
// dossier, whether there is a value, the value, and the document's id. So equal ones stand in the
// order of filing, and descending is ascending turned round, but for those without a value: they
// come last either way, as in a spreadsheet.
//
//   subject    German dictionary order (DIN 5007-1), numbers by their value; the first 100
//              characters count
//   date       document_date(): on the letter, else received, sent, filed
//   received   received on, else the day of the receipt stamp
//   reference  business reference, else foreign reference; as subject
//   type       by the German words that the page shows
//   status     by how far it is: received, draft, in process, signed, sent, final
//   modified   when last changed
//
// What is in the bin is in none. Names and layouts are for ever.

#include <vector>

#include "dms/document.h"
#include "dms/document_record.h"
#include "dms/page.h"

namespace dms {

// The indexes of document_table for this.
std::vector<storage::Index<DocumentRecord>> order_indexes();

// A page of documents, in order. `busy` while the order is being built.
Result<storage::Scanned<DocumentRecord>> read_ordered(const storage::View& view, DossierId dossier,
                                                      DocumentOrder order, const PageRequest& page);

}  // namespace dms
