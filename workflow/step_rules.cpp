#include "workflow/step_rules.h"

#include "dms/field_cleaner.h"
#include "workflow/staffing.h"

namespace dms::workflow {

namespace {

std::string place(std::size_t stage, std::size_t step) {
  return "stages/" + std::to_string(stage) + "/steps/" + std::to_string(step);
}

}  // namespace

Result<std::vector<NewStage>> clean_stages(std::vector<NewStage> stages) {
  FieldCleaner clean("");
  std::size_t count = 0;
  for (const NewStage& stage : stages) {
    count += stage.steps.size();
    clean.require(!stage.steps.empty(), "stages", "Eine Stufe ist leer.", "A stage is empty.");
  }
  clean.require(count > 0 && count <= routing_steps_max, "stages",
                "Ein Geschäftsgang hat 1 bis 100 Schritte.", "A routing has 1 to 100 steps.");
  DMS_TRY(clean.finish());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (std::size_t j = 0; j < stages[i].steps.size(); ++j) {
      NewStep& step = stages[i].steps[j];
      clean.paragraphs(place(i, j) + "/instruction", step.instruction, instruction_limits);
      clean.require(step.due_days.value_or(0) <= routing_due_days_max, place(i, j) + "/due_days",
                    "Diese Frist ist zu lang.", "This time is too long.");
    }
  }
  DMS_TRY(clean.finish());
  return stages;
}

Result<void> require_subjects(const storage::View& view, const std::vector<NewStage>& stages) {
  FieldCleaner clean("");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (std::size_t j = 0; j < stages[i].steps.size(); ++j) {
      const auto& assignee = stages[i].steps[j].assignee;
      if (!assignee) continue;
      clean.require(DMS_TRY(subject_exists(view, *assignee)), place(i, j) + "/assignee",
                    "Diese Person oder Gruppe gibt es nicht.",
                    "This person or group does not exist.");
    }
  }
  return clean.finish();
}

}  // namespace dms::workflow
