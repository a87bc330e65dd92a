// fuzz-links: aktenwerk_parsers
// Compound files of any bytes. The first byte chooses: a whole file, or, so that the readers are
// reached without guessing at sector tables, one stream that a small file is built around: "W" a
// Word document, "X" a workbook, "P" a presentation, "M" a message's properties, "S" its summary.

#include "search/extract/parse/job.h"
#include "search/extract/parse/ole/compound_document.h"
#include "search/extract/parse/ole/summary.h"
#include "support/compound_builder.h"
#include "support/fuzz_extract.h"

namespace {

using namespace dms;
using namespace dms::search::extract;

void parse(std::string_view type, std::string_view bytes) {
  TextSink sink(test::fuzz_text_max);
  const Parsed parsed = parse_compound_document(type, bytes, sink, 0);
  test::require_clean(parsed.title);
  test::require_clean(parsed.author);
  FUZZ_REQUIRE(parsed.contents.size() == parsed.attachments.size());
  test::require_sound(sink);
}

// Half of the input is the table stream.
std::string word_file(std::string_view bytes) {
  const std::size_t half = bytes.size() / 2;
  return test::make_compound_file({{"WordDocument", std::string(bytes.substr(0, half))},
                                   {"0Table", std::string(bytes.substr(half))},
                                   {"1Table", std::string(bytes.substr(half))}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool loaded = (preload_parsers(), true);
  FUZZ_REQUIRE(loaded);
  std::string_view bytes = test::fuzz_text(data, size);
  if (bytes.empty()) return 0;
  const char choice = bytes.front();
  bytes.remove_prefix(1);
  switch (choice) {
    case 'W':
      parse("application/msword", word_file(bytes));
      break;
    case 'X':
      parse("application/vnd.ms-excel",
            test::make_compound_file({{"Workbook", std::string(bytes)}}));
      break;
    case 'P':
      parse("application/vnd.ms-powerpoint",
            test::make_compound_file({{"Current User", std::string(20, '\0')},
                                      {"PowerPoint Document", std::string(bytes)}}));
      break;
    case 'M':
      parse("application/vnd.ms-outlook",
            test::make_compound_file({{"__properties_version1.0", std::string(bytes)},
                                      {"__substg1.0_1000001E", std::string(bytes)},
                                      {"__substg1.0_10090102", std::string(bytes)},
                                      {"__substg1.0_007D001E", std::string(bytes)}}));
      break;
    case 'S':
      test::require_clean(parse_summary(bytes).keywords);
      break;
    default: {
      const std::string_view type = type_of_compound_file(bytes);
      if (!type.empty()) parse(type, bytes);
    }
  }
  return 0;
}
