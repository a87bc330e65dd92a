#include "web/api/live_tenant.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <map>
#include <set>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/base/random.h"
#include "workflow/routing_notice.h"

namespace dms::web {

using storage::JournalEntry;
using storage::View;

namespace {

constexpr std::size_t piece_entries = 500;
// Who comes back after more than this reads everything anew, which is less work for both.
constexpr std::uint64_t caught_up_max = 5000;

struct ChangeView {
  std::string_view object;
  std::optional<Uuid> id;
  std::string_view change;
};
BOOST_DESCRIBE_STRUCT(ChangeView, (), (object, id, change))

constexpr std::string_view nothing = "{}";
constexpr std::string_view session_over = R"({"reason":"session"})";
constexpr std::string_view replaced = R"({"reason":"replaced"})";

std::string ended_event(std::string_view reason) {
  return format_event({.id = "", .name = "ended", .data = reason});
}

Uuid random_id() {
  Uuid id;
  fill_random(id.bytes);
  return id;
}

}  // namespace

LiveTenant::LiveTenant(std::shared_ptr<const LiveContext> context,
                       const std::shared_ptr<Tenant>& tenant)
    : context_(std::move(context)), tenant_(tenant) {}

void LiveTenant::start() {
  if (const auto held = tenant()) {
    listener_ = held->store().add_commit_listener(
        [self = shared_from_this()](std::uint64_t) { self->wake(); });
  }
}

void LiveTenant::stop() {
  if (const auto held = tenant()) held->store().remove_commit_listener(listener_);
  const MutexLock lock(mutex_);
  for (const auto& stream : streams_) {
    if (const auto queue = stream->queue.lock()) queue->end();
  }
  streams_.clear();
  is_listened_to_ = false;
}

void LiveTenant::wake() {
  if (!is_listened_to_ || is_queued_.exchange(true)) return;
  const auto queued = context_->resources.lane.post([self = shared_from_this()] { self->run(); });
  // The next commit, or look_after(), tries again.
  if (!queued) is_queued_ = false;
}

std::size_t LiveTenant::streams() const {
  const MutexLock lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(streams_, [](const auto& stream) { return !stream->queue.expired(); }));
}

void LiveTenant::drop_gone() {
  std::erase_if(streams_, [](const auto& stream) { return stream->queue.expired(); });
  is_listened_to_ = !streams_.empty();
}

void LiveTenant::run() {
  // Before the journal is read: a commit after this queues another run.
  is_queued_ = false;
  const auto held = tenant();
  if (!held) return;
  Result<bool> followed = true;
  while (followed && *followed) followed = follow(*held);
  if (followed) return;
  context_->resources.log.error("changes_not_told",
                                {{"tenant", held->config().id},
                                 {"code", std::string(to_string(followed.error().code))},
                                 {"hint", followed.error().hint}});
}

Result<bool> LiveTenant::follow(Tenant& tenant) {
  std::uint64_t after = 0;
  {
    const MutexLock lock(mutex_);
    after = position_;
  }
  const auto entries = DMS_TRY(tenant.store().read_journal(after, piece_entries));
  Streams streams;
  {
    const MutexLock lock(mutex_);
    drop_gone();
    if (!entries.empty()) position_ = entries.back().sequence;
    streams = streams_;
  }
  end_without_session(tenant, streams);
  if (entries.empty()) return false;
  const auto told = tell(tenant, entries, streams);
  if (!told) {
    // What they were not told of they find by reading anew.
    for (const auto& stream : streams) {
      send(*stream, "reload", nothing, entries.back().sequence, tenant.clock().now());
    }
    return fail(told.error());
  }
  return true;
}

void LiveTenant::end_without_session(Tenant& tenant, const Streams& streams) {
  for (const auto& stream : streams) {
    if (tenant.sessions().look_up(stream->secret)) continue;
    if (const auto queue = stream->queue.lock()) queue->end(ended_event(session_over));
  }
}

