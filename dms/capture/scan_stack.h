#pragma once

// INTERNAL to scan folders: a scanned stack made into a file a letter, in the sandbox. The stack
// itself is read only, and stays what it was.

#include <atomic>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/capture/page_separation.h"
#include "search/extract/extractor.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

struct StagedPart {
  StackPart part;
  storage::StagedContent content;
  std::string name_end;  // ".pdf", ".tif"
};

struct StackSplitting {
  storage::Store& store;
  search::Extractor& extractor;
  const SeparationConfig& separation;
  const std::string& staging_folder;  // for stacks too large for memory
  const std::atomic<bool>& is_stopping;
};

// `content`: the stack as it is stored, and was scanned for viruses; what lies on the share may be
// another file by now. Empty where it is no stack, cannot be looked through, or is one letter
// without a separator or a label: then it is taken as it is. Fails where the sandbox or the store
// does.
Result<std::vector<StagedPart>> split_stack(const StackSplitting& with,
                                            const storage::ContentId& content);

}  // namespace dms
