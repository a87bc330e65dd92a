#include "search/text_sieve.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dms/base/text.h"
#include "search/language.h"
#include "search/query.h"
#include "search/query_matcher.h"

namespace dms::search {

namespace {

using Kind = QueryItem::Kind;

// A skeleton is what of a text cannot be written otherwise without being another word: the letters
// a to z and the digits, as folding leaves them, without any e. For ä is ae, and stemming makes an
// a of it; what else it does is to cut a word's end off. So a word's skeleton holds its stem's, and
// a text's the skeletons of its words, broken at a line's end or not, and of its phrases.
constexpr std::array<char, 128> make_ascii() {
  std::array<char, 128> kept{};
  for (char c = '0'; c <= '9'; ++c) kept[static_cast<std::size_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    if (c == 'e') continue;
    kept[static_cast<std::size_t>(c)] = c;
    kept[static_cast<std::size_t>(c - 'a' + 'A')] = c;
  }
  return kept;
}
constexpr std::array<char, 128> ascii = make_ascii();

void add_ascii(std::string_view text, std::string& skeleton) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ascii.size() && ascii[byte] != '\0') skeleton.push_back(ascii[byte]);
  }
}

// The code point at the beginning, or as much of one as is there.
std::string_view code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t most = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  std::size_t bytes = 1;
  while (bytes < std::min(most, text.size()) &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) {
    ++bytes;
  }
  return text.substr(0, bytes);
}

// Whether it may be of a word. Folding makes letters and digits of signs, too (², ½, ™), but a word
// ends where one stands.
bool is_of_word(std::string_view point) {
  std::int32_t at = 0;
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(point.data()), at,
          static_cast<std::int32_t>(point.size()), c);
  return c >= 0 && (u_isUAlphabetic(c) || u_charType(c) == U_DECIMAL_DIGIT_NUMBER);
}

class Skeleton {
 public:
  // Valid until the next call.
  const std::string& of(std::string_view text) {
    skeleton_.clear();
    skeleton_.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte < ascii.size()) {
        if (ascii[byte] != '\0') skeleton_.push_back(ascii[byte]);
        ++at;
        continue;
      }
      const std::string_view point = code_point(text.substr(at));
      skeleton_ += kept_of(point);
      at += point.size();
    }
    return skeleton_;
  }

 private:
  // Folding is dear, so each different code point is folded once.
  const std::string& kept_of(std::string_view point) {
    std::uint32_t key = 0;
    for (const char c : point) key = key << 8U | static_cast<unsigned char>(c);
    const auto known = kept_.find(key);
    if (known != kept_.end()) return known->second;
    std::string kept;
    if (is_of_word(point)) add_ascii(fold_german(point), kept);
    return kept_.emplace(key, std::move(kept)).first->second;
  }

  std::string skeleton_;
  std::unordered_map<std::uint32_t, std::string> kept_;
};

// The longest that is held wherever the phrase stands: of a word that was cut the end may be there.
std::string phrase_skeleton(const std::vector<QueryWord>& words) {
  constexpr std::size_t code_point_bytes_max = 4;
  std::string longest;
  std::string row;
  for (std::size_t i = 0; i < words.size(); ++i) {
    add_ascii(words[i].exact, row);
    const bool may_be_cut = words[i].exact.size() + code_point_bytes_max > word_bytes_max;
    if (!may_be_cut && i + 1 < words.size()) continue;
    if (row.size() > longest.size()) longest = row;
    row.clear();
  }
  return longest;
}

// Of what an item matches (query_matcher.h) one of these skeletons is held.
std::vector<std::string> skeletons_of(const QueryItem& item) {
  std::vector<std::string> skeletons;
  if (item.kind == Kind::phrase) {
    skeletons.push_back(phrase_skeleton(item.words));
    return skeletons;
  }
  const QueryWord& word = item.words.front();
  if (item.kind == Kind::prefix || word.stem.empty()) {
    add_ascii(word.exact, skeletons.emplace_back());
    return skeletons;
  }
  add_ascii(word.stem, skeletons.emplace_back());
  for (const std::string& part : word.parts) add_ascii(part, skeletons.emplace_back());
  return skeletons;
}

}  // namespace

struct TextSieve::Sought {
  explicit Sought(const Query& query) : matcher(query) {
    for (const QueryItem& item : matcher.items()) skeletons.push_back(skeletons_of(item));
  }

  QueryMatcher matcher;
  std::vector<std::vector<std::string>> skeletons;  // by item
  Skeleton skeleton;
};

TextSieve::TextSieve(std::string_view query)
    : sought_(std::make_unique<Sought>(parse_query(query))) {
  static_assert(query_words_max <= 64, "an item has a word at least");
  Parts bit = 1;
  for (const QueryItem& item : sought_->matcher.items()) {
    all_ |= bit;
    if (item.kind == Kind::phrase) phrases_ |= bit;
    bit <<= 1U;
  }
}

TextSieve::~TextSieve() = default;

TextSieve::Parts TextSieve::possible(std::string_view text) {
  if (all_ == 0) return 0;
  const std::string& skeleton = sought_->skeleton.of(text);
  Parts parts = 0;
  Parts bit = 1;
  for (const std::vector<std::string>& any : sought_->skeletons) {
    const bool holds = std::any_of(any.begin(), any.end(), [&](const std::string& sought) {
      return memmem(skeleton.data(), skeleton.size(), sought.data(), sought.size()) != nullptr;
    });
    if (holds) parts |= bit;
    bit <<= 1U;
  }
  return parts;
}

TextSieve::Parts TextSieve::found(std::string_view text, Parts wanted) {
  Parts parts = 0;
  if (wanted == 0) return parts;
  sought_->matcher.scan(text, [&](const QueryMatch& match) {
    parts |= Parts{1} << match.item_number;
    return (parts & wanted) != wanted;
  });
  return parts & wanted;
}

}  // namespace dms::search
