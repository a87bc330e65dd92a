// Kill anywhere while eight people decide: no decision and no task is lost or doubled. See
// README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "routing_ledger.h"
#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

using boost::json::object;
using Random = std::mt19937_64;

// The first sends documents round; all decide, each in two browsers, so that they get in each
// other's way.
constexpr std::array<const char*, 4> people = {"h.brandt", "k.amrein", "l.petersen", "s.novak"};
constexpr std::size_t browsers_each = 2;
constexpr auto patience_for_decisions = std::chrono::minutes(10);
constexpr auto patience_at_end = std::chrono::minutes(20);

struct Options {
  std::size_t routings = 2000;
  std::size_t kills = 30;
  std::size_t start_limit_s = 5;
  std::uint64_t seed = std::random_device{}();
};

class Harness {
 public:
  explicit Harness(Options options) : options_(options), random_(options.seed) {}
  int run();

 private:
  ApiClient person(const std::string& name);
  void complain(const std::string& what);
  // Hands the numbers below `count` to `work`, with the initiator's browsers side by side.
  void side_by_side(std::size_t count, const std::function<void(ApiClient&, std::size_t)>& work);
  void top_up();
  std::string start_routing(ApiClient& initiator, Random& random);
  std::string stages(Random& random) const;
  void decide_until_broken(ApiClient& client, std::uint64_t seed);
  // False where the connection broke.
  bool decide(ApiClient& client, const object& task, Random& random);
  std::vector<object> tasks_of(ApiClient& client, bool all);
  void await_moment();
  void one_kill();
  void finish();
  void check();

  const Options options_;
  Random random_;
  ServerProcess server_;
  std::vector<ApiClient> initiators_;
  std::vector<ApiClient> deciders_;
  std::vector<std::string> ids_;  // of `people`
  std::string dossier_;
  RoutingLedger ledger_;
  std::set<std::string> running_;
  std::size_t completed_ = 0;
  std::atomic<bool> stops_{false};
  std::atomic<std::size_t> under_way_{0};
  std::atomic<std::size_t> late_{0};  // refused because somebody else was first
  std::size_t hits_ = 0;
  std::mutex mutex_;
  std::size_t problems_ = 0;  // under mutex_
};

void Harness::complain(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (++problems_ <= 20) fmt::print("PROBLEM: {}\n", what);
}

ApiClient Harness::person(const std::string& name) {
  ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in(name, server_.password_of(name))) complain("cannot sign in " + name);
  return client;
}

