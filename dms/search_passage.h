#pragma once

// The passage of a document's text that answers a query, and the page it stands on.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/document_text.h"
#include "search/index.h"
#include "storage/store.h"

namespace dms {

struct Passage {
  search::Snippet snippet;
  std::optional<std::uint32_t> page;  // from 1; where there is more than one
};

// The pages of a text, or the beginning of it, by the places where they begin; without any the
// whole is one. Borrows `text`.
std::vector<std::string_view> pages_of(std::string_view text,
                                       const std::vector<std::uint64_t>& page_offsets);

// The first part of the text that matches, part after part; where none does, the beginning. Looks
// through the first 512 KiB only, so that a page of hits costs what a clerk will wait for.
Result<Passage> find_passage(const storage::Store& store, const DocumentText& text,
                             std::string_view query);

}  // namespace dms
