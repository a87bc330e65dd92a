#include "search/dictionary/word_table.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "dms/base/digest.h"
#include "search/compound_file.h"

namespace dms::search::dictionary {

namespace {

void append_u32(std::string& out, std::size_t value) {
  for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
}

void lower(std::uint8_t& price, int other) {
  if (price == 0 || other < price) price = static_cast<std::uint8_t>(other);
}

}  // namespace

CompoundWord WordTable::find(std::string_view exact) const {
  const auto found = words_.find(std::string(exact));
  return found == words_.end() ? CompoundWord{} : found->second.word;
}

void WordTable::add_last(const std::string& exact, int price) {
  if (exact.size() < 3 || exact.size() > compound_bytes_max) return;
  Entry& entry = words_[exact];
  if ((entry.word.marks & CompoundWord::barred) != 0 || entry.never_last) return;
  lower(entry.word.last, price);
}

void WordTable::add_before(const std::string& exact, int price, std::uint8_t marks) {
  if (exact.size() < 3 || exact.size() > compound_bytes_max) return;
  Entry& entry = words_[exact];
  if ((entry.word.marks & CompoundWord::barred) != 0) return;
  entry.word.marks |= marks;
  lower(entry.word.before, price);
}

void WordTable::mark_whole(const std::string& exact) {
  if (exact.size() <= compound_bytes_max) words_[exact].word.marks |= CompoundWord::whole;
}

void WordTable::bar(const std::string& exact) {
  words_[exact].word = {0, 0, CompoundWord::barred};
}

void WordTable::bar_last(const std::string& exact) {
  Entry& entry = words_[exact];
  entry.never_last = true;
  entry.word.last = 0;
}

std::string WordTable::encode() const {
  std::vector<std::pair<std::string, CompoundWord>> sorted;
  for (const auto& [exact, entry] : words_) {
    if (entry.word != CompoundWord{}) sorted.emplace_back(exact, entry.word);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::size_t slots = 1;
  while (slots < 2 * sorted.size()) slots *= 2;
  std::vector<std::uint32_t> table(slots, compound_file::empty_slot);
  std::string entries;
  for (const auto& [exact, word] : sorted) {
    std::size_t slot = compound_file::hash(exact) & (slots - 1);
    while (table[slot] != compound_file::empty_slot) slot = (slot + 1) & (slots - 1);
    table[slot] = static_cast<std::uint32_t>(entries.size());
    for (const std::size_t byte : {exact.size(), std::size_t{word.last}, std::size_t{word.before},
                                   std::size_t{word.marks}}) {
      entries.push_back(static_cast<char>(byte));
    }
    entries += exact;
  }
  std::string rest;
  for (const std::uint32_t offset : table) append_u32(rest, offset);
  rest += entries;
  std::string file(compound_file::magic);
  append_u32(file, slots);
  append_u32(file, sorted.size());
  append_u32(file, entries.size());
  file += sha256(rest).raw();
  if (file.size() != compound_file::header_bytes)
    throw std::logic_error("a header of another size");
  return file + rest;
}

}  // namespace dms::search::dictionary
