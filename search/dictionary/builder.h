#pragma once

// Makes the compound splitter's word list. What is cheap, what is dear and why: README.md.

#include <string>

#include "search/dictionary/word_table.h"

namespace dms::search::dictionary {

struct Sources {
  std::string hunspell_words;  // de_DE.dic
  std::string hunspell_affixes;
  std::string word_list;  // /usr/share/dict/ngerman
  std::string supplement;
};

// Throws std::runtime_error where a source cannot be read.
WordTable build_words(const Sources& sources);

}  // namespace dms::search::dictionary
