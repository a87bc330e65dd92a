#pragma once

// The small town of tests/dms/filing_fixture.h with a document to send round. `clerk_` and
// `signer_` may edit it; `anna_`, `bert_` and `carla_` have no right anywhere.

#include <memory>
#include <string>
#include <vector>

#include "../dms/filing_fixture.h"
#include "workflow/routing.h"
#include "workflow/routing_template.h"
#include "workflow/substitution.h"

namespace dms::workflow::test {

using dms::test::code_of;
using dms::test::value_of;

class RoutingTest : public dms::test::FilingTest {
 protected:
  RoutingTest() {
    make_workflow();
    anna_ = actor_of(add_user("anna"));
    bert_ = actor_of(add_user("bert"));
    carla_ = actor_of(add_user("carla"));
    document_ = file(open_dossier().id, "Einvernehmen");
  }

  void make_workflow() {
    routings_ = std::make_unique<Routings>(*store_, clock_);
    templates_ = std::make_unique<RoutingTemplates>(*store_, clock_);
    substitutions_ = std::make_unique<Substitutions>(*store_, clock_);
  }
  void close() {
    routings_.reset();
    templates_.reset();
    substitutions_.reset();
    audit_.reset();
    documents_.reset();
    dossiers_.reset();
    plan_.reset();
    permissions_.reset();
    sign_in_.reset();
    tokens_.reset();
    sessions_.reset();
    access_.reset();
    org_units_.reset();
    groups_.reset();
    users_.reset();
    store_.reset();
  }
  void restart() {
    close();
    open();
    make_services();
    make_workflow();
  }

  static Subject of(const Actor& actor) { return {SubjectKind::user, actor.user.value}; }
  static NewStep step(Directive directive, const Subject& assignee) {
    NewStep step;
    step.directive = directive;
    step.assignee = assignee;
    return step;
  }
  static Actor for_(const Actor& deputy, const Actor& absent) {
    Actor actor = deputy;
    actor.on_behalf_of = absent.user;
    return actor;
  }
  Routing start(std::vector<NewStage> stages) {
    return value_of(routings_->start(clerk_, new_routing(std::move(stages))));
  }
  NewRouting new_routing(std::vector<NewStage> stages) {
    NewRouting input;
    input.document = document_.id;
    input.stages = std::move(stages);
    return input;
  }
  Routing reread(const Routing& routing) {
    return value_of(routings_->get(clerk_, routing.record.id));
  }
  std::vector<Task> tasks(const Actor& actor) {
    return value_of(routings_->tasks(actor, {})).items;
  }

  // As shown to who holds it.
  static TaskDecision decision_on(const Task& task, Decision decision) {
    TaskDecision made;
    made.decision = decision;
    made.version = task.version;
    return made;
  }
  Result<MovedRouting> sign(const Actor& actor, const Task& task) {
    return routings_->decide(actor, task.task.id, decision_on(task, Decision::sign), task.revision);
  }
  void represent(const Actor& absent, const Actor& deputy, const char* first, const char* last) {
    value_of(substitutions_->create(
        absent, {absent.user, deputy.user, *parse_date(first), *parse_date(last)}));
  }
  std::vector<std::string> kinds_since(std::uint64_t sequence) {
    std::vector<std::string> kinds;
    for (const auto& entry : value_of(store_->read_journal(sequence, 1000))) {
      kinds.push_back(entry.kind);
    }
    return kinds;
  }

  std::unique_ptr<Routings> routings_;
  std::unique_ptr<RoutingTemplates> templates_;
  std::unique_ptr<Substitutions> substitutions_;
  Actor anna_;
  Actor bert_;
  Actor carla_;
  Document document_;
};

}  // namespace dms::workflow::test