Result<void> LiveTenant::tell(Tenant& tenant, const std::vector<JournalEntry>& entries,
                              const Streams& streams) {
  std::map<UserId, Streams> by_user;
  for (const auto& stream : streams) by_user[stream->actor.user].push_back(stream);
  const ReadRights rights{tenant.permissions(), context_->resources.grants};
  const Instant now = tenant.clock().now();
  return tenant.store().read<void>([&](const View& view) -> Result<void> {
    // The same said twice in one look at the journal is said once: who asks sees it all.
    std::map<const Stream*, std::set<ChangeNotice>> told;
    std::vector<ChangeNotice> notices;
    for (const JournalEntry& entry : entries) {
      TellChange teller = DMS_TRY(tell_change(view, rights, entry));
      if (!teller) teller = DMS_TRY(workflow::tell_routing_change(view, rights, entry, now));
      if (!teller) continue;
      for (const auto& [user, listeners] : by_user) {
        notices.clear();
        DMS_TRY(teller(listeners.front()->actor, notices));
        for (const ChangeNotice& notice : notices) {
          const std::string data = encode_json(ChangeView{notice.object, notice.id, notice.change});
          for (const auto& stream : listeners) {
            if (entry.sequence <= stream->from) continue;
            if (!told[stream.get()].insert(notice).second) continue;
            send(*stream, "change", data, entry.sequence, now);
          }
        }
      }
    }
    return {};
  });
}

void LiveTenant::send(const Stream& stream, std::string_view name, std::string_view data,
                      std::uint64_t sequence, Instant now) {
  const auto queue = stream.queue.lock();
  if (!queue) return;
  const Uuid id = random_id();
  {
    const MutexLock lock(mutex_);
    remembered_.push_back({id, stream.session, sequence, now});
    if (remembered_.size() > context_->limits.remembered_max) remembered_.pop_front();
  }
  const std::string id_text = to_string(id);
  context_->sent.add();
  if (queue->push(format_event({.id = id_text, .name = name, .data = data}))) return;
  context_->overflowed.add();
  queue->replace(format_event({.id = id_text, .name = "reload", .data = nothing}));
}

std::optional<std::uint64_t> LiveTenant::known_place(const Session& session,
                                                     std::string_view event_id, Instant now) const {
  const auto id = parse_uuid(event_id);
  if (!id) return std::nullopt;
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find(remembered_, *id, &Remembered::id);
  if (found == remembered_.end() || found->session != session.id) return std::nullopt;
  if (now >= found->at + context_->limits.resumable_for) return std::nullopt;
  return found->sequence;
}

Result<bool> LiveTenant::catch_up(Tenant& tenant, Stream& stream) {
  const std::uint64_t head = tenant.store().journal_head().sequence;
  if (head - stream.from > caught_up_max) return false;
  // Not owned: it is only looked at here.
  const Streams one{std::shared_ptr<Stream>(std::shared_ptr<void>(), &stream)};
  while (stream.from < head) {
    const auto entries = DMS_TRY(tenant.store().read_journal(stream.from, piece_entries));
    if (entries.empty()) break;
    DMS_TRY(tell(tenant, entries, one));
    stream.from = entries.back().sequence;
  }
  return true;
}

bool LiveTenant::join(const std::shared_ptr<Stream>& stream) {
  const MutexLock lock(mutex_);
  drop_gone();
  if (streams_.empty()) position_ = stream->from;
  if (position_ > stream->from) return false;
  Streams own;
  std::ranges::copy_if(streams_, std::back_inserter(own),
                       [&](const auto& each) { return each->session == stream->session; });
  for (std::size_t i = 0; i + context_->limits.streams_per_session_max <= own.size(); ++i) {
    if (const auto queue = own[i]->queue.lock()) queue->end(ended_event(replaced));
    std::erase(streams_, own[i]);
  }
  streams_.push_back(stream);
  is_listened_to_ = true;
  return true;
}

Result<std::shared_ptr<EventQueue>> LiveTenant::open(const Caller& caller,
                                                     std::string_view last_event_id) {
  Tenant& tenant = *caller.tenant;
  const Instant now = tenant.clock().now();
  auto queue = std::make_shared<EventQueue>(context_->limits.waiting_max);
  const auto stream = std::make_shared<Stream>();
  stream->queue = queue;
  stream->actor = caller.actor;
  stream->session = caller.session->id;
  stream->secret = caller.session_secret;
  const auto known = known_place(*caller.session, last_event_id, now);
  stream->from = known.value_or(tenant.store().journal_head().sequence);
  const bool goes_on = known || last_event_id.empty();
  send(*stream, goes_on ? "ready" : "reload", nothing, stream->from, now);
  do {
    if (DMS_TRY(catch_up(tenant, *stream))) continue;
    stream->from = tenant.store().journal_head().sequence;
    send(*stream, "reload", nothing, stream->from, now);
  } while (!join(stream));
  // What was committed after the last look, while nobody listened, woke nobody.
  wake();
  return queue;
}

}  // namespace dms::web
