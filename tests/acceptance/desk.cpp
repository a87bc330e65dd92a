#include "desk.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <map>
#include <sstream>
#include <thread>

namespace dms::acceptance {

namespace {

using test::ApiAnswer;
using test::ApiClient;

constexpr const char* unit = "660.1";
constexpr std::size_t attempts_max = 100;
constexpr std::size_t connections_max = 3;
// Nobody's machine is quiet; what is slow is told as a figure.
constexpr auto answer_patience = std::chrono::minutes(5);
constexpr auto freshness_patience = std::chrono::minutes(10);

std::chrono::seconds pause_asked_for(const ApiAnswer& answer) {
  const std::string_view text = answer.header("retry-after");
  int seconds = 1;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 1, 10));
}

}  // namespace

std::string neutral_name(std::uint64_t number) {
  return fmt::format("xq{:06}", number);
}

ApiClient Desk::clerk() {
  test::HttpsClientOptions options;
  options.port = server_.port();
  options.host = "localhost";
  options.ca_file = server_.ca_file();
  options.timeout = answer_patience;
  ApiClient client(test::HttpsClient(options),
                   "https://localhost:" + std::to_string(server_.port()));
  if (!client.sign_in("h.brandt", server_.password_of("h.brandt"))) {
    report_.problem("cannot sign in");
  }
  return client;
}

std::string Desk::open_dossier(ApiClient& client) {
  std::string id = test::open_dossier(client, unit, neutral_name(next_name_++));
  if (id.empty()) report_.problem("cannot open a dossier");
  return id;
}

ApiAnswer Desk::patiently(const std::function<ApiAnswer()>& request) {
  ApiAnswer answer = request();
  for (std::size_t attempt = 1; answer.status == 503 && attempt < attempts_max; ++attempt) {
    if (answer.header("retry-after").empty()) report_.problem("a 503 without Retry-After");
    ++retries_;
    std::this_thread::sleep_for(pause_asked_for(answer));
    answer = request();
  }
  return answer;
}

ApiAnswer Desk::get(ApiClient& client, const std::string& target) {
  ApiAnswer answer = patiently([&] { return client.get(target); });
  for (std::size_t i = 1; answer.status == 0 && i < connections_max; ++i) {
    ++broken_connections_;
    answer = patiently([&] { return client.get(target); });
  }
  return answer;
}

std::string Desk::file(ApiClient& client, const std::string& dossier, std::string_view bytes,
                       const std::string& what) {
  const std::string name = neutral_name(next_name_++);
  const ApiAnswer answer =
      patiently([&] { return client.file(dossier, name, name + ".bin", bytes); });
  if (answer.status == 201) return answer.text("id");
  report_.problem(fmt::format("{}: filing was answered {}: {}{}", what, answer.status,
                              answer.failure, answer.body));
  return {};
}

bool Desk::walk(ApiClient& client, const std::string& target,
                const std::function<bool(const boost::json::object&)>& visit) {
  std::string cursor;
  while (true) {
    const std::string page = cursor.empty() ? target : fmt::format("{}&cursor={}", target, cursor);
    const auto begin = Clock::now();
    const ApiAnswer answer = get(client, page);
    if (answer.status != 200) {
      report_.problem(fmt::format("GET {} was answered {} {}{} after {:.1f} s", page, answer.status,
                                  answer.failure, answer.body, seconds_since(begin)));
      return false;
    }
    for (const auto& item : answer.json.at("items").as_array()) {
      if (!visit(item.as_object())) return true;
    }
    cursor = test::percent_encoded(answer.text("next_cursor"));
    if (cursor.empty()) return true;
  }
}

bool Desk::find(ApiClient& client, std::string_view query, std::string_view document,
                std::string_view filters) {
  bool found = false;
  const std::string target =
      fmt::format("/api/v1/search?limit=100&q={}{}", test::percent_encoded(query), filters);
  walk(client, target, [&](const boost::json::object& hit) {
    found = hit.at("document_id").as_string() == document;
    return !found;
  });
  return found;
}

std::optional<double> Desk::measure_freshness(ApiClient& client, const std::string& dossier) {
  // Digits keep the stemmer away; nothing else holds this word.
  const std::string word = fmt::format("zqx{}k", next_name_++);
  const std::string id = file(client, dossier, "Was frisch ist: " + word + "\n", "freshness");
  const auto acknowledged = Clock::now();
  while (!id.empty() && Clock::now() - acknowledged < freshness_patience) {
    if (find(client, word, id)) return seconds_since(acknowledged);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (!id.empty()) report_.problem("a fresh document is not found by its text");
  return std::nullopt;
}

void Desk::close() {
  const test::ServerProcess::Memory memory = server_.memory();
  report_.tell("server: memory resident, at most",
               fmt::format("{}, {} MiB", memory.resident_kib / 1024, memory.peak_kib / 1024));
  report_.tell("server: requests sent again after a 503", std::to_string(retries_));
  report_.tell("server: idle connections opened again", std::to_string(broken_connections_));
  const bool alive = server_.running();
  const int status = alive ? server_.stop() : -1;
  report_.check("server: lives, and stops cleanly", alive && status == 0, "0",
                alive ? std::to_string(status) : "dead");
  check_log();
  std::string output;
  const int verified = server_.run_command({"verify"}, &output);
  report_.check("server: `aktenwerk verify`", verified == 0, "clean",
                verified == 0 ? "clean" : std::to_string(verified));
  if (verified != 0) fmt::print("{}", output);
}

void Desk::check_log() {
  std::map<std::string, std::size_t> events;
  std::size_t errors = 0;
  std::istringstream log(server_.log());
  for (std::string line; std::getline(log, line);) {
    boost::system::error_code failed;
    const boost::json::value entry = boost::json::parse(line, failed);
    if (failed || !entry.is_object()) {
      report_.problem("the server printed: " + line);
      continue;
    }
    const auto& level = entry.at("level").as_string();
    if (level != "error" && level != "warning") continue;
    ++events[fmt::format("{} {}", level.c_str(), entry.at("event").as_string().c_str())];
    if (level == "error" && ++errors <= 10) fmt::print("log: {}\n", line);
  }
  for (const auto& [event, count] : events) report_.tell("log: " + event, std::to_string(count));
  report_.check("log: errors", errors == 0, "0", std::to_string(errors));
}

}  // namespace dms::acceptance
