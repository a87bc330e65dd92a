#pragma once

// What was measured: as a table on standard output and as bars in an SVG file.

#include <string>
#include <vector>

#include "load.h"

namespace dms::bench {

struct Case {
  std::string name;
  std::vector<Rate> ours;   // one a run
  std::vector<Rate> nginx;  // the same number
};

struct Summary {
  double ours = 0;  // medians, operations per second
  double nginx = 0;
  double ratio = 0;  // median of the runs' ratios
  double ratio_lowest = 0;
  double ratio_highest = 0;
};
Summary summarize(const Case& one);

void print_table(const std::vector<Case>& cases);
// False where the file cannot be written.
bool draw_svg(const std::vector<Case>& cases, const std::string& file);

}  // namespace dms::bench
