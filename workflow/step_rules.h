#pragma once

// What can be wrong with steps that people ask for.

#include <string_view>
#include <vector>

#include "dms/base/text.h"
#include "storage/view.h"
#include "workflow/engine.h"

namespace dms::workflow {

inline constexpr LineLimits instruction_limits{0, 1000};
inline constexpr LineLimits comment_limits{0, 4000};

// Clean texts, lengths and numbers of steps. Pure.
Result<std::vector<NewStage>> clean_stages(std::vector<NewStage> stages);
// `invalid` where an assignee that is named does not exist or is not active.
Result<void> require_subjects(const storage::View& view, const std::vector<NewStage>& stages);

}  // namespace dms::workflow
