// fuzz-links: aktenwerk_parsers
// What tesseract says, of any bytes: a page whose words lie in its text, in order, with boxes on
// the page.

#include <unistd.h>

#include "dms/base/text.h"
#include "search/extract/parse/recognition.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  const std::string_view bytes = test::fuzz_text(data, size);
  const std::string_view messages = bytes.substr(0, std::min<std::size_t>(bytes.size(), 40));
  const ParsedPage parsed = parse_recognised(bytes, messages, test::fuzz_text_max);
  const search::RecognisedPage& page = parsed.page;
  FUZZ_REQUIRE(page.text.size() <= test::fuzz_text_max && is_valid_utf8(page.text));
  FUZZ_REQUIRE(page.text.find('\f') == std::string::npos);
  FUZZ_REQUIRE((page.state == search::TextState::extracted) == !page.text.empty());
  FUZZ_REQUIRE(page.rotation % 90 == 0 && page.rotation < 360);
  FUZZ_REQUIRE(page.words.size() <= search::recognised_words_max);
  std::size_t end = 0;
  for (const search::RecognisedWord& word : page.words) {
    FUZZ_REQUIRE(word.offset >= end && word.length > 0);
    end = word.offset + word.length;
    FUZZ_REQUIRE(end <= page.text.size());
    FUZZ_REQUIRE(is_valid_utf8(std::string_view(page.text).substr(word.offset, word.length)));
    FUZZ_REQUIRE(word.box.left <= word.box.right && word.box.top <= word.box.bottom);
  }
  return 0;
}
