#pragma once

// One document as Xapian keeps it: terms, values and the few bytes that a hit needs. Private to
// search.

#include <xapian.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dms/base/result.h"
#include "search/columns.h"
#include "search/document.h"
#include "search/language.h"

namespace dms::search {

// What of a body is indexed; the rest is not searchable.
inline constexpr std::size_t indexed_body_bytes_max = std::size_t{32} << 20U;

// The day that a document counts by: of its date, else of its last change.
std::int32_t day_of(const IndexDocument& document);

// What the document is counted by, as its columns hold it.
FacetValues facets_of(const IndexDocument& document);

// Not thread-safe.
class DocumentAnalysis {
 public:
  // `document` must pass check_document().
  Xapian::Document analyse(const IndexDocument& document);

 private:
  struct Occurrences {
    std::vector<Xapian::termpos> positions;
    bool has_digit = false;
  };
  using Words = std::unordered_map<std::string, Occurrences>;

  // The words of a text by their exact forms; `position` goes on past the text.
  Words words_of(std::string_view text, Xapian::termpos& position);
  void add_words(const Words& words, std::string_view prefix, Xapian::Document& out);
  // The words of a text as they are written, for suggestions.
  void add_written(std::string_view text, Xapian::Document& out);

  // The stems of a word and of its parts.
  struct Stems {
    std::string word;
    std::vector<std::string> parts;
  };
  // Kept from document to document, for the same words come again; bounded.
  const Stems& stems_of(const std::string& exact);

  Analyzer analyzer_;
  std::unordered_map<std::string, Stems> stems_;
};

// `internal` where a filter's value is empty or too long.
Result<void> check_document(const IndexDocument& document);

// What is stored of a document to make a hit of it.
struct StoredHit {
  Uuid document;
  Uuid group;
  std::optional<Sha256Digest> body_sha256;
};
std::string encode_hit(const StoredHit& hit);
// nullopt where the bytes are not what encode_hit() wrote.
std::optional<StoredHit> decode_hit(std::string_view bytes);

}  // namespace dms::search
