#pragma once

// Site plans: parcels, buildings and what is planned, as a drawing. Pure.

#include <string>

#include "deploy/demo/story.h"

namespace dms::demo {

// A page of PDF with frame, drawing, north arrow, legend and a title block. `internal` where the
// library fails.
Result<std::string> render_plan(const Sheet& sheet, const PlanScript& plan);

}  // namespace dms::demo
