#pragma once

// How routing templates lie on disk. Names are for ever (README.md). A routing copies its steps:
// changing or removing a template changes no routing.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/object_record.h"
#include "workflow/routing_record.h"

namespace dms::workflow {

struct TemplateStepRecord : Extensible {
  Open<Directive> directive;
  std::optional<AssigneeRecord> assignee;  // absent: said when a routing starts
  std::optional<std::string> instruction;
  std::optional<std::uint32_t> due_days;
};
BOOST_DESCRIBE_STRUCT(TemplateStepRecord, (Extensible),
                      (directive, assignee, instruction, due_days))

struct TemplateStageRecord : Extensible {
  std::vector<TemplateStepRecord> steps;
};
BOOST_DESCRIBE_STRUCT(TemplateStageRecord, (Extensible), (steps))

struct RoutingTemplateRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  RoutingTemplateId id;
  std::string name;
  std::string folded_name;  // as it was computed when the name was set
  std::vector<TemplateStageRecord> stages;
};
BOOST_DESCRIBE_STRUCT(RoutingTemplateRecord, (ObjectRecord), (id, name, folded_name, stages))

}  // namespace dms::workflow
