// fuzz-links: aktenwerk_base
// fuzz-sources: web/capture/clamd_reply.cpp
//
// A virus scanner that says anything: clean only by its one word for it, and names that can be
// shown.

#include <algorithm>

#include "support/fuzz.h"
#include "web/capture/clamd_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dms::web::ClamdReply;
  const std::string_view line = dms::test::fuzz_text(data, size);
  const ClamdReply reply = dms::web::read_clamd_reply(line);
  FUZZ_REQUIRE((reply.kind == ClamdReply::Kind::clean) == (line == "stream: OK"));
  const bool has_text =
      reply.kind != ClamdReply::Kind::clean && reply.kind != ClamdReply::Kind::too_large;
  FUZZ_REQUIRE(has_text != reply.text.empty() && reply.text.size() <= 200);
  FUZZ_REQUIRE(std::all_of(reply.text.begin(), reply.text.end(),
                           [](char c) { return c >= 0x20 && c <= 0x7e; }));
  return 0;
}
