#include "search/dictionary/hunspell.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace dms::search::dictionary {

namespace {

std::ifstream open_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return file;
}

// "innen/xyoc" without the flags of the form; "0" is nothing.
std::u32string affix_text(const std::string& field) {
  const std::string text = field.substr(0, field.find('/'));
  return text == "0" ? std::u32string() : to_code_points(text);
}

}  // namespace

std::u32string to_code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (i + length > text.size() || (first >= 0x80 && first < 0xC2)) {
      throw std::runtime_error("text that is not UTF-8");
    }
    char32_t point = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    points.push_back(point);
    i += length;
  }
  return points;
}

std::string to_utf8(const std::u32string& text) {
  std::string bytes;
  for (const char32_t point : text) {
    if (point < 0x80) {
      bytes.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
      bytes.push_back(static_cast<char>(0xC0U | (point >> 6U)));
      bytes.push_back(static_cast<char>(0x80U | (point & 0x3FU)));
    } else {
      bytes.push_back(static_cast<char>(0xE0U | (point >> 12U)));
      bytes.push_back(static_cast<char>(0x80U | ((point >> 6U) & 0x3FU)));
      bytes.push_back(static_cast<char>(0x80U | (point & 0x3FU)));
    }
  }
  return bytes;
}

std::vector<HunspellWord> read_words(const std::string& path) {
  std::ifstream file = open_file(path);
  std::vector<HunspellWord> words;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line.front() == '\t') continue;
    const std::size_t slash = line.find('/');
    words.push_back(
        {line.substr(0, slash), slash == std::string::npos ? "" : line.substr(slash + 1)});
  }
  if (words.empty()) throw std::runtime_error("no words in " + path);
  return words;
}

Suffixes::Suffixes(const std::string& path) {
  std::ifstream file = open_file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string kind, flag, strip, add, ending;
    if (!(fields >> kind >> flag >> strip >> add >> ending) || kind != "SFX" || flag.size() != 1) {
      continue;
    }
    rules_[flag.front()].push_back(
        {affix_text(strip), affix_text(add), parse_condition(to_code_points(ending))});
  }
}

std::vector<Suffixes::Letters> Suffixes::parse_condition(const std::u32string& text) {
  std::vector<Letters> letters;
  if (text == U".") return letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != U'[') {
      letters.push_back({std::u32string(1, text[i]), false});
      continue;
    }
    const std::size_t close = text.find(U']', i);
    if (close == std::u32string::npos) throw std::runtime_error("a condition without its end");
    const bool none_of = text[i + 1] == U'^';
    const std::size_t begin = i + (none_of ? 2 : 1);
    letters.push_back({text.substr(begin, close - begin), none_of});
    i = close;
  }
  return letters;
}

bool Suffixes::applies(const Rule& rule, const std::u32string& word) {
  if (word.size() < std::max(rule.ending.size(), rule.strip.size()) ||
      !word.ends_with(rule.strip)) {
    return false;
  }
  const std::size_t begin = word.size() - rule.ending.size();
  for (std::size_t i = 0; i < rule.ending.size(); ++i) {
    const bool among = rule.ending[i].letters.find(word[begin + i]) != std::u32string::npos;
    if (among == rule.ending[i].none_of) return false;
  }
  return true;
}

std::vector<std::string> Suffixes::forms(const HunspellWord& word, std::string_view wanted) const {
  std::vector<std::string> forms{word.word};
  const std::u32string points = to_code_points(word.word);
  for (const char flag : word.flags) {
    const auto rules = rules_.find(flag);
    if (wanted.find(flag) == std::string_view::npos || rules == rules_.end()) continue;
    for (const Rule& rule : rules->second) {
      if (!applies(rule, points)) continue;
      forms.push_back(to_utf8(points.substr(0, points.size() - rule.strip.size()) + rule.add));
    }
  }
  return forms;
}

}  // namespace dms::search::dictionary
