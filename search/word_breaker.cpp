#include "search/word_breaker.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstdlib>

namespace dms::search {

namespace {

enum class Kind : std::uint8_t { space, separator, letter, digit, complex };

struct Simple {
  Kind kind;
  std::size_t width;  // bytes
};

Kind ascii_kind(unsigned char c) {
  if (c == ' ' || (c >= '\t' && c <= '\r')) return Kind::space;
  if (c >= '0' && c <= '9') return Kind::digit;
  const unsigned char small = c | 0x20U;
  return small >= 'a' && small <= 'z' ? Kind::letter : Kind::separator;
}

bool is_continuation(unsigned char c) {
  return (c & 0xC0U) == 0x80U;
}

// What stands at `at`, where it needs no ICU.
Simple simple_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(at);
  if (first < 0x80) return {ascii_kind(first), 1};
  const unsigned char second = byte(at + 1);
  if (first == 0xC3 && is_continuation(second)) {
    const bool sign = second == 0x97 || second == 0xB7;  // × ÷
    return {sign ? Kind::separator : Kind::letter, 2};
  }
  if (first == 0xC2) {
    switch (second) {
      case 0xA0:  // no-break space
        return {Kind::space, 2};
      case 0xA7:  // §
      case 0xAB:  // «
      case 0xBB:  // »
        return {Kind::separator, 2};
      default:
        return {Kind::complex, 1};
    }
  }
  if (first == 0xE2 && second == 0x80) {
    switch (byte(at + 2)) {
      case 0x93:  // –
      case 0x94:  // —
      case 0x98:  // ‘
      case 0x99:  // ’
      case 0x9A:  // ‚
      case 0x9C:  // “
      case 0x9D:  // ”
      case 0x9E:  // „
      case 0xA2:  // •
      case 0xA6:  // …
        return {Kind::separator, 3};
      default:
        return {Kind::complex, 1};
    }
  }
  if (first == 0xE2 && second == 0x82 && byte(at + 2) == 0xAC) return {Kind::separator, 3};  // €
  return {Kind::complex, 1};
}

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// A full stop or comma between two digits, which belongs to the number.
bool is_inside_number(std::string_view text, std::size_t at) {
  return (text[at] == '.' || text[at] == ',') && at > 0 && is_digit_at(text, at - 1) &&
         is_digit_at(text, at + 1);
}

// The bytes of a joint inside what ICU calls one word, or 0.
std::size_t joint_at(std::string_view text, std::size_t at) {
  for (const char joint : {'.', ',', ';', ':', '\'', '_', '@'}) {
    if (text[at] == joint) return is_inside_number(text, at) ? 0 : 1;
  }
  for (const std::string_view joint : {"’", "‘", "·", "․", "‿"}) {
    if (text.substr(at, joint.size()) == joint) return joint.size();
  }
  return 0;
}

std::unique_ptr<icu::BreakIterator> make_iterator() {
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

// ICU on one stretch of the text; offsets are of the whole.
class WordBreaker::Icu {
 public:
  Icu() : words_(make_iterator()) {}
  ~Icu() { utext_close(&utext_); }
  Icu(const Icu&) = delete;
  Icu& operator=(const Icu&) = delete;

  void start(std::string_view text, std::size_t begin, std::size_t end) {
    text_ = text.substr(0, end);
    offset_ = piece_ = piece_end_ = boundary_ = begin;
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&utext_, text.data() + begin, static_cast<std::int64_t>(end - begin), &status);
    words_->setText(&utext_, status);
    if (U_FAILURE(status)) std::abort();  // its only failure is exhausted memory
    words_->first();
  }

  bool next(Word& word) {
    while (true) {
      if (piece_ >= piece_end_ && !next_segment()) return false;
      const std::size_t begin = piece_;
      std::size_t end = begin;
      std::size_t joint = 0;
      while (end < piece_end_ && (joint = joint_at(text_, end)) == 0) ++end;
      piece_ = std::min(end + joint, piece_end_);
      if (end == begin) continue;
      word = {begin, end};
      return true;
    }
  }

 private:
  // Moves to the next segment that is a word.
  bool next_segment() {
    while (true) {
      const std::int32_t next = words_->next();
      if (next == icu::BreakIterator::DONE) return false;
      piece_ = boundary_;
      boundary_ = piece_end_ = offset_ + static_cast<std::size_t>(next);
      if (words_->getRuleStatus() >= UBRK_WORD_NONE_LIMIT) return true;
    }
  }

  std::unique_ptr<icu::BreakIterator> words_;
  UText utext_ = UTEXT_INITIALIZER;
  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t boundary_ = 0;
  std::size_t piece_ = 0;  // what is left of the segment, still to be cut at its joints
  std::size_t piece_end_ = 0;
};

WordBreaker::WordBreaker(Method method) : method_(method) {}
WordBreaker::~WordBreaker() = default;

void WordBreaker::start(std::string_view text) {
  text_ = text;
  at_ = run_end_ = 0;
  run_is_simple_ = true;
  if (method_ == Method::icu_alone) {
    run_end_ = text.size();
    run_is_simple_ = false;
    if (!icu_) icu_ = std::make_unique<Icu>();
    icu_->start(text_, 0, text_.size());
  }
}

bool WordBreaker::next(Word& word) {
  while (true) {
    if (!run_is_simple_) {
      if (icu_->next(word)) return true;
      at_ = run_end_;
    } else if (next_simple(word)) {
      return true;
    }
    if (at_ >= text_.size()) return false;
    find_run();
  }
}

// Skips spaces and looks at the run up to the next one: a word never goes beyond a space.
void WordBreaker::find_run() {
  Simple place{Kind::space, 0};
  while (at_ < text_.size() && (place = simple_at(text_, at_)).kind == Kind::space) {
    at_ += place.width;
  }
  run_is_simple_ = true;
  run_end_ = at_;
  while (run_end_ < text_.size() && (place = simple_at(text_, run_end_)).kind != Kind::space) {
    run_is_simple_ &= place.kind != Kind::complex;
    run_end_ += place.width;
  }
  if (run_is_simple_) return;
  if (!icu_) icu_ = std::make_unique<Icu>();
  icu_->start(text_, at_, run_end_);
}

bool WordBreaker::next_simple(Word& word) {
  while (at_ < run_end_) {
    const Simple place = simple_at(text_, at_);
    if (place.kind == Kind::letter || place.kind == Kind::digit) break;
    at_ += place.width;
  }
  if (at_ >= run_end_) return false;
  word.begin = at_;
  while (at_ < run_end_) {
    const Simple place = simple_at(text_, at_);
    if (place.kind == Kind::separator && !is_inside_number(text_, at_)) break;
    at_ += place.width;
  }
  word.end = at_;
  return true;
}

}  // namespace dms::search
