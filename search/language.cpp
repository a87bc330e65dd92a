#include "search/language.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <utility>

#include "dms/base/text.h"
#include "search/compounds.h"
#include "search/iban.h"
#include "search/word_breaker.h"

namespace dms::search {

namespace {

constexpr std::string_view section_sign = "§";
constexpr std::string_view soft_hyphen = "\u00AD";
// A word's bytes beyond this cannot reach its exact form: folding shortens a letter at most to a
// quarter (the four bytes of a mathematical A become one).
constexpr std::size_t raw_word_bytes_max = 4 * word_bytes_max;

bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_ascii_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_ascii_digit);
}

bool is_ascii_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

// The code point that starts at `at`; U+FFFD where ill-formed or at the end.
UChar32 code_point_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0xFFFD;
  const std::string_view rest = text.substr(at, U8_MAX_LENGTH);
  std::int32_t index = 0;
  UChar32 code_point = 0;
  U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(rest.data()), index,
                  static_cast<std::int32_t>(rest.size()), code_point);
  return code_point;
}

// Folds ASCII and the German letters by itself, which is nearly every word; false for any other.
bool fold_plainly(std::string_view word, std::string& folded) {
  folded.clear();
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = static_cast<unsigned char>(word[i]);
    if (byte < 0x80) {
      folded.push_back(byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 0x20) : word[i]);
      continue;
    }
    if (byte != 0xC3 || i + 1 == word.size()) return false;
    switch (static_cast<unsigned char>(word[++i])) {
      case 0x84:  // Ä
      case 0xA4:
        folded += "ae";
        break;
      case 0x96:  // Ö
      case 0xB6:
        folded += "oe";
        break;
      case 0x9C:  // Ü
      case 0xBC:
        folded += "ue";
        break;
      case 0x9F:  // ß
        folded += "ss";
        break;
      default:
        return false;
    }
  }
  // A combining mark may follow inside the word only as a non-ASCII byte, so there is none.
  return true;
}

void fold_word(std::string_view word, std::string& folded) {
  word = truncate_utf8(word, raw_word_bytes_max);
  if (!fold_plainly(word, folded)) folded = fold_german(replace_ill_formed(word));
  folded.resize(truncate_utf8(folded, word_bytes_max).size());
}

// Whether the number that begins at `begin` stands after "§", with or without spaces.
bool after_section_sign(std::string_view text, std::size_t begin) {
  constexpr std::size_t reach = 8;
  std::string_view before = text.substr(begin > reach ? begin - reach : 0, std::min(begin, reach));
  const auto strip = [&before](std::string_view ending) {
    if (!before.ends_with(ending)) return false;
    before.remove_suffix(ending.size());
    return true;
  };
  while (strip(" ") || strip("\u00A0") || strip("\u202F") || strip("\n")) {
  }
  return before.ends_with(section_sign);
}

// Where the word that ends at `end` is broken by a hyphen at the end of its line, the place where
// it goes on: the next line's first letter, if small. Else npos.
std::size_t continuation_after(std::string_view text, std::size_t end) {
  std::size_t at = end;
  if (text.substr(at, 1) == "-") {
    at += 1;
  } else if (text.substr(at, soft_hyphen.size()) == soft_hyphen) {
    at += soft_hyphen.size();
  } else if (text.substr(at, 3) == "\u2010") {
    at += 3;
  } else {
    return std::string_view::npos;
  }
  bool line_ended = false;
  while (at < text.size() && is_ascii_space(text[at])) line_ended |= text[at++] == '\n';
  if (!line_ended || u_islower(code_point_at(text, at)) == 0) return std::string_view::npos;
  return at;
}

// "Haupt-\nund Nebenamt": the hyphen stands for a part left out, and no word goes on.
bool is_conjunction(std::string_view exact) {
  static constexpr std::array<std::string_view, 9> words = {"und", "oder", "bzw",  "sowie", "bis",
                                                            "als", "wie",  "noch", "u"};
  return std::find(words.begin(), words.end(), exact) != words.end();
}

void note_iban(std::string_view text, Token& token) {
  token.iban.clear();
  if (!token.has_digit || !may_begin_iban(token.exact)) return;
  auto iban = iban_at(text, token.begin);
  if (!iban || iban->end <= token.end) return;
  token.iban = std::move(iban->joined);
  token.iban_end = iban->end;
}

}  // namespace

