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
};

Result<Indexable> make_indexable(const storage::Store& store, DocumentId document);

// All documents there are, in the bin too.
Result<std::uint64_t> count_documents(const storage::Store& store);

}  // namespace dms
