#pragma once

// What is put into the search index for a document: what it is found by, out of its records and its
// text. Pure but for reads.

#include <optional>

#include "dms/base/result.h"
#include "dms/ids.h"
#include "search/document.h"
#include "storage/store.h"

namespace dms {

struct Indexable {
  // nullopt: not to be found (absent, in the bin).
  std::optional<search::IndexDocument> document;
  // The content whose text is not extracted yet; the document then has no body.
  std::optional<storage::ContentId> without_text;
  // An item of an inbox, of which only the text is wanted: the index knows nothing of it.
  bool is_inbound_item = false;
};

// What to do about texts that were refused for want of a sandbox: where there is one now, they
// count as not extracted yet.
enum class Refused : std::uint8_t { keep, try_again };

Result<Indexable> make_indexable(const storage::Store& store, DocumentId document, Refused refused);

// All documents there are, in the bin too.
Result<std::uint64_t> count_documents(const storage::Store& store);

}  // namespace dms
