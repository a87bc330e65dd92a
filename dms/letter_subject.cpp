#include "dms/letter_subject.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "dms/base/text.h"

namespace dms {

namespace {

// Of the page: there a letter's subject stands, below its head.
constexpr std::size_t lines_max = 60;
constexpr std::size_t line_bytes_max = 500;
// A subject goes on in the next line, but hardly further.
constexpr std::size_t subject_lines_max = 3;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::vector<std::string_view> lines_of(std::string_view page) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < page.size() && lines.size() < lines_max;) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    lines.push_back(trimmed(truncate_utf8(page.substr(at, end - at), line_bytes_max)));
    at = end + 1;
  }
  return lines;
}

// What stands behind the label that the line begins with.
std::optional<std::string_view> behind_label(std::string_view line) {
  constexpr std::array<std::string_view, 7> labels{"betreff:", "betrifft:", "betr.:", "betr.",
                                                   "betreff ", "subject:",  "thema:"};
  const std::string lower = lowered(line);
  for (const std::string_view label : labels) {
    if (lower.starts_with(label)) return trimmed(line.substr(label.size()));
  }
  return lower == "betreff" ? std::optional(std::string_view()) : std::nullopt;
}

bool is_salutation(std::string_view line) {
  constexpr std::array<std::string_view, 6> beginnings{"sehr geehrt", "guten tag", "liebe ",
                                                       "lieber ",     "hallo ",    "dear "};
  const std::string lower = lowered(line);
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return lower.starts_with(beginning); });
}

// "Datum: 5.11.2026", "Musterbach, den 5. November 2026", "Telefon 0711 12-34": what stands in a
// letter's head has more signs and figures than a subject.
bool may_be_subject(std::string_view line) {
  const auto letters = std::count_if(line.begin(), line.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
  });
  const std::string lower = lowered(line);
  return letters * 2 > static_cast<std::ptrdiff_t>(line.size()) &&
         lower.find(", den ") == std::string::npos && !lower.starts_with("datum") &&
         !lower.starts_with("ihr zeichen") && !lower.starts_with("unser zeichen");
}

std::string joined(const std::vector<std::string_view>& lines, std::size_t first,
                   std::size_t last) {
  std::string subject;
  for (std::size_t i = first; i < last; ++i) {
    subject.append(subject.empty() ? "" : " ").append(lines[i]);
  }
  return std::string(truncate_utf8(subject, letter_subject_bytes_max));
}

// The lines from `first` to the next empty one.
std::string from_line(const std::vector<std::string_view>& lines, std::size_t first) {
  std::size_t last = first;
  while (last < lines.size() && last - first < subject_lines_max && !lines[last].empty() &&
         !is_salutation(lines[last])) {
    ++last;
  }
  return joined(lines, first, last);
}

// The lines before `salutation`, up to an empty one or to what belongs to the letter's head.
std::string before_line(const std::vector<std::string_view>& lines, std::size_t salutation) {
  std::size_t last = salutation;
  while (last > 0 && lines[last - 1].empty()) --last;
  std::size_t first = last;
  while (first > 0 && last - first < subject_lines_max && !lines[first - 1].empty() &&
         may_be_subject(lines[first - 1])) {
    --first;
  }
  // Above a subject stands a letter's head: else these lines are that.
  const auto above = lines.begin() + static_cast<std::ptrdiff_t>(first);
  const bool has_head =
      std::any_of(lines.begin(), above, [](std::string_view line) { return !line.empty(); });
  return has_head ? joined(lines, first, last) : "";
}

}  // namespace

std::string letter_subject(std::string_view first_page) {
  std::vector<std::string_view> lines = lines_of(first_page);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto behind = behind_label(lines[i])) {
      lines[i] = *behind;
      while (i + 1 < lines.size() && lines[i].empty()) ++i;
      return from_line(lines, i);
    }
    if (is_salutation(lines[i])) return before_line(lines, i);
  }
  return "";
}

}  // namespace dms
