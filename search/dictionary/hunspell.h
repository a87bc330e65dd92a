#pragma once

// Reads the German dictionary of hunspell (package hunspell-de-de): its words with their flags, and
// the suffixes that its affix file makes of them. Only what compounds need of the format: man 5
// hunspell.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dms::search::dictionary {

struct HunspellWord {
  std::string word;  // UTF-8, as written
  std::string flags;
  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
};

// The lines of a .dic file, without its first (a count) and its licence. Throws std::runtime_error.
std::vector<HunspellWord> read_words(const std::string& path);

class Suffixes {
 public:
  // From an .aff file. Throws std::runtime_error.
  explicit Suffixes(const std::string& path);
  // The word itself and its forms by those of its flags that are among `wanted`.
  std::vector<std::string> forms(const HunspellWord& word, std::string_view wanted) const;

 private:
  struct Letters {  // what a letter must be: one of, or none of; no letters: any
    std::u32string letters;
    bool none_of = true;
  };
  struct Rule {
    std::u32string strip;
    std::u32string add;
    std::vector<Letters> ending;
  };
  static std::vector<Letters> parse_condition(const std::u32string& text);
  static bool applies(const Rule& rule, const std::u32string& word);

  std::unordered_map<char, std::vector<Rule>> rules_;
};

// UTF-8 and code points. What is ill-formed throws std::runtime_error.
std::u32string to_code_points(std::string_view text);
std::string to_utf8(const std::u32string& text);

}  // namespace dms::search::dictionary