struct Analyzer::State {
  WordBreaker words;
  const Compounds* compounds = german_compounds().value_or(nullptr);
  Xapian::Stem stemmer{"german2"};
  std::string_view text;
  // A token read ahead to see whether it continues the one before.
  Token ahead;
  bool has_ahead = false;

  // The next token without joining over line ends.
  bool next_plain(Token& token) {
    WordBreaker::Word word;
    while (words.next(word)) {
      const std::string_view raw = text.substr(word.begin, word.end - word.begin);
      fold_word(raw, token.exact);
      if (token.exact.empty()) continue;
      token.begin = word.begin;
      // ICU counts a soft hyphen at a line's end to the word.
      token.end = raw.ends_with(soft_hyphen) ? word.end - soft_hyphen.size() : word.end;
      token.has_digit = has_ascii_digit(token.exact);
      token.section = is_ascii_digit(token.exact.front()) && after_section_sign(text, word.begin);
      return true;
    }
    return false;
  }
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::start(std::string_view text) {
  State& state = *state_;
  state.text = truncate_utf8(text, static_cast<std::size_t>(INT32_MAX) - 1);
  state.words.start(state.text);
  state.has_ahead = false;
}

bool Analyzer::next(Token& token) {
  State& state = *state_;
  if (state.has_ahead) {
    std::swap(token, state.ahead);
    state.has_ahead = false;
  } else if (!state.next_plain(token)) {
    return false;
  }
  while (!token.has_digit && token.end - token.begin < raw_word_bytes_max) {
    const std::size_t continuation = continuation_after(state.text, token.end);
    if (continuation == std::string_view::npos || !state.next_plain(state.ahead)) break;
    if (state.ahead.begin != continuation || is_conjunction(state.ahead.exact)) {
      state.has_ahead = true;
      break;
    }
    token.exact += state.ahead.exact;
    token.exact.resize(truncate_utf8(token.exact, word_bytes_max).size());
    token.end = state.ahead.end;
    token.has_digit = has_ascii_digit(token.exact);
  }
  note_iban(state.text, token);
  return true;
}

std::string Analyzer::stem(const std::string& exact) const {
  return state_->stemmer(exact);
}

std::vector<CompoundPart> Analyzer::parts(const std::string& exact) const {
  // Rows of more parts are no words that anybody looks for, and would be many.
  constexpr std::size_t row_max = 3;
  std::vector<CompoundPart> parts;
  if (state_->compounds == nullptr) return parts;
  std::vector<std::size_t> bounds{0};
  for (const std::uint8_t place : state_->compounds->split(exact)) bounds.push_back(place);
  if (bounds.size() == 1) return parts;
  bounds.push_back(exact.size());
  const std::size_t count = bounds.size() - 1;
  for (std::size_t row = 1; row <= std::min(row_max, count - 1); ++row) {
    for (std::size_t first = 0; first + row <= count; ++first) {
      const std::size_t begin = bounds[first];
      const std::size_t end = bounds[first + row];
      parts.push_back({begin, end, stem(exact.substr(begin, end - begin))});
    }
  }
  return parts;
}

std::vector<std::string> Analyzer::single_parts(const std::string& exact) const {
  std::vector<std::string> stems;
  std::size_t covered = 0;
  for (CompoundPart& part : parts(exact)) {
    if (part.begin != covered) break;
    covered = part.end;
    stems.push_back(std::move(part.stem));
  }
  return stems;
}

Result<std::string> analysis_identity() {
  const Compounds* const compounds = DMS_TRY(german_compounds());
  return std::to_string(analysis_version) + " " + compounds->version();
}

std::optional<std::size_t> source_offset(std::string_view source, std::string_view exact,
                                         std::size_t offset) {
  std::optional<std::size_t> found;
  std::size_t folded = 0;
  std::string letter;
  for (std::size_t at = 0; at < source.size();) {
    if (folded == offset && !found) found = at;
    std::size_t width = 1;
    while (at + width < source.size() &&
           (static_cast<unsigned char>(source[at + width]) & 0xC0U) == 0x80U) {
      ++width;
    }
    const std::string_view point = source.substr(at, width);
    // What joins the two halves of a word over a line's end is not in it.
    const bool joint =
        is_ascii_space(point.front()) || point == "-" || point == soft_hyphen || point == "\u2010";
    if (!joint) {
      fold_word(point, letter);
      folded += letter.size();
    }
    at += width;
  }
  if (folded != exact.size()) return std::nullopt;
  return offset == folded ? source.size() : found;
}

std::string section_term(std::string_view exact) {
  return std::string(section_sign) + std::string(exact);
}

}  // namespace dms::search
