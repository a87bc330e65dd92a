#include "dms/base/text.h"

#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

namespace dms {

namespace {

constexpr std::size_t file_name_bytes_max = 255;

// ICU's positions are int32: no text here is that long, and what is gets no answer but the end.
std::int32_t icu_length(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(INT32_MAX)) std::abort();
  return static_cast<std::int32_t>(text.size());
}

icu::StringPiece piece(std::string_view text) {
  return {text.data(), icu_length(text)};
}

// Without ICU's data nothing works; that is a broken installation.
void require(UErrorCode status) {
  if (U_FAILURE(status)) std::abort();
}

std::string normalize(const icu::Normalizer2& normalizer, std::string_view text) {
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal, icu_length(text));
  UErrorCode status = U_ZERO_ERROR;
  normalizer.normalizeUTF8(0, piece(text), sink, nullptr, status);
  require(status);
  return normal;
}

const icu::Normalizer2& nfc() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  require(status);
  return *normalizer;
}

const icu::Normalizer2& nfd() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFDInstance(status);
  require(status);
  return *normalizer;
}

const icu::Normalizer2& case_folding() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  require(status);
  return *normalizer;
}

std::unique_ptr<const icu::Collator> make_german_collator(DigitOrder digits) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Collator> made(
      icu::Collator::createInstance(icu::Locale::getGerman(), status));
  require(status);
  // Marks in an unusual order sort as in the usual one.
  made->setAttribute(UCOL_NORMALIZATION_MODE, UCOL_ON, status);
  made->setAttribute(UCOL_NUMERIC_COLLATION, digits == DigitOrder::value ? UCOL_ON : UCOL_OFF,
                     status);
  require(status);
  return made;
}

// Shared by all threads: only const functions are called after they are made, as ICU allows.
const icu::Collator& german_collator(DigitOrder digits) {
  static const auto by_character = make_german_collator(DigitOrder::character);
  static const auto by_value = make_german_collator(DigitOrder::value);
  return digits == DigitOrder::value ? *by_value : *by_character;
}

// Calls `visit` with every code point and its bytes; ill-formed sequences as a negative one.
template <class Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  const std::int32_t length = icu_length(text);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::int32_t position = 0;
  while (position < length) {
    const std::int32_t start = position;
    UChar32 code_point = 0;
    U8_NEXT(bytes, position, length, code_point);
    visit(code_point,
          text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(position - start)));
  }
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Accents and the like; the vowel signs of other scripts are letters and stay.
bool is_diacritical_mark(UChar32 c) {
  return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff);
}

constexpr UChar32 combining_diaeresis = 0x0308;

// Decomposed and case-folded text without its marks, but a, o, u with a diaeresis as ae, oe, ue.
std::string without_marks(std::string_view decomposed) {
  std::string plain;
  plain.reserve(decomposed.size());
  bool takes_umlaut = false;  // the last letter is a, o or u, and has no diaeresis yet
  for_each_code_point(decomposed, [&](UChar32 c, std::string_view bytes) {
    if (is_diacritical_mark(c)) {
      if (c == combining_diaeresis && takes_umlaut) {
        plain.push_back('e');
        takes_umlaut = false;
      }
      return;
    }
    plain += bytes;
    takes_umlaut = c == 'a' || c == 'o' || c == 'u';
  });
  return plain;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t position = 0;
  bool begun = false;
  for_each_code_point(text, [&](UChar32 c, std::string_view bytes) {
    position += bytes.size();
    if (c >= 0 && u_isUWhiteSpace(c) != 0) return;
    if (!begun) begin = position - bytes.size();
    begun = true;
    end = position;
  });
  return text.substr(begin, end - begin);
}

