#pragma once

// What types and states of documents are called in a query. Private to dms.

#include <span>

#include "search/document.h"

namespace dms {

std::span<const search::FilterWord> search_filter_words();

}  // namespace dms
