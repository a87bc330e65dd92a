#include "dms/event_origin.h"

#include <boost/describe/class.hpp>
#include <utility>

#include "dms/base/json_codec.h"

namespace dms {

namespace {

struct StoredOrigin : Extensible {
  std::optional<std::string> address;
  std::optional<TokenId> token;
};
BOOST_DESCRIBE_STRUCT(StoredOrigin, (Extensible), (address, token))

// Keeps what else the detail says.
struct OriginDetail : Extensible {
  std::optional<StoredOrigin> origin;
};
BOOST_DESCRIBE_STRUCT(OriginDetail, (Extensible), (origin))

}  // namespace

std::string with_origin(const Actor& actor, std::string detail) {
  if (actor.address.empty() && !actor.token) return detail;
  auto parsed = decode_json<OriginDetail>(detail, JsonProfile::record);
  if (!parsed) return detail;
  StoredOrigin origin;
  if (!actor.address.empty()) origin.address = actor.address;
  origin.token = actor.token;
  parsed->origin = std::move(origin);
  return encode_json(*parsed);
}

EventOrigin take_origin(std::string& detail) {
  auto parsed = decode_json<OriginDetail>(detail, JsonProfile::record);
  if (!parsed || !parsed->origin) return {};
  const StoredOrigin origin = *std::exchange(parsed->origin, std::nullopt);
  detail = encode_json(*parsed);
  return {origin.address, origin.token};
}

}  // namespace dms
