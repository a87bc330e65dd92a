#pragma once

// What an index holds of a document, against what it should. Private to search.

#include <xapian.h>

namespace dms::search {

// Data, values, and terms with their frequencies and positions. Throws Xapian's errors.
bool is_same_document(const Xapian::Document& a, const Xapian::Document& b);

// Whether the lists by term, which are what searches read, say of the document `id` what `wanted`
// says. Throws Xapian's errors.
bool is_in_postings(const Xapian::Database& database, Xapian::docid id,
                    const Xapian::Document& wanted);

}  // namespace dms::search
