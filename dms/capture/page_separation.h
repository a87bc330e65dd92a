#pragma once

// Where the letters of a scanned stack begin and end. Pure.

#include <string>
#include <vector>

#include "dms/base/capture_config.h"
#include "search/extract/extractor.h"

namespace dms {

struct StackPart {
  search::PageRange pages;
  std::string label;  // what follows the prefix in the barcode that began it; may be empty
  friend bool operator==(const StackPart& a, const StackPart& b) {
    return a.pages.first == b.pages.first && a.pages.last == b.pages.last && a.label == b.label;
  }
};

// In the order of the pages, none of them twice, none without a page. Empty where the stack holds
// nothing but separators: then it is taken as it is.
std::vector<StackPart> separate_stack(const std::vector<search::PageMarks>& pages,
                                      const SeparationConfig& separation);

}  // namespace dms
