// Random histories of the engine against a model (engine_model.h): templates, decisions,
// delegations, questions, returns, absences, people who leave and come back, new versions,
// restarts. After each event every token is in exactly one place and the steps stand as the model
// says; at the end each routing is driven to its end, and the same events give the same state.
//
// WORKFLOW_HISTORIES=100000 runs more of them; WORKFLOW_SEED another series.

#include <cstdlib>
#include <random>

#include "dms/base/json_codec.h"
#include "engine_model.h"

namespace dms::workflow {
namespace {

using namespace test;

constexpr std::uint32_t people = 8;
constexpr std::uint32_t groups = 3;

std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::stoul(value);
}

// What the histories met, so that none of it is tested by accident only.
struct Met {
  std::map<std::string, std::size_t> counts;
  void operator()(const std::string& what) { ++counts[what]; }
};

class History {
 public:
  History(std::uint64_t seed, Met& met) : random_(seed), met_(met) {
    for (std::uint32_t group = 0; group < groups; ++group) {
      for (std::uint32_t each = 0; each < people; ++each) {
        if (chance(30)) house_.groups[of_group(group)].insert(person(each));
      }
    }
    std::vector<NewStage> stages(1 + below(4));
    for (NewStage& stage : stages) {
      stage.steps.resize(1 + below(3));
      for (NewStep& step : stage.steps) step = any_step();
    }
    model_.emplace(stages);
    Start event;
    event.id = RoutingId{numbered(9, static_cast<std::uint32_t>(seed))};
    event.version = version_mark(1);
    event.stages = std::move(stages);
    change_house();
    EXPECT_TRUE(send(event, {person(below(people)), {}}));
  }

  // "" or what went wrong.
  std::string run() {
    for (std::size_t i = 0, events = 5 + below(40); i < events && !has_ended(state_); ++i) {
      const std::string wrong = step();
      if (!wrong.empty()) return wrong;
    }
    const std::string wrong = drive();
    return wrong.empty() ? replay() : wrong;
  }

 private:
  struct Sent {
    Event event;
    Context context;
  };

  std::uint32_t below(std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random_);
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  Subject anybody() { return chance(70) ? of_person(below(people)) : of_group(below(groups)); }
  NewStep any_step() {
    NewStep step = step_for(static_cast<Directive>(below(5)), anybody());
    if (chance(30)) step.due_days = below(30);
    return step;
  }

  void change_house() {
    const UserId who = person(below(people));
    switch (below(4)) {
      case 0:
        house_.left.insert(who);
        break;
      case 1:
        house_.left.erase(who);
        break;
      case 2:
        house_.deputyships.insert({who, person(below(people))});
        break;
      default:
        if (chance(50)) house_.groups[of_group(below(groups))].erase(who);
        house_.groups[of_group(below(groups))].insert(who);
    }
  }

  bool send(const Event& event, const Acting& acting) {
    now_ += std::chrono::minutes{below(3000)};
    const Context context{acting, house_.staffing(subjects_of_event(state_, event)), now_};
    auto moved = apply(state_, event, context);
    if (!moved) {
      met_("refused: " + std::string(to_string(moved.error().code)));
      return false;
    }
    EXPECT_EQ(moved->state.revision, state_.revision + (moved->effects.empty() ? 0U : 1U) -
                                         (std::holds_alternative<Start>(event) ? 1U : 0U));
    state_ = std::move(moved->state);
    for (const Effect& effect : moved->effects) met_(std::string(enum_name(effect.kind)));
    sent_.push_back({event, context});
    return true;
  }

  std::vector<TaskRecord> open_tasks() const {
    std::vector<TaskRecord> open;
    for (const TaskRecord& task : state_.tasks) {
      if (task.state == TaskState::open) open.push_back(task);
    }
    return open;
  }
  std::size_t index_of(RoutingStepId id) const {
    return static_cast<std::size_t>(find_step(state_, id) - state_.steps.data());
  }

  // Somebody who may decide the task: a holder or his deputy, sometimes just anybody.
  Acting somebody_for(const TaskRecord& task) {
    const Subject holder = *to_subject(task.holder);
    const std::set<UserId> holders = house_.staffing({holder}).candidates.at(holder);
    if (holders.empty() || chance(10)) return {person(below(people)), {}};
    auto place = holders.begin();
    std::advance(place, below(static_cast<std::uint32_t>(holders.size())));
    for (const Deputyship& each : house_.deputyships) {
      if (each.absent == *place && chance(50)) return {each.deputy, *place};
    }
    return {*place, {}};
  }
  Decide any_decision(const TaskRecord& task) {
    Decide event;
    event.task = task.id;
    event.revision = chance(5) ? state_.revision - 1 : state_.revision;
    event.decision = static_cast<Decision>(below(7));
    event.version = version_mark(chance(5) ? 1 : state_.version.number);
    event.comment = "Kommentar";
    if (chance(60)) event.target = state_.steps.at(below_steps()).id;
    event.to = chance(80) ? of_person(below(people)) : anybody();
    return event;
  }
  std::uint32_t below_steps() { return below(static_cast<std::uint32_t>(state_.steps.size())); }

  void tell_model(const TaskRecord& task, const Decide& event) {
    if (event.decision == Decision::sign) model_->signed_at(task.id, *event.version);
    if (event.decision == Decision::return_) {
      model_->returned(event.target ? std::optional(index_of(*event.target)) : std::nullopt);
    } else if (event.decision == Decision::done && task.kind == TaskKind::rework) {
      model_->resumed();
    } else if (event.decision == Decision::done || event.decision == Decision::sign) {
      model_->finished(index_of(*task.step));
    }
  }

