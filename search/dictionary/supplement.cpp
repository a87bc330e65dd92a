#include "search/dictionary/supplement.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "dms/base/text.h"

namespace dms::search::dictionary {

namespace {

void add(Supplement& supplement, const std::string& word) {
  if (word.starts_with("!-")) {
    supplement.barred_last.push_back(fold_german(word.substr(2)));
  } else if (word.front() == '!') {
    supplement.barred.push_back(fold_german(word.substr(1)));
  } else if (word.front() == '=') {
    supplement.wholes.push_back(fold_german(word.substr(1)));
  } else if (word.back() == '-') {
    supplement.before.push_back(fold_german(word.substr(0, word.size() - 1)));
  } else {
    const std::size_t open = word.find('(');
    const std::string noun = fold_german(word.substr(0, open));
    std::string before;
    if (open != std::string::npos) {
      if (word.back() != ')') throw std::runtime_error("municipal.txt: " + word);
      before = noun + fold_german(word.substr(open + 1, word.size() - open - 2));
    }
    supplement.nouns.push_back({noun, before});
  }
}

}  // namespace

Supplement read_supplement(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  Supplement supplement;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) add(supplement, word);
  }
  return supplement;
}

}  // namespace dms::search::dictionary
