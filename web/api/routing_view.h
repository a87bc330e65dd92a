#pragma once

// Routings, their templates, tasks and substitutions on the wire.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/scope.h"
#include "web/api/caller.h"
#include "workflow/routing.h"
#include "workflow/routing_template.h"
#include "workflow/substitution.h"

namespace dms::web {

// A user, group or org unit.
struct SubjectView {
  SubjectKind kind = SubjectKind::user;
  Uuid id;
};
BOOST_DESCRIBE_STRUCT(SubjectView, (), (kind, id))

struct VersionMarkView {
  std::uint32_t number = 0;
  Sha256Digest sha256;
};
BOOST_DESCRIBE_STRUCT(VersionMarkView, (), (number, sha256))

// A step as it is asked for, and as a template has it.
struct NewStepView {
  workflow::Directive directive = workflow::Directive::process;
  std::optional<SubjectView> assignee;
  std::optional<std::string> instruction;
  std::optional<Date> due_on;
  std::optional<std::uint32_t> due_days;
};
BOOST_DESCRIBE_STRUCT(NewStepView, (), (directive, assignee, instruction, due_on, due_days))

// Steps side by side.
struct NewStageView {
  std::vector<NewStepView> steps;
};
BOOST_DESCRIBE_STRUCT(NewStageView, (), (steps))

SubjectView view_of(const Subject& subject);
Subject subject_from(const SubjectView& view);
std::vector<NewStageView> view_of(const std::vector<workflow::NewStage>& stages);
std::vector<workflow::NewStage> stages_from(std::vector<NewStageView> views);
workflow::VersionMark version_mark_from(const VersionMarkView& view);

// As JSON.
std::string render_routing(const workflow::Routing& routing);
std::string render_routings(const Page<workflow::Routing>& page,
                            const std::optional<std::string>& next_cursor);
std::string render_tasks(const Page<workflow::Task>& page,
                         const std::optional<std::string>& next_cursor);
std::string render_moved(const workflow::MovedRouting& moved);

}  // namespace dms::web
