#include "dms/event_origin.h"

#include <boost/describe/class.hpp>
#include <utility>

#include "dms/base/json_codec.h"

namespace dms {

namespace {

// Keeps what else the detail says.
struct OriginDetail : Extensible {
  std::optional<std::string> address;
  std::optional<TokenId> token;
};
BOOST_DESCRIBE_STRUCT(OriginDetail, (Extensible), (address, token))

}  // namespace

std::string with_origin(const Actor& actor, std::string detail) {
  if (actor.address.empty() && !actor.token) return detail;
  auto parsed = decode_json<OriginDetail>(detail, JsonProfile::record);
  if (!parsed) return detail;
  if (!actor.address.empty()) parsed->address = actor.address;
  parsed->token = actor.token;
  return encode_json(*parsed);
}

EventOrigin take_origin(std::string& detail) {
  auto parsed = decode_json<OriginDetail>(detail, JsonProfile::record);
  if (!parsed || (!parsed->address && !parsed->token)) return {};
  EventOrigin origin{std::exchange(parsed->address, std::nullopt),
                     std::exchange(parsed->token, std::nullopt)};
  detail = encode_json(*parsed);
  return origin;
}

}  // namespace dms
