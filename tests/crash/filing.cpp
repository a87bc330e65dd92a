#include "filing.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace dms::test {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto search_patience = std::chrono::seconds(20);
constexpr auto verification_patience = std::chrono::minutes(5);
constexpr auto pause_after_refusal = milliseconds(50);
constexpr auto look_interval = milliseconds(20);
constexpr std::size_t problems_printed_max = 30;
constexpr std::string_view subject_before = "Absturz ";

// A word that the German stemmer leaves alone: consonants and digits.
std::string unique_word(std::uint64_t number, Filing::Texts texts) {
  return fmt::format("zqx{}{}", number, texts == Filing::Texts::usual ? "k" : "h");
}

// What a clerk files under this word. Small ones travel through the log, now and then a large one
// is ingested.
std::string text_of(const std::string& word) {
  std::size_t padding = 2'000;
  if (word.ends_with("7k")) padding = 1'500'000;
  if (word.ends_with("h")) padding = Filing::longer_text_bytes;
  return word + " " + std::string(padding, 'a');
}

bool is_refusal(unsigned status) {
  return status == 503 || status == 507;
}

HttpsClient client_for_operator(const ServerProcess& server) {
  HttpsClientOptions options;
  options.port = server.admin_port();
  options.tls = false;
  return HttpsClient(options);
}

constexpr const char* verified_tenant = "musterbach";
// The last use of a session is written once a minute, which no server lives to see that is killed
// every few seconds; unused for half an hour, by what is written, it ends.
constexpr std::chrono::minutes session_use{10};

}  // namespace

void Filing::Options::add_to(CLI::App& app, Options& options) {
  app.add_option("--start-limit", options.start_limit_s, "seconds that a start may take")
      ->capture_default_str();
  app.add_option("--verify-every", options.verify_every,
                 "after how many blows the running server verifies its store; at the end it is "
                 "verified anyway")
      ->capture_default_str();
}

Filing::Filing(ServerProcess& server, Options options)
    : server_(server), options_(options), operator_(client_for_operator(server)) {
  reader_ = client();
  for (std::size_t i = 0; i < options.clerks; ++i) clerks_.push_back(client());
  sign_in();
  open_new_dossier();
}

ApiClient Filing::client() {
  return {server_.client(), "https://localhost:" + std::to_string(server_.port())};
}

void Filing::sign_in() {
  const auto begin_session = [this](ApiClient& client) {
    client.http().close();  // what was open before a kill
    if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) complain("cannot sign in");
  };
  begin_session(*reader_);
  for (ApiClient& client : clerks_) begin_session(client);
  signed_in_ = std::chrono::steady_clock::now();
}

void Filing::open_new_dossier() {
  dossiers_.push_back(open_dossier(*reader_, "660.1", fmt::format("Absturz {}", blows_)));
  if (dossiers_.back().empty()) complain("cannot open a dossier");
}

void Filing::complain(const std::string& what) {
  if (++problems_ > problems_printed_max) return;
  fmt::print("PROBLEM: {}\n", what);
  std::fflush(stdout);
}

void Filing::begin(Texts texts) {
  if (std::chrono::steady_clock::now() - signed_in_ > session_use) sign_in();
  reader_->http().close();  // what was open before a kill
  open_new_dossier();
  is_over_ = false;
  hears_ = true;
  for (ApiClient& client : clerks_) {
    client.http().close();
    threads_.emplace_back([this, &client, texts] { file_until_over(client, texts); });
  }
}

