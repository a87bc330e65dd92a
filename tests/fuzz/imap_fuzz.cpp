// fuzz-links: aktenwerk_base
// fuzz-sources: web/capture/imap_reader.cpp
//
// An IMAP server that says anything: never a crash, never more than the limits, and what is read
// does not depend on how the bytes come.

#include <algorithm>
#include <string>

#include "support/fuzz.h"
#include "web/capture/imap_reader.h"

namespace {

class Pieces final : public dms::web::ByteSource {
 public:
  Pieces(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  dms::Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({piece_, into.size(), bytes_.size()});
    std::copy_n(bytes_.data(), size, into.data());
    bytes_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

// All that is read of it, as one text.
std::string read_all(std::string_view said, std::size_t piece) {
  constexpr std::uint64_t body_bytes_max = 4096;
  Pieces source(said, piece);
  dms::web::ImapReader reader(source);
  std::string all;
  std::size_t taken = 0;
  const dms::web::ImapBody body{body_bytes_max, [&](std::string_view bytes) -> dms::Result<void> {
                                  all += bytes;
                                  taken += bytes.size();
                                  return {};
                                }};
  for (;;) {
    const auto response = reader.next(&body);
    if (!response) {
      all += std::to_string(static_cast<int>(response.error().code));
      break;
    }
    all += "\n" + response->tag + "|" + response->text + "|";
    FUZZ_REQUIRE(response->tag.find(' ') == std::string::npos && !response->tag.empty());
    if (const auto fetched = dms::web::parse_fetch(response->text)) {
      all += std::to_string(fetched->uid.value_or(0)) + (fetched->has_body ? "b" : "");
    }
    if (const auto uids = dms::web::parse_search(response->text)) {
      for (const std::uint32_t uid : *uids) FUZZ_REQUIRE(uid != 0);
      all += std::to_string(uids->size());
    }
    if (const auto validity = dms::web::parse_uid_validity(response->text)) {
      all += std::to_string(*validity);
    }
    all += dms::web::response_code(response->text);
    all += dms::web::parse_internal_date(response->text) ? "d" : "";
  }
  FUZZ_REQUIRE(taken <= said.size());
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view said = dms::test::fuzz_text(data, size);
  const std::string whole = read_all(said, 1U << 16U);
  FUZZ_REQUIRE(read_all(said, 17) == whole);
  static_cast<void>(dms::web::parse_internal_date(said));
  return 0;
}
