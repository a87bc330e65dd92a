#pragma once

// Barcodes on pages, as separating sheets and labels have them.

#include <string>
#include <string_view>
#include <vector>

#include "support/scanned_pages.h"

namespace dms::test {

// Rows of modules, '#' is dark. One row stands for bars.
using Modules = std::vector<std::string>;

// Code 39 (ISO/IEC 16388): capitals, digits and " $%+-./"; what else there is aborts.
Modules code_39(std::string_view text);
// The same text in both, as other programs draw it: "AKTE 621.41-2026/014".
const Modules& code_128_sample();
const Modules& qr_sample();

struct ModulePlace {
  int left = 200;  // pixels
  int top = 300;
  int width = 3;     // of a module
  int height = 120;  // of a row
};
// The page with the modules drawn onto it.
PageImage with_modules(PageImage page, const Modules& modules, ModulePlace place = {});
// A sheet that is put between letters: a barcode (Code 39) and nothing else.
PageImage separating_sheet(std::string_view text);

}  // namespace dms::test
