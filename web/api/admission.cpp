#include "web/api/admission.h"

#include <any>

#include "web/api/caller.h"
#include "web/api/conditional.h"

namespace dms::web {

namespace {

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

Error unauthenticated() {
  return make_error(ErrorCode::unauthenticated, "Bitte melden Sie sich an.", "Please sign in.");
}

Result<void> authenticate_token(const Request& request, std::string_view authorization,
                                Caller& caller) {
  constexpr std::string_view scheme = "bearer ";
  if (request.headers.count("authorization") != 1 || authorization.size() <= scheme.size()) {
    return fail(unauthenticated());
  }
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = authorization[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower != scheme[i]) return fail(unauthenticated());
  }
  const Secret token{std::string(authorization.substr(scheme.size()))};
  caller.actor = DMS_TRY(caller.tenant->tokens().authenticate(token, request.remote_address));
  return {};
}

Result<void> authenticate_session(const Request& request, SignIn sign_in, Caller& caller) {
  const auto cookie = find_cookie(request, session_cookie_name);
  if (!cookie) return fail(unauthenticated());
  caller.session_secret = Secret{std::string(*cookie)};
  Sessions& sessions = caller.tenant->sessions();
  caller.session = counts_as_use(request, sign_in)
                       ? DMS_TRY(sessions.authenticate(caller.session_secret))
                       : DMS_TRY(sessions.look_up(caller.session_secret));
  caller.actor = caller.session->actor;
  if (is_safe(request.method)) return {};
  DMS_TRY(check_origin(request));
  const auto token = request.headers.find(csrf_header_name);
  if (!token || !csrf_token_matches(caller.session_secret, *token)) {
    return fail(ErrorCode::forbidden,
                "Die Kopfzeile X-CSRF-Token fehlt oder gehört nicht zu dieser Sitzung. Bitte laden "
                "Sie die Seite neu.",
                "The header X-CSRF-Token is missing or not of this session. Please reload the "
                "page.");
  }
  return {};
}

Result<void> authenticate(const Request& request, SignIn sign_in, Caller& caller) {
  switch (sign_in) {
    case SignIn::not_needed:
      return {};
    case SignIn::starting:
      return check_origin(request);
    case SignIn::needed:
    case SignIn::listening:
      break;
  }
  if (const auto authorization = request.headers.find("authorization")) {
    return authenticate_token(request, *authorization, caller);
  }
  return authenticate_session(request, sign_in, caller);
}

// What cannot be stored is not received first: a body on its way would keep a failed store from
// being closed. A full one still takes what frees space.
Result<void> check_store(const Request& request, Caller& caller) {
  if (is_safe(request.method)) return {};
  const Result<void> writable = caller.tenant->store().writable();
  if (!writable && writable.error().code == ErrorCode::unavailable) return fail(writable.error());
  return {};
}

Result<void> check_precondition(const Request& request, Precondition precondition,
                                const Caller& caller) {
  if (precondition == Precondition::revision) {
    DMS_TRY(required_revision(request));
  }
  if (precondition == Precondition::idempotency_key && caller.actor.token &&
      !request.headers.find("idempotency-key")) {
    return fail(ErrorCode::invalid,
                "Programme müssen beim Anlegen die Kopfzeile Idempotency-Key senden.",
                "Programs must send the header Idempotency-Key when they create something.");
  }
  return {};
}

}  // namespace

const Caller& caller_of(const Exchange& exchange) {
  return **std::any_cast<std::shared_ptr<Caller>>(&exchange.state);
}

Admit make_admission(TenantRegistry& tenants, AdmissionRules rules) {
  return [&tenants, rules](Exchange& exchange) -> Result<void> {
    const auto caller = std::make_shared<Caller>();
    caller->tenant = DMS_TRY(tenants.find(exchange.request.host));
    DMS_TRY(authenticate(exchange.request, rules.sign_in, *caller));
    caller->actor.address = exchange.request.remote_address;
    DMS_TRY(check_store(exchange.request, *caller));
    DMS_TRY(check_precondition(exchange.request, rules.precondition, *caller));
    exchange.state = caller;
    return {};
  };
}

bool counts_as_use(const Request& request, SignIn sign_in) {
  if (sign_in == SignIn::listening) return false;
  return !is_safe(request.method) || request.headers.find(unattended_header_name) != "1";
}

std::optional<std::string_view> find_cookie(const Request& request, std::string_view name) {
  const auto header = request.headers.find("cookie");
  if (!header || request.headers.count("cookie") != 1) return std::nullopt;
  std::optional<std::string_view> found;
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto semicolon = rest.find(';');
    std::string_view pair = rest.substr(0, semicolon);
    rest.remove_prefix(semicolon == std::string_view::npos ? rest.size() : semicolon + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (pair.size() <= name.size() || !pair.starts_with(name) || pair[name.size()] != '=') continue;
    if (found) return std::nullopt;
    found = pair.substr(name.size() + 1);
  }
  return found;
}

Result<void> check_origin(const Request& request) {
  const auto origin = request.headers.find("origin");
  const bool ours =
      origin ? request.headers.count("origin") == 1 && *origin == "https://" + request.authority
             : !request.headers.find("sec-fetch-site").has_value();
  if (ours) return {};
  return fail(ErrorCode::forbidden, "Die Anfrage kommt von einer fremden Seite.",
              "The request comes from another site.");
}

}  // namespace dms::web
