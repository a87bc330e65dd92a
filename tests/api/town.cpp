#include "town.h"

#include <cstdio>
#include <cstdlib>

namespace dms::test {

namespace {

ApiClient signed_in(const std::string& host, const std::string& name, const std::string& password) {
  ApiClient client(server().client(host),
                   "https://" + host + ":" + std::to_string(server().port()));
  if (!client.sign_in(name, password)) {
    std::fprintf(stderr, "cannot sign in as %s: %s\n", name.c_str(), server().log().c_str());
    std::abort();
  }
  return client;
}

}  // namespace

ServerProcess& server() {
  static ServerProcess process;
  return process;
}

ApiClient person(const std::string& name) {
  return signed_in("localhost", name, server().password_of(name));
}

ApiClient neighbour(const std::string& name) {
  return signed_in("nebenbach.localhost", name, server().nebenbach_password_of(name));
}

ApiClient stranger() {
  return {server().client(), "https://localhost:" + std::to_string(server().port())};
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

boost::json::array found(ApiClient& client, const std::string& query) {
  boost::json::array hits;
  eventually([&] {
    const ApiAnswer answer = client.get("/api/v1/search?q=" + percent_encoded(query));
    if (answer.status == 200) hits = answer.json.at("items").as_array();
    return !hits.empty();
  });
  return hits;
}

bool finds(ApiClient& client, const std::string& query, std::string_view document_id) {
  return eventually([&] {
    const ApiAnswer answer = client.get("/api/v1/search?q=" + percent_encoded(query));
    if (answer.status != 200) return false;
    for (const auto& hit : answer.json.at("items").as_array()) {
      if (hit.at("document_id").as_string() == document_id) return true;
    }
    return false;
  });
}

}  // namespace dms::test
