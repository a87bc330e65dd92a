#include "search/language.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "dms/base/text.h"

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

// The length in bytes of a joint inside what ICU calls one word ("z.B", "datei_name"), or 0.
std::size_t joint_at(std::string_view text, std::size_t at, std::size_t begin, std::size_t end) {
  const char c = text[at];
  if (c == '.' || c == ',' || c == ';') {
    const bool between_digits =
        at > begin && at + 1 < end && is_ascii_digit(text[at - 1]) && is_ascii_digit(text[at + 1]);
    return between_digits ? 0 : 1;
  }
  if (c == ':' || c == '\'' || c == '_' || c == '@') return 1;
  for (const std::string_view mark : {"’", "‘", "·", "․", "‿"}) {
    if (text.substr(at, mark.size()) == mark) return mark.size();
  }
  return 0;
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

std::unique_ptr<icu::BreakIterator> make_word_iterator() {
  // Cloning is far cheaper than making; the prototype is never moved, so any thread may clone it.
  static const std::unique_ptr<const icu::BreakIterator> prototype = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<const icu::BreakIterator> made(
        icu::BreakIterator::createWordInstance(icu::Locale::getGerman(), status));
    if (U_FAILURE(status)) std::abort();  // ICU's data is missing: a broken installation
    return made;
  }();
  return std::unique_ptr<icu::BreakIterator>(prototype->clone());
}

}  // namespace

struct Analyzer::State {
  std::unique_ptr<icu::BreakIterator> words = make_word_iterator();
  UText utext = UTEXT_INITIALIZER;
  Xapian::Stem stemmer{"german2"};
  std::string_view text;
  // What is left of the word ICU gave last, still to be cut at its joints.
  std::size_t piece = 0;
  std::size_t piece_end = 0;
  std::size_t boundary = 0;
  // A token read ahead to see whether it continues the one before.
  Token ahead;
  bool has_ahead = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { utext_close(&utext); }

  // Moves to ICU's next word; false at the end.
  bool next_word() {
    while (true) {
      const std::int32_t next = words->next();
      if (next == icu::BreakIterator::DONE) return false;
      const std::size_t begin = boundary;
      boundary = static_cast<std::size_t>(next);
      if (words->getRuleStatus() >= UBRK_WORD_NONE_LIMIT) {
        piece = begin;
        piece_end = boundary;
        return true;
      }
    }
  }

  // The next token without joining over line ends.
  bool next_plain(Token& token) {
    while (true) {
      if (piece >= piece_end && !next_word()) return false;
      const std::size_t begin = piece;
      std::size_t at = begin;
      std::size_t joint = 0;
      while (at < piece_end && (joint = joint_at(text, at, begin, piece_end)) == 0) ++at;
      piece = std::min(at + joint, piece_end);
      if (at == begin) continue;
      fold_word(text.substr(begin, at - begin), token.exact);
      if (token.exact.empty()) continue;
      token.begin = begin;
      // ICU counts a soft hyphen at a line's end to the word.
      token.end =
          text.substr(begin, at - begin).ends_with(soft_hyphen) ? at - soft_hyphen.size() : at;
      token.has_digit = std::any_of(token.exact.begin(), token.exact.end(), is_ascii_digit);
      token.section = is_ascii_digit(token.exact.front()) && after_section_sign(text, begin);
      return true;
    }
  }
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::start(std::string_view text) {
  State& state = *state_;
  state.text = truncate_utf8(text, static_cast<std::size_t>(INT32_MAX) - 1);
  state.piece = state.piece_end = state.boundary = 0;
  state.has_ahead = false;
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&state.utext, state.text.data(), static_cast<std::int64_t>(state.text.size()),
                 &status);
  state.words->setText(&state.utext, status);
  if (U_FAILURE(status)) std::abort();
  state.words->first();
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
    token.has_digit = std::any_of(token.exact.begin(), token.exact.end(), is_ascii_digit);
  }
  return true;
}

std::string Analyzer::stem(const std::string& exact) const {
  return state_->stemmer(exact);
}

std::string section_term(std::string_view exact) {
  return std::string(section_sign) + std::string(exact);
}

}  // namespace dms::search
