#include "files.h"

#include <fmt/core.h>

#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <vector>

#include "phrases.h"
#include "support/expected_texts.h"

namespace dms::acceptance {

namespace {

namespace fs = std::filesystem;
using test::ApiAnswer;
using test::ApiClient;
using test::ExpectedText;

constexpr auto text_patience = std::chrono::minutes(5);
constexpr double share_wanted = 0.75;

struct FiledFile {
  std::string name;
  std::string id;
  std::string mime_type;
  std::string text_state;
};

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// At most `count`, spread over all.
std::vector<fs::path> choose(const std::vector<fs::path>& all, std::size_t count) {
  if (count >= all.size()) return all;
  std::vector<fs::path> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(all[i * all.size() / count]);
  return chosen;
}

std::string target_of(const FiledFile& file) {
  return "/api/v1/documents/" + file.id;
}

// Waits for the state of the text and takes the type with it.
void settle(Desk& desk, ApiClient& client, FiledFile& file, Clock::time_point limit) {
  while (true) {
    const ApiAnswer answer = desk.get(client, target_of(file));
    if (answer.status != 200) {
      return desk.report().problem(fmt::format("{}: answered {}", file.name, answer.status));
    }
    file.text_state = answer.text("text_state");
    file.mime_type = std::string(answer.json.at("version").at("mime_type").as_string());
    if (file.text_state != "pending") return;
    if (Clock::now() > limit) return desk.report().problem(file.name + ": its text stays pending");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// Files all, waits for their texts, and returns those that are there.
std::vector<FiledFile> file_all(Desk& desk, ApiClient& client, const std::vector<fs::path>& paths,
                                const std::string& kind) {
  const std::string dossier = desk.open_dossier(client);
  std::vector<FiledFile> filed;
  std::size_t unchanged = 0;
  const auto begin = Clock::now();
  for (const fs::path& path : paths) {
    const std::string bytes = read_bytes(path);
    FiledFile file{path.filename().string(), {}, {}, {}};
    file.id = desk.file(client, dossier, bytes, file.name);
    if (file.id.empty()) continue;
    const ApiAnswer content = desk.get(client, target_of(file) + "/content");
    if (content.status == 200 && content.body == bytes) ++unchanged;
    filed.push_back(std::move(file));
  }
  const double filing_s = seconds_since(begin);
  const auto acknowledged = Clock::now();
  std::map<std::string, std::size_t> states;
  for (FiledFile& file : filed) {
    settle(desk, client, file, acknowledged + text_patience);
    ++states[file.text_state];
  }
  const double texts_s = seconds_since(acknowledged);
  const std::size_t settled = filed.size() - states["pending"];
  const std::string all = std::to_string(paths.size());
  Report& report = desk.report();
  report.check(kind + ": filed, answered 201", !paths.empty() && filed.size() == paths.size(), all,
               std::to_string(filed.size()));
  report.check(kind + ": bytes served as they were filed", unchanged == paths.size(), all,
               std::to_string(unchanged));
  report.check(kind + ": text states settled", settled == paths.size(), all,
               std::to_string(settled));
  for (const auto& [state, count] : states) {
    if (count > 0) report.tell(fmt::format("{}: text {}", kind, state), std::to_string(count));
  }
  report.tell(kind + ": filing and reading back took", fmt::format("{:.1f} s", filing_s));
  report.tell(kind + ": last answer to last text", fmt::format("{:.1f} s", texts_s));
  report.check(kind + ": server lives", desk.server().running(), "yes",
               desk.server().running() ? "yes" : "no");
  // What was filed after all texts were there is searchable after them.
  desk.measure_freshness(client, dossier);
  return filed;
}

std::string served_text(Desk& desk, ApiClient& client, const FiledFile& file) {
  const ApiAnswer answer = desk.get(client, target_of(file) + "/text");
  if (answer.status != 200 && answer.status != 204) {
    desk.report().problem(fmt::format("{}: its text is answered {}", file.name, answer.status));
  }
  return test::one_spaced(answer.body);
}

class StringCheck {
 public:
  StringCheck(Desk& desk, ApiClient& client) : desk_(desk), client_(client) {}

  void ask(const ExpectedText& expected, const FiledFile& file, const std::string& text) {
    ++counted_;
    const bool in_text = text.find(expected.text) != std::string::npos;
    const bool found = desk_.find(client_, phrase_query(expected.text), file.id);
    std::string cause;
    if (in_text) {
      ++in_text_;
      cause = cause_of_missed_phrase(text, expected.text);
    } else {
      cause = test::known_cause(expected).value_or("");
    }
    if (found) ++by_phrase_;
    if (found && in_text) ++both_;
    if (!in_text) tell("text", expected, cause);
    if (!found) {
      tell("phrase", expected, cause);
    }
  }

  void finish() {
    Report& report = desk_.report();
    const auto check = [&](const char* name, std::size_t count) {
      const bool good = counted_ > 0 &&
                        static_cast<double>(count) >= share_wanted * static_cast<double>(counted_);
      report.check(name, good, "75 %",
                   fmt::format("{} of {}, {}", count, counted_, share_text(count, counted_)));
    };
    check("strings: in the text", in_text_);
    check("strings: found by phrase", by_phrase_);
    check("strings: both", both_);
    report.check("strings: misses without a known cause", riddles_ == 0, "0",
                 std::to_string(riddles_));
  }

 private:
  void tell(const char* where, const ExpectedText& expected, const std::string& cause) {
    if (cause.empty()) ++riddles_;
    fmt::print("missed ({}): {}: \"{}\": {}\n", where, expected.file, expected.text,
               cause.empty() ? "CAUSE UNKNOWN" : cause);
  }

  Desk& desk_;
  ApiClient& client_;
  std::size_t counted_ = 0;
  std::size_t in_text_ = 0;
  std::size_t by_phrase_ = 0;
  std::size_t both_ = 0;
  std::size_t riddles_ = 0;
};

}  // namespace

void file_office_documents(Desk& desk, const fs::path& data, std::size_t count) {
  ApiClient client = desk.clerk();
  const auto paths = choose(test::files_in(data / "office-documents" / "files"), count);
  const std::vector<FiledFile> filed = file_all(desk, client, paths, "office documents");
  std::multimap<std::string, ExpectedText> by_file;
  for (ExpectedText& expected : test::read_expected_texts(data)) {
    std::string name = expected.file;
    by_file.emplace(std::move(name), std::move(expected));
  }
  StringCheck strings(desk, client);
  for (const FiledFile& file : filed) {
    const std::string text = served_text(desk, client, file);
    const auto [begin, end] = by_file.equal_range(file.name);
    for (auto each = begin; each != end; ++each) strings.ask(each->second, file, text);
  }
  strings.finish();
}

void file_mails(Desk& desk, const fs::path& data, std::size_t count) {
  ApiClient client = desk.clerk();
  file_all(desk, client, choose(test::files_in(data / "mail"), count), "mails");
}

}  // namespace dms::acceptance
