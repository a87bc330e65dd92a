#pragma once

// Reads municipal.txt, whose own comment tells what its marks mean. Words come folded.

#include <string>
#include <vector>

namespace dms::search::dictionary {

struct Supplement {
  struct Noun {
    std::string word;
    std::string before;  // its form as a part before the end; empty: the word itself
  };
  std::vector<Noun> nouns;
  std::vector<std::string> before;  // parts before the end that are no words
  std::vector<std::string> wholes;
  std::vector<std::string> barred;
  std::vector<std::string> barred_last;
};

// Throws std::runtime_error.
Supplement read_supplement(const std::string& path);

}  // namespace dms::search::dictionary
