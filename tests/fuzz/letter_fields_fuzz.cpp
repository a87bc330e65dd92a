// fuzz-links: aktenwerk_dms
// What any text says of itself as a letter: within the text, each field once, days that are days.

#include "dms/base/described_enum.h"
#include "dms/base/text.h"
#include "dms/german_dates.h"
#include "dms/letter_fields.h"
#include "dms/letter_subject.h"
#include "dms/vocabulary.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  const std::string_view bytes = test::fuzz_text(data, size);
  const std::size_t half = bytes.find('\f');
  LetterText letter;
  letter.pages = {bytes.substr(0, half)};
  if (half != std::string_view::npos) letter.pages.push_back(bytes.substr(half + 1));
  letter.received_on = Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{29}};
  letter.addressee = "Gemeinde Musterbach";
  unsigned seen = 0;
  for (const LetterField& field : read_letter(letter)) {
    const unsigned bit = 1U << static_cast<unsigned>(field.name);
    FUZZ_REQUIRE((seen & bit) == 0);
    seen |= bit;
    FUZZ_REQUIRE(field.page >= 1 && field.page <= letter.pages.size());
    FUZZ_REQUIRE(field.begin < field.end && field.end <= letter.pages[field.page - 1].size());
    FUZZ_REQUIRE(!field.value.empty());
    if (field.name == LetterFieldName::type)
      FUZZ_REQUIRE(enum_from_name<DocumentType>(field.value));
    if (field.name == LetterFieldName::letter_date || field.name == LetterFieldName::deadline) {
      FUZZ_REQUIRE(parse_date(field.value));
    }
  }
  const std::string subject = letter_subject(letter.pages.front());
  FUZZ_REQUIRE(subject.size() <= letter_subject_bytes_max);
  FUZZ_REQUIRE(!is_valid_utf8(letter.pages.front()) || is_valid_utf8(subject));
  std::size_t end = 0;
  for (const FoundDate& found : find_dates(bytes, letter.received_on)) {
    FUZZ_REQUIRE(found.begin >= end && found.end > found.begin && found.date.ok());
    end = found.end;
  }
  return 0;
}
