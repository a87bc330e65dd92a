#include "web/http/event_queue.h"

#include <algorithm>
#include <utility>

#include "web/http/ascii.h"

namespace dms::web {

namespace {

void append_field(std::string& out, std::string_view field, std::string_view value) {
  if (value.empty()) return;
  out.append(field).append(": ");
  std::ranges::copy_if(value, std::back_inserter(out), [](char c) { return !is_control(c); });
  out.push_back('\n');
}

}  // namespace

std::string format_event(const ServerEvent& event) {
  std::string out;
  append_field(out, "id", event.id);
  append_field(out, "event", event.name);
  // Each line is a field of its own; a CR would end one, too.
  std::string_view rest = event.data;
  for (;;) {
    const std::size_t end = rest.find_first_of("\r\n");
    out.append("data: ").append(rest.substr(0, end)).push_back('\n');
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  out.push_back('\n');
  return out;
}

void EventQueue::put(std::string event) {
  // Whoever has yet to take the one before has been woken for it.
  const bool wakes = waiting_.empty();
  waiting_.push_back(std::move(event));
  if (wakes && wake_) wake_();
}

bool EventQueue::push(std::string event) {
  const MutexLock lock(mutex_);
  if (is_ended_) return true;
  if (waiting_.size() >= events_max_) return false;
  put(std::move(event));
  return true;
}

void EventQueue::replace(std::string event) {
  const MutexLock lock(mutex_);
  if (is_ended_) return;
  waiting_.clear();
  put(std::move(event));
}

void EventQueue::end(std::string last) {
  const MutexLock lock(mutex_);
  if (std::exchange(is_ended_, true)) return;
  waiting_.clear();
  put(std::move(last));
}

EventQueue::Taken EventQueue::take() {
  std::vector<std::string> events;
  Taken taken;
  {
    const MutexLock lock(mutex_);
    events.swap(waiting_);
    taken.is_ended = is_ended_;
  }
  for (const std::string& event : events) taken.bytes.append(event);
  return taken;
}

void EventQueue::set_wake(std::function<void()> wake) {
  const MutexLock lock(mutex_);
  wake_ = std::move(wake);
}

}  // namespace dms::web
