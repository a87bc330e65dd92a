#include "search/extract/parse/text_sink.h"

#include <unicode/uchar.h>
#include <unicode/utf.h>

#include <algorithm>

#include "dms/base/text.h"

namespace dms::search::extract {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

struct CodePoint {
  UChar32 value = 0;
  std::string_view bytes;
};

// Takes the first code point off `rest`, which is valid UTF-8 and not empty.
CodePoint take_code_point(std::string_view& rest) {
  auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
  const std::size_t length = byte(0) < 0x80U ? 1 : byte(0) < 0xe0U ? 2 : byte(0) < 0xf0U ? 3 : 4;
  std::uint32_t value = length == 1 ? byte(0) : byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) value = value << 6U | (byte(i) & 0x3fU);
  CodePoint result{static_cast<UChar32>(value), rest.substr(0, length)};
  rest.remove_prefix(length);
  return result;
}

bool is_never_text(UChar32 code_point) {
  return u_charType(code_point) == U_CONTROL_CHAR || U_IS_UNICODE_NONCHAR(code_point);
}

// Takes out C0 and C1 controls (but \n, \t, \f) and non-characters. A vertical tab and a "next
// line" end a line: without them words would grow together. `text` is valid UTF-8.
std::string without_controls(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = take_code_point(text);
    const bool wanted = next.value == '\n' || next.value == '\t' || next.value == '\f';
    if (next.value == 0x0B || next.value == 0x85) {
      kept += '\n';
    } else if (wanted || !is_never_text(next.value)) {
      kept += next.bytes;
    }
  }
  return kept;
}

// Direction marks and overrides: in a title or a name they only deceive.
bool is_bidirectional_control(UChar32 code_point) {
  return code_point == 0x061C || code_point == 0x200E || code_point == 0x200F ||
         (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

void TextSink::append(std::string_view text) {
  if (full()) return;
  // A little more than the limit, so that full() can tell.
  text = text.substr(0, bytes_max_ + 1 - text_.size());
  const bool visible = std::any_of(text.begin(), text.end(), [](char c) { return !is_space(c); });
  has_text_ = has_text_ || visible;
  text_on_page_ = text_on_page_ || visible;
  text_ += text;
}

void TextSink::line_break() {
  if (text_.empty() || text_.back() == '\n' || text_.back() == '\f') return;
  append("\n");
}

void TextSink::paragraph_end() {
  if (!text_.empty() && !text_.ends_with("\n\n") && text_.back() != '\f') append("\n");
}

void TextSink::space() {
  if (!text_.empty() && !is_space(text_.back())) append(" ");
}

void TextSink::page_break() {
  if (text_on_page_) hard_page_break();
}

void TextSink::hard_page_break() {
  append("\f");
  text_on_page_ = false;
}

TextSink::Finished TextSink::finish() {
  Finished finished;
  if (!has_text_) return finished;
  const bool overfull = full();
  finished.text = to_nfc(without_controls(replace_ill_formed(text_)));
  std::string().swap(text_);
  const std::size_t whole = finished.text.size();
  finished.text.resize(truncate_utf8(finished.text, bytes_max_).size());
  finished.cut = overfull || finished.text.size() < whole;
  while (!finished.text.empty() && is_space(finished.text.back())) finished.text.pop_back();
  return finished;
}

std::string clean_metadata(std::string_view text, std::size_t bytes_max) {
  // Far more than any limit needs: huge fields are cut before they are worked on.
  constexpr std::size_t input_bytes_max = 16U << 10U;
  const std::string valid = replace_ill_formed(text.substr(0, input_bytes_max));
  std::string_view rest = valid;
  std::string kept;
  while (!rest.empty()) {
    const CodePoint next = take_code_point(rest);
    if (u_isUWhiteSpace(next.value) != 0) {
      if (!kept.empty() && kept.back() != ' ') kept += ' ';
    } else if (!is_never_text(next.value) && !is_bidirectional_control(next.value)) {
      kept += next.bytes;
    }
  }
  kept = to_nfc(kept);
  kept.resize(truncate_utf8(kept, bytes_max).size());
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  return kept;
}

}  // namespace dms::search::extract
