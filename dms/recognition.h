#pragma once

// Reading pages by their looks, one at a time: each is durable when it is read, so that a kill
// costs the running one. The last brings the pages' texts into the document's text, in one commit
// with an event for every document that has the content, which the indexer follows.
//
// Private to dms: recogniser.h drives it, text_extraction.h begins it.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/recognition_record.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

inline constexpr std::string_view text_recognised = "document.text_recognised";
inline constexpr std::string_view item_text_recognised = "inbound_item.text_recognised";
inline constexpr std::string_view recognition_requested = "document.recognition_requested";

// A page that could not be read in its time, so often in a row, counts as beyond limits.
inline constexpr std::uint32_t recognition_attempts_max = 5;

// Texts with recognised pages are cut here.
inline constexpr std::size_t recognised_text_bytes_max = 32U << 20U;

struct PageRecognition {
  storage::Store& store;
  search::Extractor& extractor;
  const Clock& clock;
  std::string staging_folder;          // as TextExtraction has it
  std::string languages;               // for the record
  const std::atomic<bool>& abandoned;  // once true it ends soon, as Extractor::recognise() does
};

enum class PageStep : std::uint8_t {
  read,         // a page, or the last word on all of them
  out_of_turn,  // the machine was too busy: try later
  nothing       // somebody else has done it, or nobody wants it any more
};
// Reads the next page of `record`, which was read from the store a moment ago; where none is left
// it brings the text. Blocks for some seconds. A page of an original that is damaged counts as
// damaged. Fails where the sandbox's helper is gone or abandoned (`unavailable`) or the store
// refuses. Only one call for a content at a time.
Result<PageStep> recognise_next_page(const PageRecognition& with, const RecognitionRecord& record);

// What is to be read of a content with these pages without text.
RecognitionRecord plan_recognition(const storage::ContentId& content,
                                   std::vector<std::uint32_t> pages, RecognitionState state,
                                   Instant now);
// The same pages anew: what was read is let go, the text stays until the last page is there.
Result<void> plan_anew(storage::Commit& commit, RecognitionRecord record, Instant now);

// Up to 200 records of one state get another one; how many did.
Result<std::size_t> change_recognition_states(storage::Store& store, RecognitionState from,
                                              RecognitionState to);

}  // namespace dms
