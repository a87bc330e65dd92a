// fuzz-links: aktenwerk_base aktenwerk_storage
// A file of an encrypted backup. Any bytes are refused, or are what was sealed under this key; what
// is sealed opens again, in whichever pieces it came, and with one bit changed it does not.

#include "storage/sealed_format.h"

#include "support/fuzz.h"

namespace dms::storage {
namespace {

const Secret key(std::string(32, 'k'));

void check_opening(std::string_view bytes) {
  const auto opened = unseal_file(key, "meta/1", bytes);
  const auto shape = sealed_shape(bytes.size());
  FUZZ_REQUIRE(!opened || (shape && opened->size() == shape->plain_bytes));
  FUZZ_REQUIRE(!opened || sealing_key_id(bytes) == backup_key_id(key));
  const std::string_view header = bytes.substr(0, sealed_header_bytes);
  const auto unsealer = Unsealer::begin(key, "meta/1", header, bytes.size());
  if (!unsealer) return;
  // Every segment lies within the file, and together they are all of it.
  std::uint64_t end = sealed_header_bytes;
  for (std::uint32_t index = 0; index < shape->segments; ++index) {
    const auto [offset, size] = unsealer->extent(index);
    FUZZ_REQUIRE(offset == end && size > 0);
    end += size;
  }
  FUZZ_REQUIRE(end == bytes.size());
}

void check_sealing(std::string_view bytes) {
  if (bytes.size() < 4) return;
  const std::size_t step = 1 + static_cast<unsigned char>(bytes[0]);
  // Long enough for several segments now and then.
  std::string plain;
  for (int i = 0; i < 1 + (bytes[1] & 3); ++i) plain += bytes.substr(2);
  if ((bytes[1] & 12) == 12) plain.resize(sealed_segment_bytes * 2 + plain.size() % 3 - 1);
  Sealer sealer(key, "a");
  std::string file = sealer.header();
  for (std::size_t at = 0; at < plain.size(); at += step * 97) {
    sealer.add(std::string_view(plain).substr(at, step * 97), file);
  }
  sealer.finish(file);
  const auto opened = unseal_file(key, "a", file);
  FUZZ_REQUIRE(opened && *opened == plain);
  FUZZ_REQUIRE(!unseal_file(key, "b", file));
  const std::size_t at = (static_cast<unsigned char>(bytes[2]) * 257U + step) % file.size();
  file[at] = static_cast<char>(file[at] ^ (1U << (bytes[3] & 7)));
  FUZZ_REQUIRE(!unseal_file(key, "a", file));
}

}  // namespace
}  // namespace dms::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = dms::test::fuzz_text(data, size);
  dms::storage::check_opening(bytes);
  dms::storage::check_sealing(bytes);
  return 0;
}
