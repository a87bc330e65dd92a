// Kill anywhere: what was acknowledged is there and searchable. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "support/api_client.h"
#include "support/server_process.h"

namespace dms::test {
namespace {

constexpr std::size_t client_count = 4;
constexpr auto search_patience = std::chrono::seconds(20);

struct Acknowledged {
  std::string id;
  std::string word;  // in no other document
  std::string text;
};

// A word that the German stemmer leaves alone: consonants and digits.
std::string unique_word(std::uint64_t number) {
  return fmt::format("zqx{}k", number);
}

class Harness {
 public:
  explicit Harness(std::uint64_t seed) : random_(seed) {}

  int run(std::size_t kills);

 private:
  ApiClient clerk();
  void file_until_broken(ApiClient& client);
  void one_kill();
  void check(const std::vector<Acknowledged>& documents, bool with_search);
  void check_verify();
  void check_flipped_byte();
  void complain(const std::string& what);

  ServerProcess server_;
  std::vector<ApiClient> clerks_;
  std::optional<ApiClient> reader_;
  std::mt19937_64 random_;
  std::string dossier_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> killed_{false};
  std::atomic<std::size_t> under_way_{0};
  std::mutex mutex_;
  std::vector<Acknowledged> fresh_;  // since the last kill; under mutex_
  std::vector<Acknowledged> all_;
  std::size_t hits_ = 0;
  std::size_t problems_ = 0;
};

void Harness::complain(const std::string& what) {
  ++problems_;
  fmt::print("PROBLEM: {}\n", what);
}

ApiClient Harness::clerk() {
  ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) complain("cannot sign in");
  return client;
}

void Harness::file_until_broken(ApiClient& client) {
  while (!killed_) {
    const std::string word = unique_word(next_number_++);
    // Small ones travel through the log, now and then a large one is ingested.
    const std::size_t padding = word.ends_with("7k") ? 1'500'000 : 2'000;
    const std::string text = word + " " + std::string(padding, 'a');
    ++under_way_;
    const ApiAnswer answer = client.file(dossier_, "Absturz " + word, "a.txt", text);
    --under_way_;
    if (answer.status == 0) return;
    if (answer.status != 201) {
      complain(fmt::format("filing was answered {}: {}", answer.status, answer.body));
      return;
    }
    const std::lock_guard lock(mutex_);
    fresh_.push_back({answer.text("id"), word, text});
  }
}

void Harness::one_kill() {
  killed_ = false;
  std::vector<std::thread> clients;
  for (ApiClient& client : clerks_) {
    clients.emplace_back([this, &client] { file_until_broken(client); });
  }
  const auto moment = std::chrono::milliseconds(300 + random_() % 1500);
  std::this_thread::sleep_for(moment);
  const std::size_t met = under_way_;  // requests sent and not answered, at the last moment
  server_.kill();
  killed_ = true;
  for (std::thread& client : clients) client.join();
  if (met > 0) ++hits_;
  reader_->http().close();
  server_.start();
  check(fresh_, true);
  all_.insert(all_.end(), fresh_.begin(), fresh_.end());
  fmt::print("kill after {} ms: {} under way, {} acknowledged\n", moment.count(), met,
             fresh_.size());
  std::fflush(stdout);
  fresh_.clear();
}

void Harness::check(const std::vector<Acknowledged>& documents, bool with_search) {
  for (const Acknowledged& document : documents) {
    const ApiAnswer content = reader_->get("/api/v1/documents/" + document.id + "/content");
    if (content.status != 200 || content.body != document.text) {
      complain(fmt::format("document {} is lost ({})", document.id, content.status));
    }
  }
  const auto end = std::chrono::steady_clock::now() + search_patience;
  for (const Acknowledged& document : documents) {
    if (!with_search) break;
    while (true) {
      const ApiAnswer answer = reader_->get("/api/v1/search?q=" + document.word);
      if (answer.body.find(document.id) != std::string::npos) break;
      if (std::chrono::steady_clock::now() > end) {
        complain(fmt::format("document {} is not found by search", document.id));
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

void Harness::check_verify() {
  std::string output;
  const int status = server_.run_command({"verify"}, &output);
  fmt::print("{}", output);
  if (status != 0) complain(fmt::format("verify ended with {}", status));
}

// The largest log file's middle byte, inverted: the store must say damage.
void Harness::check_flipped_byte() {
  server_.start();
  reader_->http().close();
  for (int i = 0; i < 50; ++i) reader_->file(dossier_, "Nachtrag", "n.txt", std::string(3000, 'n'));
  server_.kill();
  std::filesystem::path log;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(server_.data_folder() / "musterbach")) {
    if (entry.path().extension() != ".log" || !entry.is_regular_file()) continue;
    if (log.empty() || entry.file_size() > std::filesystem::file_size(log)) log = entry.path();
  }
  const auto flip = [&log] {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(log) / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(~file.get());
    file.seekp(middle);
    file.put(byte);
  };
  flip();
  std::string output;
  if (server_.run_command({"verify", "--tenant", "musterbach"}, &output) == 0) {
    complain("a flipped byte in the log went unnoticed");
  }
  fmt::print("with a byte of {} flipped: {}", log.filename().string(), output);
  flip();
  if (server_.run_command({"verify", "--tenant", "musterbach"}, &output) != 0) {
    complain("with the byte restored: " + output);
  }
}

int Harness::run(std::size_t kills) {
  // Signed in once: sessions outlive every kill.
  reader_ = clerk();
  dossier_ = open_dossier(*reader_, "660.1", "Absturz");
  if (dossier_.empty()) complain("cannot open a dossier");
  for (std::size_t i = 0; i < client_count; ++i) clerks_.push_back(clerk());
  for (std::size_t i = 0; i < kills && problems_ == 0; ++i) one_kill();
  check(all_, false);
  if (server_.stop() != 0) complain("the server did not stop cleanly");
  check_verify();
  check_flipped_byte();
  fmt::print("{} kills, {} hits, {} documents acknowledged, {} problems\n", kills, hits_,
             all_.size(), problems_);
  if (hits_ * 5 < kills * 4) complain("too few kills met a request");
  return problems_ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dms::test

int main(int argc, char** argv) {
  CLI::App app{"Kills the server at random moments and looks for what was acknowledged"};
  std::size_t kills = 50;
  std::uint64_t seed = std::random_device{}();
  app.add_option("--kills", kills, "how often")->capture_default_str();
  app.add_option("--seed", seed, "of the random moments");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", seed);
  dms::test::Harness harness(seed);
  return harness.run(kills);
}
