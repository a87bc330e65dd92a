// fuzz-links: aktenwerk_base
// Text of any bytes: never a crash; what is cleaned is clean and stays as it is.

#include "dms/base/bytes.h"
#include "dms/base/text.h"
#include "support/fuzz.h"

namespace dms {
namespace {

using Cleaner = Result<std::string> (*)(std::string_view);

void check_cleaner(std::string_view text, Cleaner clean) {
  const auto cleaned = clean(text);
  if (!cleaned) {
    FUZZ_REQUIRE(cleaned.error().code == ErrorCode::invalid);
    return;
  }
  FUZZ_REQUIRE(is_valid_utf8(*cleaned));
  const auto again = clean(*cleaned);
  FUZZ_REQUIRE(again.has_value() && *again == *cleaned);
}

void check_text(std::string_view text) {
  const std::string valid = replace_ill_formed(text);
  FUZZ_REQUIRE(is_valid_utf8(valid));
  FUZZ_REQUIRE(is_valid_utf8(text) == (valid == text));
  const std::string folded = fold_german(valid);
  FUZZ_REQUIRE(is_valid_utf8(folded));
  FUZZ_REQUIRE(fold_german(folded) == folded);
  FUZZ_REQUIRE(to_nfc(to_nfc(valid)) == to_nfc(valid));
  FUZZ_REQUIRE(count_code_points(valid) <= valid.size());
  FUZZ_REQUIRE(is_valid_utf8(truncate_utf8(valid, valid.size() / 2)));
  FUZZ_REQUIRE(sort_key_german(valid) == sort_key_german(to_nfc(valid)));
  check_cleaner(text, [](std::string_view t) { return clean_line(t, "/f", {0, 100}); });
  check_cleaner(text, [](std::string_view t) { return clean_paragraphs(t, "/f", {1, 1000}); });
  check_cleaner(text, [](std::string_view t) { return clean_file_name(t, "/f"); });
  if (const auto bytes = from_base64url(text)) FUZZ_REQUIRE(to_base64url(*bytes) == text);
  FUZZ_REQUIRE(from_hex(to_hex(text)) == text);
}

}  // namespace
}  // namespace dms

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dms::check_text(dms::test::fuzz_text(data, size));
  return 0;
}
