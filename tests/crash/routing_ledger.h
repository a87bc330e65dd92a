#pragma once

// What clients remember of the decisions they sent, held against the slips that the server shows.

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace dms::test {

// What became of a decision, as far as its sender knows.
enum class Outcome : std::uint8_t { unknown, acknowledged, refused };

// Thread-safe.
class RoutingLedger {
 public:
  // A decision is about to be sent. Its token, to be sent as the comment: by it the slip shows
  // whether the decision was taken. `ends_task` is not so where somebody is only consulted.
  std::string send(const std::string& routing, const std::string& task, bool ends_task);
  // Once for each token.
  void settle(const std::string& token, Outcome outcome);
  std::size_t acknowledged() const;

  // What is wrong with `routing`, as GET /routings/{id} answered it: a decision that is lost,
  // doubled or was refused, a task decided twice, a routing that runs without an open task.
  std::vector<std::string> compare(const boost::json::object& routing) const;

 private:
  struct Sent {
    std::string task;
    bool ends_task = true;
    Outcome outcome = Outcome::unknown;
  };
  mutable std::mutex mutex_;
  std::uint64_t next_ = 1;                                      // under mutex_
  std::size_t acknowledged_ = 0;                                // under mutex_
  std::map<std::string, Sent> sent_;                            // by token; under mutex_
  std::map<std::string, std::vector<std::string>> of_routing_;  // tokens; under mutex_
};

// Ids of the open tasks of a routing, as GET /routings/{id} answered it.
std::set<std::string> open_tasks_of(const boost::json::object& routing);
bool has_ended(const boost::json::object& routing);
// The string member `name`, or "".
std::string text_of(const boost::json::object& object, std::string_view name);

}  // namespace dms::test
