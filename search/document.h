#pragma once

// What is put into a tenant's search index: plain values, fields and filters. Search knows neither
// the domain nor the store; the caller fills these from its objects.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/time.h"

namespace dms::search {

// Where a word was said. Prefixes of terms on disk: search/README.md. A query without a field
// searches all of them; a field may be named in the query text ("betreff:Kanal").
enum class Field : std::uint8_t {
  subject,
  body,
  author,
  sender,
  reference,
  file_name,
  notes,
  recipient
};

// Exact values to filter by (`unit, dossier, type, status, author, sender` of the API).
enum class Filter : std::uint8_t { unit, dossier, type, status, author, sender };

// What hits are counted by. A document has at most one value of each: that of its filter of the
// same name, or the year of its day.
enum class Facet : std::uint8_t { type, status, unit, sender, year };

// A filter's value as people type it into a query: "rechnung" for the type "invoice".
struct FilterWord {
  Filter filter = Filter::type;
  std::string_view word;   // folded (fold_german)
  std::string_view value;  // as in FilterValue
};

struct FieldText {
  Field field = Field::body;
  std::string text;  // UTF-8
  // It came out of the file's content, which not everybody may read who sees the document: found,
  // but never suggested.
  bool from_content = false;
};

inline constexpr std::size_t filter_value_bytes_max = 200;  // Xapian's terms end at 245

// A text that is in no index, for what documents are like it.
struct SimilarText {
  std::string subject;  // may be empty, as may the other
  std::string body;
};

struct FilterValue {
  Filter filter = Filter::type;
  std::string value;  // an id's canonical text, an enum's name, a sender's name
};

// One searchable document: the current version of one document.
struct IndexDocument {
  Uuid id;                                  // the document, or an item of an inbox
  Uuid group;                               // its dossier or inbox: visibility is decided by it
  std::vector<FieldText> fields;            // everything but the body
  std::string body;                         // the extracted text; may be empty
  std::optional<Sha256Digest> body_sha256;  // the text rendition, for snippets (caller fetches it)
  std::vector<FilterValue> filters;
  std::optional<Date> date;  // for `from`, `to` and sorting
  Instant modified;          // where there is no date, the UTC day of this counts
};

// The state of the source that an index reflects, kept inside the index in the same Xapian commit.
struct IndexPosition {
  Uuid store_id;
  std::uint64_t sequence = 0;          // journal sequence indexed so far
  Sha256Digest hash;                   // the journal's chain hash there
  std::uint32_t analysis_version = 0;  // of language.h
  std::uint32_t source_version = 0;    // the caller's: of what documents are made out of
  friend bool operator==(const IndexPosition&, const IndexPosition&) = default;
};

}  // namespace dms::search