bool is_bidi_override_or_isolate(UChar32 c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

enum class LineFeeds : std::uint8_t { refused, kept };
enum class BidiMarks : std::uint8_t { kept, refused };

struct CharacterRules {
  LineFeeds line_feeds = LineFeeds::refused;
  BidiMarks bidi_marks = BidiMarks::kept;
};

// What is wrong with the text's characters, or nothing.
std::optional<Message> find_bad_character(std::string_view text, CharacterRules rules) {
  std::optional<Message> found;
  for_each_code_point(text, [&](UChar32 c, std::string_view) {
    if (rules.line_feeds == LineFeeds::kept && (c == '\n' || c == '\t')) return;
    if (u_charType(c) == U_CONTROL_CHAR || c == 0x2028 || c == 0x2029) {
      found = {"Steuerzeichen und Zeilenumbrüche sind hier nicht erlaubt.",
               "Control characters and line breaks are not allowed here."};
    } else if (is_bidi_override_or_isolate(c) ||
               (rules.bidi_marks == BidiMarks::refused &&
                u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0)) {
      found = {"Zeichen, die die Schreibrichtung umkehren, sind nicht erlaubt.",
               "Characters that reverse the writing direction are not allowed."};
    } else if (U_IS_UNICODE_NONCHAR(c)) {
      found = {"Der Text enthält ein Zeichen, das keines ist.",
               "The text contains a code point that is no character."};
    }
  });
  return found;
}

tl::unexpected<Error> refuse(std::string_view pointer, const Message& message) {
  return fail(invalid_field(std::string(pointer), message.de, message.en));
}

Result<std::string> to_checked_nfc(std::string_view text, std::string_view pointer) {
  if (!is_valid_utf8(text)) {
    return refuse(pointer, {"Der Text ist kein gültiges UTF-8.", "The text is not valid UTF-8."});
  }
  return to_nfc(text);
}

Result<std::string> clean(std::string_view text, std::string_view pointer, LineLimits limits,
                          CharacterRules rules) {
  const std::string normal = DMS_TRY(to_checked_nfc(text, pointer));
  const std::string_view trimmed = trim(normal);
  if (const auto problem = find_bad_character(trimmed, rules)) return refuse(pointer, *problem);
  const std::size_t length = count_code_points(trimmed);
  if (length < limits.code_points_min) {
    return length == 0
               ? refuse(pointer, {"Die Angabe ist leer.", "The value is empty."})
               : refuse(
                     pointer,
                     {fmt::format("Mindestens {} Zeichen sind nötig.", limits.code_points_min),
                      fmt::format("At least {} characters are needed.", limits.code_points_min)});
  }
  if (length > limits.code_points_max) {
    return refuse(pointer,
                  {fmt::format("Höchstens {} Zeichen sind erlaubt.", limits.code_points_max),
                   fmt::format("At most {} characters are allowed.", limits.code_points_max)});
  }
  return std::string(trimmed);
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  bool valid = true;
  for_each_code_point(text, [&](UChar32 c, std::string_view) { valid = valid && c >= 0; });
  return valid;
}

std::string replace_ill_formed(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for_each_code_point(bytes, [&](UChar32 c, std::string_view sequence) {
    text += c >= 0 ? sequence : std::string_view("\xEF\xBF\xBD");
  });
  return text;
}

std::string to_nfc(std::string_view text) {
  return is_ascii(text) ? std::string(text) : normalize(nfc(), text);
}

std::string fold_german(std::string_view text) {
  std::string folded = normalize(case_folding(), text);
  if (is_ascii(folded)) return folded;
  return to_nfc(without_marks(normalize(nfd(), folded)));
}

std::string sort_key_german(std::string_view text, DigitOrder digits) {
  const icu::UnicodeString wide = icu::UnicodeString::fromUTF8(piece(text));
  const icu::Collator& collator = german_collator(digits);
  std::string key(text.size() * 2 + 16, '\0');
  for (;;) {
    const std::int32_t size = collator.getSortKey(wide, reinterpret_cast<std::uint8_t*>(key.data()),
                                                  static_cast<std::int32_t>(key.size()));
    const bool fits = size <= static_cast<std::int32_t>(key.size());
    key.resize(static_cast<std::size_t>(size));
    if (fits) break;
  }
  if (!key.empty()) key.pop_back();  // ICU ends keys with a zero byte
  return key;
}

std::string sort_key_version() {
  UVersionInfo version;
  german_collator(DigitOrder::value).getVersion(version);
  std::array<char, U_MAX_VERSION_STRING_LENGTH> text{};
  u_versionToString(version, text.data());
  return text.data();
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
  return count;
}

std::string_view truncate_utf8(std::string_view text, std::size_t byte_limit) {
  if (text.size() <= byte_limit) return text;
  std::size_t end = byte_limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

Result<std::string> clean_line(std::string_view text, std::string_view pointer, LineLimits limits) {
  return clean(text, pointer, limits, {LineFeeds::refused, BidiMarks::kept});
}

Result<std::string> clean_paragraphs(std::string_view text, std::string_view pointer,
                                     LineLimits limits) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') lines.push_back(text[i]);
  }
  return clean(lines, pointer, limits, {LineFeeds::kept, BidiMarks::kept});
}

Result<std::string> clean_file_name(std::string_view name, std::string_view pointer) {
  std::string normal = DMS_TRY(to_checked_nfc(name, pointer));
  if (trim(normal).empty() || normal == "." || normal == "..") {
    return refuse(pointer,
                  {"Der Dateiname fehlt oder ist keiner.", "The file name is missing or is none."});
  }
  if (normal.size() > file_name_bytes_max) {
    return refuse(pointer, {"Der Dateiname ist länger als 255 Bytes.",
                            "The file name is longer than 255 bytes."});
  }
  if (normal.find_first_of("/\\") != std::string::npos) {
    return refuse(pointer, {"Der Dateiname darf keinen Schrägstrich enthalten.",
                            "The file name must not contain a slash or backslash."});
  }
  const CharacterRules rules{LineFeeds::refused, BidiMarks::refused};
  if (const auto problem = find_bad_character(normal, rules)) return refuse(pointer, *problem);
  return normal;
}

}  // namespace dms
