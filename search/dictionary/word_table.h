#pragma once

// The word list while it is made, and as the file that the server maps (compound_file.h).

#include <string>
#include <string_view>
#include <unordered_map>

#include "search/compound_rules.h"

namespace dms::search::dictionary {

class WordTable final : public CompoundWords {
 public:
  CompoundWord find(std::string_view exact) const override;

  // Each keeps the lower price where there is one.
  void add_last(const std::string& exact, int price);
  void add_before(const std::string& exact, int price, std::uint8_t marks = 0);
  void mark_whole(const std::string& exact);
  // After this neither price is taken.
  void bar(const std::string& exact);
  void bar_last(const std::string& exact);

  std::size_t size() const { return words_.size(); }
  // Same words, same bytes.
  std::string encode() const;

 private:
  struct Entry {
    CompoundWord word;
    bool never_last = false;
  };
  std::unordered_map<std::string, Entry> words_;
};

}  // namespace dms::search::dictionary
