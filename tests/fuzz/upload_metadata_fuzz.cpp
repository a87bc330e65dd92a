// fuzz-links: aktenwerk_base
// fuzz-sources: web/api/upload_metadata.cpp
//
// Upload-Metadata of tus: whatever is accepted has names of printable ASCII and survives being
// written and read again.

#include "web/api/upload_metadata.h"

#include <string>

#include "dms/base/bytes.h"
#include "support/fuzz.h"

namespace {

std::string base64(std::string_view bytes) {
  std::string text = dms::to_base64url(bytes);
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (text.size() % 4 != 0) text.push_back('=');
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto values = dms::web::parse_upload_metadata(dms::test::fuzz_text(data, size));
  if (!values) {
    FUZZ_REQUIRE(values.error().code == dms::ErrorCode::invalid);
    return 0;
  }
  FUZZ_REQUIRE(values->size() <= dms::web::upload_metadata_pairs_max);
  std::string written;
  for (const auto& [name, value] : *values) {
    FUZZ_REQUIRE(!name.empty());
    for (const char c : name) FUZZ_REQUIRE(c > 0x20 && c < 0x7F && c != ',');
    if (!written.empty()) written.push_back(',');
    written.append(name).append(" ").append(base64(value));
  }
  const auto again = dms::web::parse_upload_metadata(written);
  FUZZ_REQUIRE(again && *again == *values);
  return 0;
}
