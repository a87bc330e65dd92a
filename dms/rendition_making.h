#pragma once

// Makes renditions (rendition.h): what a browser shows itself gets a thumbnail, an office file a
// PDF by LibreOffice and a picture of that, all other text the same of the text that was found in
// it, so that nothing in a page of HTML or a mail is ever loaded or run.
//
// Private to dms: rendition_maker.h drives it.

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/rendition_record.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

struct RenditionMaking {
  storage::Store& store;
  search::Extractor& extractor;
  const Clock& clock;
  std::string staging_folder;          // as TextExtraction has it
  std::size_t batch_max;               // files for one run of LibreOffice
  const std::atomic<bool>& abandoned;  // once true it ends soon
};

// Makes that of the first of `waiting`, which were read from the store a moment ago; where it takes
// LibreOffice that of others like it in the same run. Returns how many were made or given up; every
// trouble with a file becomes a state. Blocks for some seconds. Fails where the sandbox's helper is
// gone or abandoned (`unavailable`) or the store refuses. One call a store at a time.
Result<std::size_t> make_renditions(const RenditionMaking& with,
                                    std::span<const RenditionRecord> waiting);

}  // namespace dms
