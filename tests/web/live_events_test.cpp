// Streams of changes on a real tenant: who is told what and when he is told no more.

#include "web/api/live_events.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "../dms/identity_fixture.h"
#include "dms/tenant_registry.h"
#include "support/fake_clock.h"

namespace dms::web {
namespace {

using dms::test::value_of;

// What the connection does, for a test: waits for the queue and takes what comes.
class Listener {
 public:
  struct Event {
    std::string id;
    std::string name;
    std::string data;
  };

  explicit Listener(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {
    queue_->set_wake([this] {
      const std::lock_guard lock(mutex_);
      has_news_ = true;
      news_.notify_all();
    });
  }
  ~Listener() {
    if (queue_) queue_->set_wake(nullptr);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The next event; nullopt where the stream has ended, or nothing comes for long.
  std::optional<Event> next() {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      const EventQueue::Taken taken = queue_->take();
      bytes_ += taken.bytes;
      is_ended_ = taken.is_ended;
      const std::size_t end = bytes_.find("\n\n");
      if (end != std::string::npos) {
        const std::string text = bytes_.substr(0, end + 1);
        bytes_.erase(0, end + 2);
        return Event{field(text, "id: "), field(text, "event: "), field(text, "data: ")};
      }
      if (is_ended_) return std::nullopt;
      std::unique_lock lock(mutex_);
      if (!news_.wait_until(lock, limit, [this] { return has_news_; })) return std::nullopt;
      has_news_ = false;
    }
  }
  // "document filed"; the name of what is no change.
  std::string next_text() {
    const auto event = next();
    if (!event) return is_ended_ ? "end" : "nothing";
    if (event->name != "change") return event->name;
    const auto json = boost::json::parse(event->data);
    return std::string(json.at("object").as_string()) + " " +
           std::string(json.at("change").as_string());
  }
  void leave() {
    queue_->set_wake(nullptr);
    queue_.reset();
  }

 private:
  static std::string field(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name);
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size();
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  std::shared_ptr<EventQueue> queue_;
  std::string bytes_;
  bool is_ended_ = false;
  std::mutex mutex_;
  std::condition_variable news_;
  bool has_news_ = false;  // guarded by mutex_
};

class LiveEventsTest : public testing::Test {
 protected:
  LiveEventsTest() {
    tenant_ = value_of(registry_->find_by_id("demo"));
    admin_.user = value_of(tenant_->users().bootstrap_administrator(person("verwaltung"))).id;
    admin_.system_administrator = true;
    clerk_.user = value_of(tenant_->users().create(admin_, person("sachbearbeitung"))).id;
    stranger_.user = value_of(tenant_->users().create(admin_, person("fremd"))).id;
    let_work(clerk_);
    FilePlanUnitFields unit;
    unit.code = "621.41";
    unit.title = "Bebauungspläne";
    unit_ = value_of(tenant_->file_plan().create(admin_, unit)).id;
    dossier_ = open_dossier().id;
  }

  static NewUser person(const std::string& name) {
    NewUser input;
    input.name = name;
    input.display_name = name;
    input.password = Secret(dms::test::good_password);
    return input;
  }
  // Only he has rights in the plan from now on.
  void let_work(const Actor& actor) {
    AccessList list;
    list.entries = {{{SubjectKind::user, actor.user.value}, Role::record_manager, {}}};
    const Access before = value_of(tenant_->access_lists().get_access(admin_, ScopeId{}));
    value_of(tenant_->access_lists().set_access(admin_, ScopeId{}, list, before.revision));
  }
  Dossier open_dossier() {
    NewDossier input;
    input.unit = unit_;
    input.fields.title = "Nord";
    return value_of(tenant_->dossiers().open(clerk_, input));
  }
  void file() {
    const auto writer = value_of(tenant_->store().write_content({}));
    value_of(writer->append("Text"));
    NewDocument input;
    input.dossier = dossier_;
    input.fields.subject = "Anschreiben";
    input.version.file_name = "brief.txt";
    value_of(tenant_->documents().file_document(clerk_, input, value_of(writer->finish())));
  }
  Caller sign_in(const std::string& name) {
    const StartedSession started =
        value_of(tenant_->sign_in().sign_in({name, Secret(dms::test::good_password), "192.0.2.7"}));
    return {tenant_, started.session.actor, started.session, started.secret};
  }
  std::unique_ptr<Listener> listen(const Caller& caller, std::string_view last_event_id = "") {
    return std::make_unique<Listener>(value_of(live_.open(caller, last_event_id)));
  }
  // Hears of whatever is done when all before it is: an event of the clerk's own.
  void expect_quiet_until_marked(Listener& listener) {
    UserChange change;
    change.display_name = "Marke " + std::to_string(++marks_);
    const User before = value_of(tenant_->users().get(admin_, clerk_.user));
    value_of(tenant_->users().update(admin_, clerk_.user, change, before.revision));
    EXPECT_EQ(listener.next_text(), "user changed");
  }

