#include "papers.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "phrases.h"
#include "support/known_items.h"

namespace dms::acceptance {

namespace {

using test::ApiAnswer;
using test::ApiClient;
using test::KnownItem;

constexpr std::size_t dossier_size = 500;
constexpr std::size_t idle_samples = 10;
constexpr auto sampling_pause = std::chrono::seconds(2);
constexpr auto settling_patience = std::chrono::hours(1);
constexpr auto late_pause = std::chrono::seconds(5);
constexpr std::size_t unread_told = 20;
// Some texts came out of PDFs with broken fonts: full of control characters, they are data.
constexpr std::size_t texts_a_damaged_one_min = 500;
constexpr double hit_share_wanted = 0.60;

struct FiledText {
  std::string id;  // "" where it was not filed
  bool listed = false;
  bool extracted = false;
};

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

bool has_words(const std::string& text) {
  return !own_words(text).empty();
}

std::string quantiles(std::vector<double> values) {
  if (values.empty()) return "-";
  std::sort(values.begin(), values.end());
  return fmt::format("{:.3f}, {:.3f} s", values[values.size() / 2], values.back());
}

class Papers {
 public:
  Papers(Desk& desk, const std::filesystem::path& data, const PapersOptions& options);
  void run();

 private:
  std::size_t dossier_of(std::size_t text) const { return text / dossier_size; }
  std::string filter_of(std::size_t text) const {
    return "&dossier=" + dossiers_[dossier_of(text)];
  }
  // Calls `work(client, text)` for every text, by all clients at once, each text once. Seconds.
  template <class Work>
  double by_all_clients(const Work& work);
  void file();
  void sample_while_filing(const std::atomic<bool>& ended);
  void wait_until_searchable();
  bool dossier_settled(ApiClient& client, std::size_t dossier);
  template <class Condition>
  std::size_t count_of(const Condition& condition) const {
    return static_cast<std::size_t>(std::count_if(filed_.begin(), filed_.end(), condition));
  }
  void check_states();
  void check_hits();
  void check_own_words();
  void ask_titles();

