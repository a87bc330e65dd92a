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
