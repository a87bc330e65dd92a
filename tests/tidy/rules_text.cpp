// Lengths, words and calls.

#include <array>
#include <regex>
#include <set>

#include "tests/tidy/rules.h"

namespace dms::tidy {

namespace {

constexpr std::size_t file_lines_max = 500;
constexpr std::size_t line_columns_max = 100;

bool is_program(const SourceFile& file) {
  static constexpr std::array endings = {".h",   ".cpp", ".ts", ".tsx",   ".js",
                                         ".mjs", ".css", ".py", ".cmake", ".sh"};
  if (file.text.starts_with("#!")) return true;
  for (const char* ending : endings) {
    if (file.path.ends_with(ending)) return true;
  }
  return false;
}

std::size_t count_columns(std::string_view line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1U : 0U;
  return count;
}

using TextIterator = std::string::const_iterator;

// Reports every match of `pattern` in `text`, which is the file's text or code.
void report_matches(const SourceFile& file, const std::string& text, const std::regex& pattern,
                    const std::string& rule, const std::string& message, Findings& findings) {
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    const auto position = static_cast<std::size_t>(match->position(match->size() - 1));
    findings.push_back(
        {file.path, file.line_at(position), rule, match->str(match->size() - 1) + ": " + message});
  }
}

}  // namespace

void check_file_length(const SourceFile& file, Findings& findings) {
  if (!is_program(file)) return;
  const std::size_t lines = split_lines(file.text).size();
  if (lines <= file_lines_max) return;
  findings.push_back({file.path, lines, "file-length",
                      std::to_string(lines) + " lines; more than 500 is the end of the road"});
}

void check_line_length(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  const auto lines = split_lines(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t columns = count_columns(lines[i]);
    if (columns <= line_columns_max || file.is_raw[i + 1]) continue;
    findings.push_back({file.path, i + 1, "line-length", std::to_string(columns) + " columns"});
  }
}

void check_pragma_once(const SourceFile& file, Findings& findings) {
  if (!file.is_header()) return;
  for (const std::string_view line : split_lines(file.text)) {
    if (line.empty() || line.starts_with("//")) continue;
    if (line == "#pragma once") return;
    break;
  }
  findings.push_back({file.path, 1, "pragma-once", "a header begins with #pragma once"});
}

void check_machine_paths(const SourceFile& file, Findings& findings) {
  // Written in pieces, so that this file passes its own rule.
  static const std::regex pattern(
      "(?:^|[^A-Za-z0-9_.}/-])(/(?:wo"
      "rk|ro"
      "ot|ho"
      "me)/)");
  report_matches(file, file.text, pattern, "machine-path", "a path of one machine", findings);
}

void check_leftover_notes(const SourceFile& file, Findings& findings) {
  static const std::regex pattern(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|HA"
      "CK)\\b");
  report_matches(file, file.text, pattern, "leftover", "finish it or leave it out", findings);
}

void check_banned_calls(const SourceFile& file, Findings& findings) {
  static const std::regex pattern(
      "(?:^|[^\\w.>:]|std::|(?:^|[^\\w>])::)\\b(sprintf|vsprintf|strcpy|strcat|strtok|gets|system|"
      "popen|rand|srand|"
      "tmpnam|mktemp|atoi|atol|atof|alloca|localtime|gmtime|asctime|ctime)\\s*(?=\\()");
  report_matches(file, file.code, pattern, "banned-call", "has a safe substitute", findings);
  static const std::regex shared_query("\\bXapian::Query::(MatchAll)\\b");
  report_matches(file, file.code, shared_query, "banned-call",
                 "one object for all threads, and its count of users is not atomic", findings);
}

void check_sleeping_tests(const SourceFile& file, Findings& findings) {
  static const std::regex unit_test("^tests/(base|storage|search|dms|workflow)/.*");
  if (!std::regex_match(file.path, unit_test)) return;
  static const std::regex pattern("\\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\\s*(?=\\()");
  report_matches(file, file.code, pattern, "sleeping-test",
                 "set a fake clock or wait for the event", findings);
}

void check_readmes(const std::vector<SourceFile>& files, Findings& findings) {
  std::set<std::string> needed;
  std::set<std::string> present;
  for (const SourceFile& file : files) {
    const std::string folder = file.path.substr(0, file.path.find_last_of('/') + 1);
    if (file.path == folder + "README.md") {
      present.insert(folder);
    } else if (file.is_under("tests/")) {
      needed.insert("tests/");
    } else if (file.is_cpp()) {
      needed.insert(folder);
    }
  }
  for (const std::string& folder : needed) {
    const std::size_t parent_end = folder.find_last_of('/', folder.size() - 2);
    const std::string parent =
        parent_end == std::string::npos ? folder : folder.substr(0, parent_end + 1);
    if (present.contains(folder) || present.contains(parent)) continue;
    findings.push_back(
        {folder + "README.md", 1, "readme", "says what lives here and what may not"});
  }
}

}  // namespace dms::tidy
