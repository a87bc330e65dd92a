#include "support/api_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace dms::test {

namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view ApiAnswer::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (equals_ignoring_case(field, name)) return value;
  }
  return {};
}

std::string ApiAnswer::text(std::string_view name) const {
  const auto* object = json.if_object();
  if (object == nullptr) return {};
  const auto* value = object->if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool ApiClient::sign_in(std::string_view user, std::string_view password) {
  cookie_.clear();
  const boost::json::value credentials = {{"user", user}, {"password", password}};
  const ApiAnswer answer = send("POST", "/api/v1/session", boost::json::serialize(credentials));
  if (answer.status != 201) return false;
  const std::string_view set_cookie = answer.header("set-cookie");
  cookie_ = std::string(set_cookie.substr(0, set_cookie.find(';')));
  csrf_token_ = answer.text("csrf_token");
  return !csrf_token_.empty();
}

HeaderList ApiClient::with_credentials(HeaderList headers, bool unsafe) const {
  if (!token_.empty()) {
    headers.emplace_back("Authorization", "Bearer " + token_);
    return headers;
  }
  if (!cookie_.empty()) headers.emplace_back("Cookie", cookie_);
  if (unsafe) {
    headers.emplace_back("Origin", origin_);
    if (!csrf_token_.empty()) headers.emplace_back("X-CSRF-Token", csrf_token_);
  }
  return headers;
}

ApiAnswer ApiClient::exchange(HttpsRequest request) {
  auto answered = client_.send(request);
  ApiAnswer answer;
  if (!answered) {
    answer.failure = answered.error().hint;
    return answer;
  }
  answer.status = answered->status;
  answer.headers = std::move(answered->headers);
  answer.body = std::move(answered->body);
  boost::system::error_code error;
  answer.json = boost::json::parse(answer.body, error);
  if (error) answer.json = nullptr;
  return answer;
}

ApiAnswer ApiClient::get(const std::string& target, HeaderList headers) {
  HttpsRequest request;
  request.target = target;
  request.headers = with_credentials(std::move(headers), false);
  return exchange(std::move(request));
}

ApiAnswer ApiClient::send(std::string_view method, const std::string& target, std::string_view json,
                          HeaderList headers) {
  HttpsRequest request;
  request.method = std::string(method);
  request.target = target;
  request.headers = with_credentials(std::move(headers), true);
  if (!json.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = json;
  return exchange(std::move(request));
}

ApiAnswer ApiClient::upload(const std::string& target, std::string_view metadata,
                            std::string_view file_name, std::string_view bytes,
                            HeaderList headers) {
  const Multipart multipart = make_multipart(metadata, file_name, bytes);
  HttpsRequest request;
  request.method = "POST";
  request.target = target;
  request.headers = with_credentials(std::move(headers), true);
  request.headers.emplace_back("Content-Type", multipart.content_type);
  request.body = multipart.body;
  return exchange(std::move(request));
}

ApiAnswer ApiClient::file(const std::string& dossier_id, std::string_view subject,
                          std::string_view file_name, std::string_view bytes, HeaderList headers) {
  const boost::json::value metadata = {{"dossier_id", dossier_id}, {"subject", subject}};
  return upload("/api/v1/documents", boost::json::serialize(metadata), file_name, bytes,
                std::move(headers));
}

Multipart make_multipart(std::string_view metadata, std::string_view file_name,
                         std::string_view bytes) {
  const std::string boundary = "aktenwerk-test-5f2d9c1e7a";
  Multipart multipart;
  multipart.content_type = "multipart/form-data; boundary=" + boundary;
  std::string& body = multipart.body;
  body = "--" + boundary +
         "\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
         "Content-Type: application/json\r\n\r\n";
  body += metadata;
  body += "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"";
  body += file_name;
  body += "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  body += bytes;
  body += "\r\n--" + boundary + "--\r\n";
  return multipart;
}

std::string unit_id(ApiClient& client, std::string_view code) {
  const ApiAnswer plan = client.get("/api/v1/file-plan");
  if (plan.status != 200) return {};
  for (const auto& unit : plan.json.at("units").as_array()) {
    if (unit.at("code").as_string() == code) return std::string(unit.at("id").as_string());
  }
  return {};
}

std::string open_dossier(ApiClient& client, std::string_view code, std::string_view title) {
  const boost::json::value body = {{"unit_id", unit_id(client, code)}, {"title", title}};
  return client.send("POST", "/api/v1/dossiers", boost::json::serialize(body)).text("id");
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (plain) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(digits[octet >> 4U]);
      out.push_back(digits[octet & 0xfU]);
    }
  }
  return out;
}

}  // namespace dms::test
