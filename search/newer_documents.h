#pragma once

// Documents by when they were filed: their ids are in the order of time (dms/base/id.h). Private to
// search.

#include <xapian.h>

#include <cstddef>
#include <vector>

#include "dms/base/id.h"
#include "search/index_reader.h"

namespace dms::search {

// The id of the document filed last, by its unit: post that waits stands in none. Nil where there
// is none before a thousand of such. Some fifty look-ups for each of these. Throws Xapian's errors,
// as does what follows.
Uuid newest_document(const Reader& reader);

// More are not looked at: some 30 ms.
inline constexpr std::size_t newer_documents_max = 10'000;

struct NewerDocuments {
  std::vector<Xapian::docid> documents;
  bool is_complete = true;
};
// Those filed after `document`, which need not exist any more; the first of them where there are
// too many.
NewerDocuments newer_documents(const Xapian::Database& database, const Uuid& document);

}  // namespace dms::search
