// fuzz-links: aktenwerk_base OpenSSL::Crypto
// fuzz-sources: dms/content_key_file.cpp dms/server_key.cpp dms/key_file.cpp
// A ring of content keys, and a server key typed in from paper, of any bytes: what is accepted is
// exactly what writing it gives.

#include "dms/content_key_file.h"
#include "dms/server_key.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = dms::test::fuzz_text(data, size);
  if (const auto file = dms::parse_key_file(bytes)) {
    FUZZ_REQUIRE(file->whole_bytes <= size);
    FUZZ_REQUIRE(dms::encode_key_file(file->fingerprint, file->entries) ==
                 bytes.substr(0, file->whole_bytes));
    dms::Sha256Digest checksum = file->checksum;
    dms::KeyEntry next;
    next.id = 7;
    next.wrapped = std::string(dms::KeyEntry::wrapped_bytes, 'w');
    std::string longer(bytes.substr(0, file->whole_bytes));
    longer += dms::encode_key_entry(next, checksum);
    const auto grown = dms::parse_key_file(longer);
    FUZZ_REQUIRE(grown && grown->entries.size() == file->entries.size() + 1);
    FUZZ_REQUIRE(grown->entries.back() == next && grown->checksum == checksum);
  } else {
    FUZZ_REQUIRE(file.error().code == dms::ErrorCode::corrupt);
  }
  if (const auto key = dms::parse_escrow_text(bytes)) {
    const dms::Secret written = dms::escrow_text(*key);
    const auto again = dms::parse_escrow_text(written.expose());
    FUZZ_REQUIRE(again && again->fingerprint() == key->fingerprint());
  }
  return 0;
}
