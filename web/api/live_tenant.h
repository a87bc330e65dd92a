#pragma once

// One tenant's part of live_events.h. Internal to it.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/change_notice.h"
#include "web/api/live_events.h"

namespace dms::web {

// What all tenants share.
struct LiveContext {
  LiveEvents::Resources resources;
  LiveLimits limits;
  Counter& sent;
  Counter& overflowed;
};

// Thread-safe. Outlives the tenant where a stream or a job still holds it.
class LiveTenant : public std::enable_shared_from_this<LiveTenant> {
 public:
  LiveTenant(std::shared_ptr<const LiveContext> context, const std::shared_ptr<Tenant>& tenant);

  // Hears of commits from now on, until stop(), which ends all streams.
  void start();
  void stop();
  std::shared_ptr<Tenant> tenant() const { return tenant_.lock(); }
  Result<std::shared_ptr<EventQueue>> open(const Caller& caller, std::string_view last_event_id);
  // Queues a look at journal and sessions where somebody listens and none is queued.
  void wake();
  std::size_t streams() const;

 private:
  struct Stream {
    std::weak_ptr<EventQueue> queue;
    Actor actor;
    SessionId session;
    Secret secret;
    std::uint64_t from = 0;  // events up to here are told
  };
  using Streams = std::vector<std::shared_ptr<Stream>>;
  struct Remembered {
    Uuid id;
    SessionId session;
    std::uint64_t sequence = 0;
    Instant at;
  };

  void run();
  // What is new in the journal, and who is to be told of it; false at the end.
  Result<bool> follow(Tenant& tenant);
  void end_without_session(Tenant& tenant, const Streams& streams);
  // Tells the streams of the entries that are behind their `from`.
  Result<void> tell(Tenant& tenant, const std::vector<storage::JournalEntry>& entries,
                    const Streams& streams);
  // Tells one stream of what came after `from`, up to the head; false where that is too much.
  Result<bool> catch_up(Tenant& tenant, Stream& stream);
  void send(const Stream& stream, std::string_view name, std::string_view data,
            std::uint64_t sequence, Instant now);
  std::optional<std::uint64_t> known_place(const Session& session, std::string_view event_id,
                                           Instant now) const;
  // Puts the stream among the others unless they are ahead of it.
  bool join(const std::shared_ptr<Stream>& stream);
  void drop_gone() DMS_REQUIRES(mutex_);

  const std::shared_ptr<const LiveContext> context_;
  const std::weak_ptr<Tenant> tenant_;
  std::uint64_t listener_ = 0;  // of start() and stop()
  std::atomic<bool> is_listened_to_{false};
  std::atomic<bool> is_queued_{false};

  mutable Mutex mutex_;
  Streams streams_ DMS_GUARDED_BY(mutex_);
  std::uint64_t position_ DMS_GUARDED_BY(mutex_) = 0;  // the journal is read up to here
  std::deque<Remembered> remembered_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms::web
