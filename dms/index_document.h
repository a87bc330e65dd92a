#pragma once

// What is put into the search index for a document, or for post that waits in an inbox: what it is
// found by, out of its records and its text. Pure but for reads.

#include <cstdint>
#include <optional>

#include "dms/base/result.h"
#include "dms/document_text.h"
#include "dms/ids.h"
#include "search/document.h"
#include "storage/store.h"

namespace dms {

// The version of what make_indexable() makes: an index that was made of another is filled anew. Of
// the texts' version, and in the upper half of how records become documents.
inline constexpr std::uint32_t index_source_version = 2U << 16U | extraction_version;

struct Indexable {
  // nullopt: not to be found (absent, in the bin; an item that is filed). Its group is the dossier,
  // or the inbox that an item waits in.
  std::optional<search::IndexDocument> document;
  // The content whose text is not extracted yet, or damaged; the document then has no body.
  std::optional<storage::ContentId> without_text;
  // There is a text, but no key for it any more: the document then has no body, either.
  bool lacks_key = false;
  std::optional<Uuid> inbox;  // that an item waits in, or was thrown away from
};

// What to do about texts that were refused for want of a sandbox: where there is one now, they
// count as not extracted yet.
enum class Refused : std::uint8_t { keep, try_again };

// `document` may be an inbound item's id, too.
Result<Indexable> make_indexable(const storage::Store& store, DocumentId document, Refused refused);

// All documents there are, in the bin too.
Result<std::uint64_t> count_documents(const storage::Store& store);

}  // namespace dms
