#include "archive.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

namespace dms::test {

namespace {

constexpr std::size_t small_bytes = 2000;
constexpr std::size_t large_bytes = 1'200'000;  // more than a chunk: not through the log
constexpr auto search_patience = std::chrono::seconds(60);
// Entries of reads are synced twice a second.
constexpr auto until_synced = std::chrono::milliseconds(1500);

// The id in the target of a content.
std::string document_of(const std::string& target) {
  return target.substr(std::string("/api/v1/documents/").size(), 36);
}

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "archive: {}\n", what);
  std::abort();
}

}  // namespace

Archive::Archive(ServerProcess& server)
    : server_(server),
      stranger_(server.client(), "https://localhost:" + std::to_string(server.port())) {
  add_town("localhost", "660.1", "h.brandt", server.password_of("h.brandt"));
  add_town("nebenbach.localhost", "570.1", "e.falk", server.nebenbach_password_of("e.falk"));
  if (!stranger_.sign_in("administrator", server.password_of("administrator"))) {
    give_up("the administrator cannot sign in");
  }
}

void Archive::add_town(const std::string& host, const std::string& unit, const std::string& user,
                       const std::string& password) {
  ApiClient clerk(server_.client(host), "https://" + host + ":" + std::to_string(server_.port()));
  if (!clerk.sign_in(user, password)) give_up("cannot sign in at " + host);
  std::string dossier = open_dossier(clerk, unit, "Schaden");
  if (dossier.empty()) give_up("cannot open a dossier at " + host);
  towns_.push_back({unit, std::move(clerk), std::move(dossier)});
}

// A word of its own, then bytes that no compression makes small.
std::string Archive::unique_text(std::size_t bytes) {
  last_word_ = fmt::format("zqy{}k", next_number_++);
  std::string text = last_word_ + " ";
  for (std::uint64_t state = next_number_; text.size() < bytes;) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    text.push_back(static_cast<char>('a' + (state >> 40U) % 26));
  }
  return text;
}

std::string Archive::file(std::size_t town, const std::string& text) {
  Town& at = towns_[town];
  const ApiAnswer answer = at.clerk.file(at.dossier, "Schaden " + last_word_, "a.txt", text);
  if (answer.status != 201) give_up("filing was answered: " + answer.failure + answer.body);
  std::string id = answer.text("id");
  kept_.push_back({town, "/api/v1/documents/" + id + "/versions/1/content", text});
  return id;
}

void Archive::add_version(std::size_t town, const std::string& id, const std::string& text) {
  const std::string versions = "/api/v1/documents/" + id + "/versions";
  const ApiAnswer answer =
      towns_[town].clerk.upload(versions, "{}", "b.txt", text, {{"If-Match", "\"1\""}});
  if (answer.status != 201) give_up("a version was answered: " + answer.failure + answer.body);
  kept_.push_back({town, versions + "/2/content", text});
}

void Archive::fill(std::size_t small_documents) {
  const std::size_t before = kept_.size();
  for (std::size_t town = 0; town < towns_.size(); ++town) {
    towns_[town].clerk.http().close();  // what was open before a restart
    for (std::size_t i = 0; i < small_documents; ++i) {
      const std::string id = file(town, unique_text(small_bytes));
      if (i % 3 == 0) add_version(town, id, unique_text(small_bytes));
    }
    file(town, unique_text(large_bytes));
    file(town, unique_text(small_bytes));
  }
  for (std::size_t i = before; i < kept_.size(); ++i) await_found(kept_[i]);
  std::this_thread::sleep_for(until_synced);
}

void Archive::await_found(const Kept& kept) {
  const std::string word = kept.body.substr(0, kept.body.find(' '));
  const auto until = std::chrono::steady_clock::now() + search_patience;
  while (std::chrono::steady_clock::now() < until) {
    const ApiAnswer answer = towns_[kept.town].clerk.get("/api/v1/search?q=" + word);
    if (answer.body.find(document_of(kept.target)) != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up("the search does not find " + word);
}

std::size_t Archive::count_lost(std::size_t count) {
  std::size_t lost = 0;
  for (Town& town : towns_) town.clerk.http().close();
  for (std::size_t i = 0; i < count; ++i) {
    const ApiAnswer answer = towns_[kept_[i].town].clerk.get(kept_[i].target);
    if (answer.status == 200 && answer.body == kept_[i].body) continue;
    if (++lost == 1) fmt::print("{} was answered {}\n", kept_[i].target, answer.status);
  }
  return lost;
}

Archive::Searched Archive::search(std::size_t count) {
  Searched searched;
  towns_.front().clerk.http().close();
  stranger_.http().close();
  for (std::size_t i = 0; i < count; ++i) {
    if (kept_[i].town != 0) continue;
    const std::string target =
        "/api/v1/search?q=" + kept_[i].body.substr(0, kept_[i].body.find(' '));
    const ApiAnswer own = towns_.front().clerk.get(target);
    const ApiAnswer strange = stranger_.get(target);
    const std::string id = document_of(kept_[i].target);
    if (own.status >= 500) ++searched.refused;
    if (own.status == 200 && own.body.find(id) == std::string::npos) {
      ++searched.missed;
      searched.example = kept_[i].target + " by " + target;
    }
    const bool is_shown = strange.status == 200 && strange.body.find(id) != std::string::npos;
    if (own.status == 0 || strange.status == 0 || is_shown) searched.is_safe = false;
  }
  return searched;
}

}  // namespace dms::test
