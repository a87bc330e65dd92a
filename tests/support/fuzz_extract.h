#pragma once

// What must hold of any text that a parser has put into its sink.

#include "dms/base/text.h"
#include "search/extract/parse/text_sink.h"
#include "support/fuzz.h"

namespace dms::test {

inline constexpr std::size_t fuzz_text_max = 1U << 20U;

inline void require_sound(search::extract::TextSink& sink) {
  const auto finished = sink.finish();
  FUZZ_REQUIRE(finished.text.size() <= fuzz_text_max);
  FUZZ_REQUIRE(is_valid_utf8(finished.text));
  FUZZ_REQUIRE(to_nfc(finished.text) == finished.text);
  for (char c : finished.text) {
    const auto byte = static_cast<unsigned char>(c);
    FUZZ_REQUIRE(byte >= 0x20U || c == '\n' || c == '\t' || c == '\f');
  }
}

inline void require_clean(std::string_view metadata) {
  const std::string cleaned = search::extract::clean_metadata(metadata, 1000);
  FUZZ_REQUIRE(cleaned.size() <= 1000 && is_valid_utf8(cleaned));
  // What the server's decoder demands of a title.
  const auto line = clean_line(cleaned, "", {.code_points_min = 0, .code_points_max = 1000});
  FUZZ_REQUIRE(line.has_value() && *line == cleaned);
}

}  // namespace dms::test
