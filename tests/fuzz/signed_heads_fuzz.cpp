// fuzz-links: aktenwerk_base OpenSSL::Crypto
// fuzz-sources: dms/signed_head.cpp dms/ed25519.cpp
// A file of signed heads of any bytes: every line is refused or is exactly what writing the head
// gives, what is torn is told from what is damaged, and no signature but a good one is taken.

#include "dms/signed_head.h"

#include <algorithm>

#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dms::test::fuzz_text(data, size);
  const dms::HeadFile file = dms::parse_heads(text);
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  FUZZ_REQUIRE(file.lines.size() + file.damaged <= ends + 1);
  FUZZ_REQUIRE(file.whole_bytes <= size);
  FUZZ_REQUIRE(file.whole_bytes == 0 || text[file.whole_bytes - 1] == '\n');
  FUZZ_REQUIRE((file.damaged > 0) == (file.first_damaged > 0));
  FUZZ_REQUIRE(!file.is_torn || file.whole_bytes < size);
  std::size_t number = 0;
  for (const auto& line : file.lines) {
    FUZZ_REQUIRE(line.number > number && line.number <= ends + 1);
    number = line.number;
    const std::string written = dms::head_line(line.head);
    FUZZ_REQUIRE(text.find(written) != std::string_view::npos);
    FUZZ_REQUIRE(written.starts_with(dms::signed_part(line.head)));
    if (!dms::has_good_signature(line.head)) continue;
    dms::SignedHead other = line.head;
    ++other.sequence;
    FUZZ_REQUIRE(!dms::has_good_signature(other));
  }
  return 0;
}
