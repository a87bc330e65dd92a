#pragma once

// UTF-8 text on ICU: validity, normal forms, folding for comparison and order, names that strangers
// chose. All functions are pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms {

bool is_valid_utf8(std::string_view text);
// `bytes` with each ill-formed sequence replaced by U+FFFD.
std::string replace_ill_formed(std::string_view bytes);
// Canonical composition (NFC). Input must be valid UTF-8.
std::string to_nfc(std::string_view text);
// For matching: NFKC case folding, then German folding: ä and ae, ö and oe, ü and ue, ß and ss
// become equal; other diacritics are removed (é = e). Input must be valid UTF-8.
std::string fold_german(std::string_view text);
// What runs of digits sort by; by their values "Plan 2" comes before "Plan 10".
enum class DigitOrder : std::uint8_t { character, value };
// A binary key whose byte order is the order of DIN 5007-1 as ICU's German collation gives it: ä as
// a and ß as ss, and only where all else is equal by accents, then by case. No byte of it is 00.
std::string sort_key_german(std::string_view text, DigitOrder digits = DigitOrder::character);
// Changes with ICU: keys compare only with those made in the same version.
std::string sort_key_version();
// Number of Unicode code points.
std::size_t count_code_points(std::string_view text);
// The longest prefix of at most `byte_limit` bytes that ends on a code point.
std::string_view truncate_utf8(std::string_view text, std::size_t byte_limit);

// What a person types into a single-line field (subject, title, name).
struct LineLimits {
  std::size_t code_points_min = 1;
  std::size_t code_points_max = 500;
};
// NFC, outer white space trimmed. `invalid` at `pointer` for ill-formed UTF-8, control characters,
// line breaks, bidirectional overrides and isolates (U+202A–202E, U+2066–2069), non-characters, or
// a length outside the limits.
Result<std::string> clean_line(std::string_view text, std::string_view pointer, LineLimits limits);

// What a person types into a multi-line field: as clean_line, but line feeds and tabs stay, and a
// carriage return before a line feed goes.
Result<std::string> clean_paragraphs(std::string_view text, std::string_view pointer,
                                     LineLimits limits);

// A file name from outside, to be shown and offered for download, never to be opened: at most 255
// UTF-8 bytes, no `/`, `\`, NUL or other control characters, no bidirectional controls, not "."
// or "..", not empty. `invalid` at `pointer` otherwise; names are refused, never silently changed
// (but for NFC).
Result<std::string> clean_file_name(std::string_view name, std::string_view pointer);

}  // namespace dms
