#include "routing_ledger.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <string_view>

namespace dms::test {

namespace {

// How often each of our tokens stands in the slip.
std::map<std::string, int> tokens_of(const boost::json::object& routing) {
  std::map<std::string, int> tokens;
  for (const auto& entry : routing.at("slip").as_array()) {
    const std::string comment = text_of(entry.as_object(), "comment");
    if (!comment.empty()) ++tokens[comment];
  }
  return tokens;
}

}  // namespace

std::string RoutingLedger::send(const std::string& routing, const std::string& task,
                                bool ends_task) {
  const std::lock_guard lock(mutex_);
  std::string token = fmt::format("Entscheidung {}", next_++);
  of_routing_[routing].push_back(token);
  sent_[token] = {task, ends_task, Outcome::unknown};
  return token;
}

void RoutingLedger::settle(const std::string& token, Outcome outcome) {
  const std::lock_guard lock(mutex_);
  sent_.at(token).outcome = outcome;
  if (outcome == Outcome::acknowledged) ++acknowledged_;
}

std::size_t RoutingLedger::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::vector<std::string> RoutingLedger::compare(const boost::json::object& routing) const {
  const std::string id = text_of(routing, "id");
  const std::map<std::string, int> shown = tokens_of(routing);
  std::vector<std::string> problems;
  std::map<std::string, int> endings;  // of tasks
  const std::lock_guard lock(mutex_);
  const auto ours = of_routing_.find(id);
  for (const std::string& token :
       ours == of_routing_.end() ? std::vector<std::string>() : ours->second) {
    const Sent& sent = sent_.at(token);
    const auto found = shown.find(token);
    const int times = found == shown.end() ? 0 : found->second;
    if (times > 1) problems.push_back(fmt::format("routing {}: {} stands twice", id, token));
    if (times == 0 && sent.outcome == Outcome::acknowledged) {
      problems.push_back(fmt::format("routing {}: {} was acknowledged and is lost", id, token));
    }
    if (times > 0 && sent.outcome == Outcome::refused) {
      problems.push_back(fmt::format("routing {}: {} was refused and stands there", id, token));
    }
    if (times > 0 && sent.ends_task) ++endings[sent.task];
  }
  for (const auto& [task, times] : endings) {
    if (times > 1) problems.push_back(fmt::format("routing {}: task {} ended twice", id, task));
    if (open_tasks_of(routing).contains(task)) {
      problems.push_back(fmt::format("routing {}: task {} is decided and open", id, task));
    }
  }
  if (!has_ended(routing) && open_tasks_of(routing).empty()) {
    problems.push_back(fmt::format("routing {} runs and nobody has a task", id));
  }
  if (has_ended(routing) && !open_tasks_of(routing).empty()) {
    problems.push_back(fmt::format("routing {} has ended with open tasks", id));
  }
  return problems;
}

std::set<std::string> open_tasks_of(const boost::json::object& routing) {
  std::set<std::string> open;
  for (const auto& task : routing.at("tasks").as_array()) {
    if (text_of(task.as_object(), "state") == "open") open.insert(text_of(task.as_object(), "id"));
  }
  return open;
}

std::string text_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const found = object.if_contains(name);
  if (found == nullptr || !found->is_string()) return "";
  return std::string(std::string_view(found->get_string()));
}

bool has_ended(const boost::json::object& routing) {
  const std::string state = text_of(routing, "state");
  return state == "completed" || state == "withdrawn";
}

}  // namespace dms::test
