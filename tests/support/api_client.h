#pragma once

// A person or program at the API: signs in, keeps the cookie and the CSRF token, sends JSON and
// multipart. One per thread.

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/https_client.h"

namespace dms::test {

struct ApiAnswer {
  unsigned status = 0;  // 0: the connection broke, see `failure`
  std::string failure;
  HeaderList headers;
  boost::json::value json;  // null where the body is no JSON
  std::string body;
  std::string_view header(std::string_view name) const;
  // The string member `name` of a JSON object, or "".
  std::string text(std::string_view name) const;
};

class ApiClient {
 public:
  ApiClient(HttpsClient client, std::string origin)
      : client_(std::move(client)), origin_(std::move(origin)) {}

  // True on success.
  bool sign_in(std::string_view user, std::string_view password);
  void use_token(std::string token) { token_ = std::move(token); }

  ApiAnswer get(const std::string& target, HeaderList headers = {});
  ApiAnswer send(std::string_view method, const std::string& target, std::string_view json,
                 HeaderList headers = {});
  ApiAnswer upload(const std::string& target, std::string_view metadata, std::string_view file_name,
                   std::string_view bytes, HeaderList headers = {});
  // Files into `dossier_id`; the answer of POST /documents.
  ApiAnswer file(const std::string& dossier_id, std::string_view subject,
                 std::string_view file_name, std::string_view bytes, HeaderList headers = {});
  HttpsClient& http() { return client_; }
  const std::string& cookie() const { return cookie_; }
  const std::string& csrf_token() const { return csrf_token_; }

 private:
  ApiAnswer exchange(HttpsRequest request);
  HeaderList with_credentials(HeaderList headers, bool unsafe) const;

  HttpsClient client_;
  std::string origin_;  // "https://localhost:8443"
  std::string cookie_;
  std::string csrf_token_;
  std::string token_;
};

// The id of the filing plan unit with `code`; "" where there is none.
std::string unit_id(ApiClient& client, std::string_view code);
// Opens a dossier under unit `code`; its id, "" where that fails.
std::string open_dossier(ApiClient& client, std::string_view code, std::string_view title);

// `text` as a value in a query string.
std::string percent_encoded(std::string_view text);

// The body and content type of a multipart/form-data with `metadata` and `file`.
struct Multipart {
  std::string content_type;
  std::string body;
};
Multipart make_multipart(std::string_view metadata, std::string_view file_name,
                         std::string_view bytes);

}  // namespace dms::test
