#pragma once

// Events on their way to one listener (server-sent events, HTML Living Standard 9.2): whoever has
// news puts them in on any thread, the connection takes them out and sends them. Bounded, so that
// a listener who reads slowly costs no memory and holds nobody up.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/mutex.h"

namespace dms::web {

struct ServerEvent {
  std::string_view id;    // "": none. A listener that comes back sends it as Last-Event-ID
  std::string_view name;  // "": the default, "message"
  std::string_view data;  // line breaks are kept
};

// The event as bytes of the stream. Control characters in `id` and `name` are left out.
std::string format_event(const ServerEvent& event);

// Thread-safe. Who puts in holds it weakly: the connection's end is its end.
class EventQueue {
 public:
  // At most so many events wait.
  explicit EventQueue(std::size_t events_max) : events_max_(events_max) {}
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // Queues an event as format_event() made it; false where the queue is full: then it has not
  // changed, and replace() is what is left. After end() nothing is taken and nothing is full.
  bool push(std::string event);
  // Puts `event` in the place of all that waits.
  void replace(std::string event);
  // The stream ends with `last` ("": with what is sent already); what waits is dropped.
  void end(std::string last = {});

  // The connection's side ------------------------------------------------------------------------

  struct Taken {
    std::string bytes;  // all that waited
    bool is_ended = false;
  };
  Taken take();
  // `wake` is called, on the thread of whoever has news, when there is something to take; it must
  // only signal. nullptr ends that, and waits for a running call.
  void set_wake(std::function<void()> wake);

 private:
  void put(std::string event) DMS_REQUIRES(mutex_);

  const std::size_t events_max_;
  Mutex mutex_;
  std::vector<std::string> waiting_ DMS_GUARDED_BY(mutex_);
  bool is_ended_ DMS_GUARDED_BY(mutex_) = false;
  std::function<void()> wake_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms::web