  Desk& desk_;
  PapersOptions options_;
  std::vector<std::string> texts_;
  std::vector<KnownItem> items_;
  std::vector<FiledText> filed_;
  std::vector<std::string> dossiers_;
  std::string samples_dossier_;
  Clock::time_point last_answer_;
  std::vector<double> busy_freshness_;
};

Papers::Papers(Desk& desk, const std::filesystem::path& data, const PapersOptions& options)
    : desk_(desk), options_(options) {
  items_ = test::read_council_papers(
      data, options.papers, [this](std::string text) { texts_.push_back(std::move(text)); });
  filed_.resize(texts_.size());
}

template <class Work>
double Papers::by_all_clients(const Work& work) {
  std::vector<ApiClient> clerks;
  for (std::size_t i = 0; i < options_.clients; ++i) clerks.push_back(desk_.clerk());
  std::atomic<std::size_t> next{0};
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  threads.reserve(clerks.size());
  for (ApiClient& client : clerks) {
    threads.emplace_back([&] {
      for (std::size_t text = next++; text < texts_.size(); text = next++) work(client, text);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return seconds_since(begin);
}

void Papers::file() {
  ApiClient registrar = desk_.clerk();
  for (std::size_t i = 0; i * dossier_size < texts_.size(); ++i) {
    dossiers_.push_back(desk_.open_dossier(registrar));
  }
  samples_dossier_ = desk_.open_dossier(registrar);
  std::atomic<bool> ended{false};
  std::thread sampler([&] { sample_while_filing(ended); });
  std::size_t bytes = 0;
  for (const std::string& text : texts_) bytes += text.size();
  const std::size_t retries_before = desk_.retries();
  const double took = by_all_clients([&](ApiClient& client, std::size_t text) {
    filed_[text].id = desk_.file(client, dossiers_[dossier_of(text)], texts_[text],
                                 fmt::format("paper text {}", text));
  });
  last_answer_ = Clock::now();
  ended = true;
  sampler.join();
  const auto good = count_of([](const FiledText& text) { return !text.id.empty(); });
  Report& report = desk_.report();
  report.check(fmt::format("papers: texts filed by {} clients, answered 201", options_.clients),
               !texts_.empty() && good == texts_.size(), std::to_string(texts_.size()),
               std::to_string(good));
  report.tell("papers: sent again after a 503", std::to_string(desk_.retries() - retries_before));
  report.tell("papers: filing took", fmt::format("{:.1f} s", took));
  const auto per_s = [took](double amount) { return amount / took; };
  report.tell("papers: filing rate",
              fmt::format("{:.1f}/s, {:.2f} MB/s", per_s(static_cast<double>(good)),
                          per_s(static_cast<double>(bytes) / 1e6)));
}

void Papers::sample_while_filing(const std::atomic<bool>& ended) {
  ApiClient client = desk_.clerk();
  while (!ended) {
    const auto freshness = desk_.measure_freshness(client, samples_dossier_);
    if (freshness) busy_freshness_.push_back(*freshness);
    const auto pause_end = Clock::now() + sampling_pause;
    while (!ended && Clock::now() < pause_end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

bool Papers::dossier_settled(ApiClient& client, std::size_t dossier) {
  bool settled = true;
  const std::string target = "/api/v1/dossiers/" + dossiers_[dossier] + "/documents?limit=200";
  const bool answered = desk_.walk(client, target, [&](const boost::json::object& document) {
    settled = document.at("text_state").as_string() != "pending";
    return settled;
  });
  return settled && answered;
}

// When all texts are there, a document filed then is found after all of them.
void Papers::wait_until_searchable() {
  ApiClient client = desk_.clerk();
  bool settled = true;
  for (std::size_t i = 0; i < dossiers_.size() && settled; ++i) {
    while (!dossier_settled(client, i)) {
      settled = Clock::now() - last_answer_ < settling_patience;
      if (!settled) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  Report& report = desk_.report();
  report.check("papers: all texts settled", settled, "yes", settled ? "yes" : "no");
  report.tell("papers: last answer to last text",
              fmt::format("{:.1f} s", seconds_since(last_answer_)));
  desk_.measure_freshness(client, samples_dossier_);
  report.tell("papers: last answer to everything searchable",
              fmt::format("{:.1f} s", seconds_since(last_answer_)));
  std::vector<double> idle;
  for (std::size_t i = 0; i < idle_samples; ++i) {
    if (const auto freshness = desk_.measure_freshness(client, samples_dossier_)) {
      idle.push_back(*freshness);
    }
  }
  report.tell(fmt::format("freshness: {} while filing, median, most", busy_freshness_.size()),
              quantiles(busy_freshness_));
  report.tell(fmt::format("freshness: {} at rest, median, most", idle.size()), quantiles(idle));
}

void Papers::check_states() {
  ApiClient client = desk_.clerk();
  std::map<std::string, std::size_t> numbers;
  for (std::size_t text = 0; text < filed_.size(); ++text) numbers[filed_[text].id] = text;
  std::map<std::string, std::size_t> states;
  std::size_t unread = 0;
  for (const std::string& dossier : dossiers_) {
    const std::string target = "/api/v1/dossiers/" + dossier + "/documents?limit=200";
    desk_.walk(client, target, [&](const boost::json::object& document) {
      const std::string state(document.at("text_state").as_string());
      ++states[state];
      const auto number = numbers.find(std::string(document.at("id").as_string()));
      if (number == numbers.end()) {
        desk_.report().problem("a document that nobody filed");
        return true;
      }
      FiledText& filed = filed_[number->second];
      filed.listed = true;
      filed.extracted = state == "extracted";
      if (!filed.extracted && has_words(texts_[number->second]) && ++unread <= unread_told) {
        const auto& version = document.at("version");
        fmt::print("text {} is {}, taken for {}: {:.60}\n", number->second, state,
                   version.at("mime_type").as_string().c_str(), one_line(texts_[number->second]));
      }
      return true;
    });
  }
  for (const auto& [state, count] : states) {
    desk_.report().tell("papers: text " + state, std::to_string(count));
  }
  const auto listed = count_of([](const FiledText& text) { return text.listed; });
  desk_.report().check("papers: in the lists of their dossiers", listed == texts_.size(),
                       std::to_string(texts_.size()), std::to_string(listed));
  desk_.report().check("papers: with words, but not extracted",
                       unread * texts_a_damaged_one_min <= texts_.size(), "0.2 %",
                       fmt::format("{}, {}", unread, share_text(unread, texts_.size())));
}

// Every document stands among the hits of its dossier, once.
void Papers::check_hits() {
  ApiClient client = desk_.clerk();
  std::set<std::string> hits;
  std::size_t twice = 0;
  for (const std::string& dossier : dossiers_) {
    const std::string target = "/api/v1/search?limit=100&q=&dossier=" + dossier;
    desk_.walk(client, target, [&](const boost::json::object& hit) {
      if (!hits.insert(std::string(hit.at("document_id").as_string())).second) ++twice;
      return true;
    });
  }
  const auto found = count_of([&](const FiledText& text) { return hits.contains(text.id); });
  desk_.report().check("papers: among the hits of their dossiers", found == texts_.size(),
                       std::to_string(texts_.size()), std::to_string(found));
  desk_.report().check("papers: hits told twice", twice == 0, "0", std::to_string(twice));
}

// Some words from the middle of each text, as a phrase, find it.
void Papers::check_own_words() {
  std::atomic<std::size_t> asked{0};
  std::atomic<std::size_t> found{0};
  std::atomic<std::size_t> late{0};
  const double took = by_all_clients([&](ApiClient& client, std::size_t text) {
    const std::string words = own_words(texts_[text]);
    if (words.empty() || !filed_[text].extracted) return;
    ++asked;
    const auto find = [&] {
      return desk_.find(client, phrase_query(words), filed_[text].id, filter_of(text));
    };
    if (find()) {
      ++found;
      return;
    }
    std::this_thread::sleep_for(late_pause);
    if (find()) {
      ++late;
    } else {
      fmt::print("text {} is not found by its own words: {}\n", text, one_line(words));
    }
  });
  Report& report = desk_.report();
  report.check("papers: found by words of their own, as a phrase", found == asked,
               std::to_string(asked), std::to_string(found));
  report.tell("papers: found so, but only later", std::to_string(late));
  report.tell("papers: asking so took", fmt::format("{:.1f} s", took));
}

void Papers::ask_titles() {
  ApiClient client = desk_.clerk();
  std::size_t hits = 0;
  std::vector<double> times;
  for (const KnownItem& item : items_) {
    std::set<std::string> answers;
    for (const std::uint32_t text : item.answers) answers.insert(filed_[text].id);
    const std::string target = "/api/v1/search?limit=10&q=" + test::percent_encoded(item.query);
    const auto begin = Clock::now();
    const ApiAnswer answer = desk_.get(client, target);
    times.push_back(seconds_since(begin));
    if (answer.status != 200) {
      desk_.report().problem(fmt::format("a title was answered {} {}{}: {}", answer.status,
                                         answer.failure, answer.body, item.query));
      continue;
    }
    const auto& found = answer.json.at("items").as_array();
    const bool hit = std::any_of(found.begin(), found.end(), [&](const auto& each) {
      return answers.contains(std::string(each.at("document_id").as_string()));
    });
    if (hit) ++hits;
  }
  const bool good = !items_.empty() && static_cast<double>(hits) >=
                                           hit_share_wanted * static_cast<double>(items_.size());
  desk_.report().check(
      "titles: one of the paper's texts among the first ten", good, "60 %",
      fmt::format("{} of {}, {}", hits, items_.size(), share_text(hits, items_.size())));
  desk_.report().tell("titles: time of a query, median, most", quantiles(std::move(times)));
}

void Papers::run() {
  file();
  wait_until_searchable();
  check_states();
  check_hits();
  check_own_words();
  ask_titles();
}

}  // namespace

void file_papers(Desk& desk, const std::filesystem::path& data, const PapersOptions& options) {
  Papers(desk, data, options).run();
}

}  // namespace dms::acceptance