  // Decides, and once more with the same token.
  std::string decide(const TaskRecord& task, const Decide& event, const Acting& acting) {
    if (!send(event, acting)) return "";
    met_("decided: " + std::string(enum_name(event.decision)));
    if (acting.on_behalf_of) met_("decided by a deputy");
    tell_model(task, event);
    if (event.decision == Decision::consult) return "";
    Decide again = event;
    again.revision = state_.revision;
    const auto staffing = house_.staffing(subjects_of_event(state_, again));
    const auto twice = apply(state_, again, {acting, staffing, now_});
    if (!twice && twice.error().code == ErrorCode::conflict) return "";
    return "a token was decided twice";
  }

  std::string any_event() {
    const std::uint32_t dice = below(100);
    const auto open = open_tasks();
    if (dice < 60) {
      const TaskRecord& task = open.at(below(static_cast<std::uint32_t>(open.size())));
      return decide(task, any_decision(task), somebody_for(task));
    }
    if (dice < 70) {
      change_house();
      send(StaffChanged{}, {});
    } else if (dice < 80) {
      send(VersionAdded{version_mark(state_.version.number + below(2))}, {});
    } else if (dice < 85) {
      const RoutingStepId step = state_.steps.at(below_steps()).id;
      send(Reassign{step, state_.revision, anybody(), ""}, {state_.initiator, {}});
    } else if (dice < 88) {
      send(TakeOver{state_.revision}, {person(below(people)), {}});
    } else if (dice < 89) {
      if (send(Withdraw{state_.revision, ""}, {state_.initiator, {}})) model_->withdrawn();
    } else {
      // A restart.
      const auto read = decode_json<RoutingRecord>(encode_json(state_), JsonProfile::record);
      if (!read) return "the state does not come back: " + read.error().hint;
      if (encode_json(*read) != encode_json(state_)) return "the state comes back changed";
      state_ = *read;
      met_("restarted");
    }
    return "";
  }

  std::string step() {
    const std::string wrong = any_event();
    return wrong.empty() ? model_->check(state_) : wrong;
  }

  // Everybody does what he is asked.
  std::string drive() {
    house_.left.erase(person(0));
    for (std::size_t i = 0; i < 200 && !has_ended(state_); ++i) {
      send(StaffChanged{}, {});
      if (house_.left.contains(state_.initiator)) send(TakeOver{state_.revision}, {person(0), {}});
      const TaskRecord task = open_tasks().at(0);
      Decide event;
      event.task = task.id;
      event.revision = state_.revision;
      event.version = state_.version;
      event.comment = "ja";
      event.to = of_person(0);
      const auto* on = task.step ? find_step(state_, *task.step) : nullptr;
      const bool is_signed = on != nullptr && on->directive != Directive::process &&
                             on->directive != Directive::acknowledge;
      event.decision = is_signed ? Decision::sign : Decision::done;
      if (task.kind == TaskKind::consultation) event.decision = Decision::answer;
      if (task.kind == TaskKind::reassign) event.decision = Decision::reassign;
      const Subject holder = *to_subject(task.holder);
      const auto holders = house_.staffing({holder}).candidates.at(holder);
      if (holders.empty()) return "a token that nobody can decide";
      std::string wrong = decide(task, event, {*holders.begin(), {}});
      if (wrong.empty()) wrong = model_->check(state_);
      if (!wrong.empty()) return wrong;
    }
    if (!has_ended(state_)) return "did not end when driven";
    met_("ended " + std::string(enum_name(state_.state)));
    return "";
  }

  std::string replay() const {
    RoutingRecord again;
    for (const Sent& each : sent_) {
      auto moved = apply(again, each.event, each.context);
      if (!moved) return "an event is refused in the replay";
      again = std::move(moved->state);
    }
    return encode_json(again) == encode_json(state_) ? "" : "the replay gives another state";
  }

  std::mt19937_64 random_;
  Met& met_;
  House house_;
  Instant now_ = dms::test::FakeClock::default_start();
  RoutingRecord state_;
  std::optional<Model> model_;
  std::vector<Sent> sent_;
};

TEST(EngineModel, RandomHistoriesKeepEveryTokenAndEnd) {
  const std::size_t histories = from_environment("WORKFLOW_HISTORIES", 2000);
  const std::size_t seed = from_environment("WORKFLOW_SEED", 1);
  Met met;
  for (std::size_t i = 0; i < histories; ++i) {
    const std::string wrong = History(seed * 1'000'000 + i, met).run();
    ASSERT_EQ(wrong, "") << "history " << i << " of WORKFLOW_SEED=" << seed;
  }
  for (const char* what :
       {"decided: done",      "decided: sign",    "decided: return",   "decided: delegate",
        "decided: consult",   "decided: answer",  "decided: reassign", "decided by a deputy",
        "step_stuck",         "taken_over",       "resumed",           "reassigned",
        "version_noted",      "restarted",        "refused: conflict", "refused: stale_version",
        "refused: forbidden", "refused: invalid", "ended completed",   "ended withdrawn"}) {
    EXPECT_GT(met.counts[what], histories / 100) << what;
  }
  if (histories > 2000) {
    for (const auto& [what, count] : met.counts) std::printf("%10zu  %s\n", count, what.c_str());
  }
}

}  // namespace
}  // namespace dms::workflow
