#include "filing.h"

#include <fmt/core.h>

#include <chrono>
#include <sstream>
#include <utility>

namespace dms::test {

namespace {

constexpr auto search_patience = std::chrono::seconds(20);
constexpr auto pause_after_refusal = std::chrono::milliseconds(50);
constexpr std::size_t problems_printed_max = 30;

// A word that the German stemmer leaves alone: consonants and digits.
std::string unique_word(std::uint64_t number) {
  return fmt::format("zqx{}k", number);
}

bool is_refusal(unsigned status) {
  return status == 503 || status == 507;
}

}  // namespace

Filing::Filing(ServerProcess& server, Options options) : server_(server), options_(options) {
  reader_ = clerk();
  dossier_ = open_dossier(*reader_, "660.1", "Absturz");
  if (dossier_.empty()) complain("cannot open a dossier");
  for (std::size_t i = 0; i < options.clerks; ++i) clerks_.push_back(clerk());
}

ApiClient Filing::clerk() {
  ApiClient client(server_.client(), "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) complain("cannot sign in");
  return client;
}

void Filing::complain(const std::string& what) {
  if (++problems_ > problems_printed_max) return;
  fmt::print("PROBLEM: {}\n", what);
  std::fflush(stdout);
}

void Filing::begin() {
  is_over_ = false;
  hears_ = true;
  for (ApiClient& client : clerks_) {
    client.http().close();  // what was open before a kill
    threads_.emplace_back([this, &client] { file_until_over(client); });
  }
}

void Filing::end() {
  is_over_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Filing::file_until_over(ApiClient& client) {
  while (!is_over_) {
    const std::string word = unique_word(next_number_++);
    // Small ones travel through the log, now and then a large one is ingested.
    const std::size_t padding = word.ends_with("7k") ? 1'500'000 : 2'000;
    std::string text = word + " " + std::string(padding, 'a');
    ++under_way_;
    const ApiAnswer answer = client.file(dossier_, "Absturz " + word, "a.txt", text);
    --under_way_;
    if (!hears_) {
      client.http().close();
      return;
    }
    if (answer.status == 0) {
      if (!options_.may_break) complain("the connection broke: " + answer.failure);
      return;
    }
    if (options_.may_be_refused && is_refusal(answer.status)) {
      ++refused_;
      std::this_thread::sleep_for(pause_after_refusal);
      continue;
    }
    if (answer.status != 201) {
      complain(fmt::format("filing was answered {}: {}", answer.status, answer.body));
      return;
    }
    ++acknowledged_;
    const std::lock_guard lock(mutex_);
    fresh_.push_back({answer.text("id"), word, std::move(text)});
  }
}

ApiAnswer Filing::file_one(const std::string& text) {
  return reader_->file(dossier_, "Nachtrag", "n.txt", text);
}

void Filing::check_bytes(const Filed& document) {
  const ApiAnswer content = reader_->get("/api/v1/documents/" + document.id + "/content");
  if (content.status == 200 && content.body == document.text) return;
  ++lost_;
  complain(fmt::format("document {} is lost ({})", document.id, content.status));
}

void Filing::check_found(const Filed& document, std::chrono::steady_clock::time_point until) {
  while (true) {
    const ApiAnswer answer = reader_->get("/api/v1/search?q=" + document.word);
    if (answer.body.find(document.id) != std::string::npos) return;
    if (std::chrono::steady_clock::now() > until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  complain(fmt::format("document {} is not found by search", document.id));
}

void Filing::check_fresh() {
  reader_->http().close();  // what was open before a kill
  std::vector<Filed> fresh;
  {
    const std::lock_guard lock(mutex_);
    fresh.swap(fresh_);
  }
  for (const Filed& document : fresh) check_bytes(document);
  const std::size_t problems_before = problems_;
  const auto until = std::chrono::steady_clock::now() + search_patience;
  for (const Filed& document : fresh) check_found(document, until);
  if (problems_ != problems_before) print_what_the_index_said(fresh.size());
  all_.insert(all_.end(), std::make_move_iterator(fresh.begin()),
              std::make_move_iterator(fresh.end()));
}

// Whether it was begun anew, say, which takes its time.
void Filing::print_what_the_index_said(std::size_t documents) const {
  fmt::print("  of {} documents; the server said of its index:\n", documents);
  std::istringstream lines(server_.log());
  for (std::string line; std::getline(lines, line);) {
    if (line.find("index") != std::string::npos) fmt::print("  {}\n", line);
  }
}

void Filing::check_all() {
  for (const Filed& document : all_) check_bytes(document);
}

void Filing::check_verify() {
  if (server_.stop() != 0) complain("the server did not stop cleanly");
  std::string output;
  const int status = server_.run_command({"verify", "--index"}, &output);
  fmt::print("{}", output);
  if (status != 0) complain(fmt::format("verify ended with {}", status));
}

}  // namespace dms::test