void Harness::side_by_side(std::size_t count,
                           const std::function<void(ApiClient&, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (ApiClient& initiator : initiators_) {
    threads.emplace_back([&] {
      initiator.http().close();  // what was open before a kill
      for (std::size_t i = next++; i < count; i = next++) work(initiator, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// One to four stages of one to three steps.
std::string Harness::stages(Random& random) const {
  static constexpr std::array<const char*, 5> directives = {"process", "co_sign", "approve",
                                                            "final_sign", "acknowledge"};
  std::string all;
  for (std::size_t stage = 1 + random() % 4; stage > 0; --stage) {
    std::string steps;
    for (std::size_t step = 1 + random() % 3; step > 0; --step) {
      steps += fmt::format(R"({}{{"directive":"{}","assignee":{{"kind":"user","id":"{}"}}}})",
                           steps.empty() ? "" : ",", directives[random() % directives.size()],
                           ids_[random() % ids_.size()]);
    }
    all += fmt::format(R"({}{{"steps":[{}]}})", all.empty() ? "" : ",", steps);
  }
  return "[" + all + "]";
}

std::string Harness::start_routing(ApiClient& initiator, Random& random) {
  const std::string document =
      initiator.file(dossier_, "Umlauf", "umlauf.txt", std::to_string(random())).text("id");
  const ApiAnswer started = initiator.send(
      "POST", "/api/v1/routings",
      fmt::format(R"({{"document_id":"{}","stages":{}}})", document, stages(random)));
  if (started.status != 201) complain("starting was answered " + started.body);
  return started.text("id");
}

void Harness::top_up() {
  const std::size_t missing = options_.routings - running_.size();
  const std::uint64_t seed = random_();
  side_by_side(missing, [&](ApiClient& initiator, std::size_t i) {
    Random random(seed + i);
    std::string id = start_routing(initiator, random);
    const std::lock_guard lock(mutex_);
    running_.insert(std::move(id));
  });
}

// The first fifty or all open tasks of a person, those of the demo's own routings left out. Nothing
// where the connection broke.
std::vector<object> Harness::tasks_of(ApiClient& client, bool all) {
  std::vector<object> tasks;
  std::string cursor;
  do {
    const ApiAnswer answer = client.get(all ? "/api/v1/tasks?limit=500" + cursor
                                            : std::string("/api/v1/tasks?limit=50"));
    if (answer.status == 0) return {};
    if (answer.status != 200) {
      complain(fmt::format("tasks were answered {}: {}", answer.status, answer.body));
      return {};
    }
    for (const auto& task : answer.json.at("items").as_array()) {
      if (running_.contains(text_of(task.as_object(), "routing_id"))) {
        tasks.push_back(task.as_object());
      }
    }
    cursor = answer.text("next_cursor");
    if (!cursor.empty()) cursor.insert(0, "&cursor=");
  } while (all && !cursor.empty());
  return tasks;
}

// A decision that fits, mostly one that leads on.
std::string decision_for(const object& task, Random& random) {
  const std::string kind = text_of(task, "kind");
  if (kind == "consultation") return "answer";
  if (kind == "rework") return "done";
  const std::string directive = text_of(task, "directive");
  const std::uint64_t dice = random() % 20;
  if (dice == 0) return "delegate";
  if (dice == 1) return "consult";
  if (dice == 2 && directive != "acknowledge") return "return";
  return directive == "process" || directive == "acknowledge" ? "done" : "sign";
}

bool Harness::decide(ApiClient& client, const object& task, Random& random) {
  const std::string id = text_of(task, "id");
  const std::string decision = decision_for(task, random);
  const std::string token = ledger_.send(text_of(task, "routing_id"), id, decision != "consult");
  object body{{"decision", decision}, {"comment", token}, {"version", task.at("version")}};
  if (decision == "delegate" || decision == "consult") {
    body["to"] = {{"kind", "user"}, {"id", ids_[random() % ids_.size()]}};
  }
  const auto revision = task.at("revision").to_number<std::uint64_t>();
  ++under_way_;
  const ApiAnswer answer =
      client.send("POST", "/api/v1/tasks/" + id + "/decision", boost::json::serialize(body),
                  {{"If-Match", fmt::format("\"{}\"", revision)}});
  --under_way_;
  if (answer.status == 0) return false;
  ledger_.settle(token, answer.status == 200 ? Outcome::acknowledged : Outcome::refused);
  // Somebody else was first, or the dice asked for what this task does not take.
  const bool was_late = answer.status == 404 || answer.status == 409 || answer.status == 412;
  if (was_late) ++late_;
  if (answer.status >= 500 || (answer.status >= 400 && answer.status != 400 && !was_late)) {
    complain(fmt::format("{} was answered {}: {}", decision, answer.status, answer.body));
  }
  return true;
}

void Harness::decide_until_broken(ApiClient& client, std::uint64_t seed) {
  Random random(seed);
  client.http().close();
  while (!stops_) {
    std::vector<object> tasks = tasks_of(client, false);
    std::shuffle(tasks.begin(), tasks.end(), random);
    if (tasks.size() > 10) tasks.resize(10);
    if (tasks.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (const object& task : tasks) {
      if (!decide(client, task, random)) return;
    }
  }
}

// Counted in decisions and not in time, so that on a fast machine too many routings are still on
// their way: one takes about seven. Within the next decision the moment is random.
void Harness::await_moment() {
  const std::size_t target = ledger_.acknowledged() + 1 + random_() % (4 * options_.routings);
  const auto limit = std::chrono::steady_clock::now() + patience_for_decisions;
  while (ledger_.acknowledged() < target) {
    if (std::chrono::steady_clock::now() > limit) return complain("nobody decides any more");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::microseconds(random_() % 5000));
}

void Harness::one_kill() {
  stops_ = false;
  std::vector<std::thread> threads;
  for (ApiClient& client : deciders_) {
    threads.emplace_back([this, &client, seed = random_()] { decide_until_broken(client, seed); });
  }
  await_moment();
  const std::size_t met = under_way_;
  server_.kill();
  stops_ = true;
  for (std::thread& thread : threads) thread.join();
  if (met > 0) ++hits_;
  server_.start();
  if (server_.start_took() > std::chrono::seconds(options_.start_limit_s)) {
    complain(fmt::format("the start took {} ms", server_.start_took().count()));
  }
  const std::size_t before = running_.size();
  check();
  fmt::print("killed: {} decisions under way, {} acknowledged so far, {} of {} ended\n", met,
             ledger_.acknowledged(), before - running_.size(), before);
  std::fflush(stdout);
}

// Every running routing against what was sent, and its open tasks against the lists of all people.
void Harness::check() {
  const std::vector<std::string> all(running_.begin(), running_.end());
  std::set<std::string> open;
  std::set<std::string> ended;
  side_by_side(all.size(), [&](ApiClient& initiator, std::size_t i) {
    const ApiAnswer answer = initiator.get("/api/v1/routings/" + all[i]);
    if (answer.status != 200) {
      return complain(fmt::format("routing {} is lost ({})", all[i], answer.status));
    }
    const object& routing = answer.json.as_object();
    for (const std::string& problem : ledger_.compare(routing)) complain(problem);
    const std::lock_guard lock(mutex_);
    open.merge(open_tasks_of(routing));
    if (has_ended(routing)) ended.insert(all[i]);
  });
  for (std::size_t i = 0; i < people.size(); ++i) {
    ApiClient& client = deciders_[i * browsers_each];
    client.http().close();
    for (const object& task : tasks_of(client, true)) {
      const std::string id = text_of(task, "id");
      if (open.erase(id) == 0) complain("task " + id + " is listed twice, or is not open");
    }
  }
  for (const std::string& id : open) complain("task " + id + " is open and in nobody's list");
  for (const std::string& id : ended) running_.erase(id);
  completed_ += ended.size();
}

// Without further kills everything comes to its end.
void Harness::finish() {
  const auto limit = std::chrono::steady_clock::now() + patience_at_end;
  while (!running_.empty()) {
    if (std::chrono::steady_clock::now() > limit) {
      return complain(fmt::format("{} routings do not end", running_.size()));
    }
    stops_ = false;
    std::vector<std::thread> threads;
    for (ApiClient& client : deciders_) {
      threads.emplace_back(
          [this, &client, seed = random_()] { decide_until_broken(client, seed); });
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));
    stops_ = true;
    for (std::thread& thread : threads) thread.join();
    check();
  }
}

int Harness::run() {
  for (const char* name : people) {
    for (std::size_t i = 0; i < browsers_each; ++i) deciders_.push_back(person(name));
    ids_.push_back(deciders_.back().get("/api/v1/me").text("id"));
  }
  for (std::size_t i = 0; i < 4; ++i) initiators_.push_back(person(people[0]));
  dossier_ = open_dossier(initiators_[0], "660.1", "Umlauf");
  for (std::size_t i = 0; i < options_.kills && problems_ == 0; ++i) {
    top_up();
    one_kill();
  }
  if (problems_ == 0) finish();
  if (server_.stop() != 0) complain("the server did not stop cleanly");
  std::string output;
  if (server_.run_command({"verify"}, &output) != 0) complain("verify: " + output);
  fmt::print(
      "{} kills, {} hits, {} routings to their end, {} decisions acknowledged, {} came too late, "
      "{} problems\n",
      options_.kills, hits_, completed_, ledger_.acknowledged(), late_.load(), problems_);
  if (hits_ * 5 < options_.kills * 4) complain("too few kills met a decision");
  if (late_ == 0) complain("nobody got in anybody's way");
  return problems_ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Kills the server at random moments while documents go round"};
  dms::test::Options options;
  app.add_option("--routings", options.routings, "that run at each kill")->capture_default_str();
  app.add_option("--kills", options.kills, "how often")->capture_default_str();
  app.add_option("--start-limit", options.start_limit_s, "seconds that a start may take")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the random moments and decisions");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  return dms::test::Harness(options).run();
}
