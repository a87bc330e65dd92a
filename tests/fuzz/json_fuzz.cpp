// fuzz-links: aktenwerk_base
// JSON from strangers and from the disk: never a crash; what decodes encodes to what decodes the
// same.

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include "dms/base/json_codec.h"
#include "support/fuzz.h"

namespace dms {
namespace {

enum class Medium { electronic, paper };
BOOST_DESCRIBE_ENUM(Medium, electronic, paper)

struct Part : Extensible {
  std::string s;
  std::optional<Open<Medium>> m;
};
BOOST_DESCRIBE_STRUCT(Part, (Extensible), (s, m))

struct Whole : Extensible {
  static constexpr std::uint32_t json_format = 3;
  std::optional<bool> b;
  std::optional<std::int16_t> i;
  std::optional<std::uint64_t> u;
  std::optional<double> d;
  std::optional<Uuid> id;
  std::optional<Sha256Digest> h;
  std::optional<Instant> t;
  std::optional<Date> y;
  std::optional<Medium> e;
  std::optional<std::vector<Part>> p;
  std::optional<std::map<std::string, std::optional<std::optional<int>>>> n;
  std::optional<boost::json::value> v;
};
BOOST_DESCRIBE_STRUCT(Whole, (Extensible), (b, i, u, d, id, h, t, y, e, p, n, v))

template <class T>
void check_round_trip(std::string_view text, JsonProfile profile) {
  const auto value = decode_json<T>(text, profile);
  if (!value) {
    FUZZ_REQUIRE(value.error().code ==
                 (profile == JsonProfile::request ? ErrorCode::invalid : ErrorCode::corrupt));
    FUZZ_REQUIRE(value.error().fields.size() <= 100);
    return;
  }
  const std::string encoded = encode_json(*value);
  const auto again = decode_json<T>(encoded, profile);
  FUZZ_REQUIRE(again.has_value());
  FUZZ_REQUIRE(encode_json(*again) == encoded);
}

}  // namespace
}  // namespace dms

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dms::test::fuzz_text(data, size);
  for (const auto profile : {dms::JsonProfile::record, dms::JsonProfile::request}) {
    dms::check_round_trip<dms::Whole>(text, profile);
    dms::check_round_trip<boost::json::value>(text, profile);
  }
  return 0;
}
