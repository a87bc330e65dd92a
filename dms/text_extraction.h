#pragma once

// Makes the rendition of a content's text: hands the bytes to the sandbox, stores the text beside
// the original and a record of what was found (document_text_record.h).

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/document_text.h"
#include "dms/recognition_record.h"
#include "dms/rendition.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

// Larger files are not handed over: only their type is asked for.
inline constexpr std::uint64_t extraction_bytes_max = 256ULL << 20U;

struct TextExtraction {
  storage::Store& store;
  search::Extractor& extractor;
  const Clock& clock;
  std::string staging_folder;  // for files too large for memory; they have no name in it
  // How the recognition of pages without text begins: `waiting`, or `off` where there is none.
  RecognitionState recognition = RecognitionState::off;
  // Likewise what there is to look at (rendition.h): `waiting` or `off`.
  RenditionState rendition = RenditionState::off;
};

// Blocks for as long as the parser takes. Every trouble with the file becomes a state of the
// rendition, which is returned; fails where the sandbox's helper is gone (`unavailable`), the store
// refuses, or the original is damaged (`corrupt`). Nothing is done where there is a rendition of
// this extraction version already, but for a damaged one, and one `refused` for want of a sandbox.
// One of an older version, or damaged, goes with the commit that brings the new one; a refusal
// takes nothing's place. Thread-safe.
Result<DocumentTextState> make_document_text(const TextExtraction& with,
                                             const storage::ContentId& content);

// Contents up to this size may be read several at once.
inline constexpr std::uint64_t small_content_bytes_max = 64U << 10U;

// The same of several contents of one key domain, each small, in one process of the sandbox and in
// one commit; what it returns is in their order. nullopt: it takes more, and is to be made by
// itself.
std::vector<std::optional<Result<DocumentTextState>>> make_document_texts(
    const TextExtraction& with, std::span<const storage::ContentId> contents);

}  // namespace dms
