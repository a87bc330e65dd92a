#pragma once

// Lets a town's stories happen in a tenant: one act after the other, each at its time and by the
// session of who did it, through the use cases that the server offers.

#include <map>
#include <string>

#include "deploy/demo/composer.h"
#include "deploy/demo/desk.h"
#include "deploy/demo/story.h"
#include "deploy/demo/story_clock.h"
#include "deploy/demo/timeline.h"
#include "dms/tenant.h"
#include "workflow/routing.h"
#include "workflow/routing_template.h"
#include "workflow/substitution.h"

namespace dms::demo {

// What was made with the town, by names.
struct HouseIds {
  std::map<std::string, OrgUnitId, std::less<>> org_units;
  std::map<std::string, UserId, std::less<>> users;
  std::map<std::string, UnitId, std::less<>> units;  // by code
  std::map<std::string, workflow::RoutingTemplateId, std::less<>> templates;
  std::map<std::string, InboxId, std::less<>> inboxes;  // by department
};

// Borrows all. Not thread-safe; blocks.
class Loader {
 public:
  Loader(Tenant& tenant, StoryClock& clock, const Town& town, const HouseIds& ids, Desk& desk);

  // Moves the clock. The first error ends it, with what was being done in the hint.
  Result<void> run();

 private:
  Result<void> perform(const Act& act);
  Result<void> perform(const Act& act, const OpenDossier& what);
  Result<void> perform(const Act& act, const CloseDossier& what);
  Result<void> perform(const Act& act, const ProposeErasure& what);
  Result<void> perform(const Act& act, const FileVersion& what);
  Result<void> perform(const Act& act, const TakeStep& what);
  Result<void> perform(const Act& act, const StartRouting& what);
  Result<void> perform(const Act& act, const DecideTask& what);
  Result<void> perform(const Act& act, const EnterAbsence& what);
  Result<void> perform(const Act& act, const ReceiveItem& what);

  Composer composer(const Act& act) const;
  Result<NewDocument> new_document(const Act& act, const FileVersion& what) const;
  Result<VersionSource> stage(const std::string& bytes);
  Result<Subject> subject(const std::string& name) const;
  Result<UserId> user(const std::string& name) const;
  Result<std::vector<workflow::NewStage>> stages(const Composer& composer,
                                                 const std::vector<StageScript>& scripts) const;
  Result<workflow::Task> own_task(const Actor& actor, const DecideTask& what,
                                  const std::string& on_behalf_of) const;

  Tenant& tenant_;
  StoryClock& clock_;
  const Town& town_;
  const HouseIds& ids_;
  Desk& desk_;
  workflow::Routings routings_;
  workflow::Substitutions substitutions_;
  References references_;
  std::map<std::string, DossierId, std::less<>> dossiers_;
  std::map<const DocumentScript*, DocumentId> documents_;
  std::map<const RoutingScript*, workflow::RoutingId> started_;
};

// For templates too.
Result<Subject> subject_of(const HouseIds& ids, const std::string& name);

}  // namespace dms::demo
