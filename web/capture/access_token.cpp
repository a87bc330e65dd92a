#include "web/capture/access_token.h"

#include <boost/describe/class.hpp>
#include <string>

#include "dms/base/json_codec.h"
#include "dms/base/json_record.h"
#include "dms/capture/secret_file.h"
#include "dms/small_file.h"
#include "web/capture/mail_line.h"

namespace dms::web {

namespace {

constexpr std::chrono::seconds margin{60};
// Where the endpoint does not say how long it holds.
constexpr std::uint64_t lifetime_s = 300;
constexpr std::uint64_t lifetime_s_max = 24 * 3600;

struct TokenAnswer : Extensible {
  std::string access_token;
  std::optional<std::string> refresh_token;
  std::optional<std::uint64_t> expires_in;  // seconds
};
BOOST_DESCRIBE_STRUCT(TokenAnswer, (Extensible), (access_token, refresh_token, expires_in))

}  // namespace

Result<Secret> AccessTokens::get(const std::atomic<bool>& is_stopping) {
  if (token_ && clock_.now() + margin < ends_) return *token_;
  const Secret refresh = DMS_TRY(read_secret_file(config_.refresh_token_file));
  std::string form = "grant_type=refresh_token&client_id=" + form_encoded(config_.client_id) +
                     "&refresh_token=" + form_encoded(refresh.expose());
  if (config_.client_secret_file) {
    const Secret secret = DMS_TRY(read_secret_file(*config_.client_secret_file));
    form += "&client_secret=" + form_encoded(secret.expose());
  }
  if (config_.scope) form += "&scope=" + form_encoded(*config_.scope);
  const Secret body = DMS_TRY(
      post_form({config_.token_endpoint, config_.ca_file, Secret(std::move(form))}, is_stopping));
  auto answer = decode_json<TokenAnswer>(body.expose(), JsonProfile::record);
  if (!answer || answer->access_token.empty()) {
    return fail(operator_error(ErrorCode::unavailable, "the token endpoint gave no token"));
  }
  if (answer->refresh_token && *answer->refresh_token != refresh.expose()) {
    DMS_TRY(replace_small_file(config_.refresh_token_file, *answer->refresh_token + "\n"));
  }
  token_ = Secret(std::move(answer->access_token));
  ends_ = clock_.now() +
          std::chrono::seconds(std::min(answer->expires_in.value_or(lifetime_s), lifetime_s_max));
  return *token_;
}

}  // namespace dms::web
