#include "workflow/routing.h"
#include "dms/base/json_codec.h"

#include <thread>

#include "routing_fixture.h"
#include "workflow/routing_access.h"

namespace dms::workflow {
namespace {

using namespace test;
using Kinds = std::vector<std::string>;

TEST_F(RoutingTest, GoesThroughTheHouseAndTheJournalTells) {
  std::uint64_t head = store_->journal_head().sequence;
  const Routing routing =
      start({{{step(Directive::co_sign, of(anna_))}}, {{step(Directive::final_sign, of(bert_))}}});
  EXPECT_EQ(routing.record.title, "Einvernehmen");
  EXPECT_TRUE(routing.is_initiator);
  EXPECT_EQ(kinds_since(head), (Kinds{"routing.started", "routing.task_opened"}));
  head = store_->journal_head().sequence;
  const Task task = tasks(anna_).at(0);
  EXPECT_EQ(task.directive, Directive::co_sign);
  EXPECT_EQ(task.initiator, routing.record.initiator);
  EXPECT_EQ(task.subject, "Einvernehmen");
  EXPECT_EQ(task.file_reference,
            value_of(dossiers_->get(clerk_, document_.dossier)).file_reference);
  EXPECT_EQ(std::pair(task.stage, task.stages), std::pair(1U, 2U));
  EXPECT_EQ(value_of(sign(anna_, task)).state, RoutingState::running);
  EXPECT_EQ(kinds_since(head),
            (Kinds{"routing.step_decided", "routing.task_ended", "routing.task_opened"}));
  const auto entry = value_of(store_->read_journal(head, 1)).at(0);
  EXPECT_EQ(entry.object, routing.record.id.value);
  EXPECT_EQ(entry.parent, document_.id.value);
  EXPECT_EQ(entry.actor, anna_.user.value);
  EXPECT_NE(entry.detail->find(sha256("Sehr geehrte Damen und Herren").hex()), std::string::npos)
      << *entry.detail;
  EXPECT_EQ(value_of(sign(bert_, tasks(bert_).at(0))).state, RoutingState::completed);
  const Kinds last = kinds_since(head);
  ASSERT_GE(last.size(), 2U);
  EXPECT_EQ(Kinds(last.end() - 2, last.end()), (Kinds{"routing.completed", "document.changed"}));
  EXPECT_EQ(reread(routing).record.slip.size(), 3U);
  EXPECT_TRUE(tasks(anna_).empty());
  EXPECT_TRUE(tasks(bert_).empty());
  EXPECT_TRUE(value_of(store_->verify()).problems.empty());
}

TEST_F(RoutingTest, TheFinalSignatureMakesTheDocumentSigned) {
  const auto now = [&] { return value_of(documents_->get(clerk_, document_.id)); };
  // Side by side: only when both have signed.
  start({{{step(Directive::final_sign, of(anna_)), step(Directive::co_sign, of(bert_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  EXPECT_EQ(now().fields.status, DocumentStatus::draft);
  value_of(sign(bert_, tasks(bert_).at(0)));
  EXPECT_EQ(now().fields.status, DocumentStatus::signed_);
  EXPECT_EQ(now().change.revision, document_.change.revision + 1);
  EXPECT_EQ(now().change.modified.by, bert_.user);
  EXPECT_EQ(code_of(documents_->add_version(clerk_, document_.id, {"neu.txt", ""}, stage("neu"),
                                            now().change.revision)),
            ErrorCode::conflict);
}

TEST_F(RoutingTest, AnAcknowledgementDoesNotSignAgainWhatWasReopened) {
  const auto now = [&] { return value_of(documents_->get(clerk_, document_.id)); };
  start({{{step(Directive::final_sign, of(anna_))}}, {{step(Directive::acknowledge, of(bert_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  ASSERT_EQ(now().fields.status, DocumentStatus::signed_);
  DocumentFields reopened = now().fields;
  reopened.status = DocumentStatus::in_process;
  value_of(documents_->update(signer_, document_.id, reopened, now().change.revision));
  const Task task = tasks(bert_).at(0);
  value_of(
      routings_->decide(bert_, task.task.id, decision_on(task, Decision::done), task.revision));
  EXPECT_EQ(now().fields.status, DocumentStatus::in_process);
}

TEST_F(RoutingTest, NothingElseMakesADocumentSigned) {
  const auto status_of = [&](const Document& document) {
    return value_of(documents_->get(clerk_, document.id)).fields.status;
  };
  start({{{step(Directive::approve, of(anna_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  EXPECT_EQ(status_of(document_), DocumentStatus::draft) << "an approval";
  // Signed as version 1, and the next signs version 2.
  start({{{step(Directive::final_sign, of(anna_))}}, {{step(Directive::co_sign, of(bert_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  value_of(documents_->add_version(clerk_, document_.id, {"neu.txt", ""}, stage("neu"),
                                   document_.change.revision));
  const Task task = tasks(bert_).at(0);
  TaskDecision decision = decision_on(task, Decision::sign);
  decision.version->number = 2;
  decision.version->sha256 = sha256("neu");
  value_of(routings_->decide(bert_, task.task.id, decision, task.revision));
  EXPECT_EQ(status_of(document_), DocumentStatus::draft) << "signed in another version";
  NewDocument input = new_document(document_.dossier, "Antrag");
  input.fields.direction = Direction::incoming;
  document_ = value_of(documents_->file_document(clerk_, input, stage("Ich beantrage")));
  start({{{step(Directive::final_sign, of(anna_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  EXPECT_EQ(status_of(document_), DocumentStatus::received) << "what came in";
}

TEST_F(RoutingTest, TwoThreadsThatDecideOneTaskAreAnsweredOnceWithConflict) {
  for (int round = 0; round < 10; ++round) {
    const Routing routing = start({{{step(Directive::final_sign, of(anna_))}}});
    const Task task = tasks(anna_).at(0);
    std::vector<std::optional<Result<MovedRouting>>> answers(2);
    std::vector<std::thread> threads;
    for (auto& answer : answers) {
      threads.emplace_back([&] { answer.emplace(sign(anna_, task)); });
    }
    for (std::thread& thread : threads) thread.join();
    const auto& lost = answers[0]->has_value() ? *answers[1] : *answers[0];
    EXPECT_NE(answers[0]->has_value(), answers[1]->has_value());
    EXPECT_EQ(code_of(lost), ErrorCode::conflict);
    EXPECT_EQ(reread(routing).record.slip.size(), 2U);
  }
}

TEST_F(RoutingTest, StandsAsItWasAfterTheStoreIsReopened) {
  const Routing routing =
      start({{{step(Directive::co_sign, of(anna_)), step(Directive::co_sign, of(bert_))}},
             {{step(Directive::final_sign, of(carla_))}}});
  const Task of_bert = tasks(bert_).at(0);
  value_of(sign(anna_, tasks(anna_).at(0)));
  const std::string before = encode_json(reread(routing).record);
  restart();
  EXPECT_EQ(encode_json(reread(routing).record), before);
  EXPECT_EQ(tasks(bert_).at(0).task.id, of_bert.task.id);
  // What he saw before was moved on by another.
  EXPECT_EQ(code_of(sign(bert_, of_bert)), ErrorCode::stale_version);
  value_of(sign(bert_, tasks(bert_).at(0)));
  EXPECT_EQ(value_of(sign(carla_, tasks(carla_).at(0))).state, RoutingState::completed);
  EXPECT_TRUE(value_of(store_->verify()).problems.empty());
}

TEST_F(RoutingTest, NobodySignsAnOlderVersionThanTheNewest) {
  const Routing routing =
      start({{{step(Directive::co_sign, of(anna_))}}, {{step(Directive::final_sign, of(bert_))}}});
  value_of(sign(anna_, tasks(anna_).at(0)));
  const Task seen = tasks(bert_).at(0);
  value_of(documents_->add_version(clerk_, document_.id, {"neu.txt", ""}, stage("Fassung 2"), 1));
  // No follower has told the routing yet.
  EXPECT_EQ(code_of(sign(bert_, seen)), ErrorCode::stale_version);
  TaskDecision decision = decision_on(seen, Decision::sign);
  decision.version->number = 2;
  decision.version->sha256 = sha256("Fassung 2");
  value_of(routings_->decide(bert_, seen.task.id, decision, seen.revision));
  const RoutingRecord record = reread(routing).record;
  EXPECT_TRUE(is_for_older_version(record, record.slip.at(1)));
  EXPECT_FALSE(is_for_older_version(record, record.slip.at(2)));
  EXPECT_EQ(record.slip.at(2).version.sha256, sha256("Fassung 2"));
  EXPECT_EQ(count_events("routing.version_noted"), 1U);
}

TEST_F(RoutingTest, StartingNeedsEditOnAnOpenDocument) {
  const std::vector<NewStage> stages = {{{step(Directive::co_sign, of(anna_))}}};
  EXPECT_LOOKS_ABSENT(routings_->start(stranger_, new_routing(stages)));
  NewRouting elsewhere = new_routing(stages);
  elsewhere.document = DocumentId::make(clock_.now());
  EXPECT_LOOKS_ABSENT(routings_->start(clerk_, elsewhere));
  const auto unknown = routings_->start(
      clerk_, new_routing({{{step(Directive::co_sign, {SubjectKind::user, Uuid{}})}}}));
  ASSERT_EQ(code_of(unknown), ErrorCode::invalid);
  EXPECT_EQ(unknown.error().fields.at(0).pointer, "/stages/0/steps/0/assignee");
  EXPECT_EQ(code_of(routings_->start(clerk_, new_routing({}))), ErrorCode::invalid);
  value_of(documents_->put_in_bin(clerk_, document_.id, 1));
  EXPECT_EQ(code_of(routings_->start(clerk_, new_routing(stages))), ErrorCode::conflict);
  EXPECT_EQ(count_events("routing.started"), 0U);
}

TEST_F(RoutingTest, AnOpenTaskLetsItsHolderReadAndNobodyElse) {
  const Routing routing =
      start({{{step(Directive::co_sign, of(anna_))}}, {{step(Directive::final_sign, of(bert_))}}});
  const RoutingId id = routing.record.id;
  const auto may_read = [&](const Actor& actor) {
    return value_of(store_->read<bool>([&](const storage::View& view) -> Result<bool> {
      const bool may = DMS_TRY(may_read_by_task(view, actor, document_.id, clock_.now()));
      const auto all = DMS_TRY(documents_by_task(view, actor, clock_.now(), 10));
      EXPECT_EQ(all, may ? std::vector{document_.id} : std::vector<DocumentId>{});
      return may;
    }));
  };
  const Task task = tasks(anna_).at(0);
  EXPECT_TRUE(may_read(anna_));
  EXPECT_EQ(value_of(routings_->get(anna_, id)).own_tasks.size(), 1U);
  EXPECT_FALSE(may_read(bert_));
  EXPECT_LOOKS_ABSENT(routings_->get(bert_, id));
  EXPECT_LOOKS_ABSENT(sign(bert_, task));
  EXPECT_LOOKS_ABSENT(routings_->withdraw(bert_, id, "", task.revision));
  EXPECT_LOOKS_ABSENT(routings_->list(anna_, document_.id, {}));
  EXPECT_EQ(code_of(sign(signer_, task)), ErrorCode::forbidden);  // reads it, holds no task
  EXPECT_EQ(code_of(routings_->withdraw(signer_, id, "", task.revision)), ErrorCode::forbidden);
  EXPECT_EQ(value_of(routings_->list(signer_, document_.id, {})).items.size(), 1U);
  Actor machine = anna_;
  machine.token = TokenId::make(clock_.now());
  EXPECT_FALSE(may_read(machine));
  EXPECT_LOOKS_ABSENT(sign(machine, task));
  value_of(sign(anna_, task));
  EXPECT_FALSE(may_read(anna_));
  EXPECT_LOOKS_ABSENT(routings_->get(anna_, id));
  EXPECT_EQ(code_of(sign(anna_, task)), ErrorCode::conflict);  // he knows what he held
}

TEST_F(RoutingTest, OfManyDocumentsThoseDueFirstAreFoundByTask) {
  std::vector<DocumentId> by_due(3);
  const Document first = document_;
  for (const std::uint32_t due : {2U, 0U, 1U}) {
    document_ = file(first.dossier, "Vorlage");
    by_due.at(due) = document_.id;
    NewStep pressing = step(Directive::co_sign, of(anna_));
    pressing.due_days = 3 + due;
    start({{{pressing, step(Directive::acknowledge, of(anna_))}}});
  }
  start({{{step(Directive::acknowledge, of(anna_))}}});  // of the last one, a second time
  const auto documents = [&](std::size_t count_max) {
    return value_of(store_->read<std::vector<DocumentId>>([&](const storage::View& view) {
      return documents_by_task(view, anna_, clock_.now(), count_max);
    }));
  };
  EXPECT_EQ(documents(10), by_due) << "each once, with several tasks each";
  EXPECT_EQ(documents(2), std::vector(by_due.begin(), by_due.begin() + 2));
}

TEST_F(RoutingTest, GroupsAndOrgUnitsShareATask) {
  const Group group = value_of(groups_->create(admin_, "Bauausschuss"));
  const OrgUnit unit = value_of(org_units_->create(admin_, {"Bauamt", "60", {}}));
  const OrgUnit below = value_of(org_units_->create(admin_, {"Tiefbau", "66", unit.id}));
  UserChange into_group;
  into_group.groups = std::vector<GroupId>{group.id};
  value_of(users_->update(admin_, anna_.user, into_group, 1));
  UserChange into_unit;
  into_unit.org_unit = below.id;
  value_of(users_->update(admin_, bert_.user, into_unit, 1));
  start({{{step(Directive::co_sign, {SubjectKind::group, group.id.value}),
           step(Directive::process, {SubjectKind::org_unit, unit.id.value})}}});
  EXPECT_EQ(tasks(anna_).at(0).directive, Directive::co_sign);
  EXPECT_EQ(tasks(bert_).at(0).directive, Directive::process);
  EXPECT_TRUE(tasks(carla_).empty());
  EXPECT_EQ(value_of(sign(anna_, tasks(anna_).at(0))).state, RoutingState::running);
}

TEST_F(RoutingTest, AStepNobodyIsLeftForIsTheInitiatorsTask) {
  UserChange leaves;
  leaves.active = false;
  const Routing routing =
      start({{{step(Directive::co_sign, of(anna_))}}, {{step(Directive::final_sign, of(bert_))}}});
  value_of(users_->update(admin_, bert_.user, leaves, 1));
  value_of(sign(anna_, tasks(anna_).at(0)));
  EXPECT_EQ(reread(routing).record.steps.at(1).state, StepState::stuck);
  const Task stuck = tasks(clerk_).at(0);
  EXPECT_EQ(stuck.task.kind, TaskKind::reassign);
  TaskDecision give = decision_on(stuck, Decision::reassign);
  give.to = of(carla_);
  value_of(routings_->decide(clerk_, stuck.task.id, give, stuck.revision));
  EXPECT_EQ(value_of(sign(carla_, tasks(carla_).at(0))).state, RoutingState::completed);
}

TEST_F(RoutingTest, TasksAreListedByDueDayInPages) {
  for (const char* due : {"2026-03-20", "", "2026-03-10", "2026-03-15", "2026-03-10"}) {
    NewStep signature = step(Directive::final_sign, of(anna_));
    signature.due_on = parse_date(due);
    start({{{signature}}});
  }
  std::vector<std::string> seen;
  PageRequest request;
  request.limit = 2;
  do {
    const auto page = value_of(routings_->tasks(anna_, request));
    EXPECT_LE(page.items.size(), 2U);
    for (const Task& each : page.items) {
      seen.push_back(each.task.due ? format_date(*each.task.due) : "");
    }
    request.after = page.next;
  } while (!request.after.empty());
  EXPECT_EQ(seen, (Kinds{"2026-03-10", "2026-03-10", "2026-03-15", "2026-03-20", ""}));
  EXPECT_EQ(value_of(routings_->due_until(*parse_date("2026-03-15"), {})).items.size(), 3U);
  request.after = "x";
  EXPECT_EQ(code_of(routings_->tasks(anna_, request)), ErrorCode::invalid);
}

TEST_F(RoutingTest, WhatLiesInTheBinIsNotSigned) {
  const Routing routing = start({{{step(Directive::final_sign, of(anna_))}}});
  const Task task = tasks(anna_).at(0);
  value_of(documents_->put_in_bin(clerk_, document_.id, 1));
  EXPECT_EQ(code_of(sign(anna_, task)), ErrorCode::conflict);
  EXPECT_EQ(value_of(routings_->withdraw(clerk_, routing.record.id, "", task.revision)).state,
            RoutingState::withdrawn);
  EXPECT_EQ(code_of(sign(anna_, task)), ErrorCode::conflict);
}

}  // namespace
}  // namespace dms::workflow
