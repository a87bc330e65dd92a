#include "web/api/problem.h"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <optional>
#include <vector>

#include "dms/base/json_codec.h"

namespace dms::web {

namespace {

struct ProblemField {
  std::string pointer;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ProblemField, (), (pointer, detail))

struct Problem {
  std::string type;
  std::string title;
  unsigned status = 500;
  std::string detail;
  std::string request_id;
  std::optional<std::vector<ProblemField>> errors;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, request_id, errors))

Message title_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return {"Ungültige Anfrage", "Invalid request"};
    case ErrorCode::unauthenticated:
      return {"Anmeldung nötig", "Sign-in required"};
    case ErrorCode::forbidden:
      return {"Nicht erlaubt", "Not allowed"};
    case ErrorCode::not_found:
      return {"Nicht gefunden", "Not found"};
    case ErrorCode::conflict:
      return {"Widerspruch zum jetzigen Stand", "Conflict"};
    case ErrorCode::stale_version:
      return {"Inzwischen geändert", "Changed in the meantime"};
    case ErrorCode::precondition_required:
      return {"If-Match fehlt", "If-Match is missing"};
    case ErrorCode::too_large:
      return {"Zu groß", "Too large"};
    case ErrorCode::unsupported:
      return {"Nicht unterstützt", "Not supported"};
    case ErrorCode::unprocessable:
      return {"Nicht verarbeitbar", "Cannot be processed"};
    case ErrorCode::rate_limited:
      return {"Zu viele Versuche", "Too many attempts"};
    case ErrorCode::busy:
      return {"Server ausgelastet", "Server busy"};
    case ErrorCode::unavailable:
      return {"Zurzeit nicht verfügbar", "Not available at present"};
    case ErrorCode::storage_full:
      return {"Speicher voll", "Storage full"};
    case ErrorCode::corrupt:
      return {"Gespeicherte Daten beschädigt", "Stored data damaged"};
    case ErrorCode::internal:
      break;
  }
  return {"Interner Fehler", "Internal error"};
}

const std::string& in_language(const Message& message, Language language) {
  return language == Language::en ? message.en : message.de;
}

// The quality of one item of Accept-Language in thousandths; 1000 where it gives none.
int quality_of(std::string_view parameters) {
  const auto position = parameters.find("q=");
  if (position == std::string_view::npos) return 1000;
  const std::string_view text = parameters.substr(position + 2, 5);
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int quality = (text[0] - '0') * 1000;
  int weight = 100;
  for (std::size_t i = 2; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    quality += (text[i] - '0') * weight;
    weight /= 10;
  }
  return std::min(quality, 1000);
}

bool names_language(std::string_view item, std::string_view language) {
  if (item.size() < 2) return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(item[0]) == language[0] && lower(item[1]) == language[1] &&
         (item.size() == 2 || item[2] == '-' || item[2] == ';' || item[2] == ' ');
}

Language language_of(const Request& request) {
  return choose_language(request.headers.find("accept-language").value_or(""));
}

Response render(Problem problem, Language language, const Request& request) {
  problem.request_id = request.request_id;
  Response response;
  response.status = problem.status;
  response.headers.set("Content-Type", "application/problem+json");
  response.headers.set("Content-Language", language == Language::de ? "de" : "en");
  response.headers.set("Vary", "Accept-Language");
  response.body = encode_json(problem);
  return response;
}

}  // namespace

unsigned http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::stale_version:
      return 412;
    case ErrorCode::precondition_required:
      return 428;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unsupported:
      return 415;
    case ErrorCode::unprocessable:
      return 422;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::busy:
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::storage_full:
      return 507;
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

Language choose_language(std::string_view accept_language) {
  int best_de = -1;
  int best_en = -1;
  while (!accept_language.empty()) {
    const auto comma = accept_language.find(',');
    std::string_view item = accept_language.substr(0, comma);
    accept_language.remove_prefix(comma == std::string_view::npos ? accept_language.size()
                                                                  : comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    const auto semicolon = item.find(';');
    const int quality =
        semicolon == std::string_view::npos ? 1000 : quality_of(item.substr(semicolon));
    if (names_language(item, "de")) best_de = std::max(best_de, quality);
    if (names_language(item, "en")) best_en = std::max(best_en, quality);
  }
  return best_en > best_de && best_en > 0 ? Language::en : Language::de;
}

Response render_problem(const Error& error, const Request& request) {
  const Language language = language_of(request);
  Problem problem;
  problem.type = "urn:aktenwerk:problem:" + std::string(to_string(error.code));
  problem.title = in_language(title_of(error.code), language);
  problem.status = http_status(error.code);
  problem.detail = in_language(error.message, language);
  for (const FieldError& field : error.fields) {
    if (!problem.errors) problem.errors.emplace();
    problem.errors->push_back({field.pointer, in_language(field.message, language)});
  }
  Response response = render(std::move(problem), language, request);
  if (error.retry_after_s > 0) {
    response.headers.set("Retry-After", std::to_string(error.retry_after_s));
  }
  if (error.code == ErrorCode::unauthenticated) {
    response.headers.set("WWW-Authenticate", "Bearer realm=\"aktenwerk\"");
  }
  return response;
}

Response render_refusal(unsigned status, const Message& message, const Request& request) {
  const Language language = language_of(request);
  Problem problem;
  problem.type = "urn:aktenwerk:problem:http_" + std::to_string(status);
  problem.title = in_language({"Anfrage abgelehnt", "Request refused"}, language);
  problem.status = status;
  problem.detail = in_language(message, language);
  return render(std::move(problem), language, request);
}

}  // namespace dms::web
