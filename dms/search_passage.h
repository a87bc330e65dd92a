#pragma once

// The passage of a document's text that answers a query, and the page it stands on.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "dms/document_text.h"
#include "search/index.h"
#include "search/text_sieve.h"
#include "storage/store.h"

namespace dms {

struct Passage {
  search::Snippet snippet;
  // From 1; where there is more than one, and the text says something of the query.
  std::optional<std::uint32_t> page;
};

// The pages of a text, or the beginning of it, by the places where they begin; without any the
// whole is one. Borrows `text`.
std::vector<std::string_view> pages_of(std::string_view text,
                                       const std::vector<std::uint64_t>& page_offsets);

// Finds passages for the hits of one search. The page that says most is meant: phrases of the
// query first, then the number of its different words, the first of equals. Whole texts are looked
// through by their letters (search::TextSieve), and what may answer is analysed, the most promising
// first. Both have an end: for all hits together 32 MiB of letters and 1 MiB of analysis, and
// whatever was spent, for each hit half a MiB and 64 KiB. Then the best so far is what it is.
// Borrows the store; for one thread.
class PassageFinder {
 public:
  PassageFinder(const storage::Store& store, std::string_view query);

  // Where the text says nothing of the query, its beginning; empty where nobody can open it, so
  // that one such text does not keep the other hits from being shown.
  Result<Passage> find(const DocumentText& text);

 private:
  Result<Passage> look_through(const storage::ContentReader& reader, const DocumentText& text);

  const storage::Store& store_;
  const std::string query_;
  search::TextSieve sieve_;
  std::uint64_t letters_left_;
  std::uint64_t analysis_left_;
};

}  // namespace dms
