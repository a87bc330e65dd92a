#pragma once

// What every request must pass before anything of it is read but its head: the tenant, the session
// or machine token, cross-site request forgery, If-Match and Idempotency-Key. Rights on objects are
// decided by the use cases (dms), in one place.

#include <cstdint>

#include "dms/tenant_registry.h"
#include "web/http/route.h"

namespace dms::web {

enum class SignIn : std::uint8_t {
  not_needed,  // the tenant only
  starting,    // the request that signs in: no session yet, but the Origin must be ours
  needed,
  listening  // the same, but no use of the session: what goes on by itself keeps none alive
};

// Whether the request puts off the end of its session: not what goes on without anybody.
bool counts_as_use(const Request& request, SignIn sign_in);

enum class Precondition : std::uint8_t {
  none,
  revision,         // If-Match must be there (428) and well-formed (400)
  idempotency_key,  // machine tokens must send Idempotency-Key
};

struct AdmissionRules {
  SignIn sign_in = SignIn::needed;
  Precondition precondition = Precondition::none;
};

// The admit function of a route. `tenants` is borrowed and outlives it.
Admit make_admission(TenantRegistry& tenants, AdmissionRules rules);

inline constexpr std::string_view session_cookie_name = "__Host-session";
inline constexpr std::string_view csrf_header_name = "x-csrf-token";
// "1": the page reads by itself, and nobody has touched it for a while.
inline constexpr std::string_view unattended_header_name = "x-unattended";

// The value of the cookie `name`; nullopt where it is absent or sent twice.
std::optional<std::string_view> find_cookie(const Request& request, std::string_view name);

// `forbidden` unless an unsafe request's Origin is our own, or both Origin and Sec-Fetch-Site are
// missing (programs, not browsers).
Result<void> check_origin(const Request& request);

}  // namespace dms::web
