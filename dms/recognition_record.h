#pragma once

// How the recognition of a content's pages lies on disk: which pages are to be read, and what was
// read so far. Derived, but dear: some seconds of the processor a page. Names are for ever
// (dms/README.md).

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_record.h"
#include "dms/object_record.h"
#include "dms/recognised_pages.h"
#include "storage/commit.h"
#include "storage/store.h"
#include "storage/table.h"

namespace dms {

enum class RecognitionState : std::uint8_t {
  waiting,  // pages are to be read
  off,      // likewise, but the server is not to recognise anything
  done      // the document's text holds what was read
};
BOOST_DESCRIBE_ENUM(RecognitionState, waiting, off, done)

// A content of encode_pages() that the record's id names, in the key domain of the original.
struct RecognisedPartRecord : Extensible {
  Sha256Digest content;
  std::uint64_t size = 0;   // bytes
  std::uint64_t pages = 0;  // how many are in it
};
BOOST_DESCRIBE_STRUCT(RecognisedPartRecord, (Extensible), (content, size, pages))

// Key: key domain, SHA-256 of the original. The id is a new one whenever the pages are read anew;
// those that wait are read in its order.
struct RecognitionRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Uuid id;
  Uuid domain;
  Sha256Digest content;
  std::uint64_t size = 0;  // of the original, bytes
  Open<RecognitionState> state;
  Instant requested_at;
  std::vector<std::uint32_t> pages;         // to be read, ascending, from 1
  std::vector<RecognisedPartRecord> parts;  // the first of them, in the same order
  std::uint32_t attempts = 0;               // at the next page, that came to nothing
  std::optional<Instant> done_at;
  std::optional<std::string> languages;  // tesseract's names, of the newest page
};
BOOST_DESCRIBE_STRUCT(RecognitionRecord, (Extensible),
                      (id, domain, content, size, state, requested_at, pages, parts, attempts,
                       done_at, languages))

// Indexes "waiting" and "off" (record id): of the states' records.
extern const storage::Table<RecognitionRecord> recognition_table;
std::string recognition_key(const storage::ContentId& content);

storage::ContentId original_of(const RecognitionRecord& record);
std::vector<storage::ContentId> parts_of(const RecognitionRecord& record);
std::size_t pages_done(const RecognitionRecord& record);
// nullopt where all are done.
std::optional<std::uint32_t> next_page(const RecognitionRecord& record);
bool is_in_state(const RecognitionRecord& record, RecognitionState state);

Result<std::optional<RecognitionRecord>> find_recognition(const storage::View& view,
                                                          const storage::ContentId& content);
// Lets go of all that was read. The record is the caller's to put or erase.
void release_parts(storage::Commit& commit, const RecognitionRecord& record);
// All pages read so far, in their order.
Result<std::vector<PageOfText>> read_recognised(const storage::Store& store,
                                                const RecognitionRecord& record);
// The page with that number; nullopt where it is not among them.
Result<std::optional<PageOfText>> read_recognised_page(const storage::Store& store,
                                                       const RecognitionRecord& record,
                                                       std::uint32_t page);

}  // namespace dms