  dms::test::TempDir folder_;
  dms::test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  dms::test::CountingHasher hasher_;
  TenantEnvironment environment_{storage_, hasher_,  clock_,
                                 log_,     metrics_, folder_.path().string()};
  std::unique_ptr<TenantRegistry> registry_ =
      value_of(TenantRegistry::create({{"demo", "Demo", {"demo.example"}}}, environment_));
  std::shared_ptr<Tenant> tenant_;
  Actor admin_;
  Actor clerk_;
  Actor stranger_;
  UnitId unit_;
  DossierId dossier_;
  int marks_ = 0;
  LiveLimits limits_{.streams_max = 6, .waiting_max = 8};
  WorkerLane lane_{{.name = "live", .threads = 1, .queue_limit = 16}};
  LiveEvents live_{{lane_, nullptr, log_, metrics_}, limits_};
};

TEST_F(LiveEventsTest, TellsWhatIsCommittedInOrder) {
  const auto clerk = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(clerk->next_text(), "ready");
  file();
  EXPECT_EQ(clerk->next_text(), "document filed");
  EXPECT_EQ(clerk->next_text(), "dossier documents");
  open_dossier();
  EXPECT_EQ(clerk->next_text(), "dossier opened");
  EXPECT_EQ(clerk->next_text(), "unit dossiers");
}

TEST_F(LiveEventsTest, TellsNothingToWhoMayNotSeeAndNotByIdsEither) {
  const auto stranger = listen(sign_in("fremd"));
  const auto ready = stranger->next();
  ASSERT_TRUE(ready);
  for (int i = 0; i < 5; ++i) file();
  const User before = value_of(tenant_->users().get(admin_, stranger_.user));
  UserChange change;
  change.display_name = "Fremde";
  value_of(tenant_->users().update(admin_, stranger_.user, change, before.revision));
  const auto event = stranger->next();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data,
            R"({"object":"user","id":")" + stranger_.user.text() + R"(","change":"changed"})");
  // Nothing of the ids is counted up or a time (the first 48 bits of a UUIDv7, milliseconds).
  const auto is_timed = [](const std::string& id) {
    constexpr std::int64_t day_ms = 86'400'000;
    const std::int64_t time = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
    return std::abs(time - to_unix_microseconds(SystemClock().now()) / 1000) < day_ms;
  };
  std::set<std::string> ids{ready->id, event->id};
  EXPECT_EQ(ids.size(), 2U);
  EXPECT_NE(ready->id.substr(0, 8), event->id.substr(0, 8));
  ASSERT_EQ(ready->id.size(), 36U);
  ASSERT_EQ(event->id.size(), 36U);
  EXPECT_FALSE(is_timed(ready->id));
  EXPECT_FALSE(is_timed(event->id));
}

TEST_F(LiveEventsTest, LooksAtTheRightsAnewForEachEvent) {
  const auto clerk = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(clerk->next_text(), "ready");
  file();
  EXPECT_EQ(clerk->next_text(), "document filed");
  EXPECT_EQ(clerk->next_text(), "dossier documents");
  let_work(stranger_);
  EXPECT_EQ(clerk->next_text(), "file_plan access");
  NewDossier input;
  input.unit = unit_;
  input.fields.title = "Neu";
  value_of(tenant_->dossiers().open(stranger_, input));
  expect_quiet_until_marked(*clerk);
}

TEST_F(LiveEventsTest, EndsWithTheSession) {
  const Caller caller = sign_in("sachbearbeitung");
  const auto signed_out = listen(caller);
  EXPECT_EQ(signed_out->next_text(), "ready");
  const auto other = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(other->next_text(), "ready");
  value_of(tenant_->sessions().end(caller.actor, caller.session->id));
  EXPECT_EQ(signed_out->next_text(), "ended");
  EXPECT_EQ(signed_out->next_text(), "end");
  file();
  EXPECT_EQ(other->next_text(), "document filed") << "the other session goes on";
  EXPECT_EQ(other->next_text(), "dossier documents");

  const User before = value_of(tenant_->users().get(admin_, clerk_.user));
  UserChange change;
  change.active = false;
  value_of(tenant_->users().update(admin_, clerk_.user, change, before.revision));
  EXPECT_EQ(other->next_text(), "ended") << "deactivated";
}

TEST_F(LiveEventsTest, EndsWhenNobodySitsBeforeIt) {
  const Caller caller = sign_in("sachbearbeitung");
  const auto clerk = listen(caller);
  EXPECT_EQ(clerk->next_text(), "ready");
  clock_.advance(session_idle_max - std::chrono::seconds(1));
  live_.look_after();
  file();
  EXPECT_EQ(clerk->next_text(), "document filed") << "not yet over";
  EXPECT_EQ(clerk->next_text(), "dossier documents");
  // Listening was no use.
  clock_.advance(std::chrono::seconds(2));
  live_.look_after();
  EXPECT_EQ(clerk->next_text(), "ended");
}

TEST_F(LiveEventsTest, AFullStreamIsToldToReloadOnce) {
  const auto slow = listen(sign_in("sachbearbeitung"));
  const auto quick = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(quick->next_text(), "ready");
  for (int i = 0; i < 5; ++i) {
    file();
    EXPECT_EQ(quick->next_text(), "document filed");
    EXPECT_EQ(quick->next_text(), "dossier documents");
  }
  // Eight waited when the ninth came.
  EXPECT_EQ(slow->next_text(), "reload");
  EXPECT_EQ(slow->next_text(), "document filed");
  EXPECT_EQ(slow->next_text(), "dossier documents");
  expect_quiet_until_marked(*slow);
  EXPECT_NE(metrics_.render().find("aktenwerk_event_stream_overflows_total 1\n"),
            std::string::npos);
}

TEST_F(LiveEventsTest, GoesOnFromAnEventThatIsKnown) {
  const Caller caller = sign_in("sachbearbeitung");
  std::string last;
  {
    const auto clerk = listen(caller);
    last = clerk->next()->id;
  }
  file();
  {
    const auto again = listen(caller, last);
    EXPECT_EQ(again->next_text(), "ready");
    EXPECT_EQ(again->next_text(), "document filed");
    EXPECT_EQ(again->next_text(), "dossier documents");
    open_dossier();
    EXPECT_EQ(again->next_text(), "dossier opened");
  }
  EXPECT_EQ(listen(caller, "01900000-0000-7000-8000-000000000000")->next_text(), "reload");
  EXPECT_EQ(listen(caller, "nonsense")->next_text(), "reload");
  EXPECT_EQ(listen(sign_in("sachbearbeitung"), last)->next_text(), "reload") << "not his own";
  clock_.advance(limits_.resumable_for);
  EXPECT_EQ(listen(caller, last)->next_text(), "reload") << "too long ago";
}

TEST_F(LiveEventsTest, TheFourthStreamOfASessionEndsTheFirst) {
  const Caller caller = sign_in("sachbearbeitung");
  std::vector<std::unique_ptr<Listener>> streams;
  for (int i = 0; i < 4; ++i) streams.push_back(listen(caller));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(streams[i]->next_text(), "ready");
  const auto ended = streams[0]->next();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->name, "ended");
  EXPECT_EQ(ended->data, R"({"reason":"replaced"})");
  const auto other = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(other->next_text(), "ready");
  file();
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(streams[i]->next_text(), "document filed") << i;
  EXPECT_EQ(other->next_text(), "document filed");
}

TEST_F(LiveEventsTest, SeveralSessionsTogetherAreBounded) {
  const Caller first = sign_in("sachbearbeitung");
  const Caller second = sign_in("fremd");
  std::vector<std::unique_ptr<Listener>> streams;
  for (int i = 0; i < 3; ++i) {
    streams.push_back(listen(first));
    streams.push_back(listen(second));
  }
  EXPECT_EQ(live_.streams(), 6U);
  EXPECT_NE(metrics_.render().find("aktenwerk_event_streams 6\n"), std::string::npos);
  const auto refused = live_.open(sign_in("fremd"), "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_GT(refused.error().retry_after_s, 0U);
  streams[0]->leave();
  EXPECT_EQ(live_.streams(), 5U);
  EXPECT_TRUE(live_.open(sign_in("fremd"), ""));
}

TEST_F(LiveEventsTest, EndsTheStreamsOfATenantThatWasClosed) {
  const auto clerk = listen(sign_in("sachbearbeitung"));
  EXPECT_EQ(clerk->next_text(), "ready");
  registry_->close();
  tenant_.reset();
  // A thread that sends may hold the tenant for a moment longer.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (live_.streams() > 0 && std::chrono::steady_clock::now() < until) live_.look_after();
  EXPECT_EQ(clerk->next_text(), "end");
  EXPECT_EQ(live_.streams(), 0U);
}

TEST_F(LiveEventsTest, StopEndsAllStreams) {
  const Caller caller = sign_in("sachbearbeitung");
  const auto clerk = listen(caller);
  EXPECT_EQ(clerk->next_text(), "ready");
  live_.stop();
  EXPECT_EQ(clerk->next_text(), "end");
  EXPECT_FALSE(live_.open(caller, ""));
  file();
}

}  // namespace
}  // namespace dms::web