void Filing::end() {
  is_over_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Filing::file_until_over(ApiClient& client, Texts texts) {
  while (!is_over_) {
    const std::string word = unique_word(next_number_++, texts);
    const std::string text = text_of(word);
    ++under_way_;
    const ApiAnswer answer =
        client.file(dossier(), std::string(subject_before) + word, "a.txt", text);
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
    filed_[dossier()].emplace(answer.text("id"), word);
  }
}

ApiAnswer Filing::file_one(const std::string& text) {
  return reader_->file(dossier(), "Nachtrag", "n.txt", text);
}

void Filing::side_by_side(std::size_t count,
                          const std::function<void(ApiClient& client, std::size_t i)>& one) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (ApiClient& client : clerks_) {
    threads.emplace_back([&] {
      client.http().close();  // what was open before a kill
      for (std::size_t i = next++; i < count; i = next++) one(client, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Filing::check_document(ApiClient& client, const ListedDocument& listed,
                            const std::string& word, Depth depth) {
  const bool is_known = !word.empty();
  const bool is_clerks = listed.subject.starts_with(subject_before);
  std::optional<std::string> text;
  if (is_clerks) text = text_of(listed.subject.substr(subject_before.size()));
  std::string fault;
  if (is_known && listed.subject != std::string(subject_before) + word) {
    fault = "it is called '" + listed.subject + "'";
  }
  if (fault.empty() && depth == Depth::record_and_content) fault = fault_of_record(client, listed);
  if (fault.empty()) fault = fault_of_content(client, listed, text);
  if (is_clerks && !is_known) ++unheard_;
  if (fault.empty()) return;
  if (is_known) ++lost_;
  complain(fmt::format("document {}, {}, is not whole: {}", listed.id,
                       is_known ? "acknowledged" : "not acknowledged", fault));
}

void Filing::check_dossier(const std::string& dossier,
                           const std::map<std::string, std::string>& filed, Depth depth) {
  reader_->http().close();  // what was open before a kill
  const auto listed = list_dossier(*reader_, dossier);
  if (!listed) {
    lost_ += filed.size();
    return complain(fmt::format("dossier {} with {} documents is lost", dossier, filed.size()));
  }
  std::set<std::string> ids;
  std::set<std::string> words;
  for (const ListedDocument& document : *listed) {
    const bool is_new = ids.insert(document.id).second;
    const bool is_first =
        !document.subject.starts_with(subject_before) || words.insert(document.subject).second;
    if (!is_new || !is_first) complain("document " + document.id + " is there twice");
  }
  for (const auto& [id, word] : filed) {
    if (ids.contains(id)) continue;
    ++lost_;
    complain(fmt::format("document {} is lost", id));
  }
  side_by_side(listed->size(), [&](ApiClient& client, std::size_t i) {
    const auto known = filed.find((*listed)[i].id);
    check_document(client, (*listed)[i], known == filed.end() ? "" : known->second, depth);
  });
}

void Filing::check_found(const std::string& id, const std::string& word,
                         steady_clock::time_point until) {
  while (true) {
    const ApiAnswer answer = reader_->get("/api/v1/search?q=" + word);
    if (answer.body.find(id) != std::string::npos) return;
    if (steady_clock::now() > until) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  complain(fmt::format("document {} is not found by search", id));
}

void Filing::check_start() {
  const milliseconds took = server_.start_took();
  longest_start_ = std::max(longest_start_, took);
  if (took < std::chrono::seconds(options_.start_limit_s)) return;
  complain(fmt::format("the start took {} ms", took.count()));
}

void Filing::check_wal() {
  if (wal_.largest() <= WalWatch::bytes_max()) return;
  complain(fmt::format("a write-ahead log had {} bytes", wal_.largest()));
}

void Filing::check_fresh() {
  ++blows_;
  const bool verifies = options_.verify_every > 0 && blows_ % options_.verify_every == 0;
  if (verifies) begin_verification();
  const auto& filed = filed_[dossier()];
  check_dossier(dossier(), filed, Depth::record_and_content);
  const std::size_t problems_before = problems_;
  const auto until = steady_clock::now() + search_patience;
  for (const auto& [id, word] : filed) check_found(id, word, until);
  if (problems_ != problems_before) print_what_the_index_said(filed.size());
  if (verifies) await_verification();
  check_wal();
}

// Whether it was begun anew, say, which takes its time.
void Filing::print_what_the_index_said(std::size_t documents) const {
  fmt::print("  of {} documents; the server said of its index:\n", documents);
  std::istringstream lines(server_.log());
  for (std::string line; std::getline(lines, line);) {
    if (line.find("index") != std::string::npos) fmt::print("  {}\n", line);
  }
}

void Filing::begin_verification() {
  operator_.close();  // what was open before a kill
  HttpsRequest request;
  request.method = "POST";
  request.target = std::string("/verifications?tenant=") + verified_tenant;
  request.headers = {{"X-Aktenwerk-Command", "verify"}};
  const auto begun = operator_.send(request);
  if (begun && begun->status == 202) return;
  complain("verifying was answered: " + (begun ? begun->body : begun.error().hint));
}

void Filing::await_verification() {
  const auto until = steady_clock::now() + verification_patience;
  std::string said;
  while (steady_clock::now() < until) {
    const auto answer = operator_.get("/verifications");
    said = answer ? answer->body : answer.error().hint;
    boost::system::error_code error;
    const boost::json::value views = boost::json::parse(said, error);
    const auto* view = error ? nullptr : views.find_pointer("/0", error);
    if (view == nullptr || !view->is_object()) break;
    const boost::json::object& told = view->as_object();
    if (told.at("waiting").as_bool()) {
      std::this_thread::sleep_for(look_interval);
      continue;
    }
    const bool is_clean = told.at("problems").as_array().empty() &&
                          told.at("records").to_number<std::uint64_t>() > 0 &&
                          !told.contains("failure");
    if (!is_clean) break;
    ++verifications_;
    return;
  }
  complain("the server's verification: " + said);
}

void Filing::check_all() {
  for (const std::string& dossier : dossiers_) {
    check_dossier(dossier, filed_[dossier], Depth::content);
  }
}

void Filing::check_verify() {
  if (server_.stop() != 0) complain("the server did not stop cleanly");
  std::string output;
  const int status = server_.run_command({"verify", "--index"}, &output);
  fmt::print("{}", output);
  if (status != 0) complain(fmt::format("verify ended with {}", status));
  check_wal();
}

std::string Filing::measures() const {
  return fmt::format(
      "longest start {} ms, largest log {:.1f} MiB, {} verifications of the running server, {} "
      "documents whole without an acknowledgement",
      longest_start_.count(), static_cast<double>(wal_.largest()) / (1U << 20U), verifications_,
      unheard_.load());
}

}  // namespace dms::test
