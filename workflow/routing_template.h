#pragma once

// Routing templates (Laufwege): the ways documents usually go. System administrators keep them,
// every active user may read them. A routing copies the steps when it starts. Each change is an
// event in the same commit. Thread-safe; blocking: call it on a lane.

#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/page.h"
#include "storage/store.h"
#include "workflow/engine.h"

namespace dms::workflow {

struct RoutingTemplate {
  RoutingTemplateId id;
  std::string name;  // unique when folded
  // Without due_on. A step without an assignee leaves him to whoever starts a routing.
  std::vector<NewStage> stages;
  ChangeInfo change;
};

struct RoutingTemplateFields {
  std::string name;
  std::vector<NewStage> stages;
};

class RoutingTemplates {
 public:
  // Borrows both.
  RoutingTemplates(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  Result<RoutingTemplate> create(const Actor& actor, const RoutingTemplateFields& fields,
                                 const AlsoCommit& also = nullptr);
  Result<RoutingTemplate> update(const Actor& actor, RoutingTemplateId id,
                                 const RoutingTemplateFields& fields, std::uint64_t if_match);
  Result<void> remove(const Actor& actor, RoutingTemplateId id, std::uint64_t if_match);
  Result<RoutingTemplate> get(const Actor& actor, RoutingTemplateId id) const;
  Result<Page<RoutingTemplate>> list(const Actor& actor, const PageRequest& page) const;

 private:
  storage::Store& store_;
  const Clock& clock_;
};

// For decide() of a start: the template's stages, with `assignees` in its open places, in order.
// `invalid` at /assignees where their number is another, `conflict` where a step is of a kind that
// this program does not know, absent_object() without the template.
Result<std::vector<NewStage>> stages_of_template(const storage::View& view, RoutingTemplateId id,
                                                 const std::vector<Subject>& assignees);

}  // namespace dms::workflow
